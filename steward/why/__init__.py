"""Why it is so: onset, slices, failed joins, and what can be fixed. No model is asked."""

"""Why it is so: onset, slices, failed joins, and what can be fixed. No model is asked."""

from steward.why.missing import explain_missing

__all__ = ["explain_missing"]

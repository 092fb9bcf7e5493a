"""The questions whose answers settle most, and what an answer decides."""

"""What the tests of why share."""

from stored_shops import shops, tables

__all__ = ["shops", "tables"]

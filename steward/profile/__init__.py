"""Measures a table: types, missing and disguised values, shapes, numbers, dependencies, quality."""

from steward.profile.missing import disguised_values, is_disguised
from steward.profile.table import profile_table

__all__ = ["disguised_values", "is_disguised", "profile_table"]

"""Finds rows that are one thing, and merges them by rules of survivorship."""

from steward.match.clusters import clusters
from steward.match.duplicates import DuplicateRows, NearDuplicates
from steward.match.products import match_titles
from steward.match.survivors import Member, Survivorship, survive

__all__ = [
    "DuplicateRows",
    "Member",
    "NearDuplicates",
    "Survivorship",
    "clusters",
    "match_titles",
    "survive",
]

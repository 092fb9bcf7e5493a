"""Rare values that look like a frequent one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import numpy as np

from steward.checks.alike import MIN_LENGTH, look_alikes
from steward.checks.finding import issue_from_values
from steward.checks.values import present_values
from steward.engine import Snapshot
from steward.types import ColumnProfile, Issue, Profile, Reason, SemanticType

ESTABLISHED_ROWS = 5
MIN_ROWS = 30
MAX_DISTINCT = 100_000
NOT_WORDS = frozenset({SemanticType.MONEY, SemanticType.QUANTITY, SemanticType.NUMBER,
                       SemanticType.PERCENT, SemanticType.DATE, SemanticType.PHONE,
                       SemanticType.GTIN, SemanticType.ID, SemanticType.URL})  # fmt: skip


def typo(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Rare values that differ by an edit or two from a frequent value of their column.

    Values of five rows or more are established. A value with a quarter of its neighbour's rows or
    fewer is shown when it lies within one edit for every five characters of exactly one nearest
    established value. Columns whose established values often look like one another (names, codes)
    are refused: there, looking alike proves nothing.
    """
    for column in profile.columns:
        if not _has_words(column):
            continue
        pairs = _pairs(snapshot, column)
        values = sorted({rare for rare, _ in pairs})
        shown = ", ".join(f"`{rare}` for `{usual}`" for rare, usual in pairs[:3])
        issue = issue_from_values(
            snapshot,
            column.name,
            values,
            check="typo",
            reason=Reason.TYPO,
            message=f"{{rows}} rows ({{share}}) seem to misspell their {column.name}: {shown}.",
        )
        if issue is not None:
            yield issue


def _has_words(column: ColumnProfile) -> bool:
    if column.semantic in NOT_WORDS or column.present < MIN_ROWS or column.is_key:
        return False
    long_enough = column.lengths is not None and column.lengths.maximum >= MIN_LENGTH
    return long_enough and column.distinct <= MAX_DISTINCT


def _pairs(snapshot: Snapshot, column: ColumnProfile) -> list[tuple[str, str]]:
    codes, present = snapshot.codes(column.name), present_values(snapshot, column)
    folded = [fold(v) for v in codes.values]
    rows = np.where(present, codes.counts, 0)
    found = look_alikes(folded, rows, ESTABLISHED_ROWS)
    return [(codes.values[a.rare], codes.values[a.established]) for a in found]


def fold(text: str) -> str:
    """One case, one width, single white space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())

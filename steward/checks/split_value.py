"""A value that sits in its neighbour's cell: `San Francisco CA` beside an empty state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import permutations

import numpy as np
import numpy.typing as npt

from steward.checks.finding import issue_from_sql
from steward.checks.sql import select_rows
from steward.checks.values import present_codes, present_values
from steward.engine import Codes, Snapshot
from steward.types import ColumnProfile, Issue, Profile, Reason, SemanticType

MIN_ROWS = 30
MAX_WORDS = 1_000
ESTABLISHED_ROWS = 2
MAX_LENGTH = 60
CHANCE_RATIO = 5
SAMPLED = 20_000
WORDS = frozenset({SemanticType.CATEGORY, SemanticType.TEXT, SemanticType.CODE,
                   SemanticType.COUNTRY, SemanticType.LANGUAGE})  # fmt: skip
EDGES = re.compile(r"[\s,;/|()，、（）-]+")


def split_value(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Cells that hold another column's value as well, while that other cell is empty.

    The last (or first) words must be a value that the other column takes, and what is left must be
    something. It is reported only when cells beside an empty neighbour end so at least five times
    as often as cells beside a filled one: otherwise such endings are part of the value.
    """
    columns = [c for c in profile.columns if c.semantic in WORDS and c.present >= MIN_ROWS]
    for holder, owner in permutations(columns, 2):
        if not _may_hold(holder, owner):
            continue
        rows = _rows(snapshot, holder, owner)
        if not len(rows):
            continue
        issue = issue_from_sql(
            snapshot,
            select_rows(snapshot.name, [holder.name, owner.name], rows.tolist()),
            check="split_value",
            reason=Reason.SPLIT_VALUE,
            columns=[holder.name, owner.name],
            message=f"{{rows}} rows ({{share}}) have the {owner.name} inside {holder.name}, and "
            f"no {owner.name}.",
        )
        if issue is not None:
            yield issue


def _may_hold(holder: ColumnProfile, owner: ColumnProfile) -> bool:
    lengths = holder.lengths
    if lengths is None or lengths.mean > MAX_LENGTH or owner.distinct > MAX_WORDS:
        return False
    return owner.present < owner.rows and owner.semantic is not SemanticType.TEXT


def _rows(snapshot: Snapshot, holder: ColumnProfile, owner: ColumnProfile) -> npt.NDArray[np.int64]:
    codes, other = snapshot.codes(holder.name), snapshot.codes(owner.name)
    words = {
        v
        for v, n, p in zip(other.values, other.counts, present_values(snapshot, owner), strict=True)
        if p and n >= ESTABLISHED_ROWS and not v.isdigit()
    }
    held = present_codes(snapshot, holder)
    empty = np.flatnonzero((held >= 0) & (present_codes(snapshot, owner) < 0))
    filled = np.flatnonzero((held >= 0) & (present_codes(snapshot, owner) >= 0))
    found = empty[_holding(codes, held[empty], words)]
    # How often a value ends so by itself is measured where the other cell is filled, on a sample.
    sample = filled[:: max(1, len(filled) // SAMPLED)]
    usual = len(sample[_holding(codes, held[sample], words)]) / max(len(sample), 1)
    if len(found) < CHANCE_RATIO * usual * len(empty):
        return np.zeros(0, np.int64)
    return snapshot.row_ids[found]


def _holding(codes: Codes, held: npt.NDArray[np.int32], words: set[str]) -> npt.NDArray[np.bool_]:
    """Which of these cells hold a word of the other column; each distinct value is read once."""
    values, inverse = np.unique(held, return_inverse=True)
    holds = [inner(codes.values[v], words) is not None for v in values]
    return np.array(holds, bool)[inverse]


def inner(value: str, words: set[str]) -> tuple[str, str] | None:
    """The rest and the other column's value that a text ends (or begins) with, or None."""
    value = value.strip()
    parts = list(EDGES.finditer(value))
    for part in parts[-3:]:
        rest, word = value[: part.start()], value[part.end() :].rstrip(")） ")
        if rest.strip() and word in words:
            return rest, word
    for part in parts[:3]:
        word, rest = value[: part.start()], value[part.end() :]
        if rest.strip() and word in words:
            return rest, word
    return None

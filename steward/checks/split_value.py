"""A value that sits in its neighbour's cell: `San Francisco CA` in a city."""

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
MAX_TWICE = 0.1
WORDS = frozenset({SemanticType.CATEGORY, SemanticType.TEXT, SemanticType.CODE,
                   SemanticType.COUNTRY, SemanticType.LANGUAGE})  # fmt: skip
EDGES = re.compile(r"[\s,;/|()，、（）-]+")


def split_value(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Cells that hold another column's value as well: `San Francisco CA` in a city.

    The last (or first) words must be a value that the other column takes. Where that other cell is
    empty, it is reported only when such cells are five times as frequent beside an empty neighbour
    as beside a filled one. Where it holds the same word already, it is reported only when it is
    rare and what is left is mostly a value that the column knows.
    """
    columns = [c for c in profile.columns if c.semantic in WORDS and c.present >= MIN_ROWS]
    for holder, owner in permutations(columns, 2):
        if not _may_hold(holder, owner):
            continue
        empty = _beside_empty(snapshot, holder, owner)
        yield from _issue(snapshot, empty, (holder, owner), both=True)
        yield from _issue(snapshot, _said_twice(snapshot, holder, owner), (holder, owner))


def _issue(
    snapshot: Snapshot,
    rows: npt.NDArray[np.int64],
    pair: tuple[ColumnProfile, ColumnProfile],
    *,
    both: bool = False,
) -> Iterator[Issue]:
    if not len(rows):
        return
    holder, owner = pair[0].name, pair[1].name
    end = f", and no {owner}" if both else " once more"
    issue = issue_from_sql(
        snapshot,
        select_rows(snapshot.name, [holder, owner], rows.tolist()),
        check="split_value",
        reason=Reason.SPLIT_VALUE,
        columns=[holder, owner] if both else [holder],
        message=f"{{rows}} rows ({{share}}) have the {owner} inside {holder}{end}.",
    )
    if issue is not None:
        yield issue


def _may_hold(holder: ColumnProfile, owner: ColumnProfile) -> bool:
    lengths = holder.lengths
    if lengths is None or lengths.mean > MAX_LENGTH or owner.distinct > MAX_WORDS:
        return False
    return owner.semantic is not SemanticType.TEXT


def _beside_empty(
    snapshot: Snapshot, holder: ColumnProfile, owner: ColumnProfile
) -> npt.NDArray[np.int64]:
    if owner.present == owner.rows:
        return np.zeros(0, np.int64)
    codes, words = snapshot.codes(holder.name), _words(snapshot, owner)
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


def _said_twice(
    snapshot: Snapshot, holder: ColumnProfile, owner: ColumnProfile
) -> npt.NDArray[np.int64]:
    codes, other = snapshot.codes(holder.name), snapshot.codes(owner.name)
    none = np.zeros(0, np.int64)
    if holder.distinct > SAMPLED:
        return none
    words = _words(snapshot, owner)
    parts = {i: p for i, v in enumerate(codes.values) if (p := inner(v, words)) is not None}
    if not parts:
        return none
    word_of = np.full(len(codes.values) + 1, -2, np.int64)
    at = {v: i for i, v in enumerate(other.values)}
    for i, (_, word) in parts.items():
        word_of[i] = at[word]
    found = np.flatnonzero(word_of[present_codes(snapshot, holder)] == other.codes)
    if not 0 < len(found) <= MAX_TWICE * snapshot.rows:
        return none
    known = {v for i, v in enumerate(codes.values) if i not in parts}
    kinds = np.unique(codes.codes[found]).tolist()
    at_home = sum(parts[i][0].strip() in known for i in kinds)
    return snapshot.row_ids[found] if 2 * at_home >= len(kinds) else none


def _words(snapshot: Snapshot, owner: ColumnProfile) -> set[str]:
    """Values of a column that come back and are not mere digits."""
    codes = snapshot.codes(owner.name)
    wanted = present_values(snapshot, owner) & (codes.counts >= ESTABLISHED_ROWS)
    return {codes.values[i] for i in np.flatnonzero(wanted) if not codes.values[i].isdigit()}


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

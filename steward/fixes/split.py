"""A value that swallowed its neighbour's: city `San Francisco CA` beside an empty state.

The part split off must be a value of the empty column, and such endings must be the exception
where that column is filled (a title that ends in its colour is not split). Best is a pair that
other rows attest.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from steward.engine import Snapshot
from steward.engine.text import quote_identifier, quote_literal
from steward.fixes.mapping import ColumnValues, missing_codes
from steward.types import (
    ROW,
    Change,
    ColumnProfile,
    Evidence,
    Fix,
    FixKind,
    Profile,
    Provenance,
    Reason,
    Safety,
    SemanticType,
)

USUAL_SHARE = 0.05
"""Where the other column is filled, at most so many values may end in one of its values."""

MIN_VALUES = 3
"""Unless other rows attest the pair, so many distinct values must split in the same way."""

_NO_HOLDER = {SemanticType.URL, SemanticType.EMAIL, SemanticType.DATE, SemanticType.ID}
_BREAK = re.compile(r"(?<=\d)(?=[^\W\d])|[\s,;/|]*[\s,;/|(（，、；][\s(（]*")
_NO_PARTNER = {SemanticType.URL, SemanticType.EMAIL, SemanticType.DATE, SemanticType.ID,
               SemanticType.MONEY, SemanticType.NUMBER, SemanticType.PERCENT}  # fmt: skip
_MAX_LENGTH = 120


@dataclass(frozen=True, slots=True)
class _Partner:
    """The column whose value was swallowed: its known values, and where it is missing."""

    values: ColumnValues
    known: frozenset[str]
    gone: np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class _Split:
    """One value taken apart: what stays, what moves, and how many rows attest the pair."""

    code: int
    stays: str
    moves: str
    attested: int
    stays_known: int


class SplitValue:
    """Splits a value over its own column and the empty one beside it."""

    name = "split_value"
    version = "1"
    injections: tuple[str, ...] = ("split_value",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose one fix for each swallowed pair of values."""
        who = Provenance(self.name, self.version)
        for empty in profile.columns:
            partner = _partner(snapshot, profile, empty)
            if partner is None:
                continue
            for column in profile.columns:
                if column.name != empty.name and column.semantic not in _NO_HOLDER:
                    yield from _proposals(ColumnValues(snapshot, column.name), partner, who)


def _partner(snapshot: Snapshot, profile: Profile, column: ColumnProfile) -> _Partner | None:
    gone = missing_codes(snapshot, profile, column.name)
    if column.semantic in _NO_PARTNER or not gone.any() or gone.all() or column.is_key:
        return None
    values = ColumnValues(snapshot, column.name)
    hidden = {d.value for d in column.disguised}
    known = frozenset(
        text for text, rows in zip(values.codes.values, values.codes.counts, strict=True)
        if rows >= 2 and text.strip() and text not in hidden and any(c.isalpha() for c in text)
    )  # fmt: skip
    # A column of free text knows no vocabulary.
    rare = len(known) * 2 > int((~gone).sum())
    return None if rare or not known else _Partner(values, known, gone)


def _proposals(values: ColumnValues, partner: _Partner, who: Provenance) -> Iterator[Fix]:
    codes, gone = values.codes.codes, partner.gone
    suspects = np.unique(codes[gone & (codes >= 0)])
    splits = list(_splits(values, partner, suspects.tolist()))
    if not splits or _usual(values, partner) > USUAL_SHARE:
        return
    for split in splits:
        if not split.attested and (len(splits) < MIN_VALUES or not split.stays_known):
            continue
        rows = values.positions(split.code)
        rows = rows[gone[rows]]
        by_mark: dict[int, list[int]] = defaultdict(list)
        for position, mark in zip(
            rows.tolist(), partner.values.codes.codes[rows].tolist(), strict=True
        ):
            by_mark[mark].append(int(values.snapshot.row_ids[position]))
        for mark in sorted(by_mark):
            yield _fix(values, partner, split, (mark, tuple(by_mark[mark])), len(splits), who)


def _splits(values: ColumnValues, partner: _Partner, codes: list[int]) -> Iterator[_Split]:
    pairs = None
    for code in codes:
        found = cut_off(values.codes.values[code], partner.known)
        if found is None:
            continue
        if pairs is None:
            pairs = _pairs(values, partner)
        stays, moves = found
        yield _Split(code, stays, moves, pairs.get((stays, moves), 0), values.count(stays))


def cut_off(text: str, known: frozenset[str]) -> tuple[str, str] | None:
    """What stays and what moves; None when no part, or more than one part, could move."""
    if len(text) > _MAX_LENGTH:
        return None
    found = set()
    for cut in _BREAK.finditer(text):
        left, right = text[: cut.start()].strip(), text[cut.end() :].strip(" )）")
        if left and right in known:
            found.add((left, right))
        elif right and left in known:
            found.add((right, left))
    return found.pop() if len(found) == 1 else None


def _pairs(values: ColumnValues, partner: _Partner) -> dict[tuple[str, str], int]:
    """How many rows hold both values, for rows in which both are present."""
    mine, other = values.codes, partner.values.codes
    held = (mine.codes >= 0) & (other.codes >= 0) & ~partner.gone
    width = len(other.values)
    keys, counts = np.unique(
        mine.codes[held].astype(np.int64) * width + other.codes[held], return_counts=True
    )
    return {
        (mine.values[key // width], other.values[key % width]): count
        for key, count in zip(keys.tolist(), counts.tolist(), strict=True)
    }


def _usual(values: ColumnValues, partner: _Partner) -> float:
    """How often a value ends (or starts) so in rows where the other column is filled."""
    codes = values.codes.codes
    filled = np.unique(codes[~partner.gone & (codes >= 0)])
    sample = filled[:: max(1, len(filled) // 3000)].tolist()
    hits = sum(cut_off(values.codes.values[c], partner.known) is not None for c in sample)
    return hits / max(1, len(sample))


def _fix(
    values: ColumnValues,
    partner: _Partner,
    split: _Split,
    where: tuple[int, tuple[int, ...]],
    alike: int,
    who: Provenance,
) -> Fix:
    mark, rows = where
    before, other = values.codes.values[split.code], partner.values
    text = (
        f"{values.name} holds {before!r} where {other.name} is missing, and {split.moves!r} is a "
        f"value of {other.name}. {split.attested} other rows hold {split.stays!r} with "
        f"{split.moves!r}; {alike} values of the column split in the same way."
    )
    name, partner_name = quote_identifier(values.name), quote_identifier(other.name)
    sql = (
        f"select {ROW}, {name}, {partner_name} from {quote_identifier(values.snapshot.name)} "
        f"where {name} in ({quote_literal(before)}, {quote_literal(split.stays)}) order by {ROW}"
    )
    confidence = (
        0.97 if split.attested and alike >= MIN_VALUES else 0.92 if split.attested else 0.85
    )
    return Fix(
        table=values.snapshot.name,
        kind=FixKind.MAPPING,
        reason=Reason.SPLIT_VALUE,
        check="split_value",
        changes=(
            Change(values.name, before, split.stays),
            Change(other.name, other.codes.text(mark), split.moves),
        ),
        rows=rows,
        provenance=who,
        evidence=Evidence(
            text, sql=sql, determinants=(values.name,),
            votes_for=float(split.attested), votes_against=0.0,
        ),
        confidence=confidence,
        safety=Safety.SAFE,
    )  # fmt: skip

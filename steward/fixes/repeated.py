"""A value that repeats its neighbour's: city `Portland OR` beside state `OR` → `Portland`.

Only where the rest is an established value of its column that other rows hold with the same
neighbour, and where such repetition is the exception: a title that ends in its colour stays.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from steward.engine import Snapshot
from steward.engine.text import quote_identifier, quote_literal
from steward.fixes.mapping import ColumnValues
from steward.fixes.split import cut_off
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

USUAL_SHARE = 0.1
"""At most this share of the column's rows may end in a value of the neighbour's."""

ATTESTED = 2
"""So many rows must hold the shorter value with the same neighbour."""

_MAX_DISTINCT = 20_000
_MAX_MEAN_LENGTH = 50
_KINDS = {SemanticType.CATEGORY, SemanticType.TEXT, SemanticType.CODE, SemanticType.COUNTRY}


class RepeatedNeighbour:
    """Cuts off the value of another column that a value repeats."""

    name = "repeated_neighbour"
    version = "1"
    injections: tuple[str, ...] = ("repeated_neighbour",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose the shorter value for each one that repeats its row's neighbour."""
        who = Provenance(self.name, self.version)
        usable = [column for column in profile.columns if _usable(column)]
        done: set[tuple[str, int]] = set()
        for column in usable:
            values = ColumnValues(snapshot, column.name)
            broken = [c for c, t in enumerate(values.codes.values) if _has_break(t)]
            for other in usable if broken else ():
                if other.name == column.name:
                    continue
                for code, fix in _proposals(
                    values, ColumnValues(snapshot, other.name), broken, who
                ):
                    if (column.name, code) not in done:
                        done.add((column.name, code))
                        yield fix


def _usable(column: ColumnProfile) -> bool:
    short = column.lengths is not None and column.lengths.mean <= _MAX_MEAN_LENGTH
    repeats = column.distinct <= min(_MAX_DISTINCT, column.present / 2)
    return column.semantic in _KINDS and not column.is_key and short and repeats


def _has_break(text: str) -> bool:
    return any(not c.isalnum() for c in text)


def _proposals(
    values: ColumnValues, other: ColumnValues, broken: list[int], who: Provenance
) -> Iterator[tuple[int, Fix]]:
    known = frozenset(
        t for t, n in zip(other.codes.values, other.codes.counts, strict=True)
        if n >= ATTESTED and any(c.isalpha() for c in t)
    )  # fmt: skip
    cuts = {code: cut for code in broken if (cut := cut_off(values.codes.values[code], known))}
    repeating = int(values.codes.counts[list(cuts)].sum())
    if not cuts or repeating > USUAL_SHARE * int(values.codes.counts.sum()):
        return
    for code, (stays, moves) in cuts.items():
        stay = values.code_of.get(stays)
        rows = values.positions(code)
        rows = rows[other.codes.codes[rows] == other.code_of[moves]]
        if stay is None or not len(rows):
            continue
        home = other.codes.codes[values.positions(stay)]
        attested = int(np.count_nonzero(home == other.code_of[moves]))
        if attested >= max(ATTESTED, len(rows)):
            yield code, _fix(values, other, (code, stays, moves), (rows, attested), who)


def _fix(
    values: ColumnValues,
    other: ColumnValues,
    cut: tuple[int, str, str],
    found: tuple[np.ndarray[tuple[int], np.dtype[np.int64]], int],
    who: Provenance,
) -> Fix:
    (code, stays, moves), (rows, attested) = cut, found
    before = values.codes.values[code]
    name, beside = quote_identifier(values.name), quote_identifier(other.name)
    sql = (
        f"select {ROW}, {name}, {beside} from {quote_identifier(values.snapshot.name)} where "
        f"{name} in ({quote_literal(before)}, {quote_literal(stays)}) and "
        f"{beside} = {quote_literal(moves)} order by {ROW}"
    )
    text = (
        f"{values.name} {before!r} repeats {other.name} {moves!r} of the same row; {attested} rows "
        f"hold {stays!r} with {moves!r}."
    )
    return Fix(
        table=values.snapshot.name,
        kind=FixKind.MAPPING,
        reason=Reason.SPLIT_VALUE,
        check="split_value",
        changes=(Change(values.name, before, stays),),
        rows=tuple(values.snapshot.row_ids[rows].tolist()),
        provenance=who,
        evidence=Evidence(text, sql=sql, determinants=(other.name,), votes_for=float(attested)),
        confidence=0.9 if attested >= 5 else 0.85,
        safety=Safety.UNSAFE,
    )

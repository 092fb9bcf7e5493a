"""An empty attribute read out of another column: brand, colour or size found in the title.

The dictionary is what the column itself holds elsewhere, so nothing is invented. How far a title
may be believed is measured first: in rows where the attribute is known, how often was the
longest match the truth, by where in the title it stood, and for each value on its own?
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from steward.engine import Snapshot
from steward.engine.text import quote_identifier
from steward.fixes.applies import Kin
from steward.fixes.mapping import ColumnValues, missing_codes, usually_filled
from steward.fixes.named import (
    MIN_LOWER,
    SAMPLE,
    SURE,
    Reading,
    Trust,
    is_attribute,
    read,
    sources_of,
)
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
    RowId,
    Safety,
)


class Extraction:
    """Fills an empty attribute with the value of it that a title names."""

    name = "extraction"
    version = "1"
    injections: tuple[str, ...] = ("missing",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose a value for empty cells, grouped by value, place and measured precision."""
        return self.propose_for(snapshot, profile, snapshot.columns)

    def propose_for(
        self, snapshot: Snapshot, profile: Profile, columns: Collection[str]
    ) -> Iterator[Fix]:
        """The same for some columns; each is read on its own."""
        who = Provenance(self.name, self.version)
        for column in profile.columns:
            if column.name not in columns or not is_attribute(column):
                continue
            gone = missing_codes(snapshot, profile, column.name)
            filled: set[int] = set()
            for source in sources_of(profile):
                if source != column.name and gone.any() and not gone.all():
                    yield from _from_source(snapshot, profile, column, source, filled, who)


class _Group(NamedTuple):
    """Gaps that are filled as one: with the same value, found at the same place."""

    value: str
    place: str
    mark: int
    applies: bool


def _from_source(
    snapshot: Snapshot,
    profile: Profile,
    column: ColumnProfile,
    source: str,
    filled: set[int],
    who: Provenance,
) -> Iterator[Fix]:
    reading = read(snapshot, profile, column, source)
    trust = reading.trust
    if all(trust.lower(place) < MIN_LOWER for place in list(trust.places)):
        return
    groups: dict[_Group, list[RowId]] = defaultdict(list)
    applies = _applies(snapshot, profile, reading, source)
    ids, marks = snapshot.row_ids, reading.values.codes.codes
    for position in np.flatnonzero(reading.gone & (reading.titles.codes >= 0)).tolist():
        hit = None if position in filled else reading.hit(position)
        if hit is None or trust.confidence(*hit) < MIN_LOWER:
            continue
        filled.add(position)
        group = _Group(*hit, int(marks[position]), applies is None or applies(position, hit[0]))
        groups[group].append(int(ids[position]))
    for group, rows in sorted(groups.items()):
        yield _fix(reading.values, source, group, tuple(rows), trust, who)


def _applies(
    snapshot: Snapshot, profile: Profile, reading: Reading, source: str
) -> Callable[[int, str], bool] | None:
    """Tells whether a gap is one, by the rows alike whose titles name a value too; None: always."""
    if usually_filled(snapshot, reading.gone):
        return None
    kin = Kin.of(snapshot, profile, reading.values.name, source)
    readable = np.flatnonzero(reading.titles.codes >= 0)
    for position in readable[:: max(1, len(readable) // SAMPLE)].tolist():
        hit = reading.hit(position)
        if hit is not None:
            kin.count(position, hit[0], filled=not reading.gone[position])
    return kin.usually_filled


def _fix(
    values: ColumnValues,
    source: str,
    group: _Group,
    rows: tuple[RowId, ...],
    trust: Trust,
    who: Provenance,
) -> Fix:
    value, place, mark, applies = group
    right, tried = trust.places[place]
    own_right, own_tried = trust.values[value]
    text = (
        f"{source} names {value!r} ({place}) in {len(rows)} rows without {values.name}. In {tried} "
        f"known rows with such a match it was right {right} times ({right / tried:.0%}); for "
        f"{value!r} itself {own_right} of {own_tried}."
    )
    if not applies:
        text += f" {values.name} is often empty, so it may not apply: a person must decide."
    name = quote_identifier(values.name)
    sql = (
        f"select {ROW}, {name}, {quote_identifier(source)} from "
        f"{quote_identifier(values.snapshot.name)} where {ROW} in {_listed(rows)} order by {ROW}"
    )
    return Fix(
        table=values.snapshot.name,
        kind=FixKind.CELL,
        reason=Reason.MISSING,
        check="missing",
        changes=(Change(values.name, values.codes.text(mark), value),),
        rows=rows,
        provenance=who,
        evidence=Evidence(text, sql=sql, determinants=(source,), votes_for=float(right),
                          votes_against=float(tried - right)),
        confidence=round(trust.confidence(value, place), 4),
        safety=Safety.SAFE if applies and trust.confidence(value, place) >= SURE else Safety.UNSAFE,
    )  # fmt: skip


def _listed(rows: Iterable[RowId]) -> str:
    return "(" + ", ".join(str(row) for row in rows) + ")"

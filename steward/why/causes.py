"""From affected rows to findings: in which slice they lie, since when, each with its proofs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from steward.answers import Finding, Onset
from steward.job.query import BATCHES
from steward.types import BATCH
from steward.why.axes import axes_of
from steward.why.axis import Atom, Axis
from steward.why.contrast import Slice, find_slices
from steward.why.dates import day_sql
from steward.why.onset import Change, find_change, onset_of
from steward.why.scope import Mask, Scope, percent
from steward.why.words import say

LEAST_SLICE, LEAST_TELLING = 0.05, 0.2
"""A slice that holds a smaller share of the affected rows explains nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Affected:
    """The rows in question, as a mask and as a condition in SQL over the table's columns."""

    mask: Mask
    sql: str

    @property
    def rows(self) -> int:
        """How many there are."""
        return int(self.mask.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Cause:
    """A slice that holds affected rows: what it is apart from time, and since when."""

    what: tuple[Atom, ...]
    what_mask: Mask
    change: Change | None
    slice: Slice

    @property
    def what_sql(self) -> str:
        """Its condition without time."""
        return " and ".join(atom.sql for atom in self.what) or "true"

    @property
    def what_text(self) -> str:
        """The same, as a person reads it."""
        return ", ".join(atom.text for atom in self.what)

    @property
    def baseline(self) -> Mask:
        """Its rows outside the time of the change: what they were like when all was well."""
        return self.what_mask & ~self.slice.inside


def find_causes(scope: Scope, affected: Affected, without: Sequence[str]) -> list[Cause]:
    """Slices and changes over time that hold the affected rows, the one that holds most first."""
    axes = axes_of(scope, without)
    slices = find_slices(axes, affected.mask)
    found = [_cause(one, axes, affected.mask) for one in slices]
    if not found:
        everywhere = np.ones(scope.rows, bool)
        change = find_change(axes, affected.mask, everywhere)
        found = [timed_cause((), everywhere, change, affected.mask)] if change else []
    kept = [c for c in found if _tells(c.slice)]
    once = {c.slice.sql: c for c in reversed(kept)}
    return sorted(once.values(), key=lambda c: -c.slice.covered)


def _tells(one: Slice) -> bool:
    """Does a slice hold enough of the affected rows, or little else?"""
    if one.coverage < LEAST_SLICE:
        return False
    return one.coverage >= LEAST_TELLING or one.rate >= 0.5


def _cause(slice_: Slice, axes: Sequence[Axis], affected: Mask) -> Cause:
    what, mask = [], np.ones(len(affected), bool)
    for place, atom, codes in zip(slice_.axes, slice_.atoms, slice_.chosen, strict=True):
        if not axes[place].ordered:
            what.append(atom)
            mask &= np.isin(axes[place].codes, codes)
    change = find_change(axes, affected, mask)
    if change is None:
        return Cause(tuple(what), mask, None, slice_)
    timed = timed_cause(tuple(what), mask, change, affected)
    return replace(timed, slice=replace(timed.slice, p_value=slice_.p_value))


def timed_cause(what: tuple[Atom, ...], mask: Mask, change: Change, affected: Mask) -> Cause:
    """A slice apart from time, from the time of the change on."""
    inside = mask & change.run
    return Cause(
        what,
        mask,
        change,
        Slice(
            atoms=(*what, change.atom),
            covered=int((inside & affected).sum()),
            rows=int(inside.sum()),
            affected=int(affected.sum()),
            total=len(affected),
            p_value=change.p_value,
            inside=inside,
        ),
    )


def slice_finding(scope: Scope, cause: Cause, affected: Affected) -> Finding:
    """Where the affected rows lie, with the counts that its proofs give."""
    one = cause.slice
    hits = scope.prove(scope.count(f"{affected.sql} and {one.sql}"), "slice_hits", slice=one.text)
    rows = scope.prove(scope.count(one.sql), "slice_rows", slice=one.text)
    covered, held = scope.value(hits), scope.value(rows)
    outside = (affected.rows - covered) / max(scope.rows - held, 1)
    facts = {
        "slice": one.text,
        "covered": covered,
        "affected": affected.rows,
        "rows": held,
        "rate": percent(covered / held if held else 0.0),
        "outside": percent(outside),
    }
    return Finding(
        kind="slice",
        text=say("slice", **facts),
        where=where_of(one.atoms),
        covered=covered,
        affected=affected.rows,
        rows=held,
        lift=None if one.lift is None else round(one.lift, 2),
        p_value=one.p_value,
        proofs=(hits, rows),
        facts={**facts, "sql": one.sql},
    )


def where_of(atoms: Sequence[Atom]) -> tuple[tuple[str, str | None], ...]:
    """Conditions as pairs of column and value (a range is its text)."""
    return tuple((atom.column, value) for atom in atoms for value in atom.values)


def since_finding(scope: Scope, cause: Cause, affected: Affected) -> tuple[Finding, Onset] | None:
    """When it began, with the counts by delivery or by month; None when no time stands out."""
    change = cause.change
    if change is None:
        return None
    onset = onset_of(scope, change, affected.mask, cause.what_mask)
    what = cause.what_text or scope.table
    by_batch = change.axis.name == BATCH
    proof = (_over_batches if by_batch else _over_time)(scope, cause, affected, what)
    facts = {
        "what": what,
        "column": change.axis.name,
        "batch": change.atom.low if by_batch else onset.batch,
        "source": onset.source,
        "at": onset.at,
        "before": percent(change.before),
        "after": percent(change.after),
        "until": change.atom.high if by_batch else change.atom.text.rpartition("< ")[2],
        "ended": change.ended,
    }
    unit = "batch" if by_batch else "date"
    kind = f"between_{unit}{'es' if by_batch else 's'}" if change.ended else f"since_{unit}"
    finding = Finding(
        kind=kind,
        text=say(kind if cause.what else f"{kind}_all", **facts),
        where=where_of([change.atom]),
        covered=cause.slice.covered,
        affected=affected.rows,
        rows=cause.slice.rows,
        p_value=change.p_value,
        proofs=(proof,),
        facts=facts,
    )
    return finding, onset


def _over_batches(scope: Scope, cause: Cause, affected: Affected, what: str) -> int:
    query = (
        f'select {BATCH}, source, count(*) as "rows", count(*) filter (where {affected.sql}) as'
        f" affected from {scope.source_sql} join (select {BATCH}, source from {BATCHES})"
        f" using ({BATCH}) where {cause.what_sql} group by all order by {BATCH}"
    )
    return scope.prove(query, "over_batches", what=what)


def _over_time(scope: Scope, cause: Cause, affected: Affected, what: str) -> int:
    assert cause.change is not None
    column = cause.change.axis.name
    query = (
        f"select date_trunc('month', {day_sql(column)}) as month, count(*) as \"rows\","
        f" count(*) filter (where {affected.sql}) as affected from {scope.source_sql}"
        f" where {cause.what_sql} group by all order by month"
    )
    return scope.prove(query, "over_time", column=column, what=what)

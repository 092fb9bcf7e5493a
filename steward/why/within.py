"""What is wrong within a group though no check of a whole column sees it.

Three questions, each asked of the data and not of names: are amounts far from the usual of their
group, is an order between two amounts turned round, does a value no longer go with the one that
fixed it? Rows that deviate count only where they lie in a slice that chance does not explain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from steward.types import BATCH
from steward.why.axes import axes_of
from steward.why.causes import Affected, Cause, find_causes, timed_cause
from steward.why.onset import Change
from steward.why.scope import Mask, Scope
from steward.why.significance import Integers, correct, p_value

LEAST_HIDDEN = 8
LEAST_RATE = 0.1
LEAST_SHARE = 0.3
MOST_OUTSIDE = 0.2
HALF = 0.5
LEAST_SURE, LIKELY = 1e-4, 0.1
"""Many kinds of deviation are tried for a column: chance must explain each far less often."""


@dataclass(frozen=True, slots=True, eq=False)
class Hidden:
    """A fault that shows only within groups: its rows, the slice where they lie, and the facts."""

    kind: str
    rows: Affected
    cause: Cause
    facts: Mapping[str, Any]
    example_sql: str


def gathered(
    scope: Scope, rows: Affected, without: Sequence[str], *, timed: bool = True
) -> Cause | None:
    """The slice in which deviating rows gather, far above their rate elsewhere; None without one.

    Args:
        scope: the table.
        rows: those that deviate.
        without: columns that may not name the slice.
        timed: it must have begun at some time, for what was always so is no fault.
    """
    if rows.rows < LEAST_HIDDEN:
        return None
    for found in find_causes(scope, rows, without):
        cause = _begun(scope, found, rows)
        one = cause.slice
        outside = (rows.rows - one.covered) / max(scope.rows - one.rows, 1)
        clear = one.rate >= LEAST_RATE and outside <= MOST_OUTSIDE * one.rate
        began = cause.change is not None and cause.change.low > 0
        sure = found.slice.p_value <= LEAST_SURE
        if one.coverage >= LEAST_SHARE and clear and sure and (began or not timed):
            return cause
    return None


def _begun(scope: Scope, cause: Cause, rows: Affected) -> Cause:
    """The cause with its beginning, also where few rows before it are known.

    The slice is beyond chance already; of its beginning it is only asked which delivery it was.
    """
    axis = next((a for a in axes_of(scope, []) if a.name == BATCH), None)
    if cause.change is not None or axis is None:
        return cause
    inside = cause.what_mask
    held = np.bincount(axis.codes[inside], minlength=axis.size)
    hits = np.bincount(axis.codes[inside & rows.mask], minlength=axis.size)
    after, hit_after = held[::-1].cumsum()[::-1], hits[::-1].cumsum()[::-1]
    n, k = int(held.sum()), int(hits.sum())
    best: Change | None = None
    for low in range(1, axis.size):
        m, h = int(after[low]), int(hit_after[low])
        if not hits[low] or h * n <= k * m:
            continue
        p = correct(p_value(h, m, k, n), axis.size - 1)
        if p <= LIKELY and (best is None or p < best.p_value):
            best = Change(axis, low, axis.size - 1, (k - h) / max(n - m, 1), h / m, p)
    if best is None:
        return cause
    best = _from_first(best, held, hits)
    begun = timed_cause(cause.what, inside, best, rows.mask)
    return replace(begun, slice=replace(begun.slice, p_value=cause.slice.p_value))


def _from_first(change: Change, rows: Integers, hits: Integers) -> Change:
    """The change from its first delivery on: as bad as later ones, after better ones."""
    for low in range(1, change.low):
        between = hits[low : change.low].sum() / max(rows[low : change.low].sum(), 1)
        before = float(hits[:low].sum() / max(rows[:low].sum(), 1))
        if hits[low] and between >= HALF * change.after and before <= HALF**2 * change.after:
            after = float(hits[low:].sum() / rows[low:].sum())
            return replace(change, low=low, before=before, after=after)
    return change


def within(mask: Mask, cause: Cause, sql: str) -> Affected:
    """The deviating rows of the slice alone: the others are chance, or another matter."""
    return Affected(mask & cause.slice.inside, f"{sql} and {cause.slice.sql}")


def hidden_faults(scope: Scope, column: str) -> Iterator[Hidden]:
    """Every fault of a column that shows only within groups, the clearest kinds first."""
    from steward.why.broken import broken_dependencies
    from steward.why.exchanged import exchanged_amounts
    from steward.why.scaled import scaled_amounts

    found = [*exchanged_amounts(scope, column), *broken_dependencies(scope, column)]
    taken = np.zeros(scope.rows, bool)
    for one in found:
        taken |= one.rows.mask
    yield from found
    for one in scaled_amounts(scope, column):
        if (one.rows.mask & taken).sum() < HALF * one.rows.rows:
            yield one

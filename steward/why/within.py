"""What is wrong within a group though no check of a whole column sees it.

Three questions, each asked of the data and not of names: are amounts far from the usual of their
group, is an order between two amounts turned round, does a value no longer go with the one that
fixed it? Rows that deviate count only where they lie in a slice that chance does not explain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from steward.why.causes import Affected, Cause, find_causes
from steward.why.scope import Mask, Scope

LEAST_HIDDEN = 8
LEAST_RATE = 0.1
LEAST_SHARE = 0.3
MOST_OUTSIDE = 0.2
HALF = 0.5
LEAST_SURE = 1e-5
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
    for cause in find_causes(scope, rows, without):
        one = cause.slice
        outside = (rows.rows - one.covered) / max(scope.rows - one.rows, 1)
        clear = one.rate >= LEAST_RATE and outside <= MOST_OUTSIDE * one.rate
        began = cause.change is not None and cause.change.low > 0
        sure = one.p_value <= LEAST_SURE
        if one.coverage >= LEAST_SHARE and clear and sure and (began or not timed):
            return cause
    return None


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

"""Two amounts of a row whose order is turned round: one stands in the column of the other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from steward.engine.text import quote_identifier
from steward.types import ColumnProfile
from steward.why.causes import Affected
from steward.why.numeric import amounts_of, measures, number_sql, readable
from steward.why.scope import Mask, Scope
from steward.why.within import Hidden, gathered, within

HOLDS = 0.98
LEAST_STRICT = 0.2
MOST_TURNED = 0.3
MOST_APART = 3.0
MOST_USUAL = 4.0
"""Amounts of one kind stand closer than so many times; a price and a weight seldom do."""


def exchanged_amounts(scope: Scope, column: str) -> Iterator[Hidden]:
    """Where the order to a column that is nearly always as large (or as small) is turned round."""
    own = scope.profile.column(column)
    if not measures(own) or not readable(scope, own):
        return
    others = [c for c in scope.profile.columns if c.name != column and measures(c)]
    pairs = [_pair(scope, own, other) for other in others if readable(scope, other)]
    found = [pair for pair in pairs if pair is not None]
    yield from sorted(found, key=lambda f: -f.rows.rows)[:1]


def _pair(scope: Scope, own: ColumnProfile, other: ColumnProfile) -> Hidden | None:
    one, two = amounts_of(scope, own.name), amounts_of(scope, other.name)
    both = ~(np.isnan(one) | np.isnan(two))
    above, below = both & (one > two), both & (one < two)
    less = above.sum() < below.sum()
    turned, usual = (above, below) if less else (below, above)
    if not 0 < turned.sum() <= MOST_TURNED * both.sum():
        return None
    if usual.sum() < LEAST_STRICT * both.sum():
        return None
    low, high = (own.name, other.name) if less else (other.name, own.name)
    sql = f"{number_sql(scope, low)} > {number_sql(scope, high)}"
    cause = gathered(scope, Affected(turned, sql), [own.name, other.name], timed=False)
    if cause is None or not _alike(np.abs(np.log(one / two)), turned & cause.slice.inside, usual):
        return None
    rest = both & ~cause.slice.inside
    if (turned & rest).sum() > (1 - HOLDS) * rest.sum():
        return None
    rows = within(turned, cause, sql)
    query = (
        f"select {quote_identifier(low)}, {quote_identifier(high)} from {scope.source_sql}"
        f" where {rows.sql}"
    )
    shown = [" > ".join(map(str, row.values())) for row in scope.sql(query).to_pylist()[:3]]
    facts = {"column": own.name, "columns": [own.name, other.name], "low": low, "high": high}
    return Hidden("wrong_order", rows, cause, {**facts, "shown": "; ".join(shown)}, query)


def _alike(apart: np.ndarray, turned: Mask, usual: Mask) -> bool:
    """Are they as far apart as otherwise? If much further, a value is wrong, not its place."""
    middle = float(np.median(apart[usual]))
    alike = np.median(apart[turned]) <= max(MOST_APART * middle, np.log(1.05))
    return bool(alike and middle <= np.log(MOST_USUAL))

"""Amounts far from the usual of their group: a decimal point or a unit was lost on the way.

The group is that of the few columns within which amounts vary least, their currency among them; the
usual is its median. Robust log-ratios (median absolute deviation) set the bar, five times at least,
and it is one number for all groups, so that SQL can repeat it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from steward.engine.text import quote_identifier
from steward.types import ROW
from steward.why.axes import sliceable, value_axis
from steward.why.broken import reads
from steward.why.causes import Affected
from steward.why.numeric import Floats, amounts_of, measures, number_sql, readable
from steward.why.scope import Mask, Scope, mask_of
from steward.why.within import Hidden, gathered, within

LEAST_GROUP, LEAST_MEAN = 5, 10
LEAST_TIMES = 5.0
SIGMAS, MAD = 3.0, 1.4826
SAMPLE = 60_000
BETTER = 0.9
MOST_COLUMNS = 2
NEAR_POWER = 0.25
Ints = np.ndarray


@dataclass(frozen=True, slots=True)
class Grouping:
    """The columns within which amounts vary least, and their spread there (of the logarithm)."""

    columns: tuple[str, ...]
    spread: float

    @property
    def times(self) -> float:
        """From how many times the usual on an amount deviates."""
        return max(LEAST_TIMES, round(math.exp(SIGMAS * self.spread), 1))


def scaled_amounts(scope: Scope, column: str) -> Iterator[Hidden]:
    """Amounts many times above or below the usual of their group, in a slice, since some time."""
    facts = scope.profile.column(column)
    if not measures(facts) or not readable(scope, facts):
        return
    group = _grouping(scope, column, np.log(amounts_of(scope, column)))
    for high in (True, False):
        found = _side(scope, column, group, high=high)
        if found is not None:
            yield found


def _grouping(scope: Scope, column: str, logs: Floats) -> Grouping:
    """What the amounts are read by, and up to two columns that narrow their spread the most."""
    rows = np.flatnonzero(~np.isnan(logs))
    rows = rows[:: max(1, len(rows) // SAMPLE)]
    axes = [
        value_axis(scope, c)
        for c in scope.profile.columns
        if c.name != column and sliceable(c) and not measures(c)
    ]
    held = {axis.name: axis.codes[rows].astype(np.int64) for axis in axes}
    facts = scope.profile.column(column)
    sure = [name for name in held if reads(scope, name, facts)][:1]
    codes = held[sure[0]] if sure else np.zeros(len(rows), np.int64)
    best = Grouping(tuple(sure), _spread(codes[codes >= 0], logs[rows][codes >= 0]))
    for _ in range(MOST_COLUMNS):
        tried = {name: _both(codes, one) for name, one in held.items() if name not in best.columns}
        grown = best
        for name, both in tried.items():
            grown = _better(grown, (*best.columns, name), both, logs[rows])
        if grown is best:
            break
        best, codes = grown, tried[grown.columns[-1]]
    return best


def _both(one: Ints, two: Ints) -> Ints:
    """Codes of the pairs; -1 where either is."""
    pairs = np.where((one < 0) | (two < 0), -1, one * (two.max() + 1) + two)
    return np.unique(pairs, return_inverse=True)[1] - int(pairs.min() < 0)


def _better(best: Grouping, names: tuple[str, ...], codes: Ints, logs: Floats) -> Grouping:
    known = codes >= 0
    groups = np.unique(codes[known])
    if known.sum() < 0.8 * len(codes) or known.sum() < LEAST_MEAN * len(groups):
        return best
    spread = _spread(codes[known], logs[known])
    return Grouping(names, spread) if spread < BETTER * best.spread else best


def _spread(codes: Ints, logs: Floats) -> float:
    """The median distance from the group's median, as a standard deviation."""
    if not len(logs):
        return 0.0
    order = np.lexsort((logs, codes))
    starts = np.flatnonzero(np.diff(codes[order], prepend=codes[order][0] - 1))
    sizes = np.diff(np.append(starts, len(order)))
    ranked = logs[order]
    middle = (ranked[starts + (sizes - 1) // 2] + ranked[starts + sizes // 2]) / 2
    return float(MAD * np.median(np.abs(ranked - np.repeat(middle, sizes))))


def _side(scope: Scope, column: str, group: Grouping, *, high: bool) -> Hidden | None:
    times = f"{group.times:g}"
    bar = f"amount >= {times} * usual" if high else f"amount * {times} <= usual"
    flagged = (
        f"select {ROW} from ({_with_usual(scope, column, group)}) as measured"
        f" where peers >= {LEAST_GROUP} and {bar}"
    )
    sql = f"{ROW} in ({flagged})"
    mask = mask_of(scope, flagged)
    facts = scope.profile.column(column)
    read_by = [name for name in group.columns if reads(scope, name, facts)]
    cause = gathered(scope, Affected(mask, sql), [column, *read_by])
    if cause is None:
        return None
    rows = within(mask, cause, sql)
    shown = _shown(scope, column, group, rows)
    factor, kind = _factor(scope, column, rows.mask, cause.slice.inside & ~mask)
    told = {
        "column": column,
        "columns": [column],
        "group": " + ".join(group.columns) or scope.table,
        "factor": factor,
        "shown": "; ".join(f"{r['cell']} ({r['usual']:.4g})" for r in shown[:3]),
    }
    return Hidden(f"wrong_{kind}", rows, cause, told, _examples_sql(scope, column, group, rows))


def _with_usual(scope: Scope, column: str, group: Grouping) -> str:
    by = ", ".join(quote_identifier(name) for name in group.columns)
    over = f"over (partition by {by})" if by else "over ()"
    return (
        f"select {ROW}, {quote_identifier(column)} as cell, amount, median(amount) {over} as usual,"
        f" count(amount) {over} as peers from (select *, {number_sql(scope, column)} as amount"
        f" from {scope.source_sql}) as numbers where amount > 0"
    )


def _examples_sql(scope: Scope, column: str, group: Grouping, rows: Affected) -> str:
    return (
        f"select cell, usual, round(amount / usual, 4) as times from"
        f" ({_with_usual(scope, column, group)}) as measured where {ROW} in"
        f" (select {ROW} from {scope.source_sql} where {rows.sql}) order by {ROW}"
    )


def _shown(scope: Scope, column: str, group: Grouping, rows: Affected) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = scope.sql(_examples_sql(scope, column, group, rows)).to_pylist()
    return found


def _factor(scope: Scope, column: str, rows: Mask, others: Mask) -> tuple[str, str]:
    """How many times the others of the slice; a power of ten is a lost point, or another unit."""
    logs = np.log10(amounts_of(scope, column))
    usual = logs[others & ~np.isnan(logs)]
    middle = float(np.median(usual)) if len(usual) else float(np.nanmedian(logs))
    power = float(np.median(logs[rows])) - middle
    nearest = round(power)
    if nearest and abs(power - nearest) <= NEAR_POWER:
        return f"×{10.0**nearest:g}", "scale"
    return f"×{10.0**power:.2g}", "level"

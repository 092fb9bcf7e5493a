"""A date column as an axis of time: days where they are few, else months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from steward.engine.text import quote_identifier
from steward.why.axis import Atom, Axis
from steward.why.scope import Scope

MOST_DAYS = 62
LEAST_READ = 0.6


def day_sql(column: str) -> str:
    """SQL for the day in a text cell, or null: ISO and compact dates, then day first, month first.

    An ambiguous `05/04/2024` is read day first; what other columns say decides how much that costs.
    """
    name = quote_identifier(column)
    iso = f"replace(replace(left(trim({name}), 10), '/', '-'), '.', '-')"
    forms = "['%Y%m%d', '%Y年%m月%d日', '%d/%m/%Y', '%d.%m.%Y', '%d-%m-%Y', '%m/%d/%Y', '%m-%d-%Y']"
    return f"coalesce(try_cast({iso} as date), try_strptime(trim({name}), {forms})::date)"


def date_axis(scope: Scope, column: str) -> Axis | None:
    """Time by this column, or None where too few of its cells can be read or it is one moment."""
    days, read = _days(scope, column)
    known = np.flatnonzero(read)
    if len(known) < LEAST_READ * scope.rows or not len(known):
        return None
    steps = np.unique(days[known])
    by_month = len(steps) > MOST_DAYS
    if by_month:
        days = days.astype("datetime64[M]").astype("datetime64[D]")
        steps = np.unique(days[known])
    if len(steps) < 2:
        return None
    codes = np.full(scope.rows, -1, np.int32)
    codes[known] = np.searchsorted(steps, days[known])
    expression = day_sql(column)
    last = len(steps) - 1

    def atom(chosen: Sequence[int]) -> Atom:
        low, high = min(chosen), max(chosen)
        start, end = _iso(steps[low]), _iso(_end(steps[high], by_month))
        parts = [f"{expression} >= date '{start}'"]
        if high < last:
            parts.append(f"{expression} < date '{end}'")
        text = f"{column} ≥ {start}" if high == last else f"{start} ≤ {column} < {end}"
        return Atom(column, (start,), text, " and ".join(parts), low, high)

    return Axis(column, codes, len(steps), True, atom)


def _days(scope: Scope, column: str) -> tuple[np.ndarray, np.ndarray]:
    """The day of every row, and whether its text could be read; decided on distinct values."""
    codes = scope.snapshot.codes(column)
    scope.connection.register("_steward_texts", pa.table({column: list(codes.values)}))
    query = f"select {day_sql(column)} as day from _steward_texts"
    found = scope.connection.sql(query).to_arrow_table().column("day")
    scope.connection.unregister("_steward_texts")
    days = np.array([d or date(1970, 1, 1) for d in found.to_pylist()], "datetime64[D]")
    read = np.array([d is not None for d in found.to_pylist()] + [False], bool)
    days = np.append(days, np.datetime64("1970-01-01"))
    return days[codes.codes], read[codes.codes]


def _end(step: np.datetime64, by_month: bool) -> np.datetime64:
    unit = "M" if by_month else "D"
    return np.datetime64((step.astype(f"datetime64[{unit}]") + 1).astype("datetime64[D]"))


def _iso(day: np.datetime64) -> str:
    return str(day.astype("datetime64[D]"))

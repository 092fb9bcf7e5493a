"""Cells as numbers in SQL, so that a proof about numbers reads them as the investigation does."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from steward.engine.text import quote_identifier
from steward.types import ROW, ColumnProfile
from steward.types import SemanticType as S
from steward.why.scope import Scope

Floats = npt.NDArray[np.float64]
LEAST_READ = 0.8
LEAST_DISTINCT = 10


def measures(column: ColumnProfile) -> bool:
    """Is this a column of amounts: numbers or money that vary, and name no row?"""
    amounts = column.semantic in (S.NUMBER, S.MONEY)
    return amounts and not column.is_key and column.distinct >= LEAST_DISTINCT


def number_sql(scope: Scope, column: str) -> str:
    """A DuckDB expression for the amount in a cell: null where there is none, or not above 0."""
    name = quote_identifier(column)
    plain = f"try_cast({name} as double)"
    if f"plain {column}" not in scope.made:
        query = f"select count({name}), count({plain}) from {scope.source_sql}"
        held, read = scope.sql(query).to_pylist()[0].values()
        scope.made[f"plain {column}"] = read >= 0.995 * held
    if scope.made[f"plain {column}"]:
        return plain
    rest = f"regexp_replace({name}, '^[^0-9]+', '')"
    comma = f"replace(regexp_replace({rest}, '[^0-9,]', '', 'g'), ',', '.')"
    point = f"regexp_replace({rest}, '[^0-9.]', '', 'g')"
    return (
        f"try_cast(case when {name} like '-%' then null when regexp_matches({name},"
        f" ',[0-9]{{1,2}}[^0-9]*$') then {comma} else {point} end as double)"
    )


def amounts_of(scope: Scope, column: str) -> Floats:
    """The amount in every row as the SQL reads it; nan where there is none above 0."""
    key = f"amounts {column}"
    if key not in scope.made:
        query = f"select {ROW}, {number_sql(scope, column)} as amount from {scope.source_sql}"
        rows = scope.sql(query)
        found = np.full(scope.rows, np.nan)
        at = scope.snapshot.positions(rows.column(0).to_numpy())
        found[at] = rows.column(1).to_numpy(zero_copy_only=False)
        found[~(found > 0)] = np.nan
        scope.made[key] = found
    held: Floats = scope.made[key]
    return held


def readable(scope: Scope, column: ColumnProfile) -> bool:
    """Can most of its cells be read as amounts?"""
    read = int((~np.isnan(amounts_of(scope, column.name))).sum())
    return read >= LEAST_READ * max(column.present, 1)

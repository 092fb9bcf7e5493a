"""The SQL of counts and simple aggregates (DuckDB; every column is text)."""

from __future__ import annotations

from collections.abc import Sequence

from steward.agent.planner.question import Filter, Question
from steward.engine.text import quote_identifier, quote_literal
from steward.types import BATCH

AGGREGATES = {
    "average": "round(avg({}), 2)",
    "median": "median({})",
    "maximum": "max({})",
    "minimum": "min({})",
    "latest": "max({})",
    "earliest": "min({})",
    "sum": "round(sum({}), 2)",
}


def missing_sql(column: str) -> str:
    """The condition that a cell holds nothing."""
    name = quote_identifier(column)
    return f"({name} is null or trim({name}) = '')"


def number_sql(column: str) -> str:
    """The text of a column as a number; null where it is none."""
    return f"try_cast(replace({quote_identifier(column)}, ',', '') as double)"


def condition_sql(one: Filter) -> str:
    """One condition in SQL."""
    if one.op == "missing":
        return missing_sql(one.column)
    if one.op == "present":
        return f"not {missing_sql(one.column)}"
    if one.column == BATCH:
        return f"{BATCH} {one.op} {int(one.value)}"
    if one.op == "=":
        return f"{quote_identifier(one.column)} = {_text(one.value)}"
    if one.op == "contains":
        return f"contains(lower({quote_identifier(one.column)}), lower({_text(one.value)}))"
    return f"{number_sql(one.column)} {one.op} {float(one.value):g}"


def where_sql(filters: Sequence[Filter]) -> str:
    """A `where` for conditions; those on one column by equality are alternatives."""
    groups: dict[str, list[str]] = {}
    for at, one in enumerate(filters):
        groups.setdefault(one.column if one.op == "=" else f"#{at}", []).append(condition_sql(one))
    parts = [p[0] if len(p) == 1 else f"({' or '.join(p)})" for p in groups.values()]
    return f" where {' and '.join(parts)}" if parts else ""


def count_sql(table: str, filters: Sequence[Filter] = ()) -> str:
    """How many rows meet conditions."""
    return f"select count(*) as n from {quote_identifier(table)}{where_sql(filters)}"


def percent_sql(table: str, of: Sequence[Filter], among: Sequence[Filter] = ()) -> str:
    """Which share of the rows meets conditions, in percent to one decimal."""
    inner = where_sql(of).removeprefix(" where ") or "true"
    return (
        f"select round(100.0 * count(*) filter (where {inner}) / count(*), 1) as percent"
        f" from {quote_identifier(table)}{where_sql(among)}"
    )


def measure_sql(question: Question) -> str:
    """The one number, or the number for each value of a column, that a question asks for."""
    column, source = question.column, quote_identifier(question.table)
    what = _measure(question)
    if not question.group:
        return f"select {what} as {_name(question)} from {source}{where_sql(question.filters)}"
    group = quote_identifier(question.group)
    kept = (*question.filters, Filter(question.group, "present"))
    order = "asc" if question.about == "lowest" else "desc"
    rows = "" if not column or question.measure == "count" else ', count(*) as "rows"'
    return (
        f"select {group}, {what} as {_name(question)}{rows} from {source}{where_sql(kept)}"
        f" group by {group} order by 2 {order} nulls last, 1 limit {question.limit}"
    )


def by_sql(table: str, column: str, group: str, limit: int) -> str:
    """Missing cells of a column for each value of another."""
    missing, name = missing_sql(column), quote_identifier(group)
    return (
        f'select {name}, count(*) filter (where {missing}) as missing, count(*) as "rows",'
        f" round(100.0 * count(*) filter (where {missing}) / count(*), 1) as percent"
        f" from {quote_identifier(table)} group by {name} order by missing desc, 1 limit {limit}"
    )


def gaps_sql(table: str, columns: Sequence[str]) -> str:
    """Missing cells of each column."""
    source = quote_identifier(table)
    parts = [
        f'select {_text(c)} as "column", count(*) filter (where {missing_sql(c)}) as missing'
        f" from {source}"
        for c in columns
    ]
    return (
        "select * from (\n" + "\nunion all\n".join(parts) + "\n) where missing > 0"
        ' order by missing desc, "column" limit 20'
    )


def top_sql(question: Question) -> str:
    """The values of a column with the number of their rows."""
    name = quote_identifier(question.column)
    kept = (*question.filters, Filter(question.column, "present"))
    order = "asc" if question.measure == "bottom" else "desc"
    return (
        f'select {name}, count(*) as "rows" from {quote_identifier(question.table)}'
        f"{where_sql(kept)} group by {name} order by 2 {order}, 1 limit {question.limit}"
    )


def distinct_sql(table: str, column: str, filters: Sequence[Filter] = ()) -> str:
    """How many different values a column holds."""
    name = quote_identifier(column)
    kept = (*filters, Filter(column, "present"))
    return f"select count(distinct {name}) as n from {quote_identifier(table)}{where_sql(kept)}"


def repeated_sql(table: str, column: str, *, count: bool) -> str:
    """The values that more than one row holds, or how many there are."""
    name, source = quote_identifier(column), quote_identifier(table)
    found = (
        f'select {name}, count(*) as "rows" from {source} where not {missing_sql(column)}'
        f" group by {name} having count(*) > 1"
    )
    if count:
        return f"select count(*) as n from ({found})"
    return f"{found} order by 2 desc, 1 limit 5"


def shown_columns(question: Question, columns: Sequence[str]) -> list[str]:
    """Columns of rows that are shown: first those of the table, and those asked about."""
    asked = [*question.columns, *(f.column for f in question.filters)]
    rest = [c for c in columns if c not in asked][: max(0, 6 - len(asked))]
    return [c for c in columns if c in asked or c in rest]


def rows_sql(question: Question, columns: Sequence[str]) -> str:
    """A few rows with their number, and the columns that are asked about."""
    names = ", ".join(map(quote_identifier, ("_steward_row", *shown_columns(question, columns))))
    source = quote_identifier(question.table)
    return (
        f"select {names} from {source}{where_sql(question.filters)}"
        f" order by _steward_row limit {question.limit}"
    )


def _measure(question: Question) -> str:
    if question.measure == "count":
        return "count(*)"
    if question.measure == "distinct":
        return f"count(distinct {quote_identifier(question.column)})"
    aggregate = AGGREGATES[question.measure]
    if question.measure in ("latest", "earliest"):
        return aggregate.format(f"nullif(trim({quote_identifier(question.column)}), '')")
    return aggregate.format(number_sql(question.column))


def _name(question: Question) -> str:
    return "n" if question.measure in ("count", "distinct") else question.measure


def _text(value: str) -> str:
    return quote_literal(value)

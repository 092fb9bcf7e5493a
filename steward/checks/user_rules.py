"""The rules of `checks.yaml`, each as a condition that is true for failing rows.

A cell that holds nothing passes every rule but `not_null`, as in SQL, dbt and pandera.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from steward.checks.duplicates import duplicate_key_sql
from steward.checks.sql import date_sql, missing_sql, number_sql, present_sql, select_where
from steward.engine.text import quote_identifier, quote_list, quote_literal

Rule = Callable[[str, Sequence[str], object], str]
"""(table, columns, argument) to the SQL that selects failing rows."""

TYPES: dict[str, str] = {
    "integer": r"not regexp_full_match(trim({name}), '[+-]?[0-9]+')",
    "number": "{number} is null",
    "date": "{date} is null",
    "timestamp": "{date} is null",
    "boolean": "lower(trim({name})) not in "
    "('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '0', '1', '是', '否')",
    "text": "false",
}


def not_null(table: str, columns: Sequence[str], wanted: object) -> str:
    """The cell holds a value."""
    condition = " or ".join(missing_sql(c) for c in columns)
    return select_where(table, columns, condition)


def unique(table: str, columns: Sequence[str], wanted: object) -> str:
    """No other row holds the same value (or the same values, with several columns)."""
    return duplicate_key_sql(table, columns)


def accepted_values(table: str, columns: Sequence[str], wanted: object) -> str:
    """The value is one of a list."""
    values = quote_list(str(v) for v in _list(wanted))
    return _each(table, columns, lambda c: f"{quote_identifier(c)} not in {values}")


def rejected_values(table: str, columns: Sequence[str], wanted: object) -> str:
    """The value is none of a list."""
    values = quote_list(str(v) for v in _list(wanted))
    return _each(table, columns, lambda c: f"{quote_identifier(c)} in {values}")


def relationships(table: str, columns: Sequence[str], wanted: object) -> str:
    """The value is found in a column of another table."""
    where = _mapping(wanted)
    other, field = quote_identifier(str(where["to"])), quote_identifier(str(where["field"]))
    return _each(
        table,
        columns,
        lambda c: (
            f"{quote_identifier(c)} not in (select {field} from {other} where {field} is not null)"
        ),
    )


def bounds(table: str, columns: Sequence[str], wanted: object) -> str:
    """The number or date lies between `min` and `max`, or above `gt`, below `lt`."""
    signs = {"min": "<", "max": ">", "gt": "<=", "lt": ">="}
    limits = _mapping(wanted)

    def outside(column: str) -> str:
        parts = []
        for key, limit in limits.items():
            if isinstance(limit, date):
                parts.append(f"{date_sql(column)} {signs[key]} timestamp '{limit}'")
            else:
                parts.append(f"{number_sql(column)} {signs[key]} {limit}")
        return "(" + " or ".join(parts) + ")"

    return _each(table, columns, outside)


def regex(table: str, columns: Sequence[str], wanted: object) -> str:
    """The whole value matches a regular expression (RE2)."""
    pattern = quote_literal(str(wanted))
    return _each(
        table, columns, lambda c: f"not regexp_full_match({quote_identifier(c)}, {pattern})"
    )


def length(table: str, columns: Sequence[str], wanted: object) -> str:
    """The value has that many characters, or between `min` and `max` of them."""
    limits = {"min": wanted, "max": wanted} if isinstance(wanted, int) else _mapping(wanted)
    signs = {"min": "<", "max": ">"}

    def outside(column: str) -> str:
        name = quote_identifier(column)
        return "(" + " or ".join(f"length({name}) {signs[k]} {n}" for k, n in limits.items()) + ")"

    return _each(table, columns, outside)


def type_(table: str, columns: Sequence[str], wanted: object) -> str:
    """The text reads as an integer, number, date, timestamp or boolean."""
    condition = TYPES[str(wanted)]
    return _each(
        table,
        columns,
        lambda c: condition.format(
            name=quote_identifier(c), number=number_sql(c), date=date_sql(c)
        ),
    )


COLUMN_RULES: dict[str, Rule] = {
    "not_null": not_null,
    "unique": unique,
    "accepted_values": accepted_values,
    "rejected_values": rejected_values,
    "relationships": relationships,
    "range": bounds,
    "regex": regex,
    "length": length,
    "type": type_,
}
"""Rules that look at columns, by the name they have in the file."""


def _each(table: str, columns: Sequence[str], condition: Callable[[str], str]) -> str:
    parts = [f"({present_sql(c)} and {condition(c)})" for c in columns]
    return select_where(table, columns, " or ".join(parts))


def _list(value: object) -> Sequence[object]:
    assert isinstance(value, list)
    return value


def _mapping(value: object) -> Mapping[str, object]:
    assert isinstance(value, dict)
    return value

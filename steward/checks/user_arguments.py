"""The vocabulary of `checks.yaml`: rules, their other names, and what each may be told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from steward.checks.expression import parse_predicate
from steward.checks.table_rules import parse_age
from steward.checks.user_rules import TYPES

ALIASES: dict[str, str] = {
    "nullable": "not_null",
    "isin": "accepted_values",
    "notin": "rejected_values",
    "not_accepted_values": "rejected_values",
    "in_range": "range",
    "str_matches": "regex",
    "str_length": "length",
    "dtype": "type",
    "foreign_key": "relationships",
    "sql": "expression",
    "predicate": "expression",
    "expression_is_true": "expression",
    "python": "function",
}
"""pandera's and dbt's words for the same things."""

BOUNDS: dict[str, str] = {"min": "min", "max": "max", "ge": "min", "le": "max",
                          "gt": "gt", "lt": "lt"}  # fmt: skip
"""Keys that together make a `range` rule."""

WITHOUT_COLUMN = frozenset({"expression", "row_count", "freshness", "function"})


def argument(rule: str, value: object, columns: tuple[str, ...]) -> object | None:
    """What a rule was told, in its plain form; None when it is switched off.

    Raises:
        ValueError: it cannot be told that.
    """
    if rule not in WITHOUT_COLUMN and not columns:
        raise ValueError("say which `column:`")
    return RULES[rule](value)


def _switch(value: object) -> object | None:
    if not isinstance(value, bool):
        raise ValueError("takes true or false")
    return True if value else None


def _values(value: object) -> object:
    if isinstance(value, dict) and set(value) == {"values"}:
        value = value["values"]
    if not isinstance(value, list) or not value:
        raise ValueError("takes a list of values")
    return [_as_text(v) for v in value]


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        raise ValueError(
            f"quote {str(value).lower()!r}: YAML reads a bare yes, no or true as a truth value"
        )
    return str(value)


def _reference(value: object) -> object:
    if not isinstance(value, dict) or set(value) != {"to", "field"}:
        raise ValueError("takes {to: table, field: column}")
    return {key: str(name) for key, name in value.items()}


def _range(value: object) -> object:
    if isinstance(value, list) and len(value) == 2:
        value = {"min": value[0], "max": value[1]}
    if not isinstance(value, dict) or not value or set(value) - {"min", "max", "gt", "lt"}:
        raise ValueError("takes {min: …, max: …}")
    for key, limit in value.items():
        if isinstance(limit, bool) or not isinstance(limit, (int, float, date)):
            raise ValueError(f"{key} must be a number or a date, not {limit!r}")
    low, high = value.get("min"), value.get("max")
    if low is not None and high is not None and low > high:
        raise ValueError(f"min {low} is above max {high}")
    return value


def _regex(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("takes a quoted regular expression")
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"this is no regular expression: {error}") from None
    if re.search(r"\(\?[=!<]", value) or re.search(r"\\[1-9]", value):
        raise ValueError("looking ahead or back and back-references are not supported (RE2)")
    return value


def _count(value: object) -> object:
    limits = value if isinstance(value, dict) else {"min": value, "max": value}
    if not limits or set(limits) - {"min", "max"}:
        raise ValueError("takes a number, or {min: …, max: …}")
    for limit in limits.values():
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
            raise ValueError(f"takes whole numbers from 0, not {limit!r}")
    return limits


def _type(value: object) -> object:
    name = {"int": "integer", "float": "number", "str": "text", "bool": "boolean",
            "datetime": "timestamp"}.get(str(value), str(value))  # fmt: skip
    if name not in TYPES:
        raise ValueError(f"takes one of {', '.join(TYPES)}, not {value!r}")
    return name


def _expression(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("takes SQL that is true for good rows")
    parse_predicate(value)
    return value


def _freshness(value: object) -> object:
    if not isinstance(value, dict) or set(value) != {"column", "max_age"}:
        raise ValueError("takes {column: …, max_age: 7 days}")
    parse_age(value["max_age"])
    return value


def _function(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r".+\.py:[A-Za-z_]\w*", value):
        raise ValueError("takes a path and a name: my_checks.py:function")
    return value


RULES: dict[str, Callable[[object], object | None]] = {
    "not_null": _switch,
    "unique": _switch,
    "accepted_values": _values,
    "rejected_values": _values,
    "relationships": _reference,
    "range": _range,
    "regex": _regex,
    "length": _count,
    "type": _type,
    "expression": _expression,
    "function": _function,
    "row_count": _count,
    "freshness": _freshness,
}

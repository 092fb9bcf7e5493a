"""Conditions on rows as a model writes them, and as SQL: its text never becomes SQL as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from typing_extensions import TypedDict

from steward.agent.naming import find_column
from steward.engine.text import quote_identifier, quote_literal
from steward.errors import ToolRetry
from steward.store import Store
from steward.types import BATCH, ROW

Test = Literal[
    "equals", "differs", "contains", "is missing", "is present", "at least", "at most"
]  # fmt: skip


class Condition(TypedDict):
    """One test of one column; rows must pass all of them. `_steward_batch` is the delivery."""

    column: str
    test: Test
    value: str | None


def where_sql(store: Store, table: str, conditions: Sequence[Condition]) -> str:
    """The conditions as one SQL condition, `true` when there is none.

    Raises:
        ToolRetry: a column is unknown, or a value is missing or not a number.
    """
    return " and ".join(_one(store, table, one) for one in conditions) or "true"


def _one(store: Store, table: str, one: Condition) -> str:
    reserved = one["column"] in (BATCH, ROW)
    name = quote_identifier(one["column"] if reserved else find_column(store, table, one["column"]))
    missing = f"{name} is null" if reserved else f"({name} is null or trim({name}) = '')"
    if one["test"] == "is missing":
        return missing
    if one["test"] == "is present":
        return f"not {missing}"
    if one["value"] is None:
        raise ToolRetry(f"The test {one['test']!r} needs a value; else use 'is missing'.")
    return _compared(name if not reserved else f"{name}::varchar", one["test"], one["value"])


def _compared(name: str, test: str, value: str) -> str:
    text = quote_literal(value)
    if test == "equals":
        return f"{name} = {text}"
    if test == "differs":
        return f"{name} is distinct from {text}"
    if test == "contains":
        return f"contains(lower({name}), lower({text}))"
    sign = ">=" if test == "at least" else "<="
    if _number(value):
        return f"try_cast({name} as double) {sign} {float(value)!r}"
    return f"{name} {sign} {text}"


def _number(value: str) -> bool:
    try:
        return float(value) - float(value) == 0
    except ValueError:
        return False

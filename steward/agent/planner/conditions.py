"""Conditions as the tools take them, and deliveries by the time that a question names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from steward.agent.planner.question import Filter, Step
from steward.engine.text import quote_literal
from steward.types import BATCH

_TESTS = {
    "=": "equals",
    "contains": "contains",
    "missing": "is missing",
    "present": "is present",
    ">=": "at least",
    "<=": "at most",
}


def conditions(filters: Sequence[Filter]) -> list[dict[str, Any]] | None:
    """Conditions for a tool; None when one of them needs SQL."""
    if any(one.op not in _TESTS for one in filters) or _alternatives(filters):
        return None
    return [
        {"column": one.column, "test": _TESTS[one.op], "value": one.value or None}
        for one in filters
    ]


def _alternatives(filters: Sequence[Filter]) -> bool:
    """Do two values of one column stand side by side (S04 or S05)?"""
    equal = [one.column for one in filters if one.op == "="]
    return len(set(equal)) < len(equal)


def batches_step(table: str) -> Step:
    """The deliveries of a table, with when they came, as one query."""
    return Step(
        "query",
        {
            "sql": f"select {BATCH}, source, ingested_at,"
            " cast(ingested_at as timestamp) >= current_date - interval 7 day as week,"
            " cast(ingested_at as timestamp) >= current_date - interval 31 day as month,"
            " cast(ingested_at as timestamp) >= current_date - interval 1 day as day"
            f" from _steward_batches where table_name = {quote_literal(table)} order by 1"
        },
    )


def batch_of(said: str, rows: Sequence[Sequence[Any]]) -> int | None:
    """The first delivery of the time that is named; None when none fits.

    Args:
        said: `last batch`, `last week`, `last month`, `yesterday`, `2024-03` or `-03`.
        rows: what `batches_step` gave.
    """
    if not rows:
        return None
    if said == "last batch":
        return int(rows[-1][0])
    place = {"last week": 3, "last month": 4, "yesterday": 5}.get(said)
    if place is not None:
        return next((int(row[0]) for row in rows if row[place]), None)
    return next((int(row[0]) for row in rows if _in_month(said, row)), None)


def _in_month(said: str, row: Sequence[Any]) -> bool:
    """Does the name of the delivery, or when it came, tell this month?"""
    year, _, month = said.rpartition("-")
    pattern = rf"{year or '20[0-9][0-9]'}[-_./]?{month}(?![0-9])"
    return any(re.search(pattern, str(text)) for text in row[1:3])

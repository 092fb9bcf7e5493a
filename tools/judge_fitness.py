"""Is a table fit to train on?"""

from __future__ import annotations

from typing import Annotated

from steward import Store, ToolResult, explained, why

ACCESS = "read"


def judge_fitness(store: Store, table: Annotated[str, "the table"]) -> ToolResult:
    """Judge whether a table is fit to train on: fit, fit with care or not fit, with reasons."""
    return explained(why.judge_fitness(store, table))

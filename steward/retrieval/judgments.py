"""Judgments: which grade an item has for a query. Information retrieval says *qrels*."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from steward.engine import Snapshot
from steward.errors import InputError, UnknownColumn

ESCI = {"e": 3.0, "s": 2.0, "c": 1.0, "i": 0.0}
"""Exact, substitute, complement, irrelevant (Reddy et al., 2022): by the first letter."""
ESCI_WORDS = {*ESCI, "exact", "substitute", "complement", "irrelevant"}
"""How a grade of ESCI may be written."""

HIGHEST = 20.0
"""The highest grade that can be read: an item gains 2^grade - 1, so scales are short."""

Grades = Mapping[str, Mapping[str, float]]
"""Query to item to grade."""


@dataclass(frozen=True, slots=True)
class JudgmentColumns:
    """Where a table of judgments keeps what."""

    query: str
    item: str
    grade: str


def read_judgments(snapshot: Snapshot, columns: JudgmentColumns) -> dict[str, dict[str, float]]:
    """Read a table of judgments; a pair judged more than once gets the median of its grades.

    Grades are numbers, 0 for irrelevant, or the four words or letters of ESCI. One below 0, as TREC
    marks spam, is irrelevant.

    Raises:
        UnknownColumn: the table lacks one of the columns.
        InputError: a grade is neither a number nor a word of ESCI, or above `HIGHEST`.
    """
    texts = [_texts(snapshot, name) for name in (columns.query, columns.item, columns.grade)]
    gathered: dict[str, dict[str, list[float]]] = {}
    for position, (query, item, grade) in enumerate(zip(*texts, strict=True)):
        if query and item and grade:
            where = f"row {int(snapshot.row_ids[position])} of {snapshot.name}"
            gathered.setdefault(query, {}).setdefault(item, []).append(_grade(grade, where))
    return {q: {i: median(g) for i, g in items.items()} for q, items in gathered.items()}


def relevant_queries(grades: Grades) -> dict[str, Mapping[str, float]]:
    """Only the queries that have an item above grade 0: the others tell rankings nothing."""
    return {q: items for q, items in grades.items() if any(g > 0 for g in items.values())}


def among(grades: Grades, queries: Iterable[str]) -> dict[str, Mapping[str, float]]:
    """The judgments of some queries, in the order of `grades`."""
    wanted = set(queries)
    return {q: items for q, items in grades.items() if q in wanted}


def _texts(snapshot: Snapshot, name: str) -> list[str | None]:
    if name not in snapshot.columns:
        raise UnknownColumn(
            f"Table {snapshot.name} has no column {name}.",
            hint=f"Columns: {', '.join(snapshot.columns)}",
        )
    values: list[str | None] = snapshot.column(name).to_pylist()
    return values


def _grade(text: str, where: str) -> float:
    word = text.strip().casefold()
    if word in ESCI_WORDS:
        return ESCI[word[0]]
    try:
        grade = float(word)
    except ValueError:
        grade = math.nan
    if not math.isfinite(grade):
        raise InputError(
            f"The grade {text!r} in {where} is no number.",
            hint="Grades are numbers, or exact, substitute, complement, irrelevant.",
        )
    if grade > HIGHEST:
        raise InputError(
            f"The grade {text!r} in {where} is too high: an item gains 2^grade - 1.",
            hint="Bring the grades to a short scale, such as 0 to 3, or name another column "
            "with --columns QUERY,ITEM,GRADE.",
        )
    return max(0.0, grade)

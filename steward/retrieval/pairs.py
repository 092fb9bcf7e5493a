"""Training examples from judgments or clicks: pairs, triplets and lists, and where they came from.

A positive is an item graded in the upper half of the scale. An item graded above 0 is never a
negative, whatever a model says of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steward.errors import InputError
from steward.retrieval.data import SearchData
from steward.retrieval.judgments import Grades
from steward.retrieval.split import Split


@dataclass(frozen=True, slots=True)
class Pair:
    """A query and an item that answers it: sentence-transformers' anchor and positive.

    `weight` is the gain of the grade, (2^grade - 1) / (2^highest - 1), from 0 to 1.
    """

    query: str
    item: str
    grade: float
    weight: float


@dataclass(frozen=True, slots=True)
class Triplet:
    """A pair and an item that does not answer the query."""

    query: str
    positive: str
    negative: str


@dataclass(frozen=True, slots=True)
class GradedList:
    """All judged items of a query with their grades, the best first."""

    query: str
    items: tuple[str, ...]
    grades: tuple[float, ...]


def pairs_of(grades: Grades, queries: Iterable[str], *, least: float | None = None) -> list[Pair]:
    """The pairs of some queries.

    Args:
        grades: query to item to grade, from judgments or from clicks (a relevance of any scale).
        queries: whose pairs, such as `split.train`.
        least: the lowest grade of a positive; by default half of the highest.

    Raises:
        InputError: no item of these queries is graded that high.
    """
    high = max((g for items in grades.values() for g in items.values()), default=0.0)
    bar = high / 2 if least is None else least
    top = 2.0**high - 1.0
    pairs = [
        Pair(query, item, grade, (2.0**grade - 1.0) / top)
        for query in queries
        for item, grade in grades.get(query, {}).items()
        if grade >= bar and grade > 0
    ]
    if not pairs:
        raise InputError(
            f"No item of the training queries is graded {bar:g} or higher: nothing to learn from.",
            hint="Judge more, or train on clicks: steward train biencoder --clicks TABLE",
        )
    return pairs


def triplets_of(pairs: Sequence[Pair], negatives: Mapping[str, Sequence[str]]) -> list[Triplet]:
    """Every pair with every negative of its query."""
    return [
        Triplet(pair.query, pair.item, item)
        for pair in pairs
        for item in negatives.get(pair.query, ())
    ]


def lists_of(grades: Grades, queries: Iterable[str]) -> list[GradedList]:
    """The judged items of each query whose grades differ: equal grades teach no order."""
    lists = []
    for query in queries:
        order = sorted(grades.get(query, {}).items(), key=lambda pair: -pair[1])
        if len({grade for _, grade in order}) > 1:
            items, values = zip(*order, strict=True)
            lists.append(GradedList(query, items, values))
    return lists


def not_negative(grades: Grades) -> dict[str, frozenset[str]]:
    """Query to the items that may never be its negatives: those graded above 0."""
    return {q: frozenset(i for i, g in items.items() if g > 0) for q, items in grades.items()}


def judged_bad(grades: Grades, query: str) -> list[str]:
    """The items that people graded 0 for a query: negatives that nobody has to guess."""
    return [item for item, grade in grades.get(query, {}).items() if grade <= 0]


def lineage_of(data: SearchData, split: Split, pairs: Sequence[Pair]) -> dict[str, Any]:
    """What a training was made of, for its record: tables, template, counts and a digest."""
    rows = sorted((p.query, p.item, p.grade) for p in pairs)
    used = sorted({p.item for p in pairs})
    texts = {item: data.texts[item] for item in used}
    return {
        **data.origin,
        "template": data.template,
        "pairs": len(pairs),
        "pairs_hash": _digest(rows),
        "texts_hash": _digest(texts),
        "queries_train": len(split.train),
        "queries_valid": len(split.valid),
        "queries_test": len(split.test),
        "test_hash": _digest(sorted(split.test)),
    }


def _digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]

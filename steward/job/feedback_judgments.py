"""Judgments estimated from clicks: a row a pair, with how sure it is and what it was made of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from steward.label.clicks import Estimate
from steward.sources import Delivery
from steward.sources.delivery import Chunk, Row, chunked

COLUMNS = (
    *("query", "item", "grade", "confidence", "attraction", "lower", "upper"),
    *("impressions", "clicks", "source", "made_from"),
)
SOURCE = "clicks corrected for position"
BEST = 3
"""Grades run from 0 to here."""

TOP = 0.9
"""The attraction that earns the best grade: this quantile of the best item of each query."""


@dataclass(frozen=True, slots=True)
class Estimated:
    """A judgment from clicks; `confidence` is the chance that the grade is right, 0 to 1."""

    query: str
    item: str
    grade: int
    confidence: float
    estimate: Estimate


def grade_clicks(
    relevance: Mapping[str, Mapping[str, Estimate]], *, least: int = 5
) -> list[Estimated]:
    """Turn attractions into grades 0 to 3, by query and item.

    An item's attraction is taken to be in proportion to the gain 2^grade - 1 that nDCG gives it;
    the best grade is what the best items of good queries attract.

    Args:
        relevance: from `steward.label.clicks.relevance`.
        least: impressions of a pair below which nothing is said.
    """
    best = [max(e.value for e in items.values()) for items in relevance.values() if items]
    top = float(np.quantile(best, TOP)) if best else 0.0
    if top <= 0:
        return []
    return [
        Estimated(query, item, grade := _grade(one.value, top), _sure(one, grade, top), one)
        for query in sorted(relevance)
        for item, one in sorted(relevance[query].items())
        if one.impressions >= least
    ]


def as_delivery(found: list[Estimated], made_from: str) -> Delivery:
    """The judgments as rows of text, for the store."""

    def read() -> Iterator[Chunk]:
        return chunked(_row(one, made_from) for one in found)

    return Delivery(COLUMNS, f"steward feedback of {made_from}", read)


def _row(one: Estimated, made_from: str) -> Row:
    e = one.estimate
    numbers = (one.confidence, e.value, e.lower, e.upper)
    return [
        *(one.query, one.item, str(one.grade)),
        *(f"{number:.4f}" for number in numbers),
        *(str(e.impressions), str(e.clicks), SOURCE, made_from),
    ]


def _grade(value: float, top: float) -> int:
    gain = (math.exp2(BEST) - 1.0) * min(1.0, value / top)
    return round(math.log2(1.0 + gain))


def _sure(one: Estimate, grade: int, top: float) -> float:
    """The chance that the attraction lies where this grade does, taking it to be normal."""
    deviation = max((one.upper - one.lower) / 3.92, 1e-6)
    low, high = (_attraction(grade + step, top) for step in (-0.5, 0.5))
    below = 0.0 if grade == 0 else _normal((low - one.value) / deviation)
    above = 1.0 if grade == BEST else _normal((high - one.value) / deviation)
    return max(0.0, above - below)


def _attraction(grade: float, top: float) -> float:
    return top * (math.exp2(grade) - 1.0) / (math.exp2(BEST) - 1.0)


def _normal(z: float) -> float:
    return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))

"""Searches that fail: queries whose results are clicked far less than is usual.

The measure is clicks a search. No correction for positions is needed: every list starts at the
first place, and a list that is short or empty fails its searcher by being so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from steward.label.click_log import ClickLog

FEWEST = 5
"""Searches that a query needs before anything is said of it."""

AT_MOST = 0.75
"""A query fails when it gets at most this share of the usual clicks a search …"""

WRONGLY = 0.05
"""… and of those said to fail, at most this share is expected to be chance alone."""


@dataclass(frozen=True, slots=True)
class Failing:
    """A query that is clicked too little.

    Attributes:
        searches: how often it was searched.
        clicks: on its results.
        expected: clicks that so many searches usually get.
        empty: searches that showed nothing.
        p_value: that so few clicks are chance (Poisson, one-sided).
    """

    query: str
    searches: int
    clicks: int
    expected: float
    empty: int
    p_value: float

    @property
    def lost(self) -> float:
        """Clicks that it should have got and did not."""
        return self.expected - self.clicks


def failing_queries(log: ClickLog, empty: Mapping[str, int]) -> list[Failing]:
    """The queries that fail, the most lost clicks first.

    Args:
        log: what was shown and clicked.
        empty: searches that showed nothing, by query.
    """
    searches, clicks = _counts(log)
    for query, count in empty.items():
        searches[query] = searches.get(query, 0) + count
    known = [query for query, count in searches.items() if count >= FEWEST]
    if not known:
        return []
    usual = median(clicks.get(query, 0) / searches[query] for query in known)
    found = [
        Failing(
            query,
            searches[query],
            clicks.get(query, 0),
            usual * searches[query],
            empty.get(query, 0),
            _chance(clicks.get(query, 0), usual * searches[query]),
        )
        for query in known
    ]
    believed = _sure(found)
    few = [one for one in believed if one.clicks <= AT_MOST * one.expected]
    return sorted(few, key=lambda one: (-one.lost, one.query))


def _counts(log: ClickLog) -> tuple[dict[str, int], dict[str, int]]:
    """Searches and clicks by query."""
    _, first = np.unique(log.list_of, return_index=True)
    lists = np.bincount(log.query[first], minlength=len(log.queries))
    clicked = np.bincount(log.query[log.clicked], minlength=len(log.queries))
    named = list(zip(log.queries, lists.tolist(), clicked.tolist(), strict=True))
    return {q: n for q, n, _ in named if n}, {q: c for q, n, c in named if n}


def _chance(clicks: int, expected: float) -> float:
    from scipy.stats import poisson

    return float(poisson.cdf(clicks, expected)) if expected > 0 else 1.0


def _sure(found: Sequence[Failing]) -> list[Failing]:
    """Those that Benjamini and Hochberg (1995) leave standing."""
    order = sorted(found, key=lambda one: one.p_value)
    last = 0
    for place, one in enumerate(order, 1):
        if one.p_value <= WRONGLY * place / len(order):
            last = place
    return order[:last]

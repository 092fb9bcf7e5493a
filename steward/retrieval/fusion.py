"""Two rankings made one: by reciprocal rank, or by a convex mix of scores."""

from __future__ import annotations

from collections.abc import Sequence

Ranked = Sequence[tuple[str, float]]
"""Items with their scores, the best first."""

RRF_K = 60
"""Cormack, Clarke and Büttcher (2009)."""


def reciprocal_rank(rankings: Sequence[Ranked], k: int) -> list[tuple[str, float]]:
    """Sum 1 / (60 + rank) over the rankings and return the best `k`."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, (item, _) in enumerate(ranking, 1):
            scores[item] = scores.get(item, 0.0) + 1.0 / (RRF_K + rank)
    return _best(scores, k)


def convex(first: Ranked, second: Ranked, weight: float, k: int) -> list[tuple[str, float]]:
    """Mix scores scaled to 0..1: `weight` for the second, the rest for the first.

    An item that one ranking lacks gets 0 there (Bruch, Gai and Ingber, 2023: convex combination).
    """
    one, two = _scaled(first), _scaled(second)
    items = dict.fromkeys([*one, *two])
    scores = {i: (1 - weight) * one.get(i, 0.0) + weight * two.get(i, 0.0) for i in items}
    return _best(scores, k)


def _scaled(ranking: Ranked) -> dict[str, float]:
    if not ranking:
        return {}
    scores = [score for _, score in ranking]
    low, high = min(scores), max(scores)
    spread = (high - low) or 1.0
    return {item: (score - low) / spread if high > low else 1.0 for item, score in ranking}


def _best(scores: dict[str, float], k: int) -> list[tuple[str, float]]:
    order = sorted(scores, key=lambda item: -scores[item])
    return [(item, scores[item]) for item in order[:k]]

"""Intervals over catalogues and queries: a hierarchical bootstrap of paired scores.

Catalogues are drawn first, then queries and training seeds within each (Davison and Hinkley,
*Bootstrap methods and their application*, 1997, section 3.8). All arms see the same draw, so what
is compared is always the same query of the same catalogue. With few catalogues such an interval is
somewhat too narrow; how many of them agree is therefore told beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]
"""Of one catalogue: training seeds × queries."""

DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % interval, and in how many catalogues it is above zero."""

    mean: float
    lower: float
    upper: float
    above: int
    catalogues: int

    @property
    def certain(self) -> bool:
        """Does the interval leave out 0?"""
        return self.lower > 0 or self.upper < 0


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a loss was recovered; none where the loss itself is not certain."""

    value: float | None
    lower: float | None
    upper: float | None


def mean_of(scores: Sequence[Scores]) -> float:
    """The mean over catalogues, each counting alike."""
    return float(np.mean([one.mean() for one in scores]))


def difference(first: Sequence[Scores], second: Sequence[Scores], *, seed: int = 0) -> Estimate:
    """Second less first.

    Args:
        first: scores of each catalogue.
        second: of the same catalogues, queries and training seeds.
        seed: of the bootstrap.
    """
    gaps = [b - a for a, b in zip(first, second, strict=True)]
    drawn = _means(gaps, seed)
    lower, upper = np.quantile(drawn, (0.025, 0.975))
    above = sum(bool(gap.mean() > 1e-12) for gap in gaps)
    return Estimate(mean_of(gaps), float(lower), float(upper), above, len(gaps))


def recovered(
    raw: Sequence[Scores], mended: Sequence[Scores], clean: Sequence[Scores], *, seed: int = 0
) -> Share:
    """(mended - raw) / (clean - raw), of the means over catalogues.

    The interval is that of the ratio over the same draws. Where 0 lies within the interval of the
    loss there is nothing to divide by, and no share is told.
    """
    loss = [c - r for r, c in zip(raw, clean, strict=True)]
    gain = [m - r for r, m in zip(raw, mended, strict=True)]
    losses, gains = _means(loss, seed), _means(gain, seed)
    if np.quantile(losses, 0.025) <= 0:
        return Share(None, None, None)
    lower, upper = np.quantile(gains / losses, (0.025, 0.975))
    return Share(mean_of(gain) / mean_of(loss), float(lower), float(upper))


def _means(scores: Sequence[Scores], seed: int) -> Scores:
    """Means of so many draws of catalogues, and of seeds and queries within each."""
    rng = np.random.default_rng(seed)
    inside = np.stack([_within(one, rng) for one in scores])
    chosen = rng.integers(len(scores), size=(len(scores), DRAWS))
    return np.asarray(inside[chosen, np.arange(DRAWS)].mean(axis=0), dtype=np.float64)


def _within(scores: Scores, rng: np.random.Generator) -> Scores:
    """Means of draws of queries and of seeds, with replacement."""
    seeds, queries = scores.shape
    by_seed = rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=DRAWS) / seeds
    by_query = rng.multinomial(queries, np.full(queries, 1 / queries), size=DRAWS) / queries
    return np.asarray(((by_seed @ scores) * by_query).sum(axis=1), dtype=np.float64)

"""pass^k: how likely is a question answered rightly k times out of k?

Yao et al., *τ-bench*, 2024: of n trials with c right, the unbiased estimate is C(c, k) / C(n, k).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import comb
from statistics import fmean


def pass_hat(right: int, trials: int, k: int) -> float:
    """The chance that k trials drawn from these without replacement are all right.

    Raises:
        ValueError: k is not between 1 and the number of trials.
    """
    if not 1 <= k <= trials:
        raise ValueError(f"k = {k} of {trials} trials")
    return comb(right, k) / comb(trials, k)


def pass_curve(outcomes: Mapping[str, Sequence[bool]]) -> list[float]:
    """pass^1, pass^2 … as means over the questions, up to the least number of trials of any."""
    most = min((len(trials) for trials in outcomes.values()), default=0)
    return [
        fmean(pass_hat(sum(trials), len(trials), k) for trials in outcomes.values())
        for k in range(1, most + 1)
    ]


def by_question(results: Iterable[tuple[str, bool]]) -> dict[str, list[bool]]:
    """Outcomes of each question, in the order they came."""
    found: dict[str, list[bool]] = {}
    for name, right in results:
        found.setdefault(name, []).append(right)
    return found

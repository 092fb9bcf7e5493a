"""Compares two runs of an exam, and holds one against a baseline.

Questions are drawn with replacement, the same for both runs, trials of a question together (Efron
and Tibshirani, *An introduction to the bootstrap*, 1993, ch. 13).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.errors import UsageError
from steward.evaluate.exam import KIND, SCOPES
from steward.evaluate.paired import Difference, compare
from steward.evaluate.record import Record

SLACK = 0.01
"""How much lower a share may be than in the baseline."""

Values = npt.NDArray[np.float64]
MEASURES = ("right", "score")


def compare_any(a: Record, b: Record, *, seed: int = 0) -> list[Difference]:
    """Compare two runs, of repair or of answers; `UsageError` when they are not of one kind."""
    if a.kind != b.kind:
        raise UsageError(f"A is a run of {a.task}, B of {b.task}: they have nothing to compare.")
    return compare_exams(a, b, seed=seed) if a.kind == KIND else compare(a, b, seed=seed)


def compare_exams(a: Record, b: Record, *, seed: int = 0, draws: int = 1000) -> list[Difference]:
    """Share right and mean score, by scope and over all, with 95 % intervals of B less A.

    Raises:
        UsageError: the runs have no question in common, or put it differently.
    """
    left, right = _questions(a), _questions(b)
    both = [name for name in left if name in right]
    if not both:
        raise UsageError("The two runs have no question in common.", hint="Same task, seed, split.")
    if other := [name for name in both if left[name]["digests"] != right[name]["digests"]]:
        raise UsageError(f"Question {other[0]} was another one in the second run.")
    random = np.random.default_rng(seed)
    found = []
    for scope in (*SCOPES, "all"):
        names = [name for name in both if scope in (left[name]["scope"], "all")]
        for measure in MEASURES if names else ():
            sides = [np.array([side[n][measure] for n in names]) for side in (left, right)]
            found.append(_difference(scope, measure, sides[0], sides[1], (random, draws)))
    return found


def exam_regressions(run: Record, baseline: Record) -> list[str]:
    """What is worse than in the baseline, a line each, naming the questions; empty when nothing is.

    Shares may be lower by .01; no table may change, nothing may crash.
    """
    now, kept = _questions(run), _questions(baseline)
    found = [f"{name}: not put" for name in kept if name not in now]
    both = [name for name in kept if name in now]
    other = [name for name in both if now[name]["digests"] != kept[name]["digests"]]
    found += [f"{name}: another question than in the baseline" for name in other]
    for key in (good.replace(" ", "_") for good in SCOPES.values()):
        before, after = baseline.summary[key], run.summary[key]
        if before is not None and (after is None or after < before - SLACK):
            found.append(f"{key}: {before:.3f} -> {after or 0:.3f}")
    lost = [name for name in both if now[name]["right"] < kept[name]["right"]]
    if found and lost:
        found.append(f"no longer right: {', '.join(lost)}")
    for key in ("writes", "crashes"):
        if run.summary[key] > baseline.summary[key]:
            found.append(f"{key}: {baseline.summary[key]} -> {run.summary[key]}")
    return found


def _questions(record: Record) -> dict[str, dict[str, Any]]:
    """Each question once, with its means over the trials."""
    trials: dict[str, list[Mapping[str, Any]]] = {}
    for result in record.cases:
        trials.setdefault(result["name"], []).append(result)
    return {
        name: {
            "scope": mine[0]["scope"],
            "digests": [one["digests"] for one in mine],
            "right": sum(one["right"] for one in mine) / len(mine),
            "score": sum(one["score"] for one in mine) / len(mine),
        }
        for name, mine in trials.items()
    }


def _difference(
    scope: str, measure: str, a: Values, b: Values, chance: tuple[np.random.Generator, int]
) -> Difference:
    random, draws = chance
    drawn = random.integers(len(a), size=(draws, len(a)))
    lower, upper = np.quantile((b - a)[drawn].mean(axis=1), (0.025, 0.975))
    return Difference(scope, measure, float(a.mean()), float(b.mean()), float(lower), float(upper))

"""The lift experiment: what stewardship is worth to search.

A clean catalogue with judgments is spoilt at stated rates and stewarded without a look at the
truth; every stage of search then runs on the raw, the stewarded and the clean table. What the
cleaner index gives and what training on cleaner texts gives are told apart by the grid of arms
learnt on and arms searched; the judged pairs are the same in all arms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from steward.evaluate.lift_arms import (
    ARMS,
    CLEAN,
    RAW,
    SAFE,
    STEWARDED,
    Mending,
    Policy,
    Trial,
    make_trial,
)
from steward.evaluate.lift_catalogue import Catalogue
from steward.evaluate.lift_faults import Rates
from steward.evaluate.lift_search import Cell, Stage, folds_of, same_pairs, score_grid
from steward.evaluate.lift_stats import Estimate, Scores, Share, difference, mean_of, recovered

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to run it: trainings of each fold, folds of the queries, seed, and how to steward."""

    seeds: int = 3
    folds: int = 3
    seed: int = 0
    policy: Policy = SAFE


@dataclass(frozen=True, slots=True)
class StageLift:
    """What one stage of search loses and gets back; means of nDCG@10 over catalogues.

    Attributes:
        means: of each arm, learnt on and searched.
        lift: stewarded less raw.
        loss: clean less raw; none where nobody knows the clean table.
        share: of the loss that was recovered.
        apart: of a trained stage, what the index gives and what training gives.
    """

    stage: str
    means: Mapping[str, float]
    lift: Estimate
    loss: Estimate | None
    share: Share
    apart: Mapping[str, Estimate]


@dataclass(frozen=True)
class Lift:
    """An experiment at one level of faults.

    Attributes:
        stages: in the order given.
        mending: of each kind of fault, over all catalogues.
        trials: name of each catalogue, its rows in the raw arm, queries, pairs and template.
        scores: stage to cell to scores of each catalogue, for records.
    """

    stages: tuple[StageLift, ...]
    mending: Mapping[str, Mending]
    trials: tuple[Mapping[str, object], ...]
    scores: Mapping[str, Mapping[Cell, Sequence[Scores]]]


APART: Mapping[str, tuple[Cell, Cell]] = {
    "index, learnt on raw": ((RAW, RAW), (RAW, STEWARDED)),
    "index, learnt on clean": ((CLEAN, RAW), (CLEAN, STEWARDED)),
    "training, searched raw": ((RAW, RAW), (STEWARDED, RAW)),
    "training, searched stewarded": ((RAW, STEWARDED), (STEWARDED, STEWARDED)),
}
"""What is compared with what: one of the two sides is held fixed."""


def run_level(
    catalogues: Sequence[Catalogue],
    stages: Sequence[Stage],
    rates: Rates,
    plan: Plan = Plan(),
    *,
    step: Step = lambda text: None,
) -> Lift:
    """Spoil, steward and search every catalogue at one level of faults.

    Args:
        catalogues: clean, with judgments.
        stages: how to search.
        rates: what goes wrong, and how often.
        plan: seeds, folds, and how to steward.
        step: told what is being done.
    """

    def trials() -> Iterator[Trial]:
        for number, catalogue in enumerate(catalogues):
            step(f"{catalogue.name}: spoiling and stewarding")
            yield make_trial(catalogue, rates, seed=plan.seed + number, policy=plan.policy)

    return run_trials(trials(), stages, plan, step=step)


def run_trials(
    trials: Iterable[Trial],
    stages: Sequence[Stage],
    plan: Plan = Plan(),
    *,
    step: Step = lambda text: None,
) -> Lift:
    """Search every arm of trials that are made already; a trial may lack the clean arm.

    Args:
        trials: catalogues with their arms, all with the same arms.
        stages: how to search.
        plan: seeds and folds.
        step: told what is being done.
    """
    scores: dict[str, dict[Cell, list[Scores]]] = {stage.name: {} for stage in stages}
    mending = Counter[tuple[str, str]]()
    told = []
    for trial in trials:
        for stage in stages:
            step(f"{trial.name}: {stage.name}")
            for cell, found in _search(trial, stage, plan).items():
                scores[stage.name].setdefault(cell, []).append(found)
        told.append(_told(trial))
        for kind, (cells, right) in trial.mending.items():
            mending.update({(kind, "cells"): cells, (kind, "right"): right})
    kinds = dict.fromkeys(kind for kind, _ in mending)
    return Lift(
        tuple(summarise(name, cells, seed=plan.seed) for name, cells in scores.items()),
        {kind: Mending(mending[kind, "cells"], mending[kind, "right"]) for kind in kinds},
        tuple(told),
        scores,
    )


def summarise(stage: str, cells: Mapping[Cell, Sequence[Scores]], *, seed: int = 0) -> StageLift:
    """Read off the scores of one stage what stewardship was worth."""
    raw, mended, clean = (cells.get((arm, arm)) for arm in ARMS)
    assert raw and mended, "a trial has these two arms"
    return StageLift(
        stage,
        {arm: mean_of(cells[arm, arm]) for arm in ARMS if (arm, arm) in cells},
        difference(raw, mended, seed=seed),
        difference(raw, clean, seed=seed) if clean else None,
        recovered(raw, mended, clean, seed=seed) if clean else Share(None, None, None),
        {
            name: difference(cells[first], cells[second], seed=seed)
            for name, (first, second) in APART.items()
            if first in cells and second in cells
        },
    )


def _search(trial: Trial, stage: Stage, plan: Plan) -> dict[Cell, Scores]:
    names = list(trial.arms)
    even = same_pairs([trial.arms[name].data for name in names])
    arms = {
        name: replace(trial.arms[name], data=data) for name, data in zip(names, even, strict=True)
    }
    splits = folds_of(list(trial.truth), plan.folds, plan.seed)
    return score_grid(stage, arms, trial.truth, splits, plan.seeds)


def _told(trial: Trial) -> dict[str, object]:
    return {
        "catalogue": trial.name,
        "rows": len(trial.arms[RAW].data.texts),
        "queries": len(trial.truth),
        "pairs": {name: _pairs(arm.data.grades) for name, arm in trial.arms.items()},
        "template": trial.template,
        "wrong cells": sum(
            cells for kind, (cells, _) in trial.mending.items() if kind != "untouched"
        ),
    }


def _pairs(grades: Mapping[str, Mapping[str, float]]) -> int:
    return sum(map(len, grades.values()))

"""May generated rows be used? Two tests on rows that the generator never saw; else none is made.

A discriminator learns to tell real rows from generated ones: the nearer its AUC is to .5, the
better they are. And a classifier trained on generated rows alone is tested on real ones (TSTR),
against the same classifier trained on as many real rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.augment.generate import Grid, Ints, discretise, draw_rows, learn_tree, written

MOST_AUC, LEAST_TSTR, LEAST_ROWS = 0.75, 0.9, 60
"""The bars, and the rows of training below which nothing is tried."""

TESTED = 4_000
TELLING = 0.02
"""Balanced accuracy above chance from which the columns tell something of the class."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate measured. `auc` .5 to 1; `tstr` is a share of the real rows' own score."""

    passed: bool
    auc: float
    tstr: float
    why: str


@dataclass(frozen=True)
class Generated:
    """Rows by class, and the gate's verdict; no rows where it did not pass."""

    rows: list[list[str | None]]
    classes: list[str]
    verdict: Verdict


def generate_rows(
    columns: Sequence[Sequence[str | None]],
    classes: Sequence[str],
    wanted: Sequence[str],
    *,
    seed: int = 0,
) -> Generated:
    """Generate rows of the wanted classes, if the generator passes its tests on this table.

    Args:
        columns: the columns to generate, without keys and without the class.
        classes: the class of each row.
        wanted: a class for each row to make.
        seed: of the split, the tests and the rows.
    """
    names, codes = np.unique(classes, return_inverse=True)
    grid = discretise(columns)
    codes = np.asarray(codes, dtype=np.int64)
    verdict = _judge(grid, codes, np.random.default_rng(seed))
    if not verdict.passed:
        return Generated([], [], verdict)
    random = np.random.default_rng(seed + 1)
    place = {name: i for i, name in enumerate(names.tolist())}
    asked = np.array([place[name] for name in wanted], dtype=np.int64)
    levels = draw_rows(grid, learn_tree(grid, codes), codes, asked, random)
    return Generated(written(grid, levels, random), list(wanted), verdict)


def _judge(grid: Grid, classes: Ints, random: np.random.Generator) -> Verdict:
    rows = np.arange(len(classes))
    if len(rows) < LEAST_ROWS:
        return Verdict(False, 1.0, 0.0, f"{len(rows)} rows are too few to learn from")
    random.shuffle(rows)
    half = min(len(rows) // 2, TESTED)
    learnt, held = rows[:half], rows[half : 2 * half]
    own = Grid(grid.levels[learnt], grid.held)
    tree = learn_tree(own, classes[learnt])
    made = draw_rows(own, tree, classes[learnt], _present(classes[held], classes[learnt]), random)
    asked = _present(classes[held], classes[learnt])
    auc = _discriminator(np.c_[made, asked], np.c_[grid.levels[held], classes[held]], random)
    tstr = _tstr((made, asked), (grid.levels[learnt], classes[learnt]),
                 (grid.levels[held], classes[held]))  # fmt: skip
    told = (
        f"discriminator AUC {auc:.2f} (at most {MOST_AUC}), TSTR {tstr:.2f} (at least {LEAST_TSTR})"
    )
    return Verdict(auc <= MOST_AUC and tstr >= LEAST_TSTR, auc, tstr, told)


def _present(wanted: Ints, there: Ints) -> Ints:
    """The classes to draw; one that was not learnt is drawn as the most frequent."""
    known = np.isin(wanted, there)
    return np.where(known, wanted, np.bincount(there).argmax()).astype(np.int64)


def _discriminator(made: Ints, real: Ints, random: np.random.Generator) -> float:
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import cross_val_predict

    both = np.r_[made, real]
    label = np.r_[np.ones(len(made)), np.zeros(len(real))]
    told = cross_val_predict(_forest(), both, label, cv=3, method="predict_proba")[:, 1]
    auc = float(roc_auc_score(label, told))
    return max(auc, 1 - auc)


def _tstr(made: tuple[Ints, Ints], real: tuple[Ints, Ints], held: tuple[Ints, Ints]) -> float:
    """Balanced accuracy above chance of a model of made rows, as a share of one of real rows."""
    from sklearn.metrics import balanced_accuracy_score

    scores = []
    for rows, classes in (made, real):
        if len(np.unique(classes)) < 2:
            return 0.0
        told: npt.NDArray[np.int64] = _forest().fit(rows, classes).predict(held[0])
        chance = 1 / len(np.unique(held[1]))
        scores.append(float(balanced_accuracy_score(held[1], told)) - chance)
    # Where real rows tell nothing of the class, generated ones can teach nothing of it.
    return max(0.0, scores[0]) / scores[1] if scores[1] > TELLING else 0.0


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(60, min_samples_leaf=2, random_state=0, n_jobs=1)

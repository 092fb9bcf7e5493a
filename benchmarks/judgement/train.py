"""Fit the judgement of the dependency vote and write `steward/fixes/judgement.json`.

    python benchmarks/judgement/train.py --tables 240 --suites 3

Learns from random tables (`tables.py`) and from the made tables of `steward eval make`, each with
known damage. Every fifth table is held out, and precision is printed by confidence for both kinds.
Public benchmark tables take no part.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from tables import Maker, damage

from steward.engine import Snapshot
from steward.evaluate import make_suite
from steward.fixes.cooccurrence import PROMISING, ROUNDS, apply_round, suspects_of
from steward.fixes.grid import Grid
from steward.fixes.judgement import Judgement
from steward.fixes.suspects import FEATURES

RISING = ("score_sum", "score_mean", "share_for", "margin", "log_support", "purity")
FALLING = (
    "share_against", "concentration", "share_flagged", "log_repeats", "alike_alternatives",
    "joint_lift", "voters_contradicted", "share_before", "repeat_lift",
)  # fmt: skip
TARGET = Path(__file__).parents[2] / "steward" / "fixes" / "judgement.json"
PROCESSES = 2
MOST_ROWS, MOST = 30_000, 400
STRANGE = 0.75
"""Weight of the random tables in the calibration: rather too careful on tables that people keep."""


@dataclass(frozen=True)
class Source:
    """A random table by its seed, or a made case by its folder."""

    seed: int = 0
    folder: str = ""

    def read(self) -> tuple[list[str], np.ndarray, np.ndarray]:
        """Column names, dirty cells and clean cells."""
        if self.folder:
            dirty, clean = (_read(Path(self.folder) / f"{n}.csv") for n in ("dirty", "clean"))
            return [str(i) for i in range(dirty.shape[1])], dirty[1:], clean[1:]
        maker = Maker(self.seed)
        names, clean = maker.table()
        return names, damage(names, clean, maker.random), clean


def _read(path: Path) -> np.ndarray:
    with path.open(encoding="utf-8", newline="") as file:
        return np.array(list(csv.reader(file)), dtype=object)


def examples(
    source: Source, judgement: Judgement | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, truth and weight of suspects of one table, in its first and last rounds.

    Of a column with many suspects only some are taken: tables differ more than cells do.
    """
    names, dirty, clean = source.read()
    features, truth = [np.zeros((0, len(FEATURES)), np.float32)], [np.zeros(0, bool)]
    weight = [np.zeros(0)]
    random = np.random.default_rng(source.seed)
    if len(clean) > MOST_ROWS or len(clean) != len(dirty):
        return features[0], truth[0], weight[0]
    grid = Grid.of(Snapshot.from_columns("t", dict(zip(names, dirty.T.tolist(), strict=True))))
    for threshold in (ROUNDS[0], ROUNDS[-1]) if judgement else ROUNDS[:1]:
        suspects = suspects_of(grid)
        for s in suspects:
            worth = s.features[:, FEATURES.index(PROMISING[0])] >= PROMISING[1]
            texts = np.array(grid.values[s.column], dtype=object)[s.after]
            kept = random.permutation(np.flatnonzero(worth))[:MOST]
            features.append(s.features[kept].astype(np.float32))
            truth.append((texts == clean[s.rows, s.column])[kept])
            weight.append(np.full(len(kept), max(worth.sum(), 1) ** 0.5 / max(len(kept), 1)))
        if judgement:
            grid = apply_round(grid, suspects, judgement, threshold)
    return np.concatenate(features), np.concatenate(truth), np.concatenate(weight)


def fit(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> HistGradientBoostingClassifier:
    """Boosted trees, monotone where the direction is known; large columns count less a cell."""
    signs = [(f in RISING) - (f in FALLING) for f in FEATURES]
    model = HistGradientBoostingClassifier(
        max_depth=5, max_iter=150, learning_rate=0.09, min_samples_leaf=40, l2_regularization=5,
        monotonic_cst=signs, random_state=0,
    )  # fmt: skip
    return model.fit(x, y, sample_weight=weight)


def export(model: HistGradientBoostingClassifier) -> dict[str, object]:
    """The trees as plain lists: feature, threshold, left, right, value of each node."""
    trees = []
    for (predictor,) in model._predictors:
        n = predictor.nodes
        trees.append(
            {
                "feature": np.where(n["is_leaf"], -1, n["feature_idx"]).tolist(),
                # Often a value that features really take (ln 3): fewer digits fall short of it.
                "threshold": [float(f"{v:.9g}") for v in np.clip(n["num_threshold"], -1e9, 1e9)],
                "left": n["left"].tolist(),
                "right": n["right"].tolist(),
                "value": [float(f"{v:.5g}") for v in n["value"]],
            }
        )
    return {
        "features": list(FEATURES),
        "base": float(np.ravel(model._baseline_prediction)[0]),
        "slope": 1.0,
        "trees": trees,
    }


def calibrate(
    document: dict[str, object], x: np.ndarray, y: np.ndarray, weight: np.ndarray, made: np.ndarray
) -> dict[str, object]:
    """Platt's calibration on held-out suspects; random and made tables weigh the same in all."""
    p = np.clip(Judgement.of(document).probability(x), 1e-6, 1 - 1e-6)
    whole = weight[made].sum(), weight[~made].sum()
    weight = weight * np.where(
        made, (1 - STRANGE) / max(whole[0], 1e-9), STRANGE / max(whole[1], 1e-9)
    )
    logit = np.log(p / (1 - p)).reshape(-1, 1)
    platt = LogisticRegression(C=1e6).fit(logit, y, sample_weight=weight * len(y) / weight.sum())
    slope, shift = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    base = float(str(document["base"])) + shift / slope
    return {**document, "base": round(base, 5), "slope": round(slope, 5)}


def report(title: str, p: np.ndarray, y: np.ndarray, weight: np.ndarray) -> None:
    """Precision and mean confidence above each bar, on held-out tables."""
    for bar in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        kept = p >= bar
        right, said = (np.average(v[kept], weights=weight[kept]) for v in (y, p))
        print(f"{title} p >= {bar:.2f}: {kept.sum():7d} cells, right {right:.3f}, said {said:.3f}")


def sources(tables: int, suites: int, folder: Path) -> list[Source]:
    """Random tables and made cases."""
    made = []
    for seed in range(100, 100 + suites):
        make_suite(folder / str(seed), seed)
        made += [Source(folder=str(p)) for p in sorted((folder / str(seed)).iterdir())]
    return [Source(seed=s) for s in range(tables)] + made


def learn(chosen: Sequence[Source], judgement: Judgement | None) -> dict[str, object]:
    """Fit once on the suspects of all tables but every fifth, report on those."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        parts = list(pool.map(partial(examples, judgement=judgement), chosen, chunksize=4))
    x, y, weight = (np.concatenate([part[i] for part in parts]) for i in (0, 1, 2))
    sizes = [len(part[1]) for part in parts]
    table = np.repeat(np.arange(len(parts)), sizes)
    held, made = table % 5 == 0, np.repeat([bool(s.folder) for s in chosen], sizes)
    document = export(fit(x[~held], y[~held], weight[~held]))
    document = calibrate(document, x[held], y[held], weight[held], made[held])
    p = Judgement.of(document).probability(x[held])
    report("random", p[~made[held]], y[held][~made[held]], weight[held][~made[held]])
    report("made  ", p[made[held]], y[held][made[held]], weight[held][made[held]])
    return document


def main() -> None:
    """Fit on first-round examples of half the tables, then on two rounds of all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=240)
    parser.add_argument("--suites", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        chosen = sources(given.tables, given.suites, Path(folder))
        first = Judgement.of(learn(chosen[::2], None))
        document = learn(chosen, first)
    TARGET.write_text(json.dumps(document, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()

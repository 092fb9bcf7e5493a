"""Fit the judgement of the co-occurrence corrector and write `steward/fixes/judgement.json`.

    python benchmarks/judgement/train.py --tables 400

Prints precision and recall by confidence on tables that were held out. Public benchmark tables
take no part.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from tables import Maker, damage

from steward.engine import Snapshot
from steward.fixes.cooccurrence import PROMISING, ROUNDS, apply_round, suspects_of
from steward.fixes.grid import Grid
from steward.fixes.judgement import Judgement
from steward.fixes.suspects import FEATURES

RISING = ("score_sum", "score_mean", "share_for", "margin", "log_support", "purity")
FALLING = ("share_against", "concentration", "row_flags", "log_repeats")
TARGET = Path(__file__).parents[2] / "steward" / "fixes" / "judgement.json"


def examples(seed: int, judgement: Judgement | None) -> tuple[np.ndarray, np.ndarray, int]:
    """Features and truth of every suspect of one table, in all rounds, and its number of errors."""
    maker = Maker(seed)
    names, clean = maker.table()
    dirty = damage(names, clean, maker.random)
    grid = Grid.of(Snapshot.from_columns("t", dict(zip(names, dirty.T.tolist(), strict=True))))
    features, truth = [], []
    for threshold in (ROUNDS[0], ROUNDS[-1]) if judgement else ROUNDS[:1]:
        suspects = suspects_of(grid)
        for s in suspects:
            worth = s.features[:, FEATURES.index(PROMISING[0])] >= PROMISING[1]
            texts = np.array(grid.values[s.column], dtype=object)[s.after]
            features.append(s.features[worth].astype(np.float32))
            truth.append((texts == clean[s.rows, s.column])[worth])
        if judgement:
            grid = apply_round(grid, suspects, judgement, threshold)
    if not features:
        return np.zeros((0, len(FEATURES))), np.zeros(0), int((dirty != clean).sum())
    return np.concatenate(features), np.concatenate(truth), int((dirty != clean).sum())


def fit(x: np.ndarray, y: np.ndarray, table: np.ndarray) -> HistGradientBoostingClassifier:
    """Boosted trees, monotone where the direction is known; large tables count less a row."""
    weight = 1 / np.sqrt(np.bincount(table)[table])
    signs = [(f in RISING) - (f in FALLING) for f in FEATURES]
    model = HistGradientBoostingClassifier(
        max_depth=5, max_iter=130, learning_rate=0.1, min_samples_leaf=40, l2_regularization=5,
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
                "threshold": [float(f"{v:.6g}") for v in np.clip(n["num_threshold"], -1e9, 1e9)],
                "left": n["left"].tolist(),
                "right": n["right"].tolist(),
                "value": [float(f"{v:.5g}") for v in n["value"]],
            }
        )
    return {
        "features": list(FEATURES),
        "base": float(np.ravel(model._baseline_prediction)[0]),
        "trees": trees,
    }


def main() -> None:
    """Fit on first-round examples, then once more on the examples of all rounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=400)
    count = parser.parse_args().tables
    judgement = None
    for tables in (count // 2, count):
        parts = [examples(seed, judgement) for seed in range(tables)]
        x = np.concatenate([p[0] for p in parts])
        y = np.concatenate([p[1] for p in parts])
        table = np.repeat(np.arange(tables), [len(p[1]) for p in parts])
        held = table % 5 == 0
        model = fit(x[~held], y[~held], table[~held])
        judgement = Judgement.of(export(model))
        report(judgement.probability(x[held]), y[held])
    TARGET.write_text(json.dumps(export(model), separators=(",", ":")) + "\n")


def report(p: np.ndarray, y: np.ndarray) -> None:
    """Precision and mean confidence above each bar, on held-out tables."""
    for bar in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        kept = p >= bar
        print(
            f"p >= {bar:.2f}: {kept.sum():7d} cells, right {y[kept].mean():.3f}, "
            f"said {p[kept].mean():.3f}"
        )


if __name__ == "__main__":
    main()

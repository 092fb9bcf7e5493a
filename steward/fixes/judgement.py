"""How probable it is that a suspect's candidate is the truth: boosted trees over its features.

Fitted on random tables with known damage by `benchmarks/judgement/train.py`, so that the number
means the same on every table; kept as plain lists, so that nothing but numpy reads them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.errors import ContentError
from steward.fixes.pairs import Floats, Ints
from steward.fixes.suspects import FEATURES


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """The trees, one after another in flat arrays; leaves point at themselves.

    `base` and `slope` carry Platt's calibration (1999) on tables that the trees did not see.
    """

    base: float
    slope: float
    roots: Ints
    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    value: Floats
    depth: int

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Judgement:
        """Read what the training wrote; refuses trees that were fitted on other features."""
        if tuple(document["features"]) != FEATURES:
            raise ContentError(
                "The judgement was fitted on other features than this version computes.",
                hint="Run: python benchmarks/judgement/train.py",
            )
        sizes = [len(tree["value"]) for tree in document["trees"]]
        roots = np.r_[0, np.cumsum(sizes)[:-1]].astype(np.int64)
        offset = np.repeat(roots, sizes)
        flat = {
            key: np.concatenate([np.asarray(tree[key]) for tree in document["trees"]])
            for key in ("feature", "threshold", "left", "right", "value")
        }
        leaf, here = flat["feature"] < 0, np.arange(len(offset))
        return cls(
            base=float(document["base"]),
            slope=float(document["slope"]),
            roots=roots,
            feature=np.where(leaf, 0, flat["feature"]),
            threshold=flat["threshold"].astype(float),
            left=np.where(leaf, here, flat["left"] + offset),
            right=np.where(leaf, here, flat["right"] + offset),
            value=flat["value"].astype(float),
            depth=max(_depth(tree) for tree in document["trees"]),
        )

    def probability(self, features: Floats) -> Floats:
        """Probability of each row of features, shape (n, FEATURES) → (n,)."""
        total = np.full(len(features), self.base)
        rows = np.arange(len(features))
        for root in self.roots:
            node = np.full(len(features), root)
            for _ in range(self.depth):
                goes_left = features[rows, self.feature[node]] <= self.threshold[node]
                node = np.where(goes_left, self.left[node], self.right[node])
            total += self.value[node]
        result: npt.NDArray[np.float64] = 1 / (1 + np.exp(-self.slope * total))
        return result


def _depth(tree: Mapping[str, Any], node: int = 0) -> int:
    if tree["feature"][node] < 0:
        return 0
    return 1 + max(_depth(tree, tree["left"][node]), _depth(tree, tree["right"][node]))


@cache
def shipped_judgement() -> Judgement:
    """The judgement that comes with the package."""
    return Judgement.of(json.loads((Path(__file__).parent / "judgement.json").read_text()))

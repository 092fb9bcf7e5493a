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

AT_ONCE = 4096
"""Rows judged together, so that they stay in the processor's cache."""


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
        # As the training saw them: a threshold is often the very value of a feature.
        threshold = self.threshold.astype(np.float32)
        child = np.stack([self.right, self.left], axis=1).ravel()
        for start in range(0, len(features), AT_ONCE):
            part = features[start : start + AT_ONCE].astype(np.float32)
            flat, first = part.ravel(), np.arange(len(part)) * part.shape[1]
            for root in self.roots:
                node = np.full(len(part), root)
                for _ in range(self.depth):
                    goes_left = flat.take(first + self.feature.take(node)) <= threshold.take(node)
                    node = child.take(2 * node + goes_left)
                total[start : start + AT_ONCE] += self.value.take(node)
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

"""What is chosen on validation queries: the weight in the mix, the curve, the threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from steward.retrieval.calibrate_scores import Calibration, fit_calibration
from steward.retrieval.fusion import Ranked, convex
from steward.retrieval.judgments import Grades
from steward.retrieval.metrics import compare, score_run

WEIGHTS = tuple(n / 10 for n in range(11))
"""Of the reranker in the mix; 0 leaves the first stage as it is."""


@dataclass(frozen=True)
class Chosen:
    """What validation said."""

    weight: float
    calibration: Calibration
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class Validation:
    """Queries held out of training, with what the first stage found and what people judged.

    Attributes:
        grades: of the validation queries that have a relevant item.
        firsts: what the first stage found for each, as deep as is re-ordered.
        scale: the lowest and the highest grade there are.
    """

    grades: Grades
    firsts: Mapping[str, Ranked]
    scale: tuple[float, float]

    @cached_property
    def wanted(self) -> tuple[tuple[str, str], ...]:
        """Each (query, item) to score: what was found, then what was judged and not found."""
        rows: dict[tuple[str, str], None] = {}
        for query, first in self.firsts.items():
            rows |= dict.fromkeys((query, item) for item, _ in first)
            rows |= dict.fromkeys((query, item) for item in self.grades[query])
        return tuple(rows)

    def pairs(self, texts: Mapping[str, str]) -> list[tuple[str, str]]:
        """Query and text of each of `wanted`."""
        return [(query, texts[item]) for query, item in self.wanted]

    def scored(self, logits: npt.ArrayLike) -> dict[tuple[str, str], float]:
        """The logits by (query, item)."""
        return dict(zip(self.wanted, np.asarray(logits, float).tolist(), strict=True))

    def mixed(self, scored: Mapping[tuple[str, str], float], weight: float) -> dict[str, Ranked]:
        """The first stage re-ordered at a weight."""
        return {
            query: convex(first, [(i, scored[query, i]) for i, _ in first], weight, len(first))
            for query, first in self.firsts.items()
        }

    def ndcg(self, run: Mapping[str, Ranked]) -> dict[str, float]:
        """nDCG@10 of each query."""
        return score_run(run, self.grades)["nDCG@10"]

    def best_weight(self, scored: Mapping[tuple[str, str], float]) -> tuple[float, float]:
        """The weight above 0 with the highest mean nDCG@10, the smallest on a tie, and the mean."""
        values = {w: _mean(self.ndcg(self.mixed(scored, w))) for w in WEIGHTS if w > 0}
        weight = max(values, key=lambda w: (values[w], -w))
        return weight, values[weight]

    @property
    def worth_from(self) -> float:
        """The grade from which an item is worth showing: the middle of the scale."""
        return sum(self.scale) / 2


def choose(validation: Validation, logits: npt.ArrayLike) -> Chosen:
    """Choose the weight (0 when no other is better than the first stage) and fit the curve.

    The metrics tell the first stage (`base/`), the reranker alone, and the mix at the weight.
    """
    scored = validation.scored(logits)
    first = validation.ndcg(validation.firsts)
    best, value = validation.best_weight(scored)
    weight = best if value > _mean(first) else 0.0
    mix = validation.ndcg(validation.mixed(scored, weight))
    found = compare(first, mix)
    calibration = _calibration(validation, scored)
    metrics = {
        "base/nDCG@10": _mean(first),
        "valid/nDCG@10": _mean(mix),
        "valid/nDCG@10_alone": _mean(validation.ndcg(validation.mixed(scored, 1.0))),
        "valid/gain_lower": found.lower,
        "valid/gain_upper": found.upper,
        "valid/p_value": found.p_value,
        "valid/queries": float(len(first)),
        "weight": weight,
    }
    if calibration.pairs and calibration.error == calibration.error:
        metrics |= {
            "valid/ECE": calibration.error,
            "valid/ECE_raw": calibration.raw_error,
            "valid/shown": calibration.shown,
            "valid/precise": calibration.precise,
            "threshold": calibration.threshold,
        }
    return Chosen(weight, calibration, metrics)


def _calibration(validation: Validation, scored: Mapping[tuple[str, str], float]) -> Calibration:
    """On judged pairs alone: of the others nobody knows whether they are worth showing."""
    judged = [
        (query, scored[query, item], grade >= validation.worth_from and grade > 0)
        for query, items in validation.grades.items()
        for item, grade in items.items()
    ]
    queries, logits, worth = zip(*judged, strict=True)
    return fit_calibration(logits, worth, queries)


def _mean(values: Mapping[str, float] | Sequence[float]) -> float:
    found = list(values.values()) if isinstance(values, Mapping) else list(values)
    return float(np.mean(found))

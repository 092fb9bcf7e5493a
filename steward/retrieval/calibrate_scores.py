"""Scores as probabilities that a result is worth showing, and from which on it is shown.

Platt (1999): a logistic curve over the model's logits, with his smoothed targets. It keeps the
order of the scores, so a calibrated reranker ranks as before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BINS = 10
"""Of equal numbers of pairs, for the calibration error."""

LEAST = 20
"""Pairs below which nothing is fitted: the logistic curve of the model stays as it is."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a logit becomes a probability, and what was measured of it.

    Attributes:
        slope: of the logistic curve; above 0.
        offset: of it.
        threshold: the least probability of what is shown.
        error: expected calibration error on held pairs, 0 to 1; lower is better.
        raw_error: of the scores as they were.
        shown: share of the held pairs worth showing that the threshold lets through.
        precise: share of what it lets through that is worth showing.
        pairs: pairs it was fitted and measured on.
    """

    slope: float = 1.0
    offset: float = 0.0
    threshold: float = 0.0
    error: float = float("nan")
    raw_error: float = float("nan")
    shown: float = 1.0
    precise: float = float("nan")
    pairs: int = 0

    def of(self, logits: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """Probabilities (float32), one a logit."""
        return _logistic(self.slope * np.asarray(logits, float) + self.offset).astype(np.float32)

    def as_dict(self) -> dict[str, float | int | None]:
        """For JSON, which has no NaN."""
        return {k: None if v != v else v for k, v in asdict(self).items()}

    @classmethod
    def from_dict(cls, held: Mapping[str, float | int | None]) -> Calibration:
        """Read what `as_dict` gave."""
        nan = float("nan")
        return cls(**{k: nan if v is None else v for k, v in held.items()})  # type: ignore[arg-type]


def fit_calibration(
    logits: Sequence[float], worth: Sequence[bool], groups: Sequence[str], *, folds: int = 5
) -> Calibration:
    """Fit the curve and choose the threshold that serves F1 best, on pairs not trained on.

    The calibration error and what the threshold does are measured by cross-fitting: on each fold
    of queries with the curve and the threshold of the others. What is kept is fitted on all.

    Args:
        logits: of the model, one a pair.
        worth: whether the pair is worth showing.
        groups: the query of each pair; all pairs of a query stay in one fold.
        folds: of the queries.
    """
    scores, labels = np.asarray(logits, float), np.asarray(worth, bool)
    if len(scores) < LEAST or labels.all() or not labels.any():
        return Calibration(pairs=len(scores))
    slope, offset = _platt(scores, labels)
    threshold = best_threshold(_logistic(slope * scores + offset), labels)
    held, shown = _cross_fit(scores, labels, _folds(groups, folds))
    return Calibration(
        slope,
        offset,
        threshold,
        error=calibration_error(held, labels),
        raw_error=calibration_error(_logistic(scores), labels),
        shown=float(shown[labels].mean()),
        precise=float(labels[shown].mean()) if shown.any() else float("nan"),
        pairs=len(scores),
    )


def calibration_error(probabilities: Floats, labels: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error (Naeini, Cooper and Hauskrecht, 2015), bins of equal numbers."""
    order = np.argsort(probabilities, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    gaps = [abs(probabilities[part].mean() - labels[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(probabilities))


def best_threshold(probabilities: Floats, labels: npt.NDArray[np.bool_]) -> float:
    """The threshold with the best F1; of several the lowest, which hides least."""
    order = np.argsort(-probabilities, kind="stable")
    hits = np.cumsum(labels[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + labels.sum())
    # Only after the last of equal scores: a threshold cannot part them.
    ends = np.append(np.diff(probabilities[order]) != 0, True)
    last = np.flatnonzero(ends & (f1 >= f1[ends].max() - 1e-12))[-1]
    return float(probabilities[order][last])


def _platt(scores: Floats, labels: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Fit by Newton's method on the two parameters; the slope stays above 0."""
    from scipy.optimize import minimize

    yes, no = int(labels.sum()), int((~labels).sum())
    targets = np.where(labels, (yes + 1) / (yes + 2), 1 / (no + 2))
    spread = float(scores.std()) or 1.0
    units = (scores - scores.mean()) / spread

    def loss(held: Floats) -> float:
        logits = np.exp(held[0]) * units + held[1]
        return float(np.mean(np.logaddexp(0, logits) - targets * logits))

    found = minimize(
        loss, np.array([0.0, np.log(yes / no)]), method="L-BFGS-B", bounds=[(-6, 6)] * 2
    )
    slope = float(np.exp(found.x[0])) / spread
    return slope, float(found.x[1]) - slope * float(scores.mean())


def _cross_fit(
    scores: Floats, labels: npt.NDArray[np.bool_], folds: npt.NDArray[np.int64]
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    held, shown = np.zeros(len(scores)), np.zeros(len(scores), dtype=bool)
    for fold in np.unique(folds):
        inside = folds == fold
        rest = labels[~inside]
        if rest.all() or not rest.any():
            held[inside], shown[inside] = _logistic(scores[inside]), True
            continue
        slope, offset = _platt(scores[~inside], rest)
        threshold = best_threshold(_logistic(slope * scores[~inside] + offset), rest)
        held[inside] = _logistic(slope * scores[inside] + offset)
        shown[inside] = held[inside] >= threshold
    return held, shown


def _folds(groups: Sequence[str], folds: int) -> npt.NDArray[np.int64]:
    places = {group: i % folds for i, group in enumerate(dict.fromkeys(groups))}
    return np.asarray([places[group] for group in groups], dtype=np.int64)


def _logistic(values: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)), dtype=np.float64)

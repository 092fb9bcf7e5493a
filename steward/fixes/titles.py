"""A classifier of titles that knows how often it is right.

TF-IDF over words (Chinese: characters and pairs of them) and a linear support vector machine. Its
margins are calibrated out of fold: margins are sorted into blocks, and what is reported is the
lower bound of the share of right answers in a title's block, never the machine's own score.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.fixes.mapping import wilson_lower
from steward.profile.parse import fold

FOLDS = 3
BLOCKS = 12
REMEMBERED = 1 << 14
"""Titles whose words are remembered: each is read again for every column and every backtest."""
_CJK_FIRST, _CJK_LAST = "\u3040", "\u9fff"


@dataclass(frozen=True, slots=True)
class Prediction:
    """A class for each title: `label` (index), `confidence` (lower bound) and `block`."""

    label: npt.NDArray[np.int64]
    confidence: npt.NDArray[np.float64]
    block: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """Titles of similar margin: how many were classified right out of fold."""

    margin: float
    right: int
    tried: int
    lower: float


class TitleClassifier:
    """Learns classes of titles; `blocks` tells how far each margin may be trusted."""

    def __init__(self, titles: Sequence[Sequence[str]], labels: Sequence[str]) -> None:
        """Fit on distinct titles and their labels (two classes or more), and calibrate.

        Args:
            titles: n texts as tokens.
            labels: n class names.
        """
        self.classes, encoded = np.unique(np.asarray(labels, dtype=object), return_inverse=True)
        self._encoder = encoder()
        matrix = self._encoder.fit_transform(titles)
        self.predicted, margins = self._out_of_fold(matrix, encoded)
        self.blocks = _calibrate(margins, self.predicted == encoded)
        self.right = int(np.count_nonzero(self.predicted == encoded))
        self.tried = len(encoded)
        self._model = fit_machine(matrix, encoded)

    def predict(self, titles: Sequence[Sequence[str]]) -> Prediction:
        """Classify titles (n texts → n classes, confidences and blocks)."""
        scores = scores_of(self._model, self._encoder.transform(titles))
        label, margin = _top(self._model.classes_, scores)
        edges = np.array([block.margin for block in self.blocks])
        block = np.clip(np.searchsorted(edges, margin, side="right") - 1, 0, len(edges) - 1)
        lower = np.array([b.lower for b in self.blocks])
        return Prediction(label, lower[block], block)

    def _out_of_fold(
        self, matrix: Any, labels: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        from sklearn.model_selection import KFold

        predicted = np.full(len(labels), -1, np.int64)
        margins = np.zeros(len(labels))
        for train, test in KFold(FOLDS, shuffle=True, random_state=0).split(labels):
            if len(np.unique(labels[train])) < 2:
                continue
            model = fit_machine(matrix[train], labels[train])
            predicted[test], margins[test] = _top(model.classes_, scores_of(model, matrix[test]))
        return predicted, margins


def fit_machine(matrix: Any, labels: npt.NDArray[np.int64]) -> Any:
    """A linear support vector machine for each class against the rest."""
    with warnings.catch_warnings():
        # Many classes of few titles are no regression problem, whatever scikit-learn suspects.
        warnings.filterwarnings("ignore", message="The number of unique classes")
        return _machine().fit(matrix, labels)


@lru_cache(maxsize=REMEMBERED)
def features(title: str) -> tuple[str, ...]:
    """Words and numbers in lower case; of Chinese and Japanese, characters and pairs of them."""
    out: list[str] = []
    for word in _words(fold(title).lower()):
        if _CJK_FIRST <= word[0] <= _CJK_LAST:
            out.extend(word)
            out.extend(word[i : i + 2] for i in range(len(word) - 1))
        else:
            out.append(word)
    return tuple(out)


def _words(text: str) -> list[str]:
    words: list[str] = []
    current, cjk = "", False
    for character in text:
        wide = _CJK_FIRST <= character <= _CJK_LAST
        if not character.isalnum() or (current and wide != cjk):
            if current:
                words.append(current)
            current = ""
        if character.isalnum():
            current += character
            cjk = wide
    return [*words, current] if current else words


def encoder() -> Any:
    """Weights of words (TF-IDF), for documents that are lists of them."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer=list, sublinear_tf=True)


def _machine() -> Any:
    from sklearn.svm import LinearSVC

    return LinearSVC(C=1.0, random_state=0)


def scores_of(model: Any, matrix: Any) -> npt.NDArray[np.float64]:
    """Scores of n documents for each of the model's classes, also where there are two."""
    scores = np.asarray(model.decision_function(matrix), dtype=np.float64)
    return np.column_stack([-scores, scores]) if scores.ndim == 1 else scores


def _top(
    classes: npt.NDArray[np.int64], scores: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The best class of each row and its margin over the second best."""
    best = np.argmax(scores, axis=1)
    rows = np.arange(len(scores))
    first = scores[rows, best]
    rest = scores.copy()
    rest[rows, best] = -np.inf
    return classes[best], first - rest.max(axis=1)


def _calibrate(margins: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> tuple[Block, ...]:
    """Blocks of equal size by margin; neighbours out of order are pooled (isotonic regression)."""
    order = np.argsort(margins, kind="stable")
    size = max(20, -(-len(order) // BLOCKS))
    pooled: list[list[float]] = []
    for start in range(0, len(order), size):
        part = order[start : start + size]
        pooled.append([float(margins[part[0]]), float(right[part].sum()), float(len(part))])
        while len(pooled) > 1 and (
            pooled[-1][2] < size / 2
            or pooled[-2][1] / pooled[-2][2] >= pooled[-1][1] / pooled[-1][2]
        ):
            _, r, n = pooled.pop()
            pooled[-1][1] += r
            pooled[-1][2] += n
    return tuple(Block(m, int(r), int(n), wilson_lower(r, n)) for m, r, n in pooled)

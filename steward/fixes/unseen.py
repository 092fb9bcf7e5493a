"""What a model that never saw a row makes of the class that the row is said to have.

Confident learning (Northcutt and others, 2021) with a linear support vector machine: every document
is read by a machine that learnt from others alone, and a label is contradicted where another class
stands clear of the second best and the label's own class lies a full margin below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.fixes.backtest import wilson
from steward.fixes.titles import encoder, fit_machine, scores_of

CLEAR, FULL = 0.5, 1.0
"""Contradicted: half a margin above the second best class, a full one above the label's own."""

MIXED, BY_CHANCE = 2, 3.0
"""A pair of classes that disagree in more documents is one that the machine mixes up, unless so
many (three standard errors above the mean) would be, were the other pairs' exchanged at random.
"""

LEAST_RIGHT = 0.8
"""A machine that is right less often contradicts nothing."""

FOLDS, LEAST_FOLDS = 5, 3
WORK = 400_000
"""Fewer folds where documents × classes × folds would be more."""

_CHUNK = 4096
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Documents = Callable[[Ints], Sequence[Sequence[str]]]
_KINDS = (np.int64, float, np.int64, float)


@dataclass(frozen=True, slots=True)
class Reading:
    """What n documents were read as.

    Attributes:
        label: the best class.
        lead: by how much it leads the second best.
        own: the class that the document is said to have; of several, the first that is another.
        gap: by how much the best class leads all others that the document is said to have; -inf
            where it is said to have a class that was not learnt.
    """

    label: Ints
    lead: npt.NDArray[np.float64]
    own: Ints
    gap: npt.NDArray[np.float64]

    def contradicted(self, share: float = 1.0) -> Mask:
        """Which documents are contradicted by this share of the margins that are asked for."""
        clear = (self.lead > share * CLEAR) & (self.gap > share * FULL)
        return np.asarray((self.label != self.own) & clear)

    def mixed_up(self) -> Mask:
        """Which documents are contradicted between classes taken for each other elsewhere."""
        low, high = np.minimum(self.label, self.own), np.maximum(self.label, self.own)
        _, pair = np.unique(low * (int(high.max()) + 1) + high, return_inverse=True)
        often = np.bincount(pair, weights=self.label != self.own)[pair]
        fully = np.bincount(pair, weights=self.contradicted())
        sizes = np.bincount(np.append(self.own, self.label.max())) / len(self.own)
        others = (fully.sum() - fully)[pair] / max(1 - float(sizes @ sizes), 1e-9)
        expected = 2 * others * sizes[self.own] * sizes[self.label]
        return np.asarray(often > np.maximum(MIXED, expected + BY_CHANCE * np.sqrt(expected)))


def read_unseen(documents: Documents, said: Ints, groups: Ints, learnt: Mask) -> Reading | None:
    """Read every document by a machine that learnt neither from it nor from one of its group.

    None where the machine is right too rarely, which the first part of the documents may show.

    Args:
        documents: makes documents, as tokens, of their numbers.
        said: the classes that each is said to have (columns, n), one from each column.
        groups: which documents are one text (n).
        learnt: those to learn from (n), of two classes or more: those whose columns agree.
    """
    known, others = np.flatnonzero(learnt), np.flatnonzero(~learnt)
    vectors = encoder()
    matrix = vectors.fit_transform(documents(known))
    held = said[0][known]
    reading = Reading(*(np.zeros(said.shape[1], kind) for kind in _KINDS))
    right = tried = 0
    for train, test in _folds(held, groups[known]):
        if len(np.unique(held[train])) > 1:
            model = fit_machine(matrix[train], held[train])
            _read(model, matrix[test], said, known[test], reading)
        right += int(np.count_nonzero((reading.label == reading.own)[known[test]]))
        tried += len(test)
        if wilson(right, tried)[1] < LEAST_RIGHT:
            return None
    if len(others):
        model = fit_machine(matrix, held)
    for start in range(0, len(others), _CHUNK):
        part = others[start : start + _CHUNK]
        _read(model, vectors.transform(documents(part)), said, part, reading)
    return reading


def _folds(held: Ints, groups: Ints) -> Iterator[tuple[Ints, Ints]]:
    """What to learn from and what to read; groups stay together."""
    folds = max(LEAST_FOLDS, min(FOLDS, WORK // max(1, len(held) * len(np.unique(held)))))
    shuffled = np.random.default_rng(0).permutation(int(groups.max()) + 1)
    fold = shuffled[groups] % folds
    for number in range(folds):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)


def _read(model: Any, matrix: Any, said: Ints, at: Ints, reading: Reading) -> None:
    scores = scores_of(model, matrix)
    rows = np.arange(len(at))
    best = np.argmax(scores, axis=1)
    label, top = model.classes_[best], scores[rows, best]
    reading.label[at], reading.own[at] = label, said[0, at]
    reading.gap[at] = np.inf
    for column in said[::-1, at]:
        place = np.minimum(np.searchsorted(model.classes_, column), len(model.classes_) - 1)
        own = np.where(model.classes_[place] == column, scores[rows, place], np.inf)
        other = column != label
        reading.own[at[other]] = column[other]
        reading.gap[at[other]] = np.minimum(reading.gap[at], top - own)[other]
    scores[rows, best] = -np.inf
    reading.lead[at] = top - scores.max(axis=1)

"""Boosted trees in one thread: a few thousand pairs are too few to share out.

Where another process keeps a core busy, threads that wait for one another at every split took
thirty times as long as one thread alone.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class BoostedTrees:
    """scikit-learn's histogram gradient boosting, as a classifier."""

    def __init__(self, **settings: Any) -> None:
        """`settings` are those of `HistGradientBoostingClassifier`."""
        from sklearn.ensemble import HistGradientBoostingClassifier

        self._model = HistGradientBoostingClassifier(**settings)

    @property
    def classes_(self) -> Ints:
        """The classes that were learnt, in the order of the chances."""
        return np.asarray(self._model.classes_)

    def fit(self, told: Floats, classes: Ints) -> Self:
        """Learn from rows (n × columns, nan for nothing) and their classes (n)."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1, user_api="openmp"):
            self._model.fit(told, classes)
        return self

    def predict_proba(self, told: Floats) -> Floats:
        """Chances, rows × classes."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1, user_api="openmp"):
            return np.asarray(self._model.predict_proba(told))

"""The parts of a search pipeline, as others see them: what scores a pair, what re-orders a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from steward.retrieval.fusion import Ranked


class PairScorer(Protocol):
    """Says of a query and a text how well the text answers, from 0 to 1."""

    @property
    def name(self) -> str:
        """What it is, for records."""
        ...

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """A score (float32, one a pair) for each (query, text)."""
        ...


class Stage(Protocol):
    """Re-orders the items that the stages before it found."""

    @property
    def name(self) -> str:
        """What people read in `--why` and in tables."""
        ...

    def rescore(self, query: str, candidates: Ranked) -> list[tuple[str, float]]:
        """The same items, the best first, with this stage's scores."""
        ...

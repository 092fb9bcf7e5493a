"""The evaluator: is a result worth showing? A calibrated score and the threshold that filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from steward.retrieval.calibrate_scores import Calibration
from steward.retrieval.fusion import Ranked
from steward.retrieval.reranker import load_reranker
from steward.retrieval.reranker_settings import RerankerRecord
from steward.retrieval.stage import PairScorer


@dataclass(frozen=True)
class Evaluator:
    """Probabilities that results are worth showing; itself a scorer of pairs.

    Attributes:
        scorer: whose scores were calibrated.
        calibration: its threshold, and what was measured of both.
    """

    scorer: PairScorer
    calibration: Calibration

    @property
    def name(self) -> str:
        """The name of the scorer inside."""
        return self.scorer.name

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """The probability (float32) that each text is worth showing for its query."""
        return self.scorer.score(pairs)

    def worth_showing(
        self, query: str, candidates: Ranked, texts: Mapping[str, str]
    ) -> list[tuple[str, float]]:
        """The candidates at or above the threshold, in their order and with their own scores."""
        said = self.score([(query, texts.get(item, "")) for item, _ in candidates])
        # Rounded as the scores are, so that the pair the threshold was taken from passes.
        least = np.float32(self.calibration.threshold)
        return [pair for pair, chance in zip(candidates, said, strict=True) if chance >= least]


def load_evaluator(folder: str | Path, *, backend: str = "auto") -> Evaluator:
    """Load a trained reranker as an evaluator.

    Raises:
        InputError: the folder holds no reranker.
        MissingExtra: what runs it is not installed.
    """
    scorer = load_reranker(str(folder), backend=backend)
    return Evaluator(scorer, RerankerRecord.load(Path(folder)).calibration)

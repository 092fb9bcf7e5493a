"""A cross-encoder of sentence-transformers run by torch, on a GPU where there is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.errors import InputError, MissingExtra
from steward.retrieval.calibrate_scores import Calibration
from steward.retrieval.reranker_settings import RerankerRecord

BATCH = 32


class TorchScorer:
    """Scores pairs in batches of like length."""

    def __init__(self, model: Any, name: str, calibration: Calibration) -> None:
        """Wrap a `CrossEncoder` with one output."""
        self._model = model
        self._name = name
        self._calibration = calibration

    @classmethod
    def load(cls, folder: Path) -> TorchScorer:
        """Load from a folder, never from the network.

        Raises:
            MissingExtra: sentence-transformers is not installed.
            InputError: the folder holds no cross-encoder with one output.
        """
        from steward.retrieval.encoder import fingerprint

        record = RerankerRecord.load(folder)
        model = load_cross_encoder(folder, record.max_tokens)
        return cls(model, f"{folder.name} {fingerprint(folder)}", record.calibration)

    @property
    def name(self) -> str:
        """Folder and digest of the weights."""
        return self._name

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Probabilities (float32) that a text is worth showing for a query."""
        return self._calibration.of(self.logits(pairs))

    def logits(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """What the model says before any curve: any number, more is better."""
        return logits_of(self._model, pairs)


def load_cross_encoder(folder: Path, max_tokens: int) -> Any:
    """The `CrossEncoder` of a folder, cutting at `max_tokens`.

    Raises:
        MissingExtra: sentence-transformers is not installed.
        InputError: the folder holds no cross-encoder with one output.
    """
    try:
        from sentence_transformers import CrossEncoder
    except ImportError:
        raise MissingExtra("Running a reranker with torch", "train") from None
    try:
        with quietly():
            model = CrossEncoder(str(folder), local_files_only=True, max_length=max_tokens)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{folder} holds no cross-encoder: {error}",
            hint="Give a folder that steward train reranker or CrossEncoder.save wrote.",
        ) from None
    if model.num_labels != 1:
        raise InputError(f"{folder} has {model.num_labels} outputs; a reranker has one.")
    return model


def logits_of(model: Any, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
    """The logits (float32) of pairs, whatever mode the model is in; it is left in that mode."""
    from torch import nn

    if not pairs:
        return np.zeros(0, dtype=np.float32)
    learning = model.training
    try:
        found = model.predict(
            list(pairs), batch_size=BATCH, activation_fn=nn.Identity(), show_progress_bar=False
        )
    finally:
        model.train(learning)
    return np.asarray(found, dtype=np.float32)


@contextmanager
def quietly() -> Iterator[None]:
    """Without the library's bars and its report that a head is new; as before afterwards."""
    from sentence_transformers.base.model import logger
    from transformers.utils import logging

    level, told, shown = logging.get_verbosity(), logger.level, logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logging.set_verbosity(level)
        logger.setLevel(told)
        if shown:
            logging.enable_progress_bar()

"""Where a training writes what TensorBoard shows: beside the weights, not with checkpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from steward.errors import MissingExtra

RUNS = "runs"
"""Where TensorBoard looks: tensorboard --logdir FOLDER/runs."""

TENSORBOARD = "tensorboard"


def callbacks(track: str, folder: Path) -> list[Any]:
    """The trainer's own callback for TensorBoard; none for other trackers.

    Raises:
        MissingExtra: TensorBoard is not installed.
    """
    if track != TENSORBOARD:
        return []
    from transformers.integrations import TensorBoardCallback

    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise MissingExtra("Tracking with TensorBoard", "train") from None
    return [TensorBoardCallback(SummaryWriter(str(folder / RUNS)))]


def reported(track: str) -> str:
    """What the trainer itself reports to: TensorBoard would go where the checkpoints are."""
    return "none" if track == TENSORBOARD else track

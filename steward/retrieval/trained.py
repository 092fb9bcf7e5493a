"""What a training leaves behind: a folder, and what is needed to make it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from steward.errors import InputError

RECORD = "trained.json"
"""The file of the folder that holds the record."""

QUERIES = "queries.json"
"""The queries of each part, in the folder of a model: what a later one may be measured on."""


@dataclass(frozen=True)
class Trained:
    """A trained model.

    Attributes:
        folder: where its files are.
        kind: `biencoder`, `reranker` or `ranker`.
        settings: everything that was set, the seed among it.
        metrics: what was measured, such as `valid/nDCG@10`, and of the base `base/nDCG@10`.
        lineage: what it was trained on: tables, content hashes, template, number of pairs, digest.
    """

    folder: Path
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    lineage: Mapping[str, Any] = field(default_factory=dict)

    def save(self) -> Trained:
        """Write the record into the folder, beside the weights; the same record, the same bytes."""
        held = {k: v for k, v in asdict(self).items() if k != "folder"}
        text = json.dumps(held, ensure_ascii=False, indent=2, sort_keys=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / RECORD).write_text(text + "\n", encoding="utf-8")
        return self


def read_trained(folder: Path) -> Trained:
    """Read the record that a training left in a folder.

    Raises:
        InputError: there is none, or it cannot be read.
    """
    path = folder / RECORD
    try:
        held = json.loads(path.read_text("utf-8"))
        return Trained(folder, **held)
    except (OSError, ValueError, TypeError):
        raise InputError(
            f"{folder} holds no trained model of steward: {RECORD} cannot be read.",
            hint="Train one: steward train biencoder --help",
        ) from None

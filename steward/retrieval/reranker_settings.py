"""What can be set when a reranker is trained, and what its folder says of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from steward.errors import InputError, UsageError
from steward.retrieval.calibrate_scores import Calibration

AUTO, CROSS, LATE = "auto", "cross", "late"
KINDS = (AUTO, CROSS, LATE)
BCE, LAMBDA, LISTNET = "bce", "lambda", "listnet"
LOSSES = (BCE, LAMBDA, LISTNET)
TRACKERS = ("tensorboard", "wandb", "mlflow", "none")
OF_CROSS = ("loss", "teacher", "layers", "frozen", "lora")
"""Settings that mean something to a cross-encoder alone: whoever sets one wants one."""
RECORD = "reranker.json"
"""The file of a reranker's folder that says how to use it."""


@dataclass(frozen=True, slots=True)
class RerankerSettings:
    """Everything that decides what a training makes; the same settings, the same weights.

    Late interaction reads `base`, `max_tokens` and `depth` alone.

    Attributes:
        kind: `cross` reads query and text together by a transformer; `late` compares the vectors of
            their tokens, is fitted in seconds and needs no torch; `auto` is `cross` where there is
            a GPU or a setting of it is given (loss, teacher, layers, frozen, lora), else `late`.
        base: folder or name of a BERT-like model; `minilm` by default.
        loss: `bce` on single pairs, `lambda` (LambdaLoss) or `listnet` on lists of a query.
        teacher: folder of a trained reranker to learn from by MarginMSE; empty for none.
        layers: lowest layers of the base that are kept; 0 keeps all.
        frozen: lowest layers that do not learn, the embeddings with them; 0 lets all learn.
        lora: train low-rank adapters, merged into the weights at the end.
        epochs: at most; training stops early when the validation metric stops rising.
        batch: queries a step for the losses on lists, pairs or pairs of pairs for the others.
        accumulate: steps whose gradients are added up before the weights move.
        lr: highest learning rate, after the warm-up.
        warmup: share of the steps in which the rate rises.
        weight_decay: of AdamW.
        negatives: unjudged items of the first stage in a list.
        length: items in a list.
        max_tokens: of query and text together; longer texts are cut.
        depth: items of the first stage that are re-ordered in validation and in search.
        patience: looks at the validation metric without a rise before training stops.
        looks: looks at the validation metric in an epoch; also how often it can be resumed.
        seed: of everything drawn.
        track: tensorboard, wandb, mlflow or none.
    """

    kind: str = AUTO
    base: str = "minilm"
    loss: str = LAMBDA
    teacher: str = ""
    layers: int = 0
    frozen: int = 0
    lora: bool = False
    epochs: int = 2
    batch: int = 4
    accumulate: int = 1
    lr: float = 5e-5
    warmup: float = 0.1
    weight_decay: float = 0.01
    negatives: int = 5
    length: int = 10
    max_tokens: int = 96
    depth: int = 50
    patience: int = 2
    looks: int = 1
    seed: int = 0
    track: str = "none"

    def __post_init__(self) -> None:
        """Refuse what there is not."""
        if self.kind not in KINDS:
            raise UsageError(f"There is no kind {self.kind!r}.", hint=f"One of {', '.join(KINDS)}")
        if self.loss not in LOSSES:
            raise UsageError(f"There is no loss {self.loss!r}.", hint=f"One of {', '.join(LOSSES)}")
        if self.track not in TRACKERS:
            raise UsageError(
                f"There is no tracker {self.track!r}.", hint=f"One of {', '.join(TRACKERS)}"
            )
        least = {"epochs": 1, "batch": 1, "accumulate": 1, "length": 2, "depth": 1, "looks": 1}
        for name, value in least.items():
            if getattr(self, name) < value:
                raise UsageError(f"{name} of a reranker must be at least {value}.")

    @property
    def tier(self) -> str:
        """`late` or `cross`: what `kind` comes to, as far as can be told without torch."""
        if self.kind != AUTO:
            return self.kind
        plain = RerankerSettings()
        return CROSS if any(getattr(self, n) != getattr(plain, n) for n in OF_CROSS) else LATE


@dataclass(frozen=True, slots=True)
class RerankerRecord:
    """How a trained reranker is used: what was chosen on validation queries.

    Attributes:
        max_tokens: of query and text together.
        depth: items of the first stage that are re-ordered.
        weight: of the reranker in the mix with the first stage; 0 when it did not help.
        calibration: from a logit to the probability that a result is worth showing.
    """

    max_tokens: int
    depth: int
    weight: float = 1.0
    calibration: Calibration = field(default_factory=Calibration)

    def save(self, folder: Path) -> None:
        """Write `reranker.json`; the same record, the same bytes."""
        held = {**asdict(self), "calibration": self.calibration.as_dict()}
        text = json.dumps(held, ensure_ascii=False, indent=2, sort_keys=True)
        (folder / RECORD).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> RerankerRecord:
        """Read `reranker.json`; a folder that steward did not train gets what fits any.

        Raises:
            InputError: the file is there but cannot be read.
        """
        path = folder / RECORD
        if not path.exists():
            return cls(max_tokens=RerankerSettings().max_tokens, depth=RerankerSettings().depth)
        try:
            held: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
            return cls(**{**held, "calibration": Calibration.from_dict(held["calibration"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise InputError(
                f"{path} cannot be read: {error!r}", hint="Train it again: steward train reranker"
            ) from None

"""What can be set about the training of a bi-encoder; 0 means what suits the tier."""

from __future__ import annotations

from dataclasses import dataclass, replace

from steward.errors import UsageError

TIERS = ("head", "static", "full")
TRACKERS = ("none", "tensorboard", "wandb", "mlflow")


@dataclass(frozen=True)
class BiEncoderSettings:
    """Settings of a training; recorded with its result.

    Attributes:
        tier: `head` trains a matrix on cached vectors of the base (seconds on a CPU); `static` a
            vector a token, fitted to the base (minutes); `full` the base.
        base: where the base is: a folder, `minilm`, or a name that the hub's cache holds.
        epochs: passes over the pairs, at most: it stops early when validation no longer improves.
        batch: pairs a step; their positives are each other's negatives.
        lr: learning rate at its peak.
        weight_decay: of AdamW; of a head it pulls towards the untouched base.
        warmup: share of the steps over which the learning rate rises.
        negatives: hard negatives a query, mined with the base.
        patience: epochs without improvement before it stops.
        lora: rank of LoRA adapters, merged at the end; 0 trains every weight. Tier full.
        matryoshka: lengths at which the beginning of a vector must serve too; none by default.
        chunk: texts at a time inside a batch (GradCache): a large batch fits a small memory.
        accumulate: steps whose gradients are added before one update.
        checkpointing: compute activations twice to save memory.
        dims: of a static encoder's vectors.
        fit: texts of the catalogue, at most, to which a static encoder is fitted before it learns;
            the base reads each once. 0 distils each token alone.
        max_length: tokens at which texts are cut.
        pool: items encoded for validation and measurement with the tier full, the judged ones
            among them; 0 takes all.
        apart: leave out pairs whose item nearly is the answer to a held-out query.
        seed: of everything that is drawn.
        track: `none`, `tensorboard`, `wandb` or `mlflow`, by the trainer's own callbacks.
    """

    tier: str = "head"
    base: str = "minilm"
    epochs: int = 0
    batch: int = 0
    lr: float = 0.0
    weight_decay: float = 0.01
    warmup: float = 0.1
    negatives: int = 4
    patience: int = 3
    lora: int = 0
    matryoshka: tuple[int, ...] = ()
    chunk: int = 0
    accumulate: int = 1
    checkpointing: bool = False
    dims: int = 384
    fit: int = 20_000
    max_length: int = 128
    pool: int = 5_000
    apart: bool = True
    seed: int = 0
    track: str = "none"

    def filled(self) -> BiEncoderSettings:
        """The same with every 0 replaced by what suits the tier.

        Raises:
            UsageError: the tier or the tracker is unknown, or two settings exclude each other.
        """
        if self.tier not in TIERS:
            raise UsageError(f"Unknown tier {self.tier!r}.", hint=f"One of {', '.join(TIERS)}.")
        if self.track not in TRACKERS:
            raise UsageError(
                f"Unknown tracker {self.track!r}.", hint=f"One of {', '.join(TRACKERS)}."
            )
        if self.lora and self.tier != "full":
            raise UsageError("LoRA adapts a whole model.", hint="Add --tier full.")
        epochs, batch, lr = _SUITED[self.tier]
        return replace(
            self,
            epochs=self.epochs or epochs,
            batch=self.batch or batch,
            lr=self.lr or (10 * lr if self.lora else lr),
        )


_SUITED = {"head": (30, 256, 1e-4), "static": (10, 512, 1e-2), "full": (2, 32, 2e-5)}
"""Epochs, batch and learning rate of a tier."""

"""The training of a cross-encoder, by the trainer of sentence-transformers."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from steward.errors import MissingExtra
from steward.retrieval import tracking
from steward.retrieval.data import SearchData
from steward.retrieval.pairs import GradedList
from steward.retrieval.reranker_choice import Validation
from steward.retrieval.reranker_model import start_model, weights_alone
from steward.retrieval.reranker_objective import columns_and_loss
from steward.retrieval.reranker_settings import RerankerSettings
from steward.retrieval.reranker_torch import logits_of, quietly

CHECKPOINTS = "checkpoints"
METRIC = "ndcg@10"


def fit_cross(
    data: SearchData,
    lists: Sequence[GradedList],
    validation: Validation,
    settings: RerankerSettings,
    folder: Path,
    lineage: Mapping[str, Any],
) -> list[float]:
    """Train, write the weights into the folder, and return the logits of the validation pairs.

    A training that was cut short goes on from its last checkpoint, if settings and data are the
    same.

    Raises:
        MissingExtra: torch, datasets or sentence-transformers is not installed.
    """
    _need_trainer()
    work = _workplace(folder, settings, lineage)
    with quietly():
        start = start_model(settings, work / "start")
        fitted = _fit(start, lists, data, settings, validation, work)
        model = weights_alone(fitted, work / "start", settings)
        logits = logits_of(model, validation.pairs(data.texts))
        model.save_pretrained(str(folder), create_model_card=False)
    return [float(logit) for logit in logits]


def clear_checkpoints(folder: Path) -> None:
    """Throw the checkpoints away: the folder is whole."""
    shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)


def _workplace(folder: Path, settings: RerankerSettings, lineage: Mapping[str, Any]) -> Path:
    """The folder of checkpoints; those of other settings or data are thrown away."""
    told = json.dumps([asdict(settings), lineage], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(told.encode()).hexdigest()
    work = folder / CHECKPOINTS
    mark = work / "run.txt"
    if not mark.exists() or mark.read_text("utf-8") != digest:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        mark.write_text(digest, "utf-8")
    return work


def _fit(
    model: Any,
    lists: Sequence[GradedList],
    data: SearchData,
    settings: RerankerSettings,
    validation: Validation,
    work: Path,
) -> Any:
    """Train to the best look, from the last checkpoint if there is one."""
    from datasets import Dataset
    from sentence_transformers.cross_encoder import CrossEncoderTrainer
    from transformers import EarlyStoppingCallback, PrinterCallback
    from transformers.trainer_utils import get_last_checkpoint

    columns, loss = columns_and_loss(model, lists, data, settings)
    rows = Dataset.from_dict(columns)
    trainer = CrossEncoderTrainer(
        model=model,
        args=_arguments(settings, len(rows), work),
        train_dataset=rows,
        loss=loss,
        evaluator=_evaluator(validation, data.texts),
        callbacks=[
            *tracking.callbacks(settings.track, work.parent),
            EarlyStoppingCallback(early_stopping_patience=settings.patience),
        ],
    )
    trainer.remove_callback(PrinterCallback)
    # A checkpoint that was cut short has no trainer_state.json yet: an older one is taken.
    trainer.train(resume_from_checkpoint=_whole(get_last_checkpoint(str(work)), work))
    return trainer.model


def _whole(last: str | None, work: Path) -> str | None:
    """The last checkpoint that was written to its end; those cut short are thrown away."""
    from transformers.trainer_utils import get_last_checkpoint

    while last is not None and not (Path(last) / "trainer_state.json").exists():
        shutil.rmtree(last)
        last = get_last_checkpoint(str(work))
    return last


def _arguments(settings: RerankerSettings, rows: int, work: Path) -> Any:
    import torch
    from sentence_transformers.cross_encoder import CrossEncoderTrainingArguments

    steps = math.ceil(rows / settings.batch / settings.accumulate)
    every = max(1, math.ceil(steps / settings.looks))
    fast = torch.cuda.is_available() and torch.cuda.is_bf16_supported()
    return CrossEncoderTrainingArguments(
        output_dir=str(work),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulate,
        learning_rate=settings.lr,
        warmup_steps=settings.warmup,
        weight_decay=settings.weight_decay,
        bf16=fast,
        eval_strategy="steps",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model=f"eval_{METRIC}",
        greater_is_better=True,
        restore_callback_states_from_checkpoint=True,
        logging_steps=max(1, every // 5),
        report_to=tracking.reported(settings.track),
        disable_tqdm=True,
        seed=settings.seed,
        dataloader_pin_memory=torch.cuda.is_available(),
    )


def _evaluator(validation: Validation, texts: Mapping[str, str]) -> Any:
    """The validation metric as the trainer wants it: of the best mix with the first stage."""
    from sentence_transformers.base.evaluation import BaseEvaluator

    class Evaluator(BaseEvaluator):  # type: ignore[misc]
        def __call__(self, model: Any, *_: object, **__: object) -> dict[str, float]:
            scored = validation.scored(logits_of(model, validation.pairs(texts)))
            return {METRIC: validation.best_weight(scored)[1]}

    return Evaluator()


def _need_trainer() -> None:
    from importlib.util import find_spec

    if not all(find_spec(name) for name in ("torch", "datasets", "sentence_transformers")):
        raise MissingExtra("Training a reranker", "train")

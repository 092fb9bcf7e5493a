"""The training of a reranker, by the trainer of sentence-transformers."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from steward.errors import InputError, MissingExtra
from steward.retrieval.data import SearchData
from steward.retrieval.fusion import Ranked
from steward.retrieval.judgments import among, relevant_queries
from steward.retrieval.pairs import GradedList, Pair, lineage_of
from steward.retrieval.reranker_choice import Chosen, Validation, choose
from steward.retrieval.reranker_lists import graded_lists, scale_of, word_candidates
from steward.retrieval.reranker_model import start_model, weights_alone
from steward.retrieval.reranker_objective import columns_and_loss
from steward.retrieval.reranker_settings import RerankerRecord, RerankerSettings
from steward.retrieval.reranker_torch import logits_of, quietly
from steward.retrieval.split import Split
from steward.retrieval.trained import Trained

CHECKPOINTS = "checkpoints"
METRIC = "ndcg@10"


def train(
    data: SearchData,
    split: Split,
    settings: RerankerSettings,
    folder: Path,
    candidates: Mapping[str, Ranked] | None = None,
) -> Trained:
    """See `steward.retrieval.reranker.train_reranker`."""
    _need_trainer()
    found = candidates or word_candidates(data, [*split.train, *split.valid], settings.depth)
    lists = graded_lists(
        data,
        split.train,
        found,
        negatives=settings.negatives,
        length=settings.length,
        seed=settings.seed,
    )
    if not lists:
        raise InputError(
            "No training query has items of two grades, so there is no order to learn.",
            hint="Judge more items a query, or give clicks; negatives count: --negatives.",
        )
    validation = _validation(data, split, found, settings)
    lineage = _lineage(data, split, lists)
    work = _workplace(folder, settings, lineage)
    with quietly():
        start = start_model(settings, work / "start")
        fitted = _fit(start, lists, data, settings, validation, work)
        model = weights_alone(fitted, work / "start", settings)
        chosen = choose(validation, logits_of(model, validation.pairs(data.texts)))
        return _written(model, settings, folder, chosen, lineage)


def _validation(
    data: SearchData, split: Split, found: Mapping[str, Ranked], settings: RerankerSettings
) -> Validation:
    grades = relevant_queries(among(data.grades, split.valid))
    if not grades:
        raise InputError(
            "No validation query has an item graded above 0, so nothing can be chosen.",
            hint="Judge more queries, or give the validation part a larger share.",
        )
    firsts = {query: list(found.get(query, ()))[: settings.depth] for query in grades}
    return Validation(grades, firsts, scale_of(data.grades))


def _lineage(data: SearchData, split: Split, lists: list[GradedList]) -> dict[str, Any]:
    pairs = [
        Pair(each.query, item, grade, 0.0)
        for each in lists
        for item, grade in zip(each.items, each.grades, strict=True)
    ]
    return {**lineage_of(data, split, pairs), "lists": len(lists)}


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
    lists: list[GradedList],
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
        callbacks=[EarlyStoppingCallback(early_stopping_patience=settings.patience)],
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
        report_to=settings.track,
        disable_tqdm=True,
        seed=settings.seed,
    )


def _evaluator(validation: Validation, texts: Mapping[str, str]) -> Any:
    """The validation metric as the trainer wants it: of the best mix with the first stage."""
    from sentence_transformers.base.evaluation import BaseEvaluator

    class Evaluator(BaseEvaluator):  # type: ignore[misc]
        def __call__(self, model: Any, *_: object, **__: object) -> dict[str, float]:
            scored = validation.scored(logits_of(model, validation.pairs(texts)))
            return {METRIC: validation.best_weight(scored)[1]}

    return Evaluator()


def _written(
    model: Any,
    settings: RerankerSettings,
    folder: Path,
    chosen: Chosen,
    lineage: Mapping[str, Any],
) -> Trained:
    """The folder as it is used; the checkpoints have done their work."""
    model.save_pretrained(str(folder), create_model_card=False)
    RerankerRecord(settings.max_tokens, settings.depth, chosen.weight, chosen.calibration).save(
        folder
    )
    made = Trained(folder, "reranker", asdict(settings), chosen.metrics, lineage).save()
    shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)
    return made


def _need_trainer() -> None:
    from importlib.util import find_spec

    if not all(find_spec(name) for name in ("torch", "datasets", "sentence_transformers")):
        raise MissingExtra("Training a reranker", "train")

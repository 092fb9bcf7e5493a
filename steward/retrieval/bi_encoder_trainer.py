"""The training of a whole encoder, by sentence-transformers' own trainer.

Started again after a kill it goes on from its last checkpoint and ends in the same weights: the
trainer keeps the state of optimizer, schedule and random numbers, and deals the same batches.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from steward.errors import UsageError
from steward.retrieval import tracking
from steward.retrieval.bi_encoder_examples import Examples
from steward.retrieval.bi_encoder_settings import BiEncoderSettings

CHECKPOINTS = "checkpoints"
STARTED = "started.json"
VALID = "valid"


@dataclass(frozen=True)
class Validation:
    """A search over some items, scored after every epoch.

    Attributes:
        queries: to encode.
        items: item to text.
        relevant: query to the items above grade 0.
    """

    queries: Sequence[str]
    items: Mapping[str, str]
    relevant: Mapping[str, set[str]]


def train_whole(
    model: Any,
    examples: Examples,
    texts: Mapping[str, str],
    validation: Validation,
    run: tuple[BiEncoderSettings, Path],
) -> Any:
    """Train a `SentenceTransformer` in place and return it; checkpoints lie in the run's folder.

    Args:
        model: what to train.
        examples: pairs and negatives.
        texts: item to text.
        validation: decides which epoch was best, and when to stop; with no queries the last one is
            kept.
        run: settings without zeros, and the folder.

    Raises:
        UsageError: the folder holds the checkpoints of another training.
    """
    from sentence_transformers import SentenceTransformerTrainer
    from transformers import EarlyStoppingCallback, PrinterCallback

    settings, folder = run
    _claim(folder, settings, examples)
    if settings.lora:
        _add_adapters(model, settings.lora)
    if settings.checkpointing:
        model[0].auto_model.activation_checkpointing_enable()
    # Examples for a hub's page, which would be drawn from the training data.
    model.model_card_data.widget = [{"text": ""}]
    evaluator = _evaluator(validation)
    callbacks = tracking.callbacks(settings.track, folder)
    if evaluator:
        callbacks.append(EarlyStoppingCallback(settings.patience))
    trainer = SentenceTransformerTrainer(
        model=model,
        args=_arguments(settings, folder, evaluator is not None),
        train_dataset=_dataset(examples, texts, settings),
        loss=_loss(model, settings),
        evaluator=evaluator,
        callbacks=callbacks,
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train(resume_from_checkpoint=_last(folder))
    return _merged(trainer.model) if settings.lora else trainer.model


def _claim(folder: Path, settings: BiEncoderSettings, examples: Examples) -> None:
    """Say whose checkpoints these are, so that no other training goes on from them."""
    record = {"settings": asdict(settings), "lineage": dict(examples.lineage)}
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, indent=2)
    path = folder / STARTED
    if _last(folder) and path.exists() and path.read_text("utf-8") != text:
        raise UsageError(
            f"{folder} holds the checkpoints of a training with other settings or data.",
            hint=f"Train into another folder, or delete {folder / CHECKPOINTS}.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _last(folder: Path) -> str | None:
    """The last whole checkpoint: the trainer writes its state last, so a cut one has none."""
    found = sorted(
        (folder / CHECKPOINTS).glob("checkpoint-*"), key=lambda p: int(p.name.split("-")[1])
    )
    return next((str(path) for path in reversed(found) if _is_whole(path)), None)


def _is_whole(checkpoint: Path) -> bool:
    try:
        json.loads((checkpoint / "trainer_state.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return True


def _add_adapters(model: Any, rank: int) -> None:
    from peft import LoraConfig

    config = LoraConfig(r=rank, lora_alpha=2 * rank, lora_dropout=0.1, target_modules="all-linear")
    model.add_adapter(config)


def _merged(model: Any) -> Any:
    """Add the adapters to the weights, so that the folder needs no peft and no base to be read."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    for name, module in list(model.named_modules()):
        if isinstance(module, BaseTunerLayer):
            module.merge()
            parent, _, own = name.rpartition(".")
            setattr(model.get_submodule(parent), own, module.get_base_layer())
    model[0].auto_model._hf_peft_config_loaded = False
    return model


def _arguments(settings: BiEncoderSettings, folder: Path, judged: bool) -> Any:
    import torch
    from sentence_transformers import SentenceTransformerTrainingArguments
    from sentence_transformers.base.sampler import BatchSamplers

    gpu = torch.cuda.is_available()
    return SentenceTransformerTrainingArguments(
        output_dir=str(folder / CHECKPOINTS),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulate,
        learning_rate=settings.lr,
        weight_decay=settings.weight_decay,
        warmup_steps=settings.warmup,
        bf16=gpu and torch.cuda.is_bf16_supported(),
        use_cpu=not gpu,
        batch_sampler=BatchSamplers.NO_DUPLICATES,
        eval_strategy="epoch" if judged else "no",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=judged,
        metric_for_best_model=f"eval_{VALID}_cosine_ndcg@10" if judged else None,
        greater_is_better=True if judged else None,
        restore_callback_states_from_checkpoint=True,
        seed=settings.seed,
        data_seed=settings.seed,
        report_to=tracking.reported(settings.track),
        logging_steps=10,
        disable_tqdm=True,
        dataloader_pin_memory=gpu,
    )


def _dataset(examples: Examples, texts: Mapping[str, str], settings: BiEncoderSettings) -> Any:
    """Columns anchor, positive, negative_1 …; a query short of negatives gets random items."""
    from datasets import Dataset

    rng = np.random.default_rng(settings.seed)
    items = list(texts)
    guard = {pair.query: set[str]() for pair in examples.pairs}
    for pair in examples.pairs:
        guard[pair.query].add(pair.item)
    columns: dict[str, list[str]] = {
        "anchor": [pair.query for pair in examples.pairs],
        "positive": [texts[pair.item] for pair in examples.pairs],
    }
    for n in range(settings.negatives):
        columns[f"negative_{n + 1}"] = [
            texts[_nth(examples.negatives.get(pair.query, ()), n, items, guard[pair.query], rng)]
            for pair in examples.pairs
        ]
    return Dataset.from_dict(columns)


def _nth(
    mined: Sequence[str], n: int, items: Sequence[str], guard: set[str], rng: np.random.Generator
) -> str:
    if n < len(mined):
        return mined[n]
    drawn = items[int(rng.integers(0, len(items)))]
    return next(
        (item for item in (drawn, *items) if item not in guard),
        drawn,
    )


def _loss(model: Any, settings: BiEncoderSettings) -> Any:
    from sentence_transformers.sentence_transformer.losses import (
        CachedMultipleNegativesRankingLoss,
        MatryoshkaLoss,
        MultipleNegativesRankingLoss,
    )

    loss: Any = MultipleNegativesRankingLoss(model)
    if settings.chunk:
        loss = CachedMultipleNegativesRankingLoss(model, mini_batch_size=settings.chunk)
    if settings.matryoshka:
        loss = MatryoshkaLoss(model, loss, list(settings.matryoshka))
    return loss


def _evaluator(validation: Validation) -> Any:
    from sentence_transformers.sentence_transformer.evaluation import (
        InformationRetrievalEvaluator,
    )

    if not validation.queries:
        return None
    return InformationRetrievalEvaluator(
        queries={query: query for query in validation.queries},
        corpus=dict(validation.items),
        relevant_docs={query: set(items) for query, items in validation.relevant.items()},
        name=VALID,
        write_csv=False,
    )

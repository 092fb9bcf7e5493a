"""Training of a bi-encoder: three tiers, one interface, one record.

What comes out is a folder that `load_encoder` reads, with `trained.json` in it. Its figures are of
queries that were not trained on, beside those of what the training started from.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from steward.errors import InputError, MissingExtra
from steward.retrieval.bi_encoder_examples import (
    Examples,
    dense_scores,
    gather_examples,
    measured,
    pool_of,
    scores_of,
)
from steward.retrieval.bi_encoder_settings import BiEncoderSettings
from steward.retrieval.bi_encoder_trainer import CHECKPOINTS, Validation, train_whole
from steward.retrieval.data import SearchData
from steward.retrieval.encoder import find_folder, fingerprint, kind_of, load_encoder
from steward.retrieval.encoder_torch import TorchEncoder, load_model
from steward.retrieval.head import Head, HeadBase, save_head
from steward.retrieval.head_fit import HeadExamples, fit_head
from steward.retrieval.judgments import among, relevant_queries
from steward.retrieval.pairs import not_negative
from steward.retrieval.split import Split
from steward.retrieval.static_encoder import Teacher, distil_static
from steward.retrieval.trained import Trained
from steward.retrieval.vectors import Encoder

KIND = "biencoder"
PARTS = ("valid", "test")


def train_bi_encoder(
    data: SearchData,
    split: Split,
    settings: BiEncoderSettings,
    folder: Path,
    *,
    cache: Path | None = None,
) -> Trained:
    """Train on `split.train`, choose on `split.valid`, measure on both held-out parts.

    Args:
        data: item texts and grades.
        split: of the queries.
        settings: the tier and the rest.
        folder: where the encoder is written; a training that was killed there goes on.
        cache: folder of vectors already encoded, and of new ones; None keeps none.

    Returns:
        The record, which also lies in the folder: `valid/nDCG@10`, `base/valid/nDCG@10`,
        `valid/gain` with its interval, and the same of `test`.

    Raises:
        InputError: the base is not on this machine, or there is nothing to learn from.
        UsageError: the settings are wrong, or the folder holds another training's checkpoints.
        MissingExtra: what trains is not installed.
    """
    filled = settings.filled()
    train = _train_head if filled.tier == "head" else _train_whole
    with tempfile.TemporaryDirectory() as inside:
        metrics, examples = train(data, split, filled, (folder, cache or Path(inside)))
    lineage = {**examples.lineage, "base_fingerprint": fingerprint(find_folder(filled.base))}
    record = {**asdict(filled), "matryoshka": list(filled.matryoshka)}
    return Trained(folder, KIND, record, metrics, lineage).save()


Outcome = tuple[dict[str, float], Examples]


def _train_head(
    data: SearchData,
    split: Split,
    settings: BiEncoderSettings,
    places: tuple[Path, Path],
) -> Outcome:
    folder, cache = places
    base = load_encoder(settings.base, cache=cache)
    examples = gather_examples(data, split, settings, base)
    vectors = base.encode([data.texts[item] for item in data.ids])
    asked = {part: base.encode(queries, query=True) for part, queries in _parts(split)}
    trained_on = list(dict.fromkeys(pair.query for pair in examples.pairs))
    queries = dict(zip(trained_on, base.encode(trained_on, query=True), strict=True))

    def scores(head: Head, part: str) -> dict[str, float]:
        indexed = (data.ids, head.apply(vectors))
        return scores_of(data, getattr(split, part), indexed, head.apply(asked[part], query=True))

    def validate(head: Head) -> float:
        found = scores(head, "valid")
        return sum(found.values()) / len(found) if found else 0.0

    held = HeadExamples(
        examples.pairs, examples.negatives, not_negative(data.grades), queries, data.ids, vectors
    )
    head, history = fit_head(held, settings, validate)
    save_head(head, HeadBase(settings.base, base.name), folder)
    untouched = Head(head.query * 0, head.item * 0)
    metrics = {"epochs": float(len(history) - 1)}
    for part in PARTS:
        metrics |= measured(scores(untouched, part), scores(head, part), part)
    return metrics, examples


def _train_whole(
    data: SearchData,
    split: Split,
    settings: BiEncoderSettings,
    places: tuple[Path, Path],
) -> Outcome:
    folder, cache = places
    model = _start(data, settings, cache)
    pool = pool_of(
        data,
        (*split.valid, *split.test),
        settings.pool if settings.tier == "full" else 0,
        settings.seed,
    )
    start = TorchEncoder(model, "start")
    before = {part: dense_scores(data, queries, pool, start) for part, queries in _parts(split)}
    miner: Encoder = start
    if settings.tier == "full" and settings.negatives:
        miner = load_encoder(settings.base, cache=cache)
    examples = gather_examples(data, split, settings, miner)
    validation = _validation(data, split.valid, pool)
    model = train_whole(model, examples, data.texts, validation, (settings, folder))
    metrics = {"pool": float(len(pool))}
    for part, queries in _parts(split):
        after = dense_scores(data, queries, pool, TorchEncoder(model, "trained"))
        metrics |= measured(before[part], after, part)
    _save(model, folder)
    return metrics, examples


def _parts(split: Split) -> list[tuple[str, Sequence[str]]]:
    return [(part, getattr(split, part)) for part in PARTS]


def _start(data: SearchData, settings: BiEncoderSettings, cache: Path) -> Any:
    """The model to train: the base, or what is distilled from it."""
    base = find_folder(settings.base)
    if kind_of(base) not in ("torch", "static"):
        raise InputError(
            f"{settings.base} is run by {kind_of(base)} and cannot be trained.",
            hint="Give the sentence-transformers folder that it was made from as --base.",
        )
    _seed(settings.seed)
    if settings.tier == "static" and kind_of(base) != "static":
        teacher = Teacher(load_encoder(settings.base, cache=cache), settings.fit, settings.seed)
        return distil_static(base, data.texts.values(), settings.dims, teacher=teacher)
    model = load_model(base)
    if settings.tier == "full":
        model.max_seq_length = min(model.max_seq_length or 1 << 30, settings.max_length)
    return model


def _seed(seed: int) -> None:
    """Seed every source of random numbers that a training draws from."""
    try:
        from transformers import set_seed
    except ImportError:
        raise MissingExtra("Training an encoder", "train") from None
    set_seed(seed)


def _validation(data: SearchData, queries: Sequence[str], pool: Sequence[str]) -> Validation:
    grades = relevant_queries(among(data.grades, queries))
    relevant = {q: {i for i, g in items.items() if g > 0} for q, items in grades.items()}
    return Validation(list(grades), {item: data.texts[item] for item in pool}, relevant)


def _save(model: Any, folder: Path) -> None:
    """Write the encoder and take the checkpoints away, which have done their work."""
    if os.environ.get("RANK", "0") != "0":
        return  # accelerate: of several processes the first writes
    model.save(str(folder), create_model_card=False)
    if (folder / CHECKPOINTS).exists():
        # Renamed first: a kill in between leaves none that looks whole.
        done = (folder / CHECKPOINTS).rename(folder / f"{CHECKPOINTS}.done")
        shutil.rmtree(done, ignore_errors=True)

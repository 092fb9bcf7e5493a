"""The models of a search, by the words that name them: from the command line or the registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from steward.errors import InputError
from steward.job.steps import Step
from steward.retrieval.index_manifest import Part
from steward.retrieval.item_fields import ItemFields
from steward.retrieval.search_index import SearchIndex
from steward.retrieval.stage import Stage
from steward.retrieval.vectors import Encoder, Vectors
from steward.store import Store
from steward.store.models import promoted, weights

ENCODER, RERANKER, RANKER = "biencoder", "reranker", "ranker"
CHUNK = 512
"""Texts that are encoded between two words of how far it is."""

FIELDS = "fields.arrow"
"""What a ranker looks at, in the folder of an index."""

COUNTS = "counts.json"
"""How many items hold each word, so that a search need not read all of them."""

NEAR = "near"
"""The feature of a ranker that learnt with vectors."""

LEARN = "learn"
"""Said instead of a ranker: learn one from the judgments of the index."""

NONE = "none"
"""Said instead of a model: use none, not even the one that is promoted."""


def part_of(store: Store, kind: str, said: str | None) -> Part | None:
    """What was named, else the promoted model of that kind, else nothing."""
    if said == NONE:
        return None
    if said is not None:
        local = not said.startswith(("http://", "https://")) and Path(said).is_dir()
        return Part(kind, str(Path(said).resolve()) if local else said)
    model = promoted(store, kind)
    return None if model is None else Part(kind, str(weights(store, model)), f"model {model.id}")


class Telling:
    """An encoder that says how far it has come."""

    def __init__(self, encoder: Encoder, step: Step) -> None:
        """Wrap `encoder`; `step` is told every `CHUNK` texts."""
        self._encoder, self._step = encoder, step

    @property
    def name(self) -> str:
        """The name of the encoder inside."""
        return self._encoder.name

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """What the encoder inside gives, a chunk at a time."""
        found = []
        for start in range(0, max(len(texts), 1), CHUNK):
            if len(texts) > CHUNK:
                self._step(f"encoding text {start + 1:,} of {len(texts):,}")
            found.append(self._encoder.encode(texts[start : start + CHUNK], query=query))
        return np.concatenate(found)


def encoder_of(store: Store, part: Part, *, step: Step | None = None) -> Encoder:
    """Load an encoder; with `step`, it tells how far it is and keeps vectors beside the store."""
    from steward.retrieval.encoder import load_encoder

    if step is None:
        return load_encoder(part.where)
    folder = store.path.with_name(store.path.name + ".steward-vectors")
    return Telling(load_encoder(part.where, cache=folder), step)


def stages_of(
    parts: Sequence[Part], index: SearchIndex, folder: Path, fields: ItemFields | None = None
) -> list[Stage]:
    """Load what re-orders, in order.

    Args:
        parts: of the index.
        index: gives texts, vectors and the encoder.
        folder: of the generation, which holds a ranker that was learnt with it.
        fields: what a ranker looks at, if it is at hand; else it is read from the folder.
    """
    return [_stage(part, index, folder, fields) for part in parts if part.kind != ENCODER]


def reads_vectors(stages: Sequence[Stage]) -> bool:
    """Whether a ranker among the stages looks at the vectors of items."""
    from steward.retrieval.ranker import RankStage

    return any(isinstance(one, RankStage) and NEAR in one.ranker.names for one in stages)


def save_ranker(stages: Sequence[Stage], fields: ItemFields, folder: Path) -> None:
    """Keep what a ranker needs with its index, and itself, for it may have been learnt there."""
    from steward.retrieval.index_fields import save_fields
    from steward.retrieval.ranker import RankStage
    from steward.retrieval.word_counts import save_counts

    for stage in stages:
        if isinstance(stage, RankStage):
            stage.ranker.save(folder / RANKER)
            save_fields(fields, folder / FIELDS)
            save_counts(stage.maker.counts, folder / COUNTS)


def described(part: Part, stage: Stage) -> Part:
    """A part with what its stage was chosen to be."""
    from steward.retrieval.reranker import RerankStage

    name = part.name or stage.name
    if not isinstance(stage, RerankStage):
        return replace(part, name=name)
    scored = f"{name}: {stage.scorer.name}" if part.name else stage.scorer.name
    return replace(part, name=scored, weight=stage.weight, depth=stage.depth)


def check_encoder(part: Part, encoder: Encoder) -> None:
    """Refuse to search vectors of one encoder with another; `InputError` says what to do."""
    if part.name and encoder.name != part.name:
        raise InputError(
            f"The index was made with the encoder {part.name}, but {part.where} is {encoder.name}.",
            hint="Make it anew: steward index",
        )


def _stage(part: Part, index: SearchIndex, folder: Path, fields: ItemFields | None) -> Stage:
    if part.kind == RANKER:
        return _ranker(part, index, folder, fields)
    from steward.retrieval.reranker import load_stage

    stage = load_stage(part.where, index.texts)
    return stage if not part.depth else replace(stage, depth=part.depth, weight=part.weight)


def _ranker(part: Part, index: SearchIndex, folder: Path, fields: ItemFields | None) -> Stage:
    from steward.retrieval.features import FeatureMaker
    from steward.retrieval.index_fields import load_fields
    from steward.retrieval.ranker import Ranker, RankStage
    from steward.retrieval.word_counts import load_counts

    kept = folder / RANKER
    ranker = Ranker.load(kept if kept.is_dir() else Path(part.where))
    held = fields or load_fields(folder / FIELDS, index.items)
    vectors = index.pipeline.vectors if NEAR in ranker.names else None
    kept_counts = fields is None and (folder / COUNTS).is_file()
    counts = load_counts(folder / COUNTS) if kept_counts else None
    maker = FeatureMaker.build(held, vectors, counts)
    return RankStage(ranker, maker, index.pipeline.encoder)

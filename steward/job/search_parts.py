"""The models of a search, by the words that name them: from the command line or the registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from steward.errors import InputError
from steward.retrieval.index_manifest import Part
from steward.retrieval.stage import Stage
from steward.retrieval.vectors import Encoder
from steward.store import Store
from steward.store.models import promoted, weights

ENCODER, RERANKER, RANKER = "biencoder", "reranker", "ranker"
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


def encoder_of(store: Store, part: Part, *, cache: bool = True) -> Encoder:
    """Load an encoder; vectors of item texts are kept beside the store."""
    from steward.retrieval.encoder import load_encoder

    folder = store.path.with_name(store.path.name + ".steward-vectors")
    return load_encoder(part.where, cache=folder if cache else None)


def stages_of(parts: Sequence[Part], texts: Mapping[str, str]) -> list[Stage]:
    """Load what re-orders, in order."""
    return [_stage(part, texts) for part in parts if part.kind != ENCODER]


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


def _stage(part: Part, texts: Mapping[str, str]) -> Stage:
    if part.kind == RANKER:
        from steward.retrieval.ranker import Ranker

        return Ranker.load(Path(part.where)).stage(texts)
    from steward.retrieval.reranker import load_stage

    stage = load_stage(part.where, texts)
    return stage if not part.depth else replace(stage, depth=part.depth, weight=part.weight)

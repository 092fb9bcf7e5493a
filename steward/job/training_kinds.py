"""The kinds of model that can be trained: their settings, how they train, and how they rank."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steward.errors import UsageError
from steward.job.training_data import Prepared
from steward.retrieval.bm25 import WordIndex
from steward.retrieval.fusion import Ranked
from steward.retrieval.judgments import among, relevant_queries
from steward.retrieval.trained import Trained

if TYPE_CHECKING:
    from steward.retrieval.features import FeatureMaker

DEEP = 100
"""Results of each held-out query that are measured."""

Rankings = dict[str, Ranked]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of model.

    Attributes:
        name: `biencoder`, `reranker` or `ranker`.
        settings: gives the dataclass of its settings; loads nothing heavy.
        train: data, settings, folder to write, folder of cached vectors.
        rank: held-out queries by what lies in a folder; given are the first stage's results.
        pace: pairs a second on one CPU core, by tier, for the time that is told beforehand.
    """

    name: str
    settings: Callable[[], type]
    train: Callable[[Prepared, Any, Path, Path], Trained]
    rank: Callable[[Path, Prepared, Mapping[str, Ranked], Path], Rankings]
    pace: Mapping[str, float]


def first_stage(prepared: Prepared, queries: Sequence[str], *, deep: int = DEEP) -> Rankings:
    """What BM25 finds: the yardstick that every model is printed beside."""
    data = prepared.data
    index = WordIndex.build(data.ids, list(data.texts.values()))
    return {query: index.search(query, deep) for query in queries}


def settings_of(kind: Kind, given: Mapping[str, Any]) -> Any:
    """Settings with those given, each turned into what its field holds; the rest by default.

    Raises:
        UsageError: a setting is unknown or has no such value.
    """
    made = kind.settings()
    known = {field.name: _default(field) for field in fields(made)}
    for name in given:
        if name not in known:
            raise UsageError(
                f"A {kind.name} has no setting {name}.", hint=f"Settings: {', '.join(known)}"
            )
    return made(**{name: _typed(name, value, known[name]) for name, value in given.items()})


def seconds(kind: Kind, prepared: Prepared, settings: Any) -> float:
    """Roughly how long a training takes on one CPU core."""
    tier = str(getattr(settings, "tier", ""))
    pace = kind.pace.get(tier, min(kind.pace.values()))
    rounds = max(1, int(getattr(settings, "epochs", 1) or 1))
    items = len(prepared.data.texts) / ENCODED if kind.name == "biencoder" else 0.0
    return items + prepared.pairs * rounds / pace


ENCODED = 80.0
"""Texts a second that a MiniLM encodes on one core."""


def _default(field: Any) -> Any:
    return field.default if field.default is not MISSING else field.default_factory()


def _typed(name: str, value: Any, default: Any) -> Any:
    """A setting as its field holds it; text comes from a command line or a card."""
    try:
        if isinstance(default, tuple):
            parts = value.split(",") if isinstance(value, str) else value
            return tuple(int(part) for part in parts if part != "")
        if isinstance(default, bool) and isinstance(value, str):
            return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[
                value.casefold()
            ]
        return type(default)(value)
    except (ValueError, KeyError, TypeError):
        kind = "numbers with commas" if isinstance(default, tuple) else type(default).__name__
        raise UsageError(f"Setting {name} takes {kind}, not {value!r}.") from None


def _bi_encoder_settings() -> type:
    from steward.retrieval.bi_encoder_settings import BiEncoderSettings

    return BiEncoderSettings


def _train_bi_encoder(prepared: Prepared, settings: Any, folder: Path, vectors: Path) -> Trained:
    from steward.retrieval.bi_encoder import train_bi_encoder

    return train_bi_encoder(prepared.data, prepared.split, settings, folder, cache=vectors)


def _rank_dense(
    folder: Path, prepared: Prepared, first: Mapping[str, Ranked], vectors: Path
) -> Rankings:
    """All items by the cosine of their vectors, without words."""
    from steward.retrieval.encoder import load_encoder
    from steward.retrieval.vectors import VectorIndex

    encoder = load_encoder(str(folder), cache=vectors)
    data = prepared.data
    index = VectorIndex.build(data.ids, encoder.encode(list(data.texts.values())))
    queries = list(first)
    asked = encoder.encode(queries, query=True)
    return {query: index.search(asked[n], DEEP) for n, query in enumerate(queries)}


def _reranker_settings() -> type:
    from steward.retrieval.reranker import RerankerSettings

    return RerankerSettings


def _train_reranker(prepared: Prepared, settings: Any, folder: Path, _: Path) -> Trained:
    from steward.retrieval.reranker import train_reranker

    return train_reranker(prepared.data, prepared.split, settings, folder)


def _rerank(folder: Path, prepared: Prepared, first: Mapping[str, Ranked], _: Path) -> Rankings:
    """What BM25 found, re-ordered."""
    from steward.retrieval.reranker import load_stage

    stage = load_stage(str(folder), prepared.data.texts)
    return {query: stage.rescore(query, ranked) for query, ranked in first.items()}


def _ranker_settings() -> type:
    from steward.retrieval.ranker_fit import RankerSettings

    return RankerSettings


def _train_ranker(prepared: Prepared, settings: Any, folder: Path, _: Path) -> Trained:
    """Learn an order of what BM25 finds; the ranker holds queries out inside, so both parts teach.

    Only words and columns are looked at: an encoder's figures would tie it to that encoder.
    """
    from steward.retrieval.ranker import Ranker, rankings_of

    queries = [*prepared.split.train, *prepared.split.valid]
    grades = relevant_queries(among(prepared.data.grades, queries))
    maker = _maker(prepared)
    first = first_stage(prepared, list(grades), deep=settings.depth)
    ranker = Ranker.fit(rankings_of(maker, first, grades), maker.names, settings)
    ranker.save(folder)
    metrics = {f"valid/nDCG@10/trees={mix}": value for mix, value in ranker.tried.items()}
    lineage = {**prepared.data.origin, "queries": len(grades), "template": prepared.data.template}
    return Trained(folder, "ranker", asdict(settings), metrics, lineage).save()


def _rank_learnt(
    folder: Path, prepared: Prepared, first: Mapping[str, Ranked], _: Path
) -> Rankings:
    """What BM25 found, in the learnt order."""
    from steward.retrieval.ranker import Ranker, RankStage

    stage = RankStage(Ranker.load(folder), _maker(prepared))
    return {query: stage.rescore(query, ranked) for query, ranked in first.items()}


def _maker(prepared: Prepared) -> FeatureMaker:
    from steward.retrieval.features import FeatureMaker
    from steward.retrieval.item_fields import read_fields

    return FeatureMaker.build(read_fields(prepared.items, prepared.data))


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "biencoder",
            _bi_encoder_settings,
            _train_bi_encoder,
            _rank_dense,
            {"head": 5_000.0, "static": 2_000.0, "full": 10.0},
        ),
        Kind(
            "reranker", _reranker_settings, _train_reranker, _rerank, {"late": 2000.0, "cross": 4.0}
        ),
        Kind("ranker", _ranker_settings, _train_ranker, _rank_learnt, {"": 500.0}),
    )
}


def kind_of(name: str) -> Kind:
    """A kind by its name; `UsageError` names those there are."""
    if name not in KINDS:
        raise UsageError(f"There is no kind of model {name!r}.", hint=f"One of {', '.join(KINDS)}.")
    return KINDS[name]

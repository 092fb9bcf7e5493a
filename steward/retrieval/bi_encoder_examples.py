"""What a bi-encoder learns from, gathered once for every tier; and how well an encoder searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from steward.retrieval.bi_encoder_settings import BiEncoderSettings
from steward.retrieval.bm25 import best
from steward.retrieval.data import SearchData
from steward.retrieval.judgments import among, relevant_queries
from steward.retrieval.metrics import compare, score_run
from steward.retrieval.negatives import Corpus, mine_negatives
from steward.retrieval.pairs import Pair, lineage_of, pairs_of
from steward.retrieval.pairs_apart import item_leaks, keep_apart
from steward.retrieval.split import Split
from steward.retrieval.vectors import Encoder, Vectors

FIGURE = "nDCG@10"
DEPTH = 50


@dataclass(frozen=True)
class Examples:
    """Pairs of the training queries, hard negatives a query, and where both came from."""

    pairs: Sequence[Pair]
    negatives: Mapping[str, Sequence[str]]
    lineage: Mapping[str, Any]


def gather_examples(
    data: SearchData, split: Split, settings: BiEncoderSettings, encoder: Encoder
) -> Examples:
    """Pairs of `split.train` that leak nothing, with negatives mined by `encoder`.

    Raises:
        InputError: no pair is left to learn from.
    """
    pairs = pairs_of(data.grades, split.train)
    given = len(pairs)
    leaks = item_leaks(data.texts, pairs, data.grades, (*split.valid, *split.test))
    if settings.apart:
        pairs = keep_apart(pairs, leaks) or pairs
    negatives: dict[str, list[str]] = {}
    if settings.negatives:
        queries = list(dict.fromkeys(pair.query for pair in pairs))
        vectors = encoder.encode(list(data.texts.values()))
        corpus = Corpus(data.texts, vectors, data.grades)
        asked = dict(zip(queries, encoder.encode(queries, query=True), strict=True))
        negatives = mine_negatives(pairs, asked, corpus, each=settings.negatives)
    lineage = lineage_of(data, split, pairs)
    counts = {"pairs_given": given, "pairs_leaking": len(leaks)}
    mined = sum(map(len, negatives.values()))
    return Examples(pairs, negatives, {**lineage, **counts, "negatives": mined})


def pool_of(data: SearchData, queries: Sequence[str], size: int, seed: int) -> list[str]:
    """Items to measure on: those judged for the queries, and others drawn up to `size`; 0 is all.

    A smaller pool makes search easier: figures on pools compare with each other only.
    """
    if not size or size >= len(data.texts):
        return data.ids
    judged = {item for query in queries for item in data.grades.get(query, {})}
    others = [item for item in data.texts if item not in judged]
    rng = np.random.default_rng(seed)
    extra = max(0, min(size - len(judged), len(others)))
    judged |= {others[n] for n in rng.choice(len(others), extra, replace=False)}
    return [item for item in data.texts if item in judged]


def dense_scores(
    data: SearchData, queries: Sequence[str], items: Sequence[str], encoder: Encoder
) -> dict[str, float]:
    """nDCG@10 of each query that has a relevant item, when `items` are ranked by the cosine."""
    vectors = encoder.encode([data.texts[item] for item in items])
    return scores_of(data, queries, (items, vectors), encoder.encode(queries, query=True))


def scores_of(
    data: SearchData,
    queries: Sequence[str],
    indexed: tuple[Sequence[str], Vectors],
    asked: Vectors,
) -> dict[str, float]:
    """The same from vectors that are there: of the items, and of the queries in their order."""
    items, vectors = indexed
    grades = relevant_queries(among(data.grades, queries))
    place = {query: n for n, query in enumerate(queries)}
    run = {query: best(items, vectors @ asked[place[query]], DEPTH) for query in grades}
    return score_run(run, grades)[FIGURE] if grades else {}


def measured(
    before: Mapping[str, float], after: Mapping[str, float], part: str
) -> dict[str, float]:
    """The figures of a part for the record: before, after, and the gain with its interval."""
    if not after:
        return {}
    gap = compare(before, after)
    return {
        f"{part}/{FIGURE}": float(np.mean(list(after.values()))),
        f"base/{part}/{FIGURE}": float(np.mean(list(before.values()))),
        f"{part}/gain": gap.mean,
        f"{part}/gain_lower": gap.lower,
        f"{part}/gain_upper": gap.upper,
        f"{part}/p_value": gap.p_value,
        f"{part}/queries": float(gap.queries),
    }

"""What a reranker is worth: on held-out queries, on another shop, and in folds.

    STEWARD_DATA=... python benchmarks/bench_rerank_quality.py [--first bm25 | hybrid]
        [--cache FOLDER] [--kind late | cross] [--queries 1000] [--tests 600] [--json FILE]

1. Trained on homedepot_dev's training queries (titles, grades 0 to 2), measured on its test ones.
2. The same reranker, with the weight that homedepot_dev's validation queries chose, measured on
   chorus_icecat (title, supplier, short description, grades 0 to 3), of which it saw nothing.
3. Trained on chorus_icecat in five folds, near-duplicate queries in one; each query is scored by
   what the other folds taught. The weight is chosen on one of them.

Gain 2^grade - 1, the whole catalogue, 50 candidates. `condensed` leaves unjudged items out of the
rankings (Sakai, 2007), since most of what homedepot_dev's queries find was never judged. `nearest`
is late interaction without training: MaxSim weighted by rarity, mixed at one half.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from search_sets import chorus_icecat, homedepot_dev

from steward.retrieval.bm25 import WordIndex
from steward.retrieval.data import SearchData
from steward.retrieval.encoder import find_folder, load_encoder
from steward.retrieval.fusion import Ranked, convex, reciprocal_rank
from steward.retrieval.judgments import Grades, relevant_queries
from steward.retrieval.metrics import compare, score_run
from steward.retrieval.reranker import RerankerSettings, RerankStage, load_reranker, train_reranker
from steward.retrieval.reranker_late import NAMES
from steward.retrieval.reranker_late_training import token_vectors
from steward.retrieval.split import Split, split_queries
from steward.retrieval.stages_choice import deal
from steward.retrieval.vectors import Encoder, VectorIndex

DEPTH = 50
DEEP = 200
FOLDS = 5
Runs = dict[str, Ranked]


@dataclass(frozen=True)
class Shop:
    """A set, and what the first stage finds for its queries."""

    name: str
    data: SearchData
    firsts: Runs


def main() -> None:
    """Run the three experiments and print them."""
    asked = _parser().parse_args()
    source = Path(os.environ["STEWARD_DATA"]) / "relevance"
    encoder = load_encoder(asked.base, cache=asked.cache) if asked.first == "hybrid" else None
    run(asked, source, encoder)


def run(asked: argparse.Namespace, source: Path, encoder: Encoder | None) -> None:
    """The experiments with an encoder that is there already."""
    settings = RerankerSettings(
        kind=asked.kind,
        base=asked.base,
        loss=asked.loss,
        layers=asked.layers,
        depth=DEPTH,
        epochs=asked.epochs,
    )
    rows: list[dict[str, object]] = []
    split, depot = read_depot(source, encoder, asked)
    icecat = read_icecat(source, encoder)
    with tempfile.TemporaryDirectory() as folder:
        begun = time.process_time()
        made = train_reranker(
            depot.data, split, settings, Path(folder) / "depot", candidates=depot.firsts
        )
        cost = time.process_time() - begun
        print(
            f"{asked.kind} on {asked.first}, {len(split.train)} queries, {cost:.0f} s of one core"
        )
        print(json.dumps({k: round(v, 4) for k, v in made.metrics.items()}))
        for shop, queries in ((depot, split.test), (icecat, tuple(icecat.firsts))):
            rows += measured(shop, queries, Path(folder) / "depot", made.metrics["weight"])
        if asked.kind == "late":
            for shop, queries in ((depot, split.test), (icecat, tuple(icecat.firsts))):
                rows += untrained(shop, queries, asked.base)
        rows += in_folds(icecat, settings, Path(folder))
    if asked.json:
        asked.json.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


def read_depot(
    source: Path, encoder: Encoder | None, asked: argparse.Namespace
) -> tuple[Split, Shop]:
    """The hardware shop, with as many queries of each part as are asked for."""
    items, judged = homedepot_dev(source)
    texts = {row["id"]: row["title"] for row in items}
    grades = _grades(judged, texts)
    whole = split_queries(list(grades), seed=0)
    valid = asked.tests // 3
    parts = [
        _some(part, count)
        for part, count in (
            (whole.train, asked.queries),
            (whole.valid, valid),
            (whole.test, asked.tests),
        )
    ]
    split = Split(*parts, groups=whole.groups)
    data = SearchData(texts, grades, "{title}", {"items": "homedepot_dev"})
    queries = [query for part in parts for query in part]
    return split, Shop("homedepot_dev", data, find_first(data, queries, encoder))


def read_icecat(source: Path, encoder: Encoder | None) -> Shop:
    """The shop of electronics, all queries that have a relevant product."""
    items, judged = chorus_icecat(source)
    columns = ("title", "supplier", "short_description")
    texts = {row["id"]: " ".join(" ".join(row[c] for c in columns).split()) for row in items}
    grades = relevant_queries(_grades(judged, texts))
    data = SearchData(texts, grades, "", {"items": "chorus_icecat"})
    return Shop("chorus_icecat", data, find_first(data, list(grades), encoder))


def find_first(data: SearchData, queries: Sequence[str], encoder: Encoder | None) -> Runs:
    """BM25 alone, or with an encoder both by reciprocal rank."""
    words = WordIndex.build(data.ids, list(data.texts.values()))
    if encoder is None:
        return {query: words.search(query, DEPTH) for query in queries}
    index = VectorIndex.build(data.ids, encoder.encode(list(data.texts.values())))
    vectors = encoder.encode(list(queries), query=True)
    found = {}
    for query, vector in zip(queries, vectors, strict=True):
        both = [words.search(query, DEEP), index.search(vector, DEEP)]
        found[query] = reciprocal_rank(both, DEPTH)
    return found


def measured(
    shop: Shop, queries: Sequence[str], folder: Path, weight: float
) -> list[dict[str, object]]:
    """A trained reranker on queries it never saw, alone and at its weight."""
    grades = relevant_queries({q: shop.data.grades[q] for q in queries})
    scorer = load_reranker(str(folder))
    rows = []
    for name, share in (("alone", 1.0), ("mixed", weight)):
        stage = RerankStage(scorer, shop.data.texts, depth=DEPTH, weight=share)
        runs = {q: stage.rescore(q, shop.firsts[q]) for q in grades}
        rows.append(told(f"{shop.name} {name} {share:.1f}", shop, grades, runs))
    return rows


def untrained(shop: Shop, queries: Sequence[str], base: str) -> list[dict[str, object]]:
    """MaxSim weighted by rarity, which nobody trained, mixed at one half."""
    grades = relevant_queries({q: shop.data.grades[q] for q in queries})
    tokens = token_vectors(find_folder(base), shop.data, 96)
    runs = {}
    for query in grades:
        first = shop.firsts[query]
        numbers = tokens.numbers(query, [shop.data.texts[i] for i, _ in first])
        said = numbers[:, NAMES.index("nearest_rare")] if len(first) else []
        read = sorted(
            zip([i for i, _ in first], map(float, said), strict=True), key=lambda x: -x[1]
        )
        runs[query] = convex(first, read, 0.5, DEPTH)
    return [told(f"{shop.name} nearest 0.5", shop, grades, runs)]


def in_folds(shop: Shop, settings: RerankerSettings, folder: Path) -> list[dict[str, object]]:
    """Trained on the other folds of the same shop."""
    dealt = deal(list(shop.firsts), FOLDS)
    alone: Runs = {}
    mixed: Runs = {}
    weights = []
    for number, test in enumerate(dealt):
        after = (number + 1) % FOLDS
        rest = [q for n, part in enumerate(dealt) if n not in (number, after) for q in part]
        split = Split(tuple(rest), tuple(dealt[after]), tuple(test), 0)
        home = folder / f"fold{number}"
        made = train_reranker(shop.data, split, settings, home, candidates=shop.firsts)
        weights.append(made.metrics["weight"])
        for runs, share in ((alone, 1.0), (mixed, weights[-1])):
            stage = RerankStage(load_reranker(str(home)), shop.data.texts, DEPTH, share)
            runs.update({q: stage.rescore(q, shop.firsts[q]) for q in test})
    print(f"{shop.name} folds: weights {weights}")
    grades = {q: shop.data.grades[q] for q in shop.firsts}
    return [
        told(f"{shop.name} folds {name}", shop, grades, {q: runs[q] for q in grades})
        for name, runs in (("alone", alone), ("mixed", mixed))
    ]


def told(name: str, shop: Shop, grades: Grades, runs: Mapping[str, Ranked]) -> dict[str, object]:
    """Print one comparison with the first stage and return it."""
    firsts = {q: shop.firsts[q] for q in grades}
    row: dict[str, object] = {"name": name, "queries": len(grades)}
    for kind, pick in (("whole", lambda q, r: r), ("condensed", _judged_only(grades))):
        before, after = (
            score_run({q: pick(q, r) for q, r in each.items()}, grades)["nDCG@10"]
            for each in (firsts, runs)
        )
        gap = compare(before, after)
        row[kind] = {"first": _mean(before), "then": _mean(after), "p": gap.p_value}
        print(
            f"{name:30} {kind:9} {_mean(before):.3f} -> {_mean(after):.3f}  "
            f"{gap.mean:+.4f} [{gap.lower:+.4f}, {gap.upper:+.4f}] p={gap.p_value:.4f}",
            flush=True,
        )
    return row


def _judged_only(grades: Grades) -> object:
    return lambda q, ranked: [pair for pair in ranked if pair[0] in grades[q]]


def _mean(values: Mapping[str, float]) -> float:
    return float(np.mean(list(values.values())))


def _grades(
    judged: Sequence[Mapping[str, str]], texts: Mapping[str, str]
) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in judged:
        if row["item"] in texts:
            found.setdefault(row["query"], {})[row["item"]] = float(row["grade"])
    return found


def _some(queries: Sequence[str], count: int) -> tuple[str, ...]:
    if len(queries) <= count:
        return tuple(queries)
    return tuple(sorted(random.Random(0).sample(list(queries), count)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", choices=("bm25", "hybrid"), default="bm25")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--kind", choices=("late", "cross"), default="late")
    parser.add_argument("--base", default="minilm")
    parser.add_argument("--loss", default="lambda")
    parser.add_argument("--layers", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--tests", type=int, default=600)
    parser.add_argument("--json", type=Path)
    return parser


if __name__ == "__main__":
    main()

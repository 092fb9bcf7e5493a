"""How quickly a large catalogue is indexed and searched on a CPU: p50 and p99 of every part.

    python benchmarks/bench_search.py [--items 100000] [--queries 300] [--make FOLDER] [--rank]
                                      [--encoder WHERE …] [--reranker WHERE …] [--depth 50]

Items are those of the sample shop, in English and Chinese; queries are the shop's own. Vectors of
the items are *stand-ins*: the mean of a random direction a word, 384 numbers, so that neighbours
are those that share words. Encoding 100,000 items with a real encoder takes a quarter of an hour on
two cores and changes nothing about the time that a search of the vectors takes; what a real encoder
takes for a query is timed apart (--encoder). --make writes MiniLM as fp32 and int8, and rerankers
of six and of three of its layers, in FOLDER, and times them: their weights know nothing of the
shop, which changes no time. A ratio is against the first of its kind.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from steward.engine import Snapshot
from steward.retrieval.data import SearchData, read_search_data
from steward.retrieval.item_text import ItemText
from steward.retrieval.pipeline import First, fuse
from steward.retrieval.search_index import SearchIndex
from steward.retrieval.vectors import EXACT
from steward.retrieval.words import words_of
from steward.shop import ShopSpec, make_shop

WIDE = 384
COLD = (
    "import sys, time; t = time.perf_counter(); from pathlib import Path\n"
    "from steward.retrieval.search_index import SearchIndex\n"
    "from steward.retrieval.pipeline import First\n"
    "index = SearchIndex.load(Path(sys.argv[1]), first=First('bm25'))\n"
    "hits = index.search(sys.argv[2], why=True); import resource\n"
    "print(time.perf_counter() - t, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,\n"
    "      int('torch' in sys.modules))"
)


class WordMeans:
    """The stand-in encoder: a text is the mean of the random directions of its words."""

    name = "stand-in: means of random word directions"

    def __init__(self) -> None:
        """Start with no words."""
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str], *, query: bool = False) -> npt.NDArray[np.float32]:
        """Vectors of length 1."""
        found = np.zeros((len(texts), WIDE), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in words_of(text):
                found[row] += self._direction(word)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.maximum(lengths, 1e-9), dtype=np.float32)

    def _direction(self, word: str) -> npt.NDArray[np.float32]:
        if word not in self._known:
            rng = np.random.default_rng(zlib.crc32(word.encode()))
            self._known[word] = rng.standard_normal(WIDE, dtype=np.float32)
        return self._known[word]


class Table:
    """Rows as they are measured."""

    def __init__(self) -> None:
        """Start without a base to compare with."""
        self._base: dict[str, float] = {}

    def times(self, name: str, seconds: Sequence[float], kind: str = "") -> None:
        """One line of p50 and p99 in milliseconds, with the ratio to the first of its kind."""
        p50, p99 = (float(v) * 1000 for v in np.percentile(seconds, [50, 99]))
        base = self._base.setdefault(kind or name, p50)
        ratio = f"  x{base / p50:.2f}" if kind and base != p50 else ""
        print(f"{name:44} p50 {p50:8.1f} ms   p99 {p99:8.1f} ms{ratio}", flush=True)

    def rate(self, name: str, texts: int, seconds: float, kind: str) -> None:
        """One line of texts a second."""
        rate = texts / seconds
        base = self._base.setdefault(kind, rate)
        ratio = f"  x{rate / base:.2f}" if base != rate else ""
        print(f"{name:44} {rate:8.0f} a second{ratio}", flush=True)


@contextmanager
def told(name: str) -> Iterator[None]:
    """Print how long a step took."""
    started = time.perf_counter()
    yield
    print(f"{name:44} {time.perf_counter() - started:8.1f} s", flush=True)


def timed(work: Callable[[str], object], queries: Sequence[str]) -> list[float]:
    """Seconds of each query, after three to warm up."""
    for query in queries[:3]:
        work(query)
    found = []
    for query in queries:
        started = time.perf_counter()
        work(query)
        found.append(time.perf_counter() - started)
    return found


def shop_data(rows: int, queries: int) -> tuple[SearchData, list[str], Snapshot]:
    """Items of the sample shop, queries of its searchers."""
    shop = make_shop(ShopSpec(rows=rows, sessions=0))
    table = shop.items()
    items = Snapshot.from_columns(
        "items", {c: table.column(c).to_pylist() for c in table.schema.names}
    )
    data = read_search_data(
        items, text=ItemText("{title} {brand} {colour} {category_path}"), item_id="item_id"
    )
    asked = list(dict.fromkeys(shop.queries().column("query").to_pylist()))
    return data, asked[:queries], items


def first_stages(index: SearchIndex, queries: Sequence[str], table: Table) -> None:
    """Words, vectors and both."""
    words, vectors = index.pipeline.words, index.pipeline.vectors
    encoder = index.pipeline.encoder
    assert vectors is not None and encoder is not None
    asked = dict(zip(queries, encoder.encode(queries, query=True), strict=True))
    table.times("BM25, 200 items", timed(lambda q: words.search(q, 200), queries))
    how = "HNSW" if len(vectors.ids) > EXACT else "every one compared"
    table.times(
        f"vectors ({how}), 200 items", timed(lambda q: vectors.search(asked[q], 200), queries)
    )
    for kind in ("rrf", "convex"):
        first = First(kind)

        def both(query: str, first: First = first) -> object:
            found = words.search(query, 200), vectors.search(asked[query], 200)
            return fuse(*found, first, 200)

        table.times(f"hybrid by {kind}", timed(both, queries))
    found = [
        len(
            {i for i, _ in vectors.search(asked[q], 50)}
            & _exact(vectors.vectors, vectors.ids, asked[q])
        )
        for q in queries[:100]
    ]
    print(f"{'of the 50 nearest, the graph finds':44} {np.mean(found) / 50:8.1%}")
    table.times("whole search, hybrid, 10 hits", timed(lambda q: index.search(q, 10), queries))
    why = timed(lambda q: index.search(q, 10, why=True), queries)
    table.times("whole search with --why", why)


def _exact(vectors: npt.NDArray[np.float32], ids: Sequence[str], asked: object) -> set[str]:
    scores = vectors @ np.asarray(asked)
    return {ids[i] for i in np.argpartition(-scores, 50)[:50]}


def encoders(
    places: Sequence[str], texts: Sequence[str], queries: Sequence[str], table: Table
) -> None:
    """A query at a time, and items in batches."""
    from steward.retrieval.encoder import load_encoder

    for place in places:
        encoder = load_encoder(place)
        name = Path(place).name
        one = timed(lambda q, e=encoder: e.encode([q], query=True), queries[:100])  # type: ignore[misc]
        table.times(f"encode a query: {name}", one, "encode")
        started = time.perf_counter()
        encoder.encode(texts[:256])
        table.rate(f"encode items: {name}", 256, time.perf_counter() - started, "items")


def rerankers(
    places: Sequence[str], index: SearchIndex, queries: Sequence[str], table: Table, depth: int
) -> None:
    """Re-ordering alone, and the whole search with it."""
    from steward.retrieval.reranker import RerankStage, load_reranker

    for place in places:
        stage = RerankStage(load_reranker(place), index.texts, depth=depth, weight=0.5)
        lists = {query: index.pipeline.search(query, 200) for query in queries}
        name = Path(place).name
        alone = timed(lambda q, s=stage, f=lists: s.rescore(q, f[q]), queries)  # type: ignore[misc]
        table.times(f"re-order {depth}: {name}", alone, "rerank")
        whole = index.using(stages=[stage])
        table.times(f"whole search: {name}", timed(lambda q, w=whole: w.search(q, 10), queries))  # type: ignore[misc]


def rank(
    index: SearchIndex, data: SearchData, items: Snapshot, queries: Sequence[str], table: Table
) -> None:
    """The learned ranking: its features, and the whole search with it."""
    from steward.retrieval.features import FeatureMaker
    from steward.retrieval.item_fields import read_fields
    from steward.retrieval.ranker import Ranker, RankStage, rankings_of

    with told("features of the items"):
        maker = FeatureMaker.build(read_fields(items, data))
    lists = {query: index.pipeline.search(query, 100) for query in queries[:60]}
    grades = {
        q: {item: float(n % 4) for n, (item, _) in enumerate(held)} for q, held in lists.items()
    }
    with told("learning from 60 lists"):
        ranker = Ranker.fit(rankings_of(maker, lists, grades), maker.names)
    stage = RankStage(ranker, maker)
    found = {query: index.pipeline.search(query, 200) for query in queries}
    table.times("learned ranking alone", timed(lambda q: stage.rescore(q, found[q]), queries))
    whole = index.using(stages=[stage])
    table.times("whole search: learned ranking", timed(lambda q: whole.search(q, 10), queries))


def make_models(folder: Path) -> tuple[list[str], list[str]]:
    """MiniLM as fp32 and int8, rerankers of six and three layers; what is there is kept."""
    from steward.retrieval.export_encoder import export_encoder
    from steward.retrieval.export_reranker import export_reranker
    from steward.retrieval.reranker_model import start_model
    from steward.retrieval.reranker_settings import RerankerRecord, RerankerSettings

    found: tuple[list[str], list[str]] = ([], [])
    for precision in ("fp32", "int8"):
        place = folder / f"minilm-{precision}"
        if not place.exists():
            export_encoder("minilm", place, precision=precision)
        found[0].append(str(place))
    for layers, precision in ((6, "fp32"), (6, "int8"), (3, "fp32"), (3, "int8")):
        place = folder / f"reranker-{layers}-layers-{precision}"
        if not place.exists():
            settings = RerankerSettings(layers=layers)
            start = folder / f"start-{layers}"
            start_model(settings, start)
            RerankerRecord(settings.max_tokens, settings.depth, 0.5).save(start)
            export_reranker(start, precision=precision, into=place)
        found[1].append(str(place))
    return found


def cold(folder: Path, query: str) -> None:
    """A process of its own, from its first line to ten hits with --why."""
    taken, memory = [], 0.0
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", COLD, str(folder), query],
            capture_output=True,
            text=True,
            check=True,
        )
        seconds, megabytes, torch = map(float, done.stdout.split())
        assert not torch
        taken.append(seconds)
        memory = max(memory, megabytes)
    print(
        f"{'cold start to 10 hits, BM25':44} {np.median(taken):8.2f} s    {memory:.0f} MB, no torch"
    )


def main() -> None:
    """Print one line a measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--depth", type=int, default=50)
    parser.add_argument("--make", type=Path)
    parser.add_argument("--rank", action="store_true")
    parser.add_argument("--encoder", action="append", default=[])
    parser.add_argument("--reranker", action="append", default=[])
    options = parser.parse_args()
    made = make_models(options.make) if options.make else ([], [])
    table = Table()
    with told(f"making {options.items:,} items"):
        data, queries, items = shop_data(options.items, options.queries)
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held) / "index"
        with told("index: words"):
            SearchIndex.build(data)
        with told("index: words, stand-in vectors, graph"):
            index = SearchIndex.build(data, encoder=WordMeans())
        with told("index: writing"):
            index.save(folder)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        print(f"{'index on the disk':44} {size / 2**20:8.0f} MB")
        cold(folder, queries[0])
        index = SearchIndex.load(folder, first=First("rrf"), encoder=WordMeans())
        first_stages(index, queries, table)
        encoders([*made[0], *options.encoder], list(data.texts.values()), queries, table)
        if options.rank:
            rank(index, data, items, queries, table)
        rerankers([*made[1], *options.reranker], index, queries[:100], table, options.depth)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'memory at most, everything in one process':44} {memory:8.0f} MB")


if __name__ == "__main__":
    main()

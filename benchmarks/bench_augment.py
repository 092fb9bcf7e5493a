"""What augmentation does to search: typos before and after, and every filter by itself.

    python benchmarks/bench_augment.py typos homedepot_dev      # BM25, spelling learnt, head
    python benchmarks/bench_augment.py filters homedepot_dev    # none, each alone, all but one, all
    python benchmarks/bench_augment.py attacks shop             # disguised queries

Sets other than `shop` are read from `$STEWARD_DATA/relevance`. Typos of test queries come from
`steward.fixes.injections.typo`, which shares no code with the noise of training.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from search_sets import write_sets

from steward.augment.chinese import homophone, mine_sounds
from steward.augment.filters import Cap, Different, Filter, Length, Overlap, RoundTrip, sift
from steward.augment.guard import AttributeGuard, Names, mine_names
from steward.augment.made import Made, random_of
from steward.augment.noise import NOISE, Mined, mine, vary
from steward.augment.training import extend_training
from steward.checks.adversarial import unmasked
from steward.engine import Snapshot
from steward.fixes.injections import typo
from steward.profile import profile_table
from steward.retrieval.bi_encoder import train_bi_encoder
from steward.retrieval.bi_encoder_settings import BiEncoderSettings
from steward.retrieval.bm25 import WordIndex
from steward.retrieval.data import SearchData, read_search_data
from steward.retrieval.encoder import load_encoder
from steward.retrieval.judgments import among, relevant_queries
from steward.retrieval.metrics import compare, score_run
from steward.retrieval.spelling import Speller
from steward.retrieval.split import Split, split_queries
from steward.retrieval.vectors import Encoder, VectorIndex
from steward.shop import ShopFaults, ShopSpec, make_shop, write_shop
from steward.sources import open_delivery

MEASURE = "nDCG@10"
Scores = dict[str, float]
Asked = Callable[[str], str]


@dataclass(frozen=True)
class Setting:
    """One set, small enough for a processor: its data, its split, its names, its cache."""

    data: SearchData
    split: Split
    names: Names
    cache: Path
    tier: str = "head"

    def typed(self, seed: int) -> Asked:
        """Mistype one word of a query, or one character where it is Chinese."""
        sounds = mine_sounds(self.data.texts.values())

        def wrong(query: str) -> str:
            random = random_of(seed, query)
            words = query.split(" ")
            able = [i for i, w in enumerate(words) if len(w) >= 4 and w.isascii() and w.isalpha()]
            if not able:
                return homophone(random, query, sounds) or query
            at = able[int(random.integers(len(able)))]
            words[at] = typo(random, words[at]) or words[at]
            return " ".join(words)

        return wrong


def load(name: str, queries: int, cache: Path, seed: int = 0) -> Setting:
    """Read a set and draw so many queries of it, with the items that they were judged on."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if name == "shop":
            spec = ShopSpec(rows=2_000, seed=seed + 1, queries=queries, sessions=0,
                            faults=ShopFaults.none())  # fmt: skip
            folder = write_shop(make_shop(spec), folder / "made").folder
        else:
            write_sets(name, Path(os.environ["STEWARD_DATA"]) / "relevance", folder)
        items, judged = table(folder / "items.csv"), table(folder / "judgments.csv")
        words = table(folder / "queries.csv") if (folder / "queries.csv").exists() else None
    whole = read_search_data(items, judged, words)
    able = list(relevant_queries(whole.grades))
    random = np.random.default_rng(seed)
    drawn = sorted(random.choice(len(able), min(queries, len(able)), replace=False))
    grades = among(whole.grades, [able[i] for i in drawn])
    seen = {item for each in grades.values() for item in each}
    texts = {i: t for i, t in whole.texts.items() if name == "shop" or i in seen}
    data = replace(whole, grades=grades, texts=texts)
    split = split_queries(list(grades), shares=(0.5, 0.15, 0.35), seed=seed)
    return Setting(data, split, mine_names(items, profile_table(items)), cache)


def table(path: Path) -> Snapshot:
    delivery = open_delivery(str(path))
    rows = [row for chunk in delivery.chunks() for row in chunk.rows]
    columns = list(zip(*rows, strict=True))
    return Snapshot.from_columns(path.stem, dict(zip(delivery.columns, columns, strict=True)))


def trained(setting: Setting, made: Sequence[Made], seed: int) -> Encoder:
    """A head on frozen MiniLM, trained on the training queries and what was made of them."""
    grown = extend_training(setting.data, setting.split, made)
    with tempfile.TemporaryDirectory() as folder:
        settings = BiEncoderSettings(tier=setting.tier, seed=seed)
        found = train_bi_encoder(grown.data, grown.split, settings, Path(folder) / "head",
                                 cache=setting.cache)  # fmt: skip
        return load_encoder(str(found.folder), cache=setting.cache)


def dense(setting: Setting, encoder: Encoder, asked: Asked) -> Scores:
    """nDCG@10 of the test queries by vectors alone, every item of the set searched."""
    ids = setting.data.ids
    index = VectorIndex.build(ids, encoder.encode([setting.data.texts[i] for i in ids]))
    queries = setting.split.test
    vectors = encoder.encode([asked(q) for q in queries], query=True)
    run = {q: index.search(v, 10) for q, v in zip(queries, vectors, strict=True)}
    return score_run(run, among(setting.data.grades, queries))[MEASURE]


def lexical(setting: Setting, asked: Asked) -> Scores:
    ids = setting.data.ids
    index = WordIndex.build(ids, [setting.data.texts[i] for i in ids])
    run = {q: index.search(asked(q), 10) for q in setting.split.test}
    return score_run(run, among(setting.data.grades, setting.split.test))[MEASURE]


def noisy(setting: Setting, seed: int, count: int = 3) -> list[Made]:
    """Noise on the training queries, mined from the items and these queries."""
    rows = list(enumerate(setting.split.train))
    mined = mine([*setting.data.texts.values(), *setting.split.train])
    return vary(rows, mined, count=count, seed=seed)


def all_filters(setting: Setting, encoder: Encoder) -> list[Filter]:
    held = {"valid": setting.split.valid, "test": setting.split.test}
    return [
        Overlap(), Length(), AttributeGuard(setting.names, frozenset(NOISE)),
        RoundTrip(encoder), Different(frozenset(setting.split.train), held), Cap(4),
    ]  # fmt: skip


def told(name: str, before: Sequence[Scores], after: Sequence[Scores]) -> str:
    """Mean before, mean after, and the paired difference over queries, each averaged over seeds."""
    one, two = (
        {q: float(np.mean([s[q] for s in each])) for q in each[0]} for each in (before, after)
    )
    gap = compare(one, two)
    return (
        f"| {name} | {np.mean(list(one.values())):.3f} | {np.mean(list(two.values())):.3f} "
        f"| {gap.mean:+.3f} [{gap.lower:+.3f}, {gap.upper:+.3f}] | {gap.p_value:.4f} |"
    )


def attacked(seed: int) -> Asked:
    """Disguise one word of a query: letters of another script, digits for letters, hidden ones."""

    def disguise(query: str) -> str:
        made = vary([(0, query)], Mined(), method="adversarial", count=1, seed=seed)
        return made[0].text if made else query

    return disguise


def bared(query: str) -> str:
    """Take the disguise off as far as the checks know it."""
    return "".join(c for c in unmasked(query) if unicodedata.category(c) != "Cf")


def attacks(setting: Setting, seeds: Sequence[int]) -> None:
    """Disguised queries: BM25, and BM25 with the disguise taken off."""
    speller = Speller.learn(setting.data.texts.values())
    ways = [attacked(s) for s in seeds]
    clean = [lexical(setting, lambda q: q)] * len(ways)
    worn = [lexical(setting, w) for w in ways]
    off = [lexical(setting, lambda q, w=w: bared(w(q))) for w in ways]
    both = [lexical(setting, lambda q, w=w: speller.correct(bared(w(q)))) for w in ways]
    print("| what | before | after | difference | p |\n|---|---|---|---|---|")
    print(told("BM25: clean → disguised", clean, worn))
    print(told("BM25, disguised: as typed → bared", worn, off))
    print(told("BM25, disguised: as typed → bared and corrected", worn, both))


def typos(setting: Setting, seeds: Sequence[int]) -> None:
    """Clean and mistyped queries: BM25 and the head, before and after."""
    speller = Speller.learn(setting.data.texts.values())
    same: Asked = lambda q: q  # noqa: E731
    typed = [setting.typed(s) for s in seeds]
    print("| what | before | after | difference | p |\n|---|---|---|---|---|")
    clean = [lexical(setting, same)]
    bad = [lexical(setting, w) for w in typed]
    print(told("BM25: clean → typo", clean * len(bad), bad), flush=True)
    fixed = [lexical(setting, lambda q, w=w: speller.correct(w(q))) for w in typed]
    print(told("BM25, typo: as typed → corrected", bad, fixed))
    print(told("BM25, clean: as typed → corrected", clean, [lexical(setting, speller.correct)]))
    base = load_encoder("minilm", cache=setting.cache)
    plain = [trained(setting, [], s) for s in seeds]
    noise = [trained(setting, kept(setting, noisy(setting, s), base), s) for s in seeds]
    for name, ask in (("clean", [same] * len(typed)), ("typo", typed)):
        zero = [dense(setting, base, a) for a in ask]
        one = [dense(setting, e, a) for e, a in zip(plain, ask, strict=True)]
        two = [dense(setting, e, a) for e, a in zip(noise, ask, strict=True)]
        print(told(f"{setting.tier}, {name}: base → trained", zero, one))
        print(told(f"{setting.tier}, {name}: trained → trained with noise", one, two), flush=True)
        if name == "typo":
            mend = [lambda q, w=w: speller.correct(w(q)) for w in typed]
            three = [dense(setting, e, a) for e, a in zip(plain, mend, strict=True)]
            print(told(f"{setting.tier}, typo: as typed → corrected", one, three))


def kept(setting: Setting, made: Sequence[Made], encoder: Encoder) -> list[Made]:
    return [s.made for s in sift(made, all_filters(setting, encoder)) if not s.dropped_by]


def careless(setting: Setting, seed: int) -> list[Made]:
    """Noise, and what a careless model writes: another query, numbers changed, words lost, copies.

    No model of a useful size can be had here; this stands for a poor one, and says what it did.
    """
    made = noisy(setting, seed, count=2)
    train = setting.split.train
    names = sorted(setting.names.column_of)
    for row, query in enumerate(train):
        random = random_of(seed, "careless", query)
        other = train[int(random.integers(len(train)))]
        words = query.split(" ")
        ours = sorted(setting.names.within(query))
        another = names[int(random.integers(len(names)))] if names else ""
        wrong = {
            "other query": other,
            "number": "".join(str((int(c) + 3) % 10) if c.isdigit() else c for c in query),
            "word lost": " ".join(words[: max(1, len(words) // 2)]),
            "name": query.casefold().replace(ours[0], another) if ours else f"{another} {query}",
            "copy": query.upper(),
        }
        made += [Made(text, query, row, "paraphrase", kind, seed)
                 for kind, text in wrong.items() if text != query]  # fmt: skip
    return made


def filters(setting: Setting, seeds: Sequence[int]) -> None:
    """The careless maker's rows through no filter, each alone, all; against no made rows."""
    base = load_encoder("minilm", cache=setting.cache)
    chosen = all_filters(setting, base)
    made = [careless(setting, s) for s in seeds]
    caught = Counter(
        (s.made.detail if s.made.method == "paraphrase" else "noise", s.dropped_by or "(kept)")
        for s in sift(made[0], chosen)
    )
    print("\n".join(f"{kind:12} {by:12} {n}" for (kind, by), n in sorted(caught.items())))
    arms: dict[str, list[Filter]] = {"none": [], **{f.name: [f] for f in chosen}, "all": chosen}
    same: Asked = lambda q: q  # noqa: E731
    zero = [dense(setting, trained(setting, [], s), same) for s in seeds]
    print("| filters | without made rows | with | difference | p |\n|---|---|---|---|---|")
    unfiltered: list[Scores] = []
    for name, these in arms.items():
        rows = [[s.made for s in sift(m, these) if not s.dropped_by] for m in made]
        scores = [dense(setting, trained(setting, r, s), same)
                  for r, s in zip(rows, seeds, strict=True)]  # fmt: skip
        unfiltered = unfiltered or scores
        print(told(f"{name} ({np.mean([len(r) for r in rows]):.0f} rows)", zero, scores))
        print(told(f"none → {name}", unfiltered, scores), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["typos", "filters", "attacks"])
    parser.add_argument("set", choices=["shop", "homedepot_dev", "chorus_icecat"])
    parser.add_argument("--queries", type=int, default=600)
    parser.add_argument("--tier", choices=["head", "static"], default="head")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "steward_bench")
    asked = parser.parse_args()
    setting = replace(load(asked.set, asked.queries, asked.cache), tier=asked.tier)
    parts = setting.split
    dealt = f"{len(parts.train)} training queries, {len(parts.valid)} validation"
    items = f"{len(setting.data.texts):,} items"
    print(f"{asked.set}: {items}, {dealt}, {len(parts.test)} test; {asked.seeds} seeds")
    {"typos": typos, "filters": filters, "attacks": attacks}[asked.what](
        setting, range(asked.seeds)
    )


if __name__ == "__main__":
    main()

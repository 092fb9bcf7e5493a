"""Does `steward feedback` blame the right cells? Measured on made shops, where the truth is known.

A shop is made with faults and its clean twin. Queries ask for a category by its name, with a brand,
a colour or both, in English or Chinese; half of them are made from items with a damaged cell. A
search engine (BM25) indexes the damaged items; shoppers search, look from the top, and click what
answers them by the clean twin. Only the
damaged items, the searches and the clicks are shown to `steward feedback`.

Truth. A query *fails because of cells* when shoppers would get at least a quarter more expected
clicks from the same engine on the clean twin. A cell *holds a row back* when the row has the best
grade there is for the query, its clean cell has a word of the query, and the row as it is does not.

    python benchmarks/bench_feedback.py --seeds 5 --rows 3000
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from steward import job
from steward.engine import Snapshot
from steward.job.feedback import Feedback, Logs, find_feedback
from steward.retrieval.bm25 import WordIndex
from steward.retrieval.item_text import ItemText
from steward.retrieval.words import words_of
from steward.shop import ShopFaults, ShopSpec, make_shop, write_shop
from steward.shop.spec import CategoryFault, Fault
from steward.sources import open_delivery
from steward.store import Store

SHOWN = 10
LOOKS = 1.0 / (1.0 + 0.3 * np.arange(SHOWN))
ATTRACTS = np.array([0.03, 0.12, 0.35, 0.6])
WORSE = 0.8
"""A query is harmed when its expected clicks fall to this share of the clean twin's."""

ASKED = ("brand", "colour", "category_path")
"""What queries ask for."""

Cell = tuple[str, str, str]
"""Query, item, column."""


@dataclass(frozen=True)
class World:
    """A shop with its truth: grades of every item for every query, damaged and clean texts."""

    queries: tuple[str, ...]
    grades: Mapping[str, Mapping[str, int]]
    dirty: Mapping[str, Mapping[str, str | None]]
    clean: Mapping[str, Mapping[str, str | None]]


def faults(scale: float) -> ShopFaults:
    """Faults of cells that are searched: categories lost by three suppliers, brands, typos."""
    chosen = ShopFaults(
        category_null=CategoryFault(1.0, ("S02", "S04", "S07"), "2024-01"),
        brand_missing=Fault(0.08 * scale),
        typo=Fault(0.06 * scale),
        disguised_missing=Fault(0.06 * scale),
    )
    return chosen.only("category_null", "brand_missing", "typo", "disguised_missing")


def world(spec: ShopSpec, many: int, folder: Path) -> World:
    """Make a shop, and queries of it: half are made from items with a damaged cell."""
    write_shop(make_shop(spec), folder)
    dirty, clean = (_rows(folder / name) for name in ("items.csv", "truth/items_clean.csv"))
    rng = np.random.default_rng(spec.seed)
    both = sorted(set(dirty) & set(clean))
    hurt = [i for i in both if any(dirty[i][c] != clean[i][c] for c in ASKED)]
    well = sorted(set(both) - set(hurt))
    asked: dict[str, Mapping[str, str]] = {}
    for n in range(4 * many):
        item = (hurt, well)[n % 2][rng.integers(len((hurt, well)[n % 2]))]
        wish, words = _wish(clean[item], int(rng.integers(6)))
        if len(asked) < many:
            asked.setdefault(words, wish)
    grades = {words: _graded(wish, clean, both) for words, wish in asked.items()}
    return World(tuple(grades), grades, dirty, clean)


def _wish(item: Mapping[str, str | None], die: int) -> tuple[dict[str, str], str]:
    """What someone who wants this item asks for, and in which words."""
    path = "category_path_zh" if die % 2 else "category_path"
    columns = [*(("brand",), ("colour",), ("brand", "colour"))[die // 2], path]
    wish = {c: item[c] or "" for c in columns if item[c]}
    words = [v.split(" > ")[-1] if c == path else v for c, v in wish.items()]
    return wish, " ".join(words).lower()


def _graded(
    wish: Mapping[str, str], clean: Mapping[str, Mapping[str, str | None]], items: Sequence[str]
) -> dict[str, int]:
    """3 for all that is wished, one less for each wish missed; 0 outside the category."""
    path, leaf = next((c, v) for c, v in wish.items() if c.startswith("category"))
    rest = [(c, v) for c, v in wish.items() if c != path]
    inside = (item for item in items if clean[item][path] == leaf)
    return {i: 3 - sum(clean[i][c] != v for c, v in rest) for i in inside}


def _rows(path: Path) -> dict[str, dict[str, str | None]]:
    with path.open(encoding="utf-8", newline="") as file:
        found: dict[str, dict[str, str | None]] = {}
        for row in csv.DictReader(file):
            found.setdefault(row["item_id"], {k: v or None for k, v in row.items()})
    return found


def texts(rows: Mapping[str, Mapping[str, str | None]], columns: Sequence[str]) -> dict[str, str]:
    """What the engine indexes of each item."""
    return {i: " ".join(row[c] or "" for c in columns) for i, row in rows.items()}


def results(held: Mapping[str, str], queries: Sequence[str]) -> dict[str, list[str]]:
    """The first ten of each query."""
    index = WordIndex.build(list(held), list(held.values()))
    return {query: [item for item, _ in index.search(query, SHOWN)] for query in queries}


def expected(found: Mapping[str, list[str]], grades: Mapping[str, Mapping[str, int]]) -> dict:
    """Clicks a search, by the click model of the shop."""
    return {
        query: float(
            sum(LOOKS[n] * ATTRACTS[grades[query].get(item, 0)] for n, item in enumerate(items))
        )
        for query, items in found.items()
    }


def write_logs(folder: Path, shown: Mapping[str, list[str]], made: World, seed: int) -> None:
    """Searches and clicks of shoppers: some queries are searched often, most are not."""
    rng = np.random.default_rng(seed)
    popular = rng.permutation(len(made.queries))
    with (folder / "searches.csv").open("w", encoding="utf-8", newline="") as file:
        log = csv.writer(file)
        log.writerow(["visit", "search_words", "product", "rank", "clicked"])
        session = 0
        for query, place in zip(made.queries, popular.tolist(), strict=True):
            for _ in range(max(15, int(400 / (1 + 0.1 * place)))):
                session += 1
                for n, item in enumerate(shown[query]):
                    chance = LOOKS[n] * ATTRACTS[made.grades[query].get(item, 0)]
                    log.writerow([session, query, item, n + 1, int(rng.random() < chance)])
                if not shown[query]:
                    log.writerow([session, query, "", "", ""])


def true_cells(made: World, columns: Sequence[str]) -> set[Cell]:
    """The cells that hold back a row of the best grade."""
    found: set[Cell] = set()
    dirty = texts(made.dirty, columns)
    held = {item: set(words_of(text)) for item, text in dirty.items()}
    clean = {i: {c: set(words_of(row[c] or "")) for c in columns} for i, row in made.clean.items()}
    for query, grades in made.grades.items():
        words, best = set(words_of(query)), 3
        for item, grade in grades.items():
            if grade == best and item in clean and item in held:
                for column in columns:
                    if words & clean[item][column] - held[item]:
                        found.add((query, item, column))
    return found


def named_cells(found: Feedback, items: Snapshot) -> set[Cell]:
    """The cells that feedback blames."""
    ids = dict(zip(map(int, items.row_ids), items.column("item_id").to_pylist(), strict=True))
    return {(c.query, ids[row] or "", c.column) for c in found.causes for row in c.rows}


def share(part: int, whole: int) -> str:
    """A share with its counts."""
    return f"{part / whole:.2f} ({part}/{whole})" if whole else "-"


def trial(seed: int, rows: int, queries: int, columns: Sequence[str], with_fixes: bool) -> dict:
    """One shop."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spec = ShopSpec(rows=rows, seed=seed, faults=faults(1.0), sessions=0)
        made = world(spec, queries, folder / "shop")
        shown = results(texts(made.dirty, columns), made.queries)
        could = results(texts(made.clean, columns), made.queries)
        now, then = expected(shown, made.grades), expected(could, made.grades)
        harmed = {q for q in made.queries if now[q] <= WORSE * then[q]}
        write_logs(folder, shown, made, seed)
        with Store.create(folder / "s.db") as store:
            store.ingest(open_delivery(str(folder / "shop/items.csv")), "items")
            store.ingest(open_delivery(str(folder / "searches.csv")), "searches")
            if with_fixes:
                job.propose(store, "items")
            logs = Logs("searches", text=ItemText(" ".join(f"{{{c}}}" for c in columns)))
            found = find_feedback(store, logs)
            blamed = named_cells(found, store.snapshot("items"))
        failing = {one.query for one in found.failing}
        truth = true_cells(made, columns)
        of_failing = {cell for cell in truth if cell[0] in failing}
        causes = {cause.query for cause in found.causes}
        return {
            "seed": seed,
            "harmed": len(harmed),
            "failing": len(failing),
            "failing&harmed": len(failing & harmed),
            "explained": len(causes),
            "explained&harmed": len(causes & harmed),
            "harmed&failing": len(harmed & failing),
            "named": len(blamed),
            "right": len(blamed & truth),
            "true": len(of_failing),
            "kappa": _grades(found, made),
            "pairs": {(c, q) for q, _, c in blamed},
            "blamed": blamed,
            "truth": of_failing,
            "cells_all": truth,
        }


def _grades(found: Feedback, made: World) -> list[tuple[int, int]]:
    return [(j.grade, made.grades[j.query].get(j.item, 0)) for j in found.judgments]


def main() -> None:
    """Print a row a seed, and all together."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--first", type=int, default=100)
    options.add_argument("--rows", type=int, default=3000)
    options.add_argument("--queries", type=int, default=150)
    options.add_argument("--columns", default="title,brand,colour,category_path,category_path_zh")
    options.add_argument("--no-fixes", action="store_true", help="do not run steward fix before")
    given = options.parse_args()
    columns = given.columns.split(",")
    heads = [
        "failing",
        "failing&harmed",
        "explained",
        "explained&harmed",
        "harmed",
        "named",
        "right",
        "true",
    ]
    total = dict.fromkeys(heads, 0)
    print("seed", *heads, sep="\t")
    for seed in range(given.first, given.first + given.seeds):
        one = trial(seed, given.rows, given.queries, columns, not given.no_fixes)
        print(seed, *(one[head] for head in heads), sep="\t", flush=True)
        for head in heads:
            total[head] += one[head]
    print("all", *total.values(), sep="\t")
    print("queries said to fail that are harmed:", share(total["failing&harmed"], total["failing"]))
    print(
        "queries explained that are harmed:   ",
        share(total["explained&harmed"], total["explained"]),
    )
    print(
        "harmed queries explained:            ", share(total["explained&harmed"], total["harmed"])
    )
    print("cells blamed that are to blame:      ", share(total["right"], total["named"]))
    print("cells to blame that are blamed:      ", share(total["right"], total["true"]))


if __name__ == "__main__":
    main()

"""What labels are worth: clicks corrected for position, many sources joined, wrong labels found.

    python benchmarks/bench_labels.py clicks DATA/clicks/retrotech
    python benchmarks/bench_labels.py model DATA/relevance/chorus_icecat [--vectors ITEMS QUERIES]
    python benchmarks/bench_labels.py errors DATA/relevance/chorus_icecat [--vectors ITEMS QUERIES]
    python benchmarks/bench_labels.py shops
    python benchmarks/bench_labels.py category
    python benchmarks/bench_labels.py model DATA/relevance/homedepot_dev [--vectors ITEMS QUERIES]
    python benchmarks/bench_labels.py model DATA/llm/zh

DATA is a folder of public benchmark sets that the project does not ship. --vectors names two .npy
files of unit vectors, in the order of the catalogue and of the queries; without it the texts are
encoded with MiniLM, which takes a quarter of an hour on two cores.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from steward.engine import Snapshot
from steward.label.agreement import calibration_error, kappa, over_queries
from steward.label.annotators import agreements
from steward.label.click_log import Mask
from steward.label.clicks import (
    CLICK_MODELS,
    ClickLog,
    looked_at,
    raw_rates,
    read_clicks,
    relevance,
)
from steward.label.compare import compare_sources, ordered_grade
from steward.label.errors import by_loss, find_suspects
from steward.label.functions import encoder_functions, lexical_functions, rule_functions
from steward.label.learnt import learn
from steward.label.model import fit_label_model, nearest
from steward.label.votes import GRADES, Floats, Pair, Votes, collect
from steward.retrieval.data import read_search_data
from steward.retrieval.item_fields import read_fields
from steward.retrieval.item_text import ItemText
from steward.retrieval.vectors import Vectors
from steward.shop import ShopFaults, ShopSpec, make_shop
from steward.shop.behaviour import ATTRACTS, EXAMINED

FILLED = 1500
"""Items that must have an attribute of chorus for it to be read: the others are nearly empty."""


def main() -> None:
    """Run one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("clicks", "model", "errors", "shops", "category"))
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--vectors", type=Path, nargs=2)
    said = parser.parse_args()
    if said.what == "shops":
        shops()
    elif said.what == "category":
        category()
    elif said.what == "clicks":
        clicks(said.folder)
    else:
        read = {"homedepot_dev": homedepot, "zh": chinese}.get(said.folder.name, chorus)
        votes, known, individual, vectors = read(said.folder, said.vectors)
        (model if said.what == "model" else errors)(votes, known, individual, vectors)


# Clicks


def clicks(folder: Path) -> None:
    """Do corrected labels tell better than raw click rates which of two items gets the click?

    Corrected by each of two click models, which are compared with each other too.

    Two items are compared only where they stood at the same position for the same query in
    sessions held out, so that the position decides nothing. Mean over queries of the area under
    the ROC curve within positions; intervals by bootstrap over the 13 queries.
    """
    log = sessions(folder / "sessions")
    print(f"{len(log):,} impressions; looks {np.round(looked_at(log)[:10], 3)}")
    rng = np.random.default_rng(0)
    lists = np.unique(log.list_of, return_inverse=True)[1]
    place = rng.random(int(lists.max()) + 1)[lists]
    for share in (0.8, 0.1, 0.02):
        report(f"sessions, {share:.0%} learnt from", log, place < share, place >= 0.8)
    pairs, pair = np.unique(log.pair, return_inverse=True)
    middle = np.array([np.median(log.position[pair == n]) for n in range(len(pairs))])
    upper = log.position <= middle[pair]
    learnt = np.where((rng.random(len(pairs)) < 0.5)[pair], upper, ~upper)
    report("other positions", log, learnt, ~learnt)


def sessions(folder: Path) -> ClickLog:
    """Every file of sessions as one log."""
    rows = []
    for path in sorted(folder.glob("*.gz")):
        with gzip.open(path, "rt") as lines:
            rows += list(csv.DictReader(lines))
    names = list(rows[0])
    table = Snapshot.from_columns("sessions", {n: [row[n] for row in rows] for n in names})
    return read_clicks(table)


def report(name: str, log: ClickLog, learnt: Mask, held: Mask) -> None:
    """Print the area of each way to label, and their differences."""
    train, test = log.where(learnt), log.where(held)
    areas = {"raw": _areas(raw_rates(train), test)}
    for way in CLICK_MODELS:
        values = {
            q: {i: e.value for i, e in each.items()}
            for q, each in relevance(train, model=way).items()
        }
        areas[way] = _areas(values, test)
    print(f"{name}: " + ", ".join(f"{k} {v.mean():.3f}" for k, v in areas.items()))
    for first, second in (("position", "raw"), ("dbn", "raw"), ("dbn", "position")):
        _difference(f"  {first} less {second}", areas[first] - areas[second])


def _difference(name: str, gap: Floats) -> None:
    queries = [str(n) for n in range(len(gap))]
    more = over_queries(lambda n: float(gap[n].mean()), queries, draws=4000)
    print(f"{name}: {more}, better in {(gap > 0).sum()} of {len(gap)} queries")


def _areas(labels: Mapping[str, Mapping[str, float]], log: ClickLog) -> Floats:
    score = np.array(
        [
            labels.get(log.queries[q], {}).get(log.items[i], 0.0)
            for q, i in zip(log.query, log.item, strict=True)
        ]
    )
    return np.array([_area(score, log, log.query == q) for q in np.unique(log.query)])


def _area(score: Floats, log: ClickLog, here: Mask) -> float:
    from scipy.stats import rankdata

    won = compared = 0.0
    for position in np.unique(log.position[here]):
        mine = here & (log.position == position)
        yes = log.clicked[mine]
        ranks, n = rankdata(score[mine]), int(yes.sum())
        won += float(ranks[yes].sum() - n * (n + 1) / 2)
        compared += n * int((~yes).sum())
    return won / compared


def shops(seeds: int = 5) -> None:
    """On made shops the looks and the attractions are known: how far off is each?

    τ with the grades is told too, but the shop's engine ranks by the grade: position itself speaks
    for an item there, and raw rates gain by it.
    """
    from scipy.stats import kendalltau

    from steward.shop.search import item_ids

    gaps, taus, off = [], [], []
    for seed in range(seeds):
        shop = make_shop(ShopSpec(rows=2000, seed=seed, sessions=4000))
        tables = {n: shop.behaviour(n) for n in ("impressions", "clicks")}
        log = read_clicks(*(_snapshot(n, table) for n, table in tables.items()))
        grades = {
            (f"Q{n:05d}", item): grade
            for n, (rows, each) in enumerate(zip(shop.judged.rows, shop.judged.grades, strict=True))
            for item, grade in zip(item_ids(rows), each.tolist(), strict=True)
        }
        found, raw = relevance(log, least=5), raw_rates(log)
        last = relevance(log, model="dbn")
        told = [
            (e.value, last[q][i].value, raw[q][i], grades[q, i])
            for q, x in found.items()
            for i, e in x.items()
            if (q, i) in grades and i in last.get(q, {})
        ]
        *ways, truth = map(np.array, zip(*told, strict=True))
        gaps.append(float(np.abs(looked_at(log) - EXAMINED).max()))
        off.append([float(np.abs(x - ATTRACTS[truth]).mean()) for x in ways])
        taus.append([kendalltau(x, truth).statistic for x in ways])
    print(f"worst error of a look, {seeds} shops: {np.mean(gaps):.3f} (attracts {ATTRACTS})")
    print(f"mean error of an attraction: position, dbn, raw {np.mean(off, axis=0).round(3)}")
    print(f"τ with the grades: position, dbn, raw {np.mean(taus, axis=0).round(3)}")


def _snapshot(name: str, table: object) -> Snapshot:
    columns = {n: table.column(n).to_pylist() for n in table.column_names}  # type: ignore[attr-defined]
    return Snapshot.from_columns(name, columns)


def category(seeds: Sequence[int] = (21, 22, 23)) -> None:
    """Wrong cells of columns of made shops, three times the usual faults: named and right."""
    from steward.job.labelling_values import CELL, ValuePlan, read_table
    from steward.label.nominal import find_value_suspects, fit_nominal

    columns = ("category_path", "brand", "manufacturer_country", "colour", "material")
    counts = {name: np.zeros(7, dtype=int) for name in columns}
    for seed in seeds:
        shop = make_shop(ShopSpec(rows=2000, seed=seed, faults=ShopFaults().scaled(3)))
        clean, table = shop.clean_items(), _snapshot("items", shop.items())
        ids = clean.column("item_id").to_pylist()
        for name in columns:
            read = read_table(table, ValuePlan("items", name))
            right = dict(zip(ids, clean.column(name).to_pylist(), strict=True))
            cells = {
                i: _said(read.votes.values, n)
                for i, n in zip(read.votes.items, read.given, strict=True)
            }
            wrong = {i for i, v in cells.items() if v is not None and i in right and v != right[i]}
            named = find_value_suspects(read.votes, CELL)
            best, chance = fit_nominal(read.votes, anchor=CELL).likeliest()
            told = zip(read.votes.items, best, chance, strict=True)
            empty = [
                (i, _said(read.votes.values, v)) for i, v, c in told if c > 0.5 and cells[i] is None
            ]
            found = [s for s in named if s.item in wrong]
            mended = sum(s.likely == right[s.item] for s in found)
            filled = sum(right.get(i) == v for i, v in empty)
            blank = sum(right.get(i) is None for i, _ in empty)
            counts[name] += [len(wrong), len(named), len(found), mended, len(empty), filled, blank]
    for name, (all_wrong, said, found, mended, empty, filled, blank) in counts.items():
        print(
            f"{name}: {all_wrong} wrong, {said} named, {found} of them wrong, {mended} with the "
            f"right value; {empty} empty cells filled, {filled} right, "
            f"{blank} rightly empty"
        )


def _said(values: Sequence[str], number: int) -> str | None:
    return None if number < 0 else values[number]


# chorus_icecat


class Frozen:
    """Vectors that were made before."""

    name = "frozen"

    def __init__(self, items: Vectors, queries: Mapping[str, Vectors]) -> None:
        self._items, self._queries = items, queries

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """The vectors of the whole catalogue, or of queries."""
        return np.stack([self._queries[text] for text in texts]) if query else self._items


Chorus = tuple[Votes, dict[Pair, float], dict[str, dict[Pair, float]], dict[str, Floats]]


def chorus(folder: Path, files: Sequence[Path] | None) -> Chorus:
    """Votes of every judged pair, the people's majority, each person, and the items' vectors."""
    items: dict[str, dict[str, object]] = {}
    for path in sorted(folder.glob("*.zip")):
        with zipfile.ZipFile(path) as packed:
            for row in json.loads(packed.read(packed.namelist()[0])):
                items.setdefault(row["id"], row)
    names = ["id", "title", "supplier", "short_description"]
    names += sorted({n for row in items.values() for n in row if n.startswith("attr_t")})
    columns = {n: [_cell(row.get(n)) for row in items.values()] for n in names}
    filled = {n: c for n, c in columns.items() if sum(v is not None for v in c) > FILLED}
    table = Snapshot.from_columns("items", filled)
    template = ItemText("{title} {supplier} {short_description}")
    fields = read_fields(table, read_search_data(table, text=template, item_id="id"))
    with (folder / "Broad_Query_Set_rated.csv").open() as lines:
        rated = list(csv.DictReader(lines))
    known = {(row["query"], row["docid"]): float(row["rating"]) for row in rated}
    with (folder / "Broad_Query_Set_individual_ratings.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    each = {
        f"person {n}": {(r["query"], r["docid"]): float(r[f"agent_{n}_rating"]) for r in rows}
        for n in (1, 2, 3)
    }
    queries = list(dict.fromkeys(query for query, _ in known))
    encoder = _encoder(files, queries)
    functions = [*rule_functions(fields), *lexical_functions(fields)]
    votes = collect([*functions, *encoder_functions(fields, encoder)], list(known))
    held = encoder.encode(list(fields.whole))
    vectors = dict(zip(fields.ids, held.astype(np.float64), strict=True))
    return votes, known, each, vectors


def homedepot(folder: Path, files: Sequence[Path] | None) -> Chorus:
    """700 queries of Home Depot at random; its relevance, 1 to 3, spread over the four grades."""
    with (folder / "judgments.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    titles = {row["product_uid"]: row["product_title"] for row in rows}
    queries = list(dict.fromkeys(row["search_term"] for row in rows))
    picked = set(np.random.default_rng(0).permutation(queries)[:700].tolist())
    known = {
        (row["search_term"], row["product_uid"]): (float(row["relevance"]) - 1) * 1.5
        for row in rows
        if row["search_term"] in picked
    }
    return _titled(titles, queries, known, _encoder(files, queries))


def chinese(folder: Path, _: Sequence[Path] | None) -> Chorus:
    """Chinese queries and titles that match (3) or do not (0); no encoder knows the language."""
    with (folder / "Multi_CPR-CLS-query_item_matching.jsonl").open() as lines:
        rows = [json.loads(line) for line in lines]
    told = [row["sentences"].removeprefix("Query: ").split("\nDoc: ") for row in rows]
    ids = {title: f"i{n}" for n, title in enumerate(dict.fromkeys(title for _, title in told))}
    known = {
        (query.strip(), ids[title]): 3.0 if row["labels"]["en"] == ["match"] else 0.0
        for (query, title), row in zip(told, rows, strict=True)
    }
    return _titled({ident: title for title, ident in ids.items()}, [], known, None)


def _titled(
    titles: Mapping[str, str],
    queries: Sequence[str],
    known: dict[Pair, float],
    encoder: Frozen | None,
) -> Chorus:
    """Votes of a catalogue that is titles alone."""
    table = Snapshot.from_columns("items", {"id": list(titles), "title": list(titles.values())})
    data = read_search_data(table, text=ItemText("{title}"), item_id="id")
    fields = read_fields(table, data)
    functions = [*rule_functions(fields), *lexical_functions(fields)]
    vectors = {}
    if encoder is not None:
        functions += encoder_functions(fields, encoder)
        held = encoder.encode(list(fields.whole)).astype(np.float64)
        vectors = dict(zip(fields.ids, held, strict=True))
    return collect(functions, list(known)), known, {}, vectors


def _cell(value: object) -> str | None:
    return None if value in (None, "") else str(value)


def _encoder(files: Sequence[Path] | None, queries: Sequence[str]) -> Frozen:
    from steward.retrieval.encoder import load_encoder

    if not files:
        return load_encoder("minilm", cache=Path("runs/vectors"))  # type: ignore[return-value]
    items, asked = (np.load(path) for path in files)
    return Frozen(items, dict(zip(queries, asked, strict=True)))


def model(
    votes: Votes, known: Mapping[Pair, float], each: Mapping[str, dict[Pair, float]], _: object
) -> None:
    """κ of the label model, its sources and the people, on queries unseen."""
    for one in agreements(each):
        print(f"{one.first} and {one.second}: κ {one.squared}, unweighted {one.plain:.3f}")
    truth = np.array([GRADES.index(nearest(known[p])) for p in votes.pairs], dtype=np.int64)
    averaged, skene = learn(votes).probabilities(votes), fit_label_model(votes).probabilities(votes)
    for name, chance in (("sources averaged", averaged), ("Dawid and Skene", skene)):
        agreed, error = kappa(ordered_grade(chance), truth), calibration_error(chance, truth)
        print(f"no pair judged, {name}: κ {agreed:.3f}, calibration error {error:.3f}")
    for share in (4, 1):
        found = compare_sources(votes, known, share=share)
        print(f"sample of {share} fifths; calibration error {found.error:.3f}")
        for row in found.rows:
            print(f"  {row.name:28} {row.agreement}   label model more by {row.less or ''}")


def errors(
    votes: Votes,
    known: Mapping[Pair, float],
    _: object,
    vectors: Mapping[str, Floats],
) -> None:
    """15 % of the labels made another grade at random: how many are found, and how early."""
    truth = np.array([GRADES.index(nearest(known[pair])) for pair in votes.pairs])
    place = {pair: n for n, pair in enumerate(votes.pairs)}
    for seed in (0, 1, 2):
        rng = np.random.default_rng(seed)
        wrong = rng.random(len(truth)) < 0.15
        given = np.where(wrong, (truth + rng.integers(1, 4, len(truth))) % 4, truth)
        labels = {pair: GRADES[g] for pair, g in zip(votes.pairs, given, strict=True)}
        found = [place[s.pair] for s in find_suspects(votes, labels, vectors or None)]
        loss = by_loss(votes, given)
        first = len(truth) // 10
        print(
            f"seed {seed}: {len(found)} in doubt, precision {wrong[found].mean():.3f}, "
            f"recall {wrong[found].sum() / wrong.sum():.3f}; among the first 10 %: "
            f"{wrong[found[:first]].mean():.3f}, by loss alone {wrong[loss[:first]].mean():.3f}"
        )


if __name__ == "__main__":
    main()

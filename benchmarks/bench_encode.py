"""How many texts a second each form of one encoder encodes, and what it costs in nDCG@10.

    python benchmarks/bench_encode.py [--base minilm] [--texts 300] [--repeat 3] [--queries 60]
        [--items CSV --judgments CSV]

In one process, on one thread, in turn so that other work on the machine meets all of them: the base
by torch, its ONNX export in full precision and in int8, and a static encoder distilled from it. The
texts are of a generated shop unless tables are named. Search quality is of all forms on one pool of
items: those judged for `--queries` queries, and others up to `--texts`. Nothing is trained.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from steward.engine import Snapshot
from steward.retrieval.bi_encoder_examples import dense_scores, pool_of
from steward.retrieval.data import SearchData, read_search_data
from steward.retrieval.encoder import find_folder, load_encoder
from steward.retrieval.encoder_onnx import OnnxEncoder
from steward.retrieval.export_encoder import export_encoder
from steward.retrieval.judgments import relevant_queries
from steward.retrieval.metrics import compare
from steward.retrieval.static_encoder import distil_static
from steward.retrieval.vectors import Encoder
from steward.shop import ShopSpec, make_shop, write_shop

BASELINE = "torch fp32"


def main() -> None:
    asked = arguments()
    with tempfile.TemporaryDirectory() as inside:
        data = read_tables(asked, Path(inside))
        forms = make_forms(asked.base, data, Path(inside))
        queries = list(relevant_queries(data.grades))[: asked.queries]
        pool = pool_of(data, queries, asked.texts, 0)
        speeds = time_forms(forms, [data.texts[item] for item in pool], asked.repeat)
        quality = {name: dense_scores(data, queries, pool, form) for name, form in forms.items()}
    print(f"{len(pool)} texts, {len(queries)} queries, {asked.repeat} rounds, one thread\n")
    print("| form | texts/s | ratio [least, most] | nDCG@10 | difference [95 %] |")
    print("|---|---:|---:|---:|---:|")
    for name in forms:
        print(row(name, speeds, quality))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", default="minilm")
    parser.add_argument("--texts", type=int, default=300)
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--items", type=Path)
    parser.add_argument("--judgments", type=Path)
    return parser.parse_args()


def read_tables(asked: argparse.Namespace, folder: Path) -> SearchData:
    """The named tables, or those of a generated shop."""
    if asked.items is not None:
        return read_search_data(snapshot(asked.items), snapshot(asked.judgments))
    shop = folder / "shop"
    write_shop(make_shop(ShopSpec(rows=1000, seed=7)), shop)
    items, judgments, queries = (
        snapshot(shop / name) for name in ("truth/items_clean.csv", "judgments.csv", "queries.csv")
    )
    return read_search_data(items, judgments, queries)


def snapshot(path: Path) -> Snapshot:
    """A table of text."""
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    return Snapshot.from_columns(
        path.stem, {name: [row[name] or None for row in rows] for name in rows[0]}
    )


def make_forms(base: str, data: SearchData, folder: Path) -> dict[str, Encoder]:
    """The base, its two exports, and what is distilled from it."""
    static = distil_static(find_folder(base), data.texts.values(), 256)
    static.save(str(folder / "static"), create_model_card=False)
    forms: dict[str, Encoder] = {BASELINE: load_encoder(base)}
    for precision in ("fp32", "int8"):
        export_encoder(base, folder / precision, precision=precision)
        name = f"ONNX {precision}"
        forms[name] = OnnxEncoder.load(folder / precision, name, threads=1)
    return forms | {"static, distilled": load_encoder(str(folder / "static"))}


def time_forms(
    forms: Mapping[str, Encoder], texts: Sequence[str], rounds: int
) -> dict[str, list[float]]:
    """Texts a second of every form and round; one round warms up and does not count."""
    import torch

    torch.set_num_threads(1)
    speeds: dict[str, list[float]] = {name: [] for name in forms}
    for counted in range(-1, rounds):
        for name, form in forms.items():
            part = texts if counted >= 0 else texts[:32]
            started = time.perf_counter()
            form.encode(part)
            if counted >= 0:
                speeds[name].append(len(part) / (time.perf_counter() - started))
    return speeds


def row(
    name: str, speeds: Mapping[str, list[float]], quality: Mapping[str, Mapping[str, float]]
) -> str:
    ratios = [a / b for a, b in zip(speeds[name], speeds[BASELINE], strict=True)]
    gap = compare(quality[BASELINE], quality[name])
    return (
        f"| {name} | {statistics.median(speeds[name]):,.0f} "
        f"| {statistics.median(ratios):.2f} [{min(ratios):.2f}, {max(ratios):.2f}] "
        f"| {np.mean(list(quality[name].values())):.3f} "
        f"| {gap.mean:+.3f} [{gap.lower:+.3f}, {gap.upper:+.3f}] |"
    )


if __name__ == "__main__":
    main()

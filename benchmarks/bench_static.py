"""What a static encoder finds of what its base finds: each token alone, then fitted to texts.

    python benchmarks/bench_static.py ITEMS JUDGMENTS [--text TEMPLATE] [--base minilm]
        [--cache FOLDER] [--fit 20000] [--dims 384]

The whole catalogue is ranked by the cosine for every judged query; nothing is trained, no query is
read before it is asked. `search_sets.py` writes the tables of public sets; `--cache` keeps vectors.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench_encode import snapshot

from steward.retrieval.bi_encoder_examples import dense_scores
from steward.retrieval.data import read_search_data
from steward.retrieval.encoder import find_folder, load_encoder
from steward.retrieval.item_text import ItemText
from steward.retrieval.judgments import relevant_queries
from steward.retrieval.metrics import compare
from steward.retrieval.static_encoder import Teacher, distil_static
from steward.retrieval.vectors import Encoder


def main() -> None:
    asked = arguments()
    text = ItemText(asked.text) if asked.text else None
    data = read_search_data(snapshot(asked.items), snapshot(asked.judgments), text=text)
    queries = list(relevant_queries(data.grades))
    with tempfile.TemporaryDirectory() as inside:
        cache = asked.cache or Path(inside)
        base = load_encoder(asked.base, cache=cache)
        scores = {asked.base: dense_scores(data, queries, data.ids, base)}
        for fit in (0, asked.fit):
            folder, texts = find_folder(asked.base), data.texts.values()
            made = distil_static(folder, texts, asked.dims, teacher=Teacher(base, fit))
            name = f"static, fitted to {fit:,} texts" if fit else "static, each token alone"
            form = saved(made, Path(inside) / str(fit))
            scores[name] = dense_scores(data, queries, data.ids, form)
    print(f"{len(data.ids):,} items, {len(queries)} queries\n")
    print("| encoder | nDCG@10 | against the base [95 %] |\n|---|---:|---:|")
    for name, found in scores.items():
        gap = compare(scores[asked.base], found)
        mean = sum(found.values()) / len(found)
        print(f"| {name} | {mean:.3f} | {gap.mean:+.3f} [{gap.lower:+.3f}, {gap.upper:+.3f}] |")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("items", type=Path)
    parser.add_argument("judgments", type=Path)
    parser.add_argument("--text", default="")
    parser.add_argument("--base", default="minilm")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--fit", type=int, default=20_000)
    parser.add_argument("--dims", type=int, default=384)
    return parser.parse_args()


def saved(made: object, folder: Path) -> Encoder:
    made.save(str(folder), create_model_card=False)  # type: ignore[attr-defined]
    return load_encoder(str(folder))


if __name__ == "__main__":
    main()

"""What each fault still costs a search by words after stewarding: put right by hand, one at a time.

    python benchmarks/bench_lift_left.py --seed 100

For made shops spoilt as `steward eval run lift` does: mean nDCG@10 of BM25 on each arm, and what it
gains when the cells of one kind of fault that stewarding left wrong are put right (of repeated
products: when the second row goes). Meant for seeds that nothing is reported of.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from statistics import fmean

from steward.evaluate.lift_arms import Arm, make_trial, steward_rows
from steward.evaluate.lift_catalogue import Catalogue, shop_catalogues
from steward.evaluate.lift_faults import FAULTS, LEVELS, Spoilt, spoil
from steward.evaluate.lift_search import DEPTH, Words, once
from steward.retrieval.data import SearchData
from steward.retrieval.metrics import score_run

Rows = Mapping[int, list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--shops", type=int, default=5)
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--level", choices=sorted(LEVELS), default="medium")
    said = parser.parse_args()
    found: dict[str, list[float]] = {}
    shops = shop_catalogues(said.shops, rows=said.rows, queries=said.queries, seed=said.seed)
    for number, shop in enumerate(shops):
        for name, value in left(shop, said.level, said.seed + number).items():
            found.setdefault(name, []).append(value)
    for name, values in found.items():
        print(f"{name:24} {fmean(values):+.4f}   {' '.join(f'{v:+.4f}' for v in values)}")


def left(shop: Catalogue, level: str, seed: int) -> dict[str, float]:
    """The three arms, and what is gained by putting each kind of fault right."""
    spoilt = spoil(shop.columns, shop.rows, shop.roles, LEVELS[level], seed=seed)
    arms = make_trial(shop, LEVELS[level], seed=seed).arms
    after = steward_rows(shop.columns, spoilt.rows)
    scores = {name: score(shop, arm.data.texts, arm.entity) for name, arm in arms.items()}
    template = arms["raw"].data.template
    for kind in FAULTS:
        mended = put_right(after, spoilt, kind, len(shop.rows))
        texts = texts_of(shop, mended, template)
        entity = {str(row): str(spoilt.entity[row]) for row in mended}
        scores[f"+ {kind}"] = score(shop, texts, entity) - scores["stewarded"]
    return scores


def put_right(after: Rows, spoilt: Spoilt, kind: str, originals: int) -> Rows:
    """The stewarded rows with the cells of one kind of fault as they should be."""
    kept = (row for row in sorted(after) if kind != "duplicates" or row < originals)
    return {
        row: [
            truth if found == kind else cell
            for cell, found, truth in zip(
                after[row], spoilt.kinds[row], spoilt.truth[row], strict=True
            )
        ]
        for row in kept
    }


def texts_of(shop: Catalogue, rows: Rows, template: str) -> dict[str, str]:
    """Item texts by row number."""
    from steward.engine import Snapshot
    from steward.retrieval.item_text import ItemText

    columns = {name: [rows[r][i] or None for r in rows] for i, name in enumerate(shop.columns)}
    texts = ItemText(template).of(Snapshot.from_columns("items", columns))
    return dict(zip(map(str, rows), texts, strict=True))


def score(shop: Catalogue, texts: Mapping[str, str], entity: Mapping[str, str]) -> float:
    """Mean nDCG@10 of BM25 over the queries of the shop."""
    find = Words().index(Arm(SearchData(texts, {}, ""), entity))(None)
    run = {query: once(find(query)[:DEPTH], entity) for query in shop.truth}
    return fmean(score_run(run, shop.truth)["nDCG@10"].values())


if __name__ == "__main__":
    main()

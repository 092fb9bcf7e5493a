"""Queries in two languages, and which items answer them: grades 0 to 3, by construction.

A query is made from an item of the shop: its category's word, sometimes with a brand or a colour.
An item that meets all of it has grade 3, of the category but missing one wish 2, missing two or
from a neighbouring category 1, any other 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from steward.shop.draw import CHUNK, Draws, draw, item_id, stream
from steward.shop.render import text_of
from steward.shop.spec import ShopSpec
from steward.shop.vocabulary import Ints, Vocabulary

POOL_CHUNKS = 3
PER_GRADE = (6, 8, 8, 10)
"""How many items of each grade, 0 to 3, are judged for a query, at most."""


@dataclass(frozen=True, slots=True)
class Query:
    """What someone typed, and what it asks for: codes, -1 where it does not say."""

    text: str
    locale: str
    leaf: int
    brand: int
    colour: int


@dataclass(frozen=True, slots=True)
class Judged:
    """The queries and, for each, the items that were judged (row numbers) with their grades."""

    queries: tuple[Query, ...]
    rows: tuple[Ints, ...]
    grades: tuple[Ints, ...]


def item_ids(rows: Ints) -> list[str]:
    """Ids of the items of these row numbers."""
    return [f"I{number}" for number in text_of(item_id(rows * 2), 8).to_pylist()]


def pool(spec: ShopSpec, words: Vocabulary) -> Draws:
    """The items that searches find: the first of the shop, at most three chunks of them."""
    wanted = min(spec.rows, POOL_CHUNKS * CHUNK)
    drawn = [draw(spec, words, chunk) for chunk in range(-(-wanted // CHUNK))]
    names = Draws.__dataclass_fields__
    return Draws(**{n: np.concatenate([getattr(d, n) for d in drawn])[:wanted] for n in names})


def judge(spec: ShopSpec, words: Vocabulary) -> Judged:
    """Make the queries and judge items for each."""
    items = pool(spec, words)
    rng = stream(spec, 0, "queries")
    queries = _queries(spec, words, items, rng)
    near = families(words)
    rows, grades = [], []
    for query in queries:
        grade = grade_items(query, items, near)
        picked = _sample(grade, rng)
        rows.append(items.row[picked])
        grades.append(grade[picked])
    return Judged(queries, tuple(rows), tuple(grades))


def families(words: Vocabulary) -> Ints:
    """A number for the parent category of each leaf."""
    parents = [leaf.path[:2] for leaf in words.leaves]
    number = {parent: i for i, parent in enumerate(dict.fromkeys(parents))}
    return np.array([number[parent] for parent in parents], dtype=np.int64)


def grade_items(query: Query, items: Draws, families: Ints) -> Ints:
    """The grade of every item for one query, 0 to 3."""
    missed = np.zeros(len(items), dtype=np.int64)
    if query.brand >= 0:
        missed += items.brand != query.brand
    if query.colour >= 0:
        missed += items.colour != query.colour
    near = families[items.leaf] == families[query.leaf]
    return np.where(items.leaf == query.leaf, np.maximum(3 - missed, 1), near.astype(np.int64))


def _queries(
    spec: ShopSpec, words: Vocabulary, items: Draws, rng: np.random.Generator
) -> tuple[Query, ...]:
    """Different texts, as many as asked for or as the shop's items give."""
    made: dict[str, Query] = {}
    anchors = rng.integers(0, len(items), spec.queries * 6).tolist()
    dice = rng.integers(0, 2**31, spec.queries * 6).tolist()
    for at, die in zip(anchors, dice, strict=True):
        query = _query(spec, words, items, at, die)
        made.setdefault(query.text, query)
        if len(made) == spec.queries:
            break
    return tuple(made.values())


def _query(spec: ShopSpec, words: Vocabulary, items: Draws, at: int, die: int) -> Query:
    """Someone looks for this item: by category, with its brand or its colour or both."""
    locales = [one for one in ("en", "zh") if one in spec.languages] or ["en", "zh"]
    if "mixed" in spec.languages:
        locales = ["en", "zh"]
    locale, shape = locales[die % len(locales)], die // 2 % 5
    chinese = locale == "zh"
    brand = int(items.brand[at]) if shape in (1, 3) else -1
    colour = int(items.colour[at]) if shape in (2, 3) else -1
    colours = list(words.colours.values() if chinese else words.colours)
    parts = [
        (words.brands[brand].zh if chinese else words.brands[brand].name) if brand >= 0 else "",
        colours[colour].lower() if colour >= 0 else "",
        words.nouns[int(items.noun[at])][chinese],
    ]
    text = " ".join(part for part in parts if part)
    return Query(text.lower(), locale, int(items.leaf[at]), brand, colour)


def _sample(grade: Ints, rng: np.random.Generator) -> Ints:
    """Positions of a few items of each grade, best grade first."""
    picked = []
    for value in (3, 2, 1, 0):
        of_grade = np.flatnonzero(grade == value)
        if len(of_grade):
            drawn = rng.integers(0, len(of_grade), PER_GRADE[value])
            picked.append(of_grade[np.unique(drawn)])
    return np.concatenate(picked)

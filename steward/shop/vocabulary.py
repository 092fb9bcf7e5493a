"""The shop's own words: brands, categories with their attributes, colours, suppliers.

Written for the generator alone. The rooms that find and mend errors know nothing of these lists,
and these lists were taken from none of theirs.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import yaml

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Leaf(NamedTuple):
    """A leaf category and what its items have."""

    path: tuple[str, ...]
    zh: tuple[str, ...]
    alt: str
    alt_zh: str
    price: tuple[float, float]
    coloured: bool


class Brand(NamedTuple):
    """A brand, its Chinese name and the country of its maker."""

    name: str
    zh: str
    country: str
    sectors: tuple[str, ...]


class Supplier(NamedTuple):
    """Who delivers, in which currency and language."""

    id: str
    name: str
    country: str
    currency: str
    language: str
    weight: float


@dataclass(frozen=True, slots=True)
class Choices:
    """A list of codes for each group, laid end to end, to draw from by group."""

    codes: Ints
    start: Ints
    count: Ints

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> Choices:
        """One list of codes for each group; a list may be empty."""
        count = np.array([len(codes) for codes in lists], dtype=np.int64)
        flat = [code for codes in lists for code in codes]
        start = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64)
        return cls(np.array(flat or [-1], dtype=np.int64), start, count)

    def pick(self, group: Ints, share: Floats) -> Ints:
        """The code at `share` (0 to 1) of each row's list; -1 where the list is empty."""
        count = self.count[group]
        at = self.start[group] + np.minimum((share * count).astype(np.int64), count - 1)
        return np.where(count > 0, self.codes[np.maximum(at, 0)], -1)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every list of words, and which of them a leaf category may use."""

    leaves: tuple[Leaf, ...]
    brands: tuple[Brand, ...]
    suppliers: tuple[Supplier, ...]
    countries: dict[str, tuple[str, str]]
    rates: dict[str, float]
    colours: dict[str, str]
    materials: dict[str, str]
    series: tuple[str, ...]
    nouns: tuple[tuple[str, str], ...]
    adjectives: tuple[tuple[str, str], ...]
    sizes: tuple[str, ...]
    weights: tuple[tuple[str, str], ...]
    brand_of: Choices
    noun_of: Choices
    adjective_of: Choices
    size_of: Choices
    material_of: Choices
    weight_of: Choices

    def top(self, leaf: int) -> str:
        """English name of a leaf's top category."""
        return self.leaves[leaf].path[0]


def _text(name: str) -> str:
    return (files("steward.shop") / "data" / name).read_text(encoding="utf-8")


def _brands() -> tuple[Brand, ...]:
    rows = csv.DictReader(_text("brands.csv").splitlines())
    return tuple(Brand(r["name"], r["zh"], r["country"], tuple(r["sectors"].split())) for r in rows)


def _weights(bounds: Sequence[Any]) -> list[tuple[str, str]]:
    """Thirty weights from light to heavy, whole grams or kilograms with two decimals."""
    steps = np.geomspace(float(bounds[0]), float(bounds[1]), 30)
    return [(f"{w:.0f}" if bounds[2] == "g" else f"{w:.2f}", bounds[2]) for w in steps]


class _Index:
    """Numbers for words, in order of first use."""

    def __init__(self) -> None:
        self.words: dict[Any, int] = {}

    def codes(self, words: Sequence[Any]) -> list[int]:
        return [self.words.setdefault(word, len(self.words)) for word in words]


def _leaf(raw: dict[str, Any]) -> Leaf:
    return Leaf(
        path=tuple(raw["path"]),
        zh=tuple(raw["zh"]),
        alt=raw["alt"],
        alt_zh=raw["alt_zh"],
        price=tuple(raw["price"]),
        coloured=raw.get("coloured", True),
    )


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary, read once from the package's data files."""
    words = yaml.safe_load(_text("words.yaml"))
    raw = yaml.safe_load(_text("categories.yaml"))
    brands = _brands()
    nouns, adjectives, sizes, weights = _Index(), _Index(), _Index(), _Index()
    makers = [[i for i, b in enumerate(brands) if c["sector"] in b.sectors] for c in raw]
    named = [nouns.codes(list(zip(c["nouns"], c["nouns_zh"], strict=False))) for c in raw]
    praised = [adjectives.codes(list(words["adjectives"][c["path"][0]].items())) for c in raw]
    materials = list(words["materials"])
    return Vocabulary(
        brand_of=Choices.of(makers),
        noun_of=Choices.of(named),
        adjective_of=Choices.of(praised),
        size_of=Choices.of([sizes.codes(c["sizes"]) for c in raw]),
        material_of=Choices.of([[materials.index(m) for m in c["materials"]] for c in raw]),
        weight_of=Choices.of([weights.codes(_weights(c["weight"])) for c in raw]),
        leaves=tuple(_leaf(c) for c in raw),
        brands=brands,
        suppliers=tuple(Supplier(**s) for s in words["suppliers"]),
        countries={k: (c["name"], c["gs1"]) for k, c in words["countries"].items()},
        rates=words["rates"],
        colours=words["colours"],
        materials=words["materials"],
        series=tuple(words["series"]),
        nouns=tuple(nouns.words),
        adjectives=tuple(adjectives.words),
        sizes=tuple(sizes.words),
        weights=tuple(weights.words),
    )

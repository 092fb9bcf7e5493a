"""What the items of a chunk are, as codes: category, brand, colour, price, supplier, month.

Items are drawn in chunks of a fixed size, each from its own seed, so item i is the same however
many rows a shop has, and a shop of ten million rows needs the memory of one chunk.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from zlib import crc32

import numpy as np
import numpy.typing as npt

from steward.shop.spec import ShopSpec
from steward.shop.vocabulary import Floats, Ints, Vocabulary

CHUNK = 16_384
"""Items drawn together. Part of the definition of a shop: another value gives other shops."""

Index = npt.NDArray[np.int64] | npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Draws:
    """Codes of n items, one array of length n a field.

    `row` is the item's number in the shop, `slot` the number its id is made of, `usd` the selling
    price in US dollars, `markup` the list price over the selling price.
    """

    row: Ints
    slot: Ints
    leaf: Ints
    brand: Ints
    supplier: Ints
    month: Ints
    day: Ints
    series: Ints
    model: Ints
    adjective: Ints
    noun: Ints
    size: Ints
    material: Ints
    colour: Ints
    weight: Ints
    order: Ints
    stock: Ints
    usd: Floats
    markup: Floats

    def __len__(self) -> int:
        return len(self.row)

    def take(self, index: Index) -> Draws:
        """These items only: positions or a mask."""
        return replace(self, **{f.name: getattr(self, f.name)[index] for f in fields(self)})


def stream(spec: ShopSpec, chunk: int, name: str) -> np.random.Generator:
    """Random numbers for one purpose in one chunk, apart from all others."""
    return np.random.default_rng([spec.seed, chunk, crc32(name.encode())])


def item_id(slot: Ints) -> Ints:
    """A number of eight digits for each slot, never the same for two; order tells nothing."""
    return (slot * 48_271_931 + 30_517_578) % 100_000_000


def _weighted(weights: Floats, share: Floats) -> Ints:
    bounds = np.cumsum(weights) / weights.sum()
    return np.minimum(np.searchsorted(bounds, share, side="right"), len(weights) - 1)


def _price(words: Vocabulary, leaf: Ints, share: Floats) -> Floats:
    """Prices inside the leaf's bounds, dense in the middle of their logarithms."""
    low, high = np.log(np.array([one.price for one in words.leaves])).T
    prices: Floats = np.exp(low[leaf] + (high - low)[leaf] * share)
    return prices


def draw(spec: ShopSpec, words: Vocabulary, chunk: int) -> Draws:
    """All items of a chunk, `CHUNK` of them, whatever the number of rows of the shop."""
    rng = stream(spec, chunk, "items")
    row = np.arange(CHUNK, dtype=np.int64) + chunk * CHUNK
    popularity = 1.0 / np.sqrt(np.arange(1, len(words.leaves) + 1))
    popularity = popularity[np.random.default_rng(11).permutation(len(words.leaves))]
    leaf = _weighted(popularity, rng.random(CHUNK))
    brand = words.brand_of.pick(leaf, rng.random(CHUNK) ** 1.6)
    supply = np.array([s.weight for s in words.suppliers])
    return Draws(
        row=row,
        slot=row * 2,
        leaf=leaf,
        brand=brand,
        supplier=_weighted(supply, rng.random(CHUNK)),
        month=rng.integers(0, len(spec.months), CHUNK),
        day=rng.integers(1, 29, CHUNK),
        series=(brand * 3 + rng.integers(0, 3, CHUNK)) % len(words.series),
        model=rng.integers(1, 100, CHUNK),
        adjective=words.adjective_of.pick(leaf, rng.random(CHUNK)),
        noun=words.noun_of.pick(leaf, rng.random(CHUNK)),
        size=words.size_of.pick(leaf, rng.random(CHUNK)),
        material=words.material_of.pick(leaf, rng.random(CHUNK)),
        colour=np.where(
            np.array([one.coloured for one in words.leaves])[leaf],
            (len(words.colours) * rng.random(CHUNK) ** 1.8).astype(np.int64),
            -1,
        ),
        weight=words.weight_of.pick(leaf, rng.random(CHUNK)),
        order=rng.integers(0, 2, CHUNK),
        stock=np.minimum(rng.geometric(0.02, CHUNK) - 1, 999),
        usd=_price(words, leaf, rng.beta(2.5, 3.0, CHUNK)),
        markup=rng.choice([1.0, 1.1, 1.2, 1.25, 1.5], CHUNK, p=[0.35, 0.2, 0.2, 0.15, 0.1]),
    )

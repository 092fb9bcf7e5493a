"""From codes to the text of a delivery: titles in three languages, prices, ids, dates.

Everything is a take from a word list or a join of such takes, in Arrow, over a whole chunk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from steward.shop.draw import Draws, item_id
from steward.shop.spec import ShopSpec
from steward.shop.vocabulary import Floats, Ints, Vocabulary

ITEM_COLUMNS = (
    "item_id",
    "title",
    "brand",
    "manufacturer_country",
    "category_path",
    "category_path_zh",
    "colour",
    "material",
    "size",
    "weight",
    "weight_unit",
    "price",
    "list_price",
    "currency",
    "gtin",
    "stock",
    "supplier",
    "supplier_category",
    "supplier_sku",
    "updated_at",
    "url",
)

Columns: TypeAlias = dict[str, pa.Array]


def text_of(number: Ints, width: int) -> pa.Array:
    """Numbers as text, with zeros in front up to `width`."""
    return pc.utf8_lpad(pc.cast(pa.array(number), pa.string()), width, "0")


def check_digit(base: Ints) -> Ints:
    """The last digit of a GTIN-13 whose first twelve are `base` (GS1 General Spec. 7.9)."""
    rest, total = base.copy(), np.zeros_like(base)
    for place in range(12):
        total += (rest % 10) * (3 if place % 2 == 0 else 1)
        rest //= 10
    return (10 - total % 10) % 10


def gtin(words: Vocabulary, brand: Ints, row: Ints) -> pa.Array:
    """Thirteen digits: country prefix, two for the brand, seven for the item, the check digit."""
    prefix = np.array([int(words.countries[b.country][1]) for b in words.brands], dtype=np.int64)
    serial = (row * 1_234_577 + 7_654_321) % 10_000_000
    base = prefix[brand] * 10**9 + brand * 10**7 + serial
    return text_of(base * 10 + check_digit(base), 13)


def money(cents: Ints) -> pa.Array:
    """Cents as `1299.00`."""
    whole = pc.cast(pa.array(cents // 100), pa.string())
    return pc.binary_join_element_wise(whole, text_of(cents % 100, 2), ".")


def _take(words: Sequence[str | None], codes: Ints) -> pa.Array:
    """The word of each code; null where the code is -1."""
    return pa.array(words, pa.string()).take(pa.array(codes, mask=codes < 0))


def _join(*parts: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(*parts, " ", null_handling="skip")


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders draws as the columns of `items`, for one spec."""

    spec: ShopSpec
    words: Vocabulary

    def languages(self) -> tuple[str, ...]:
        """The language of each supplier's titles, kept within those of the spec."""
        allowed = self.spec.languages
        return tuple(
            s.language if s.language in allowed else allowed[i % len(allowed)]
            for i, s in enumerate(self.words.suppliers)
        )

    def columns(self, draws: Draws) -> Columns:
        """Every column of `items`, all text, null where the item has no such attribute."""
        words = self.words
        chinese = np.array([language != "en" for language in self.languages()])[draws.supplier]
        number = text_of(item_id(draws.slot), 8)
        price, listed = self.cents(draws)
        parts: Columns = {
            "item_id": pc.binary_join_element_wise(_const("I", len(draws)), number, ""),
            "title": self.titles(draws),
            "brand": _take([b.name for b in words.brands], draws.brand),
            "manufacturer_country": _take([b.country for b in words.brands], draws.brand),
            "category_path": _take([" > ".join(c.path) for c in words.leaves], draws.leaf),
            "category_path_zh": _take([" > ".join(c.zh) for c in words.leaves], draws.leaf),
            "colour": _by_language(words.colours, draws.colour, chinese),
            "material": _by_language(words.materials, draws.material, chinese),
            "size": _take(words.sizes, draws.size),
            "weight": _take([w for w, _ in words.weights], draws.weight),
            "weight_unit": _take([unit for _, unit in words.weights], draws.weight),
            "price": money(price),
            "list_price": money(listed),
            "currency": _take([s.currency for s in words.suppliers], draws.supplier),
            "gtin": gtin(words, draws.brand, draws.row),
            "stock": pc.cast(pa.array(draws.stock), pa.string()),
            "supplier": _take([s.id for s in words.suppliers], draws.supplier),
            "supplier_category": self.supplier_category(draws, chinese),
            "supplier_sku": self.sku(draws),
            "updated_at": self.dates(draws),
            "url": pc.binary_join_element_wise(
                _const("https://shop.example/item/", len(draws)), number, ""
            ),
        }
        return parts

    def cents(self, draws: Draws) -> tuple[Ints, Ints]:
        """Selling and list price in the supplier's currency; the list price is never lower."""
        rate = np.array([self.words.rates[s.currency] for s in self.words.suppliers])
        ending = np.array([0.99, 0.0, 0.5, 0.9])[draws.model % 4]
        local = draws.usd * rate[draws.supplier]
        price = _cents(np.floor(local) + ending)
        raised = _cents(np.round(local * draws.markup) + ending)
        return price, np.where(draws.markup > 1.0, np.maximum(raised, price + 100), price)

    def supplier_category(self, draws: Draws, chinese: np.ndarray) -> pa.Array:
        """The supplier's word for the category: a node name of the taxonomy, in its language."""
        names = [c.path[-1] for c in self.words.leaves] + [c.zh[-1] for c in self.words.leaves]
        return _take(names, draws.leaf + chinese * len(self.words.leaves))

    def sku(self, draws: Draws) -> pa.Array:
        """The supplier's own number for the item: two letters and six figures."""
        letters = [s.id[1:] + c for s in self.words.suppliers for c in "ABCDEFGH"]
        front = _take(letters, draws.supplier * 8 + draws.leaf % 8)
        number = text_of((draws.slot * 7_919 + 104_729) % 100_000_000, 8)
        return pc.binary_join_element_wise(front, number, "-")

    def dates(self, draws: Draws) -> pa.Array:
        """`2024-03-17`: a day of the month of the delivery."""
        days = [f"{month}-{day:02d}" for month in self.spec.months for day in range(1, 29)]
        return _take(days, draws.month * 28 + draws.day - 1)

    def titles(self, draws: Draws) -> pa.Array:
        """Titles in the language of each supplier, in one of two word orders."""
        codes = {"en": 0, "zh": 1, "mixed": 2}
        language = np.array([codes[one] for one in self.languages()])[draws.supplier]
        style = language * 2 + draws.order
        groups = [np.flatnonzero(style == code) for code in range(6)]
        made = [self._titles(draws.take(at), code) for code, at in enumerate(groups)]
        back = np.empty(len(draws), dtype=np.int64)
        back[np.concatenate(groups)] = np.arange(len(draws))
        return pa.concat_arrays(made).take(pa.array(back))

    def _titles(self, draws: Draws, style: int) -> pa.Array:
        words, zh = self.words, style >= 2
        model = _join(
            _take(words.series, draws.series), pc.cast(pa.array(draws.model), pa.string())
        )
        sizes = [s.replace(" ", "") if zh else s for s in words.sizes]
        # Half of the titles name the colour; the word order decides which.
        colour = _take(list(words.colours.values() if zh else words.colours), draws.colour)
        size = _take(sizes, draws.size)
        noun = _take([n[zh] for n in words.nouns], draws.noun)
        adjective = _take([a[zh] for a in words.adjectives], draws.adjective)
        english = [b.name for b in words.brands]
        brand = _take(english, draws.brand)
        if style in (2, 3):
            brand = _take([f"{b.zh}（{b.name}）" for b in words.brands], draws.brand)
        orders = (
            (brand, model, adjective, noun, size, colour),
            (brand, adjective, noun, model, size),
            (brand, model, _glue(adjective, noun), size, colour),
            (brand, _glue(adjective, noun), model, size),
            (brand, model, size, colour, noun),
            (brand, model, noun, size, colour, adjective),
        )
        return _join(*orders[style])


def _glue(left: pa.Array, right: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(left, right, "")


def _const(text: str, n: int) -> pa.Array:
    return pa.array([text]).take(pa.array(np.zeros(n, dtype=np.int64)))


def _cents(amount: Floats) -> Ints:
    return np.maximum(np.round(amount * 100), 50).astype(np.int64)


def _by_language(both: dict[str, str], codes: Ints, chinese: np.ndarray) -> pa.Array:
    """English words for some rows and Chinese ones for the others."""
    shifted = np.where(codes < 0, -1, codes + chinese * len(both))
    return _take([*both, *both.values()], shifted)

"""Writes the faults of a spec into a chunk of items, kind after kind, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from steward.shop import mistakes
from steward.shop.draw import Draws, stream
from steward.shop.mistakes import Mistake
from steward.shop.render import gtin
from steward.shop.sheet import Flags, Sheet
from steward.shop.spec import CategoryFault, Fault, ShopSpec
from steward.shop.vocabulary import Ints, Vocabulary

PATHS = ("category_path", "category_path_zh")


def in_slice(fault: Fault, spec: ShopSpec, words: Vocabulary, draws: Draws) -> Flags:
    """Which rows a fault may touch: its suppliers, its months, its top category."""
    supplier = np.array([not fault.suppliers or s.id in fault.suppliers for s in words.suppliers])
    until = fault.until or spec.months[-1]
    month = np.array([fault.since <= m <= until for m in spec.months])
    inside: Flags = supplier[draws.supplier] & month[draws.month]
    if isinstance(fault, CategoryFault) and fault.top:
        leaf = np.array([words.top(i) == fault.top for i in range(len(words.leaves))])
        inside &= leaf[draws.leaf]
    return inside


@dataclass(frozen=True, slots=True)
class Injector:
    """Faults of one spec on one chunk."""

    spec: ShopSpec
    words: Vocabulary
    draws: Draws
    sheet: Sheet
    chunk: int

    def hits(self, kind: str) -> tuple[Ints, Ints]:
        """Rows that get an error of this kind, ascending, and a die for each."""
        fault: Fault = getattr(self.spec.faults, kind)
        rng = stream(self.spec, self.chunk, kind)
        chance = rng.random(len(self.draws))
        dice = rng.integers(0, 2**31, len(self.draws))
        inside = in_slice(fault, self.spec, self.words, self.draws)
        if kind == "columns_swapped":  # a run of rows, not rows here and there
            at = np.flatnonzero(inside)
            at = at[: int(np.ceil(len(at) * fault.rate))]
        else:
            at = np.flatnonzero(inside & (chance < fault.rate))
        return at, dice[at]

    def run(self) -> None:
        """Write every fault of items that is turned on."""
        for kind, write in self._writers().items():
            at, dice = self.hits(kind)
            if len(at):
                write(kind, at, dice)
        self.sheet.finish()

    def _writers(self) -> dict[str, Callable[[str, Ints, Ints], None]]:
        countries = tuple(self.words.countries)
        currencies = tuple(self.words.rates)
        return {
            "category_null": self._category_null,
            "columns_swapped": self._swap("brand", "colour"),
            "price_swapped": self._swap("price", "list_price"),
            "wrong_category": self._wrong_category,
            "brand_missing": self._brand_missing,
            "split_value": self._split_value,
            "wrong_gtin_prefix": self._wrong_gtin_prefix,
            "gtin_digit": self._one("gtin", mistake=mistakes.gtin_digit),
            "wrong_country": self._one(
                "manufacturer_country", mistake=mistakes.other_of(countries)
            ),
            "price_format": self._price_format,
            "price_outlier": self._one("price", mistake=mistakes.price_outlier),
            "wrong_currency": self._one("currency", mistake=mistakes.other_of(currencies)),
            "date_order": self._one("updated_at", mistake=mistakes.date_order),
            "mojibake": self._one("title", "colour", "material", mistake=mistakes.mojibake),
            "unit_format": self._one("size", mistake=mistakes.unit_format),
            "disguised_missing": self._one(
                "colour", "material", "brand", "size", "weight", mistake=mistakes.disguised
            ),
            "typo": self._typo,
            "full_width": self._one("title", "size", "price", mistake=mistakes.full_width),
            "control_character": self._one("title", "brand", mistake=mistakes.invisible),
        }

    def _one(self, *columns: str, mistake: Mistake) -> Callable[[str, Ints, Ints], None]:
        """A mistake in one of these columns; the die says in which."""

        def write(kind: str, at: Ints, dice: Ints) -> None:
            for place, column in enumerate(columns):
                mine = (dice % len(columns) == place) & self.sheet.free(column, at)
                values = self.sheet.cells(column, at[mine])
                rolled = (dice[mine] // len(columns)).tolist()
                self.sheet.write(kind, at[mine], {column: _each(mistake, values, rolled)})

        return write

    def _typo(self, kind: str, at: Ints, dice: Ints) -> None:
        """A slip that does not happen to spell another right word."""
        words = self.words
        right = {b.name for b in words.brands} | set(words.colours) | set(words.colours.values())

        def slip(value: str, die: int) -> str:
            wrong = mistakes.typo(value, die)
            return value if wrong in right else wrong

        self._one("brand", "colour", "category_path", mistake=slip)(kind, at, dice)

    def _swap(self, left: str, right: str) -> Callable[[str, Ints, Ints], None]:
        def write(kind: str, at: Ints, dice: Ints) -> None:
            a, b = self.sheet.cells(left, at), self.sheet.cells(right, at)
            self.sheet.write(kind, at, {left: b, right: a})

        return write

    def _brand_missing(self, kind: str, at: Ints, dice: Ints) -> None:
        self.sheet.write(kind, at, {"brand": [None] * len(at)})

    def _split_value(self, kind: str, at: Ints, dice: Ints) -> None:
        both = zip(self.sheet.cells("weight", at), self.sheet.cells("weight_unit", at), strict=True)
        joined = [f"{weight} {unit}" for weight, unit in both]
        self.sheet.write(kind, at, {"weight": joined, "weight_unit": [None] * len(at)})

    def _price_format(self, kind: str, at: Ints, dice: Ints) -> None:
        currencies = [s.currency for s in self.words.suppliers]
        for column in ("price", "list_price"):
            free = self.sheet.free(column, at)
            values = self.sheet.cells(column, at[free])
            owners = self.draws.supplier[at[free]].tolist()
            rows = zip(values, owners, dice[free].tolist(), strict=True)
            after = [
                mistakes.price_format(str(value), currencies[owner], die)
                for value, owner, die in rows
            ]
            self.sheet.write(kind, at[free], {column: after})

    def _wrong_gtin_prefix(self, kind: str, at: Ints, dice: Ints) -> None:
        count = len(self.words.brands)
        other = (self.draws.brand[at] + 1 + dice % (count - 1)) % count
        after = gtin(self.words, other, self.draws.row[at]).to_pylist()
        self.sheet.write(kind, at, {"gtin": after})

    def _wrong_category(self, kind: str, at: Ints, dice: Ints) -> None:
        leaves = self.words.leaves
        other = ((self.draws.leaf[at] + 1 + dice % (len(leaves) - 1)) % len(leaves)).tolist()
        paths = [" > ".join(leaves[i].path) for i in other]
        chinese = [" > ".join(leaves[i].zh) for i in other]
        self.sheet.write(kind, at, dict(zip(PATHS, (paths, chinese), strict=True)))

    def _category_null(self, kind: str, at: Ints, dice: Ints) -> None:
        """The names change as the cause says; then the join finds nothing, and both are null."""
        names = self.sheet.cells("supplier_category", at)
        cause = self.spec.faults.category_null.cause
        if cause == "dropped":
            self.sheet.write(kind, at, {"supplier_category": [None] * len(at)})
        elif cause == "full_width":
            after = _each(mistakes.blurred, names, dice.tolist())
            self.sheet.write("full_width", at, {"supplier_category": after})
        elif cause == "encoding":
            after = _each(mistakes.misread, names, dice.tolist())
            self.sheet.write("mojibake", at, {"supplier_category": after})
        self.sheet.write(kind, at, {path: [None] * len(at) for path in PATHS})

    def restate_names(self) -> None:
        """Names a supplier chose to change are what it delivers: true, though they join nothing."""
        cause = self.spec.faults.category_null.cause
        at, _ = self.hits("category_null")
        if cause not in ("renamed", "language") or not len(at):
            return
        make = mistakes.renamed if cause == "renamed" else mistakes.other_language
        names = make(self.words)
        cells = self.sheet.cells("supplier_category", at)
        self.sheet.restate("supplier_category", at, [names[str(cell)] for cell in cells])


def _each(mistake: Mistake, values: Sequence[str | None], dice: Sequence[int]) -> list[str | None]:
    return [v if v is None else mistake(v, d) for v, d in zip(values, dice, strict=True)]

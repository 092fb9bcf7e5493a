"""Faults as catalogues have them, one kind at a time, at stated shares of the rows.

A fault knows the roles of the columns (title, brand, category …), not their names. Every kind is
written with the damages of the harness, which share nothing with the correctors. Which rates real
catalogues have, and which of these are assumed, is said in docs/lift.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from steward.evaluate import damage
from steward.evaluate.worksheet import Worksheet

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Roles:
    """Which columns are what; empty where a table has none.

    Attributes:
        title: the name of the item.
        brand: its brand.
        category: its category, perhaps in several languages, which fail together.
        attributes: short words such as colour and material.
        sizes: amounts with a unit.
        source: who delivered the row; what fails for one delivery fails for a run of its rows.
    """

    title: str = ""
    brand: str = ""
    category: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A spoilt table.

    Attributes:
        rows: cells as text; duplicates at the end.
        truth: the same rows as they should be.
        kinds: which fault each cell has, '' for none.
        entity: of each row, the row of the clean table that it tells of.
    """

    rows: Rows
    truth: Rows
    kinds: Rows
    entity: list[int]


@dataclass(frozen=True)
class _Spoiling:
    """A table while it is being spoilt: places of columns, and a generator of chance."""

    sheet: Worksheet
    roles: Roles
    entity: list[int]
    random: Random

    def clean(self, row: int, name: str) -> str:
        return self.sheet.clean[row][self.sheet.columns.index(name)] if name else ""

    def put(self, row: int, name: str, value: str | None, kind: str) -> None:
        """Write a wrong value, unless the cell is empty, spoilt already, or not there."""
        place = self.sheet.columns.index(name) if name else -1
        if value is not None and name and self.sheet.is_open(row, place):
            self.sheet.write(row, place, value, kind)

    def slip(self, row: int, name: str, kind: str) -> None:
        self.put(row, name, damage.typo(self.clean(row, name), self.random), kind)

    def one_of(self, names: Sequence[str]) -> str:
        return self.random.choice(names) if names else ""

    def some(self, quota: int) -> list[int]:
        """So many rows of the clean table, here and there; not of the duplicates added since."""
        rows = len(set(self.entity))
        return sorted(self.random.sample(range(rows), min(quota, rows)))

    def runs(self, quota: int) -> list[int]:
        """Rows of a few sources, each from some row on: a delivery that went wrong."""
        if not self.roles.source:
            return self.some(quota)
        groups = list(self.sheet.groups(self.sheet.columns.index(self.roles.source)).values())
        self.random.shuffle(groups)
        found: list[int] = []
        for rows in groups:
            start = self.random.randrange(max(1, len(rows) // 2))
            found += rows[start : start + quota - len(found)]
            if len(found) >= quota:
                break
        return sorted(found)

    def partly_runs(self, quota: int) -> list[int]:
        """So many rows: half of them in runs, half here and there."""
        rows = self.runs(quota // 2)
        seen = set(rows)
        others = self.random.sample(range(len(set(self.entity))), len(set(self.entity)))
        return sorted([*rows, *[row for row in others if row not in seen][: quota - len(rows)]])


Fault = Callable[[_Spoiling, int], None]
"""Spoils so many rows, or as many as it can."""


def category_missing(at: _Spoiling, quota: int) -> None:
    """No category: half of it in deliveries whose names no longer match, half here and there."""
    for row in at.partly_runs(quota):
        for name in at.roles.category:
            at.put(row, name, "", "category_missing")


def category_wrong(at: _Spoiling, quota: int) -> None:
    """The categories of another row, in all languages."""
    for row in at.some(quota):
        other = at.random.randrange(len(at.sheet.clean))
        for name in at.roles.category:
            at.put(row, name, at.clean(other, name), "category_wrong")


def brand_missing(at: _Spoiling, quota: int) -> None:
    """No brand, half of it in deliveries: empty, or one time in three a word for it."""
    for row in at.partly_runs(quota):
        at.put(row, at.roles.brand, _nothing(at.random), "brand_missing")


def brand_wrong(at: _Spoiling, quota: int) -> None:
    """Another brand of the table."""
    for row in at.some(quota):
        other = at.random.randrange(len(at.sheet.clean))
        at.put(row, at.roles.brand, at.clean(other, at.roles.brand), "brand_wrong")


def brand_typo(at: _Spoiling, quota: int) -> None:
    """A slip in the brand."""
    for row in at.some(quota):
        at.slip(row, at.roles.brand, "brand_typo")


def columns_swapped(at: _Spoiling, quota: int) -> None:
    """Brand and an attribute exchanged, in runs of rows, as when a delivery moves its columns."""
    brand, other = at.roles.brand, next(iter(at.roles.attributes), "")
    for row in at.runs(quota):
        left, right = at.clean(row, brand), at.clean(row, other)
        if left and right:
            at.put(row, brand, right, "columns_swapped")
            at.put(row, other, left, "columns_swapped")


def title_typo(at: _Spoiling, quota: int) -> None:
    """A slip in a word of the title."""
    for row in at.some(quota):
        at.slip(row, at.roles.title, "title_typo")


def title_encoding(at: _Spoiling, quota: int) -> None:
    """A title in full-width letters, in the wrong encoding, or with a sign that cannot be seen."""
    ways = (damage.mojibake, damage.full_width, _invisible)
    for row in at.some(quota):
        title = at.clean(row, at.roles.title)
        made = [way(title, at.random) for way in at.random.sample(ways, len(ways)) if title]
        at.put(row, at.roles.title, next((m for m in made if m), None), "title_encoding")


def title_cut(at: _Spoiling, quota: int) -> None:
    """The end of a long title cut off, as a field of limited length does."""
    for row in at.some(quota):
        cut = damage.truncate(at.clean(row, at.roles.title), at.random)
        at.put(row, at.roles.title, cut, "title_cut")


def attribute_missing(at: _Spoiling, quota: int) -> None:
    """An attribute empty, or one time in three a word for it."""
    for row in at.some(quota):
        name = at.one_of(at.roles.attributes)
        at.put(row, name, _nothing(at.random), "attribute_missing")


def attribute_typo(at: _Spoiling, quota: int) -> None:
    """A slip in an attribute or a category."""
    for row in at.some(quota):
        at.slip(row, at.one_of((*at.roles.attributes, *at.roles.category)), "attribute_typo")


def units(at: _Spoiling, quota: int) -> None:
    """An amount written in another manner: `750 ml`, `750ML`, `750 ml.`."""
    ways = (str.upper, lambda text: text.replace(" ", ""), lambda text: f"{text}.")
    for row in at.some(quota):
        name = at.one_of(at.roles.sizes)
        at.put(row, name, at.random.choice(ways)(at.clean(row, name)), "units")


def duplicates(at: _Spoiling, quota: int) -> None:
    """The same product once more, under another id, with a slip in its title."""
    for row in at.some(quota):
        new = at.sheet.append(row)
        at.entity.append(row)
        name = at.sheet.columns[0]
        at.put(new, name, f"{at.clean(row, name)}-{new}", "duplicates")
        at.slip(new, at.roles.title, "duplicates")


FAULTS: Mapping[str, Fault] = {
    made.__name__: made
    for made in (
        category_missing, category_wrong, brand_missing, brand_wrong, brand_typo, columns_swapped,
        title_typo, title_encoding, title_cut, attribute_missing, attribute_typo, units, duplicates,
    )
}  # fmt: skip
"""Every kind of fault, by name."""

Rates = Mapping[str, float]
"""Kind of fault to the share of rows that have it."""

MEDIUM: Rates = {
    "category_missing": 0.15,
    "category_wrong": 0.01,
    "brand_missing": 0.15,
    "brand_wrong": 0.01,
    "brand_typo": 0.02,
    "columns_swapped": 0.03,
    "title_typo": 0.05,
    "title_encoding": 0.03,
    "title_cut": 0.01,
    "attribute_missing": 0.15,
    "attribute_typo": 0.02,
    "units": 0.05,
    "duplicates": 0.03,
}
"""Half of what a public marketplace catalogue lacks in brands; see docs/lift.md."""

LEVELS: Mapping[str, Rates] = {
    "none": dict.fromkeys(MEDIUM, 0.0),
    "light": {kind: rate / 3 for kind, rate in MEDIUM.items()},
    "medium": MEDIUM,
    "heavy": {kind: 2 * rate for kind, rate in MEDIUM.items()},
}
"""How much goes wrong: nothing (the A/A arm), a third, as stated, twice as much."""


def spoil(
    columns: Sequence[str], rows: Sequence[Sequence[str]], roles: Roles, rates: Rates, *, seed: int
) -> Spoilt:
    """Spoil a clean table.

    Args:
        columns: names; the first names the items.
        rows: cells as text, '' for null. Not changed.
        roles: which columns are what; a kind whose columns are not there does nothing.
        rates: share of the rows that each kind hits; no cell is hit twice.
        seed: the same seed does the same; a kind does not depend on which others there are, but
            for cells that another took before it.
    """
    sheet = Worksheet(tuple(columns), [list(row) for row in rows])
    entity = list(range(len(rows)))
    for kind, fault in FAULTS.items():
        quota = round(rates.get(kind, 0.0) * len(rows))
        at = _Spoiling(sheet, roles, entity, Random(f"{seed}/{kind}"))
        if quota:
            fault(at, quota)
    return Spoilt(sheet.dirty, sheet.clean, sheet.kinds, entity)


def _nothing(random: Random) -> str:
    return random.choice(("", "", random.choice(damage.BLANK_WORDS)))


def _invisible(value: str, random: Random) -> str | None:
    place = random.randrange(1, len(value)) if len(value) > 1 else None
    return None if place is None else f"{value[:place]}\u200b{value[place:]}"

"""Corrupts a clean table on purpose, with a seed and an error budget, and keeps the truth.

A *mix* says which damages, how much of each, and what share of all cells. The budget is spent kind
by kind; every damaged cell remembers its kind. Damages that need more than one cell (swaps, batch
faults, broken dependencies, sources that disagree) are in `corrupt_rows`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from steward.evaluate import damage
from steward.evaluate.corrupt_rows import ROW_DAMAGES
from steward.evaluate.worksheet import Worksheet


@dataclass(frozen=True, slots=True)
class Mix:
    """Which damages to do: weight by kind, and the share of all cells that may be wrong.

    `spread` is the share of the columns where a kind makes sense that it really hits: real errors
    sit in few columns.
    """

    name: str
    rate: float
    weights: Mapping[str, float]
    spread: float = 0.5


@dataclass(frozen=True, slots=True)
class Corrupted:
    """A dirty table, its truth, and the kind of error of every cell ('' = none)."""

    columns: tuple[str, ...]
    dirty: list[list[str]]
    clean: list[list[str]]
    kinds: list[list[str]] = field(repr=False)

    @property
    def errors(self) -> int:
        """How many cells differ from the truth."""
        return sum(kind != "" for row in self.kinds for kind in row)


VALUE_DAMAGES: Mapping[str, damage.Damage] = {
    "typo": damage.typo,
    "mask": damage.mask,
    "case": damage.letter_case,
    "white_space": damage.white_space,
    "full_width": damage.full_width,
    "mojibake": damage.mojibake,
    "truncate": damage.truncate,
    "number_format": damage.number_format,
    "outlier": damage.outlier,
    "date_format": damage.date_format,
    "missing": lambda value, random: "",
}

MIXES = {
    mix.name: mix
    for mix in (
        Mix("typos", 0.03, {"typo": 3, "mask": 1}, spread=0.8),
        Mix("gaps", 0.05, {"missing": 3, "disguised": 1, "batch": 1}),
        Mix("formats", 0.10, {"unit": 3, "number_format": 2, "date_format": 2, "case": 1,
                              "white_space": 1, "full_width": 1}, spread=0.3),
        Mix("rules", 0.02, {"dependency": 4, "substitute": 1, "outlier": 0.5}, spread=0.7),
        Mix("rows", 0.05, {"swap": 3, "merge": 1, "missing": 1, "typo": 1, "duplicate": 0.5}),
        Mix("panel", 0.20, {"panel": 8, "missing": 1, "typo": 0.5}, spread=0.8),
        Mix("conventions", 0.12, {"unit": 2, "date_format": 1, "case": 1}, spread=0.0),
        Mix("light", 0.005, {"typo": 2, "missing": 1, "dependency": 1}, spread=0.8),
        Mix("everything", 0.06, {"typo": 3, "mask": 1, "missing": 2, "disguised": 1,
                                 "unit": 1, "number_format": 1, "date_format": 1, "case": 0.5,
                                 "white_space": 0.5, "full_width": 0.5, "mojibake": 0.5,
                                 "truncate": 0.5, "outlier": 0.5, "substitute": 1,
                                 "dependency": 2, "swap": 1, "merge": 0.5, "batch": 1,
                                 "duplicate": 0.3}, spread=0.6),
    )
}  # fmt: skip
"""Mixes by name.

`light` is a table that is nearly right: there, damage counts most. `conventions` writes most of a
column another way, which no table can tell from what is meant.
"""

KINDS = (*VALUE_DAMAGES, "disguised", "unit", "substitute", *ROW_DAMAGES)
"""Every kind of damage that a mix may name."""


def corrupt(
    columns: Sequence[str], rows: Sequence[Sequence[str]], mix: Mix, *, seed: int
) -> Corrupted:
    """Spoil a clean table.

    Args:
        columns: names.
        rows: the clean rows, cells as text, '' for null. Not changed.
        mix: what to do to it. Kinds that make no sense in this table leave their budget unspent.
        seed: the same seed spoils the same cells in the same way.
    """
    sheet = Worksheet(tuple(columns), [list(row) for row in rows])
    budget = round(mix.rate * len(rows) * len(columns))
    whole = sum(mix.weights.values())
    for kind in sorted(mix.weights):
        random = Random(f"{seed}/{mix.name}/{kind}")
        quota = round(budget * mix.weights[kind] / whole)
        if kind in ROW_DAMAGES:
            ROW_DAMAGES[kind](sheet, quota, random)
        else:
            _spoil_values(sheet, kind, quota, mix.spread, random)
    return Corrupted(sheet.columns, sheet.dirty, sheet.clean, sheet.kinds)


def _spoil_values(sheet: Worksheet, kind: str, quota: int, spread: float, random: Random) -> None:
    by_column = {c: _for_column(sheet, kind, c, random) for c in range(len(sheet.columns))}
    able = [c for c, spoil in by_column.items() if _makes_sense(sheet, c, spoil, random)]
    hit = random.sample(able, max(1, round(len(able) * spread))) if able else []
    tries = 8 * quota
    while quota > 0 and tries > 0 and hit:
        tries -= 1
        row, column = random.randrange(len(sheet.dirty)), random.choice(hit)
        if sheet.is_open(row, column):
            spoilt = by_column[column](sheet.clean[row][column], random)
            quota -= spoilt is not None and sheet.write(row, column, spoilt, kind)


def _for_column(sheet: Worksheet, kind: str, column: int, random: Random) -> damage.Damage:
    if kind == "disguised":
        word = random.choice(damage.BLANK_WORDS)
        return lambda value, random: word
    if kind == "unit":
        return damage.with_unit(random.choice(damage.UNITS))
    if kind == "substitute":
        domain = sheet.domain(column)
        return lambda value, random: random.choice(domain) if 1 < len(domain) < 500 else None
    return VALUE_DAMAGES[kind]


def _makes_sense(sheet: Worksheet, column: int, spoil: damage.Damage, random: Random) -> bool:
    """Does the damage work on at least a third of a sample of the column?"""
    filled = [row[column] for row in sheet.clean if row[column]]
    sample = random.sample(filled, min(12, len(filled)))
    worked = sum(spoil(value, random) not in (None, value) for value in sample)
    return bool(sample) and worked * 3 >= len(sample)

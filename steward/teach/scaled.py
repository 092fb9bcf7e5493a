"""Numbers of the wrong sign, or a power of ten too large, where the column leaves one reading."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from steward.engine import Snapshot
from steward.fixes.mapping import ColumnValues
from steward.profile.parse import parse_number
from steward.teach.guess import Guess, guess
from steward.types import Change, Fix, Profile, Reason

SIGN, SCALE = "guess_sign", "guess_scale"
FACTORS = (10, 100, 1000)
USUAL = 0.97
"""So many of a column's rows show what is usual: its sign, its range."""


def scaled(snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
    """Unusual numbers that are usual without their sign, or divided by 10, 100 or 1,000."""
    for column in profile.columns:
        if column.numbers is None or column.numbers.parsed < 50:
            continue
        values = ColumnValues(snapshot, column.name)
        numbers = {c: n for c, t in enumerate(values.codes.values) if (n := parse_number(t))}
        if numbers:
            yield from _signs(values, numbers)
            yield from _scales(values, numbers)


def _signs(values: ColumnValues, numbers: dict[int, Decimal]) -> Iterator[Fix]:
    negative = [code for code, number in numbers.items() if number < 0]
    if not negative or _rows(values, negative) > (1 - USUAL) * _rows(values, list(numbers)):
        return
    for code in negative:
        text = values.codes.values[code]
        if text.startswith("-"):
            words = f"Nearly all of {values.name} is positive."
            yield _fix(values, code, text[1:], SIGN, words)


def _scales(values: ColumnValues, numbers: dict[int, Decimal]) -> Iterator[Fix]:
    sizes = np.repeat([abs(float(n)) for n in numbers.values()], values.codes.counts[list(numbers)])
    low, high = np.quantile(sizes, [0.01, USUAL])
    if low <= 0 or high / low > 50:
        return
    for code, number in numbers.items():
        size = abs(float(number))
        fits = [f for f in FACTORS if low <= size / f <= high]
        if size > high * 1.2 and len(fits) == 1:
            after = f"{number / fits[0]:f}"
            words = f"{values.name} is between {low:g} and {high:g} nearly everywhere."
            yield _fix(values, code, _as_usual(after), SCALE, words)


def _as_usual(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _fix(values: ColumnValues, code: int, after: str, who: str, words: str) -> Fix:
    change = Change(values.name, values.codes.values[code], after)
    rows = values.rows(code)
    return guess(values.snapshot, Guess(who, Reason.OUTLIER, words, 0.6), [change], rows)


def _rows(values: ColumnValues, codes: list[int]) -> int:
    return int(values.codes.counts[codes].sum())

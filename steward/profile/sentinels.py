"""Numbers and dates put where a value was missing: `999`, `-1`, `1900-01-01`; found by evidence.

A number is one only if all of this holds: it looks like a filler (one digit repeated, or a run
such as 123456); it is a *spike* (several times more rows than a usual value and than its nearest
ones, three at least); and it lies outside the fences (3 × IQR, on the plain and on the log scale)
of the other values, or alone on the far side of zero. In a column of long codes a filler is a
spike of one repeated digit. A date is one if it is a known default (1900-01-01, 1970-01-01,
9999-12-31 …), a spike, and outside the fences of the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from steward.profile.dates import parse_date
from steward.profile.number import fold, parse_number

SPIKE_ROWS = 3
SPIKE_TIMES = 5.0
FENCE = 3.0
NEIGHBOURS = 10
Floats = npt.NDArray[np.float64]
_FILLER = re.compile(r"-?(\d)\1{2,}(?:\.0+|\.\1+)?|-(?:1|9|99)(?:\.0+)?|99(?:\.0+|\.99)?|123456\d*")
_LONG_FILLER = re.compile(r"(\d)\1*(?:[-. ]?\1+)*|1234567890?|0?123456789")
_DATES = re.compile(
    r"(?:1900|1899|1970|9999|0001|0000|1753|2099|2999)\D?(?:01|12|00|1|0)\D?(?:01|31|30|00|1|0)"
    r"(?:[T ].*)?"
)


def sentinels(values: Sequence[str], counts: Sequence[int], rest: Sequence[int]) -> list[int]:
    """Return the positions in `values`, among `rest`, that fill in for a missing value."""
    suspects = [i for i in rest if counts[i] >= SPIKE_ROWS and _suspicious(values[i])]
    if not suspects:
        return []
    usual = float(np.median([counts[i] for i in rest]))
    suspects = [i for i in suspects if counts[i] >= SPIKE_TIMES * usual]
    return _of_numbers(values, counts, rest, suspects) if suspects else []


def _suspicious(value: str) -> bool:
    if len(value) > 30 or not any(c.isdigit() for c in value):
        return False
    folded = fold(value)
    return bool(
        _FILLER.fullmatch(folded)
        or _DATES.fullmatch(folded)
        or (len(folded) >= 7 and _LONG_FILLER.fullmatch(folded))
    )


def _of_numbers(
    values: Sequence[str], counts: Sequence[int], rest: Sequence[int], suspects: Sequence[int]
) -> list[int]:
    asked = set(suspects)
    others = [i for i in rest if i not in asked]
    sample = others[:: max(1, len(others) // 5000)]
    numbers = np.array([_scalar(values[i]) for i in sample], float)
    weights = np.array([counts[i] for i in sample], float)
    known = np.isfinite(numbers)
    if not weights.sum() or weights[known].sum() < 0.8 * weights.sum():
        return []
    order = np.argsort(numbers[known], kind="stable")
    numbers, weights = numbers[known][order], weights[known][order]
    codes = _all_long([values[i] for i in sample[:500]])
    found = []
    for i in suspects:
        number = _scalar(values[i])
        if codes or (
            _outside(number, numbers, weights) and _alone(number, counts[i], numbers, weights)
        ):
            found.append(i)
    return found


def _alone(number: float, rows: int, others: Floats, weights: Floats) -> bool:
    """Is it a spike among its neighbours too? In a long tail, 999 is as usual as 998."""
    if not np.isfinite(number):
        return True
    at = int(np.searchsorted(others, number))
    near = weights[max(0, at - NEIGHBOURS) : at + NEIGHBOURS]
    return rows >= SPIKE_TIMES * float(np.median(near))


def _outside(number: float, others: Floats, weights: Floats) -> bool:
    if not np.isfinite(number):
        return True
    if (number < 0 <= others[0]) or (number > 0 >= others[-1]):
        return True
    place = np.cumsum(weights) / weights.sum()
    low, high = (float(others[np.searchsorted(place, q)]) for q in (0.25, 0.75))
    reach = FENCE * (high - low)
    if low - reach <= number <= high + reach:
        return False
    if others[0] <= 0 or number <= 0:
        return True
    factor = (high / low) ** FENCE  # prices spread evenly on the log scale: 9999 is one of them
    return not low / factor <= number <= high * factor


def _all_long(values: Sequence[str]) -> bool:
    """Are these codes of one length, so that size means nothing?"""
    lengths = [sum(c.isdigit() for c in value) for value in values]
    return bool(lengths) and min(lengths) >= 7 and len(set(lengths)) <= 2


def _scalar(value: str) -> float:
    number = parse_number(value)
    if number is not None:
        return float(number)
    parsed = parse_date(value)
    return float(parsed.date.toordinal()) if parsed else float("nan")

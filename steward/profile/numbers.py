"""Values as numbers, and how they are distributed: quantiles, robust fences, a histogram."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steward.profile.dates import date_order, parse_date
from steward.profile.money import parse_money
from steward.profile.number import parse_number
from steward.profile.quantity import parse_quantity
from steward.profile.recognise import is_percent
from steward.types import NumberSummary
from steward.types import SemanticType as S

FENCE = 3.0
BINS = 20
EXACT = 60_000
"""Up to this many distinct values are read one by one where no fast way fits them."""

NUMERIC = (S.NUMBER, S.MONEY, S.QUANTITY, S.PERCENT, S.DATE)
_PLAIN = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$"
_EPOCH = date(1970, 1, 1).toordinal()
Floats = npt.NDArray[np.float64]


def scalars(values: pa.StringArray, semantic: S) -> Floats:
    """Return each value as a number, nan where it is none (dates: days since 1970-01-01).

    Plain numbers and ISO dates are cast by Arrow; others are read one by one. Beyond `EXACT` of
    those only every k-th is read, and the rest are nan.
    """
    if semantic is S.DATE:
        return _days(values)
    trimmed = pc.utf8_trim_whitespace(values)
    found = _plain(trimmed)
    for i in _thin(np.flatnonzero(np.isnan(found))):
        found[i] = _scalar(values[int(i)].as_py(), semantic)
    return found


def _plain(trimmed: pa.StringArray) -> Floats:
    try:
        cast = pc.cast(trimmed, pa.float64())
    except pa.ArrowInvalid:
        fits = pc.match_substring_regex(trimmed, _PLAIN)
        cast = pc.cast(pc.if_else(fits, trimmed, None), pa.float64())
    found = np.array(cast.to_numpy(zero_copy_only=False), float)
    found[~np.isfinite(found)] = np.nan
    return found


def _thin(positions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return positions[:: -(-len(positions) // EXACT)] if len(positions) > EXACT else positions


def _scalar(text: str, semantic: S) -> float:
    if semantic is S.PERCENT:
        text = text.strip().rstrip("%％‰") if is_percent(text.strip()) else text
    number = parse_number(text)
    if number is None and semantic is S.MONEY:
        money = parse_money(text)
        number = money.amount if money else None
    if number is None and semantic is S.QUANTITY:
        quantity = parse_quantity(text)
        number = quantity.amount if quantity else None
    return float(number) if number is not None else float("nan")


def _days(values: pa.StringArray) -> Floats:
    found = np.full(len(values), np.nan)
    iso = pc.match_substring_regex(values, r"^\d{4}-\d\d-\d\d").to_numpy(zero_copy_only=False)
    at = np.flatnonzero(iso)
    if len(at) > 1000:
        try:
            heads = pc.utf8_slice_codeunits(values.take(pa.array(at)), 0, 10)
            found[at] = pc.cast(heads, pa.date32()).cast(pa.int32()).to_numpy()
        except pa.ArrowInvalid:
            pass
    rest = _thin(np.flatnonzero(np.isnan(found)))
    parsed = [(i, parse_date(values[int(i)].as_py())) for i in rest]
    order = date_order(p for _, p in parsed if p)
    for i, day in parsed:
        if day and day.order == "ambiguous" and order:
            day = parse_date(values[int(i)].as_py(), order)
        if day:
            found[i] = day.date.toordinal() - _EPOCH
    return found


def summarise(found: Floats, counts: npt.NDArray[np.int64], semantic: S) -> NumberSummary | None:
    """Summarise `scalars`, weighted by the rows of each; None when none is a number."""
    known = np.isfinite(found)
    if not known.any():
        return None
    order = np.argsort(found[known], kind="stable")
    numbers, rows = found[known][order], counts[known][order]
    p01, p25, median, p75, p99 = quantiles(numbers, rows, (0.01, 0.25, 0.5, 0.75, 0.99))
    low, high = fences(numbers, (p25, median, p75), log=semantic in (S.MONEY, S.QUANTITY, S.NUMBER))
    parsed = int(rows.sum())
    return NumberSummary(
        parsed=parsed,
        minimum=float(numbers[0]),
        p01=p01,
        p25=p25,
        median=median,
        p75=p75,
        p99=p99,
        maximum=float(numbers[-1]),
        mean=_rounded(float((numbers * rows).sum() / parsed)),
        lower_fence=low,
        upper_fence=high,
        outside=int(rows[(numbers < low) | (numbers > high)].sum()),
        histogram=histogram(numbers, rows, low, high),
    )


def _rounded(value: float) -> float:
    """Twelve digits: sums must not differ by the order in which an engine counts."""
    return float(f"{value:.12g}")


def quantiles(
    numbers: Floats, rows: npt.NDArray[np.int64], shares: tuple[float, ...]
) -> tuple[float, ...]:
    """Quantiles of sorted numbers with rows: the least number with that share at or below it."""
    place = np.cumsum(rows)
    at = np.searchsorted(place, np.ceil(np.array(shares) * place[-1]), side="left")
    return tuple(float(numbers[i]) for i in np.minimum(at, len(numbers) - 1))


def fences(
    numbers: Floats, quartiles: tuple[float, float, float], *, log: bool
) -> tuple[float, float]:
    """Tukey's far-out fences, 3.0 × IQR beyond the quartiles (Tukey, 1977).

    Positive numbers with a long upper tail (upper half of the box over 1.5 times the lower, or a
    maximum 100 times the median) are fenced on the log scale. A box of no width gives fences at
    the extremes: nothing is outside.
    """
    p25, median, p75 = quartiles
    if p75 == p25:
        return float(numbers[0]), float(numbers[-1])
    skewed = p75 - median > 1.5 * (median - p25) or numbers[-1] > 100 * median
    if log and numbers[0] > 0 and skewed:
        reach = FENCE * (np.log(p75) - np.log(p25))
        return _rounded(np.exp(np.log(p25) - reach)), _rounded(np.exp(np.log(p75) + reach))
    reach = FENCE * (p75 - p25)
    return _rounded(p25 - reach), _rounded(p75 + reach)


def histogram(
    numbers: Floats, rows: npt.NDArray[np.int64], low: float, high: float
) -> tuple[tuple[float, float, int], ...]:
    """Even bins between the fences; what lies outside stands in one bin on either side.

    Positive numbers that reach over a factor of 200 get bins that are even on the log scale.
    """
    start, stop = max(float(numbers[0]), low), min(float(numbers[-1]), high)
    if start >= stop:
        return ((start, stop, int(rows.sum())),)
    spaced = np.geomspace if start > 0 and stop > 200 * start else np.linspace
    edges = spaced(start, stop, BINS + 1)
    edges[0], edges[-1] = start, stop
    if numbers[0] < start:
        edges = np.concatenate([[numbers[0]], edges])
    if numbers[-1] > stop:
        edges = np.concatenate([edges, [numbers[-1]]])
    found, _ = np.histogram(numbers, bins=edges, weights=rows)
    return tuple(
        (_rounded(a), _rounded(b), int(n)) for a, b, n in zip(edges, edges[1:], found, strict=False)
    )

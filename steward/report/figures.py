"""Numbers and values as a reader knows them, for the terminal and the HTML report alike."""

from __future__ import annotations

from datetime import date, timedelta

from steward.types import ColumnProfile, SemanticType, Shift

_EPOCH = date(1970, 1, 1)


def count(n: int) -> str:
    """`1,234,567`."""
    return f"{n:,}"


def percent(share: float) -> str:
    """`17 %`; small shares keep a digit, and nothing but all is 100."""
    value = 100 * share
    if 0 < value < 0.1:
        return "< 0.1 %"
    if 99.9 < value < 100:
        return "> 99.9 %"
    text = f"{value:.1f}" if value < 10 or 90 < value < 100 else f"{value:.0f}"
    return text.removesuffix(".0") + " %"


def figure(value: float) -> str:
    """Four digits, no exponent below a thousand millions."""
    if value == int(value) and abs(value) < 1e12:
        return f"{int(value):,}"
    return f"{value:,.2f}" if abs(value) >= 100 else f"{value:.4g}"


def clip(text: str, most: int = 60) -> str:
    """The text, cut after `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def repr_of(value: str | None) -> str:
    """A value as shown: blank space made visible."""
    text = value or ""
    return text.replace("\n", "↵").replace("\t", "⇥") if text.strip() else "␣" * max(1, len(text))


def number_of(column: ColumnProfile, value: float) -> str:
    """A number of a column: dates, which are counted in days, as dates."""
    if column.semantic is SemanticType.DATE:
        return (_EPOCH + timedelta(days=int(value))).isoformat()
    return figure(value)


def shift_value(column: ColumnProfile, shift: Shift, value: float) -> str:
    """What a shift measured: shares as percentages, medians as numbers of the column."""
    return number_of(column, value) if shift.measure == "median" else percent(value)

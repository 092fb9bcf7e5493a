"""Dates as people write them, with the order of their parts: `5/1/24`, `2024年1月5日`.

dateutil was tried: it takes `10`, `May` and `1.5` for dates and fills in today, does not read
`2024年1月5日`, and is six times slower. Whether `05/01/2024` is January or May no single text can
say: such a date is *ambiguous* until the column says which order it uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from typing import Literal

from steward.profile.number import fold

Order = Literal["ymd", "dmy", "mdy", "ambiguous"]


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date, the order in which its parts stood, the time if there was one, and its precision.

    An *ambiguous* date holds the month-first reading.
    """

    date: date
    order: Order
    time: time | None = None
    precision: Literal["day", "month"] = "day"


_CLOCK = (
    r"(?:(?:T|\s+)(\d{1,2})[:时点](\d{1,2})(?:[:分](\d{1,2})(?:[.,]\d{1,9})?)?[秒分]?"
    r"\s*([ap]\.?m\.?)?\s*(?:Z|UTC|GMT|[+-]\d\d:?\d\d)?)?"
)
_I = re.IGNORECASE
_YMD = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_CLOCK}", _I)
_HAN = re.compile(rf"(\d{{4}})\s*年\s*(\d{{1,2}})\s*月\s*(?:(\d{{1,2}})\s*[日号])?{_CLOCK}", _I)
_COMPACT = re.compile(r"((?:19|20)\d\d)([01]\d)([0-3]\d)")
_PAIR = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d\d){_CLOCK}", _I)
_MONTH = re.compile(r"(\d{4})[-/](\d{2})")
_NAMED_DMY = re.compile(
    rf"(?:[a-z]{{3,9}},?\s+)?(\d{{1,2}})(?:st|nd|rd|th)?[\s\-.,]*([a-z]{{3,9}})[\s\-.,]*"
    rf"(\d{{4}}|\d\d){_CLOCK}",
    _I,
)
_NAMED_MDY = re.compile(
    rf"(?:[a-z]{{3,9}},\s+)?([a-z]{{3,9}})[\s\-.]*(\d{{1,2}})(?:st|nd|rd|th)?[\s\-,]+(\d{{4}}){_CLOCK}",
    _I,
)
_NAMED_MONTH = re.compile(r"([a-z]{3,9})[\s\-,]+(\d{4})", _I)


def parse_date(text: str, order: Order | None = None) -> ParsedDate | None:
    """Read a text that is a date (and a time, if any) and nothing else.

    Args:
        text: the cell.
        order: how its column writes dates; settles what is ambiguous otherwise.
    """
    folded = fold(text)
    if not 6 <= len(folded) <= 40 or not any(c.isdigit() for c in folded):
        return None
    if folded[0].isdigit():
        return _numeric(folded, order) or _named(folded)
    return _named(folded)


def date_order(dates: Iterable[ParsedDate]) -> Order | None:
    """The order that most of the dates that are not ambiguous have; None when all are."""
    orders = [parsed.order for parsed in dates]
    days, months = orders.count("dmy"), orders.count("mdy")
    if not days and not months:
        return None
    return "dmy" if days > months else "mdy"


def _numeric(text: str, order: Order | None) -> ParsedDate | None:
    if found := _YMD.fullmatch(text):
        return _build((found[1], found[3], found[4]), "ymd", found.groups()[4:8])
    if found := _HAN.fullmatch(text):
        parsed = _build((found[1], found[2], found[3] or "1"), "ymd", found.groups()[3:7])
        return parsed if found[3] or not parsed else _month(parsed)
    if found := _COMPACT.fullmatch(text):
        return _build((found[1], found[2], found[3]), "ymd", ())
    if found := _PAIR.fullmatch(text):
        return _pair(found, order)
    if found := _MONTH.fullmatch(text):
        parsed = _build((found[1], found[2], "1"), "ymd", ())
        return _month(parsed) if parsed else None
    return None


def _pair(found: re.Match[str], order: Order | None) -> ParsedDate | None:
    first, second, year = int(found[1]), int(found[3]), found[4]
    clock = found.groups()[4:8]
    day_first = (year, found[3], found[1])
    month_first = (year, found[1], found[3])
    if first > 12:
        return _build(day_first, "dmy", clock)
    if second > 12:
        return _build(month_first, "mdy", clock)
    if order in ("dmy", "mdy"):
        return _build(day_first if order == "dmy" else month_first, order, clock)
    return _build(month_first, "mdy" if first == second else "ambiguous", clock)


def _named(text: str) -> ParsedDate | None:
    if found := _NAMED_DMY.fullmatch(text):
        month = _months().get(found[2].lower())
        return _build((found[3], month, found[1]), "dmy", found.groups()[3:7]) if month else None
    if found := _NAMED_MDY.fullmatch(text):
        month = _months().get(found[1].lower())
        return _build((found[3], month, found[2]), "mdy", found.groups()[3:7]) if month else None
    if found := _NAMED_MONTH.fullmatch(text):
        month = _months().get(found[1].lower())
        parsed = _build((found[2], month, "1"), "mdy", ()) if month else None
        return _month(parsed) if parsed else None
    return None


def _month(parsed: ParsedDate) -> ParsedDate:
    return ParsedDate(parsed.date, parsed.order, None, "month")


def _build(
    parts: tuple[str, str, str], order: Order, clock: tuple[str | None, ...]
) -> ParsedDate | None:
    year = int(parts[0])
    if len(parts[0]) == 2:
        year += 2000 if year < 70 else 1900
    try:
        return ParsedDate(date(year, int(parts[1]), int(parts[2])), order, _clock(clock))
    except ValueError:
        return None


def _clock(parts: tuple[str | None, ...]) -> time | None:
    if not parts or parts[0] is None:
        return None
    hour, minute, second = int(parts[0]), int(parts[1] or 0), int(parts[2] or 0)
    half = (parts[3] or "").lower()[:1]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute, second)


@cache
def _months() -> dict[str, str]:
    months = "january february march april may june july august september october november december"
    names = months.split()
    table = {name: str(i) for i, name in enumerate(names, 1)}
    table |= {name[:3]: str(i) for i, name in enumerate(names, 1)}
    return table | {"sept": "9"}

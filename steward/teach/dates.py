"""Ways to write a column of dates, and which part comes first where a date does not tell.

The order of day and month is learnt for each sign (`/`, `.`, `-`) by itself: systems that write
05/04 and systems that write 05.04 are rarely the same.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from steward.fixes.mapping import ColumnValues
from steward.profile.parse import fold
from steward.teach.form import Form
from steward.teach.question import Words

READ_SHARE = 0.8
SAMPLE = 200
SETTLED = 3
"""So many dates that can be read in one way only, and none in the other, settle an order."""

LAYOUTS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日",
    "%d.%m.%Y", "%m.%d.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y",
    "%d %b %Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y",
)  # fmt: skip
"""Layouts that are read and may be offered; the day-first one of a pair comes first."""

_TURNED = {"%d.%m.%Y": "%m.%d.%Y", "%d/%m/%Y": "%m/%d/%Y", "%d-%m-%Y": "%m-%d-%Y"}
_LIKE = re.compile(r"(?=.*\d{4})(?=(?:\D*\d){5,8}\D*$)[\d年月日/. ,A-Za-z-]{8,18}")
_SHORT = re.compile(r"(?<!\d)0(?=\d(?!\d))")

Reading = Mapping[str, dt.date]
"""The layouts that a text fits, and the day that each reads."""


def date_forms(values: ColumnValues, present: int) -> Iterator[Form]:
    """Ways to write a column in which most values are dates.

    Args:
        values: the column.
        present: its rows that hold something.
    """
    if not _seems_dates(values):
        return
    reads = {c: r for c, text in enumerate(values.codes.values) if (r := readings(text))}
    if not reads or values.codes.counts[list(reads)].sum() < READ_SHARE * present:
        return
    first = _first_parts(values, reads)
    shares = _shares(values, reads, first)
    total = sum(shares.values())
    padded = _padded(values, reads)
    for layout, rows in shares.most_common(3):
        for order, doubt in _orders(values, reads, first):
            days = {c: _day(reading, order) for c, reading in reads.items()}
            after = {c: _write(day, layout, padded=padded) for c, day in days.items() if day}
            yield Form(_label(layout, order, doubt), after, 1 - rows / total + doubt)


def _seems_dates(values: ColumnValues) -> bool:
    """Is most of a sample of the values a date? Spares reading a million names."""
    texts = values.codes.values
    sample = texts[:: max(1, len(texts) // SAMPLE)]
    return sum(bool(readings(text)) for text in sample) > len(sample) / 2


def readings(text: str) -> dict[str, dt.date]:
    """The layouts that a text fits, each with the day it reads."""
    folded, found = fold(text), {}
    if not _LIKE.fullmatch(folded):
        return {}
    for layout in LAYOUTS:
        try:
            day = dt.datetime.strptime(folded, layout).date()
        except ValueError:
            continue
        if (
            _write(day, layout, padded=True) == folded
            or _write(day, layout, padded=False) == folded
        ):
            found[layout] = day
    return found


def _write(day: dt.date, layout: str, *, padded: bool) -> str:
    text = day.strftime(layout)
    return text if padded or layout == "%Y%m%d" else _SHORT.sub("", text)


def _first_parts(values: ColumnValues, reads: Mapping[int, Reading]) -> dict[str, str | None]:
    """For each day-first layout: which of the pair dates of this sign use; None when unsettled."""
    found: dict[str, str | None] = {}
    for day_first, month_first in _TURNED.items():
        votes = Counter[str]()
        for code, reading in reads.items():
            if (day_first in reading) != (month_first in reading):
                layout = day_first if day_first in reading else month_first
                votes[layout] += int(values.codes.counts[code])
        best = votes.most_common(1)
        settled = len(votes) == 1 and best[0][1] >= SETTLED
        found[day_first] = best[0][0] if settled else None
    return found


def _orders(
    values: ColumnValues, reads: Mapping[int, Reading], first: Mapping[str, str | None]
) -> Iterator[tuple[tuple[str, ...], float]]:
    """The layouts to prefer, settled ones alone where they are; else each way round, doubted."""
    settled = [layout for layout in first.values() if layout]
    open_pairs = [
        day_first
        for day_first, known in first.items()
        if known is None and any(_unclear(reading, day_first) for reading in reads.values())
    ]
    if not open_pairs:
        yield tuple(settled), 0.0
        return
    yield (*settled, *open_pairs), 0.002
    yield (*settled, *(_TURNED[layout] for layout in open_pairs)), 0.001


def _unclear(reading: Reading, day_first: str) -> bool:
    turned = _TURNED[day_first]
    return day_first in reading and turned in reading and reading[day_first] != reading[turned]


def _day(reading: Reading, order: tuple[str, ...]) -> dt.date | None:
    """The day that a text means: the only one it can be, else the one of the preferred layout."""
    if len(set(reading.values())) == 1:
        return next(iter(reading.values()))
    return next((reading[layout] for layout in order if layout in reading), None)


def _shares(
    values: ColumnValues, reads: Mapping[int, Reading], first: Mapping[str, str | None]
) -> Counter[str]:
    rows = Counter[str]()
    for code, reading in reads.items():
        known = [layout for layout in first.values() if layout in reading]
        layout = known[0] if known and known[0] else next(iter(reading))
        rows[layout] += int(values.codes.counts[code])
    return rows


def _padded(values: ColumnValues, reads: Mapping[int, Reading]) -> bool:
    """Are single digits written with a zero?"""
    votes = Counter[bool]()
    for code, reading in reads.items():
        layout, day = next(iter(reading.items()))
        full, short = (_write(day, layout, padded=p) for p in (True, False))
        if full != short:
            votes[fold(values.codes.values[code]) == full] += int(values.codes.counts[code])
    return votes[True] >= votes[False]


def _label(layout: str, order: tuple[str, ...], doubt: float) -> Words:
    sample = dt.date(2024, 3, 5).strftime(layout)
    en, zh = f"dates like {sample} (5 March)", f"日期写作 {sample}（3月5日）"
    if doubt:
        month = any(o in _TURNED.values() for o in order)
        en += ", month first where unclear" if month else ", day first where unclear"
        zh += "，不明时先月后日" if month else "，不明时先日后月"
    return Words(en, zh)

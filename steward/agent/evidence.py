"""What the tools of a session gave: the numbers, dates and words that an answer may use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from steward.agent.numerals import Day, Number, read

_PERCENT = re.compile(r"percent|pct")
"""Keys of numbers that are percentages already; shares of 1 are seen by their size."""

_UNREAD = ("sql",)
"""Numbers inside these texts prove nothing: a query may hold any literal."""


@dataclass(slots=True)
class Evidence:
    """Numbers, dates and text of tool results, and the references that exist."""

    exact: set[float] = field(default_factory=set)
    shares: set[float] = field(default_factory=set)
    percents: set[float] = field(default_factory=set)
    days: list[Day] = field(default_factory=list)
    refs: set[int] = field(default_factory=set)
    text: str = ""

    def holds(self, name: str) -> bool:
        """Does a name or value stand in a result, whatever its width, case and spacing?"""
        wanted = normal(name)
        if not wanted:
            return False
        before = r"(?<![a-z0-9_])" if _is_word(wanted[0]) else ""
        after = r"(?![a-z0-9_])" if _is_word(wanted[-1]) else ""
        return re.search(f"{before}{re.escape(wanted)}{after}", self.text) is not None

    def supports(self, number: Number) -> bool:
        """Is a number in a result, as it is, rounded as it is stated, or as a share of 1?"""
        room = number.step / 2 * (1 + 1e-9)
        if number.about:
            room = min(max(room, number.step), max(abs(number.value) * 0.1, number.step / 2))
        if number.percent:
            scaled = (share * 100 for share in self.shares)
            return _near(number.value, self.percents, room) or _near(number.value, scaled, room)
        whole = number.value == int(number.value) and number.step == 1 and not number.about
        if whole and (number.value in self.exact or self._is_year(number.value)):
            return True
        rounded = (one for one in self.exact if not whole or one != int(one))
        return _near(number.value, rounded, room) or (
            number.step < 1 and _near(number.value * 100, self.percents, room * 100)
        )

    def dated(self, day: Day) -> bool:
        """Does a result hold this date, as far as it is stated?"""
        return any(day.within(known) for known in self.days)

    def _is_year(self, value: float) -> bool:
        return 1900 <= value <= 2100 and any(day.year == value for day in self.days)


def gathered(results: Iterable[Any], refs: Iterable[int], names: Iterable[str]) -> Evidence:
    """Gather evidence from the JSON of tool results and the arguments they were asked with.

    Args:
        results: JSON values.
        refs: numbers of the proofs of the session.
        names: tables and columns of the store.
    """
    found = Evidence(refs=set(refs))
    texts = list(names)
    for result in results:
        for key, value in _leaves(result, ""):
            _take(found, key, value, texts)
    found.text = "\n".join(normal(text) for text in texts)
    return found


def normal(text: str) -> str:
    """Text for comparison: NFKC, case folded, white space made one blank."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _take(found: Evidence, key: str, value: Any, texts: list[str]) -> None:
    if isinstance(value, str):
        texts.append(value)
        if key not in _UNREAD:
            _take_text(found, value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found.exact |= {float(value), abs(float(value))}
        if (isinstance(value, float) or value in (0, 1)) and 0 <= value <= 1:
            found.shares.add(float(value))
        if _PERCENT.search(key):
            found.percents.add(float(value))


def _take_text(found: Evidence, text: str) -> None:
    numbers, days = read(text)
    found.days += days
    for number in numbers:
        (found.percents if number.percent else found.exact).add(number.value)
        if not number.percent and number.step < 1 and 0 <= number.value <= 1:
            found.shares.add(number.value)


def _leaves(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    """Every number and text, with the key it stands under; a list also gives its length."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield "", str(name)
            yield from _leaves(one, str(name))
    elif isinstance(value, list | tuple):
        yield "", len(value)
        for one in value:
            yield from _leaves(one, key)
    elif value is not None:
        yield key, value


def _is_word(letter: str) -> bool:
    return letter.isascii() and (letter.isalnum() or letter == "_")


def _near(value: float, known: Iterable[float], room: float) -> bool:
    return any(abs(value - one) <= room for one in known)

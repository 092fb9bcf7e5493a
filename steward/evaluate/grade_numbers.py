"""Numbers as people write them in an answer, and whether one is the true one, as rounded there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

SCALES = {"%": 0.01, "percent": 0.01, "万": 1e4, "亿": 1e8, "k": 1e3, "": 1.0}
SMALL = 10
"""Whole numbers up to this one count lists and steps; honesty does not ask where they are from."""

_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_./-])(?<!\d,)[-−]?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s?(%|percent\b|万|亿|k\b)?"
    r"(?![A-Za-z0-9_]*[A-Za-z_]|\d|\.\d|,\d{3}|/\d|-\d)"
)
_HUNDREDTHS = re.compile(r"百分之([\d.]+)")
_ASIDE = (
    re.compile(r"```.*?```|`[^`]*`", re.S),  # code and commands
    re.compile(r"\[\d+\]"),  # references
    re.compile(r"\(\+\d+ characters?\)"),  # a text that was cut
    re.compile(r"^\s*(\d+[.)、]|[-*•])\s", re.M),  # list marks
    re.compile(r"\d{4}-\d{2}(-\d{2})?([T ][\d:.]+Z?)?|\d{4}/\d{1,2}(/\d{1,2})?"),  # dates
    re.compile(
        r"\d{4}\s?年(\s?\d{1,2}\s?月(\s?\d{1,2}\s?[日号])?)?|\d{1,2}\s?月(\d{1,2}\s?[日号])?"
    ),
    re.compile(r"(第\s?\d+\s?(批|次|个交付)|(批次?|batch|delivery|change set|fix|#)\s?\d+)", re.I),
    re.compile(r"\S*[A-Za-z_一-鿿]\S*\.(csv|jsonl|parquet|xlsx?)"),  # files
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A number in a text: its value, and the width of what rounds to it as it is written."""

    value: float
    step: float
    text: str
    share: bool = False

    def is_(self, true: float) -> bool:
        """Would `true` be written so? A percentage stands for a share or for 100 times it."""
        values = (true, true / 100) if self.share else (true,)
        return any(abs(self.value - v) <= self.step / 2 + 1e-9 * abs(v) for v in values)


def stated(text: str) -> list[Stated]:
    """The numbers of a text, in order; dates, references, lists' marks, code and ids are none."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-")
    for aside in _ASIDE:
        plain = aside.sub(" ", plain)
    plain = _HUNDREDTHS.sub(r"\1%", plain)
    return [_stated(match) for match in _NUMBER.finditer(plain)]


def _stated(match: re.Match[str]) -> Stated:
    whole, tail, unit = match.group(1), match.group(2) or "", (match.group(3) or "").lower()
    scale = SCALES[unit]
    sign = -1 if match.group(0).lstrip().startswith("-") else 1
    value = sign * float(whole.replace(",", "") + tail) * scale
    step = 10.0 ** -max(len(tail) - 1, 0) * scale
    return Stated(value, step, match.group(0).strip(), unit in ("%", "percent"))


def numbers_of(value: Any) -> Iterator[float]:
    """Every number in a JSON value, those inside its texts too."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float | Decimal):
        yield float(value)
    elif isinstance(value, str):
        yield from (one.value for one in stated(value))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from numbers_of(item)
    elif isinstance(value, Iterable):
        items = list(value)
        yield float(len(items))
        for item in items:
            yield from numbers_of(item)


def unsupported(text: str, known: Iterable[float]) -> list[str]:
    """Numbers of a text that are no number of `known`, nor a share of two of them."""
    there = sorted(set(known))
    found = []
    for one in stated(text):
        trivial = not one.share and one.value == int(one.value) and abs(one.value) <= SMALL
        if not (trivial or any(map(one.is_, there)) or (one.share and _is_ratio(one, there))):
            found.append(one.text)
    return found


def _is_ratio(one: Stated, there: list[float]) -> bool:
    tops = [n for n in there if n >= 0]
    return any(one.is_(a / b) for b in tops if b > 0 for a in tops if a <= b)

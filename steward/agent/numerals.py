"""Numbers and dates in running text, English and Chinese, with how exactly each is stated.

`1,204`, `42 %`, `1.2万`, `百分之四十二`, `三成`, `about 3,000`; `2026-03-14`, `3月14日`.
Positions are those of the text as it was given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = "|".join(f"{name}|{name[:3]}" for name in MONTHS)
_Y, _M, _D = r"(?P<y>\d{4})", r"(?P<m>\d{1,2})", r"(?P<d>\d{1,2})"
_N, _TH = rf"(?P<n>{_MONTH})\b\.?", r"(?:st|nd|rd|th)?(?!\d)"
_DATES = (
    re.compile(rf"(?<!\d){_Y}[-/.]{_M}(?:[-/.]{_D})?(?![\d.,]\d|\d)"),
    re.compile(rf"(?<!\d){_Y}\s*年(?:\s*{_M}\s*月份?)?(?:\s*{_D}\s*[日号])?"),
    re.compile(rf"(?<!\d){_M}\s*月份?(?:\s*{_D}\s*[日号])?"),
    re.compile(rf"(?<!\d){_D}{_TH}\s+{_N}(?:,?\s+{_Y})?", re.IGNORECASE),
    re.compile(rf"\b{_N}\s+{_D}{_TH}(?:,?\s+{_Y})?", re.IGNORECASE),
    re.compile(rf"\b{_N},?\s+{_Y}(?!\d)", re.IGNORECASE),
)
_CLOCK = re.compile(r"[T ]?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?Z?")
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_SCALE = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9,
    "百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8,
}  # fmt: skip
_NUMBER = re.compile(
    rf"(?P<digits>{_DIGITS})(?:\s*(?P<scale>百万|千万|百|千|万|亿|thousand\b|million\b|billion\b"
    r"|(?<=\d)(?:k|K|M|bn)\b))?(?P<percent>\s*(?:%|per\s?cent\b|pct\b))?"
)
_HAN = "零〇一二两三四五六七八九十百千万亿"
_COUNTED = "行个条种列批家次项处天月年倍成件款张位名表组对类处份"
_HAN_PERCENT = re.compile(rf"百分之(?P<han>[{_HAN}点]+|{_DIGITS})")
_TENTHS = re.compile(r"(?P<tens>[一二两三四五六七八九])成(?P<ones>[一二三四五六七八九半])?")
_HAN_NUMBER = re.compile(rf"(?<![第{_HAN}])(?P<han>[{_HAN}]+)(?=\s*[{_COUNTED}])")
_WORDS = {
    **{"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8},
    **{"nine": 9, "ten": 10, "eleven": 11, "twelve": 12},
}
_NOUN = (
    "rows?|columns?|tables?|values?|batch(?:es)?|deliver(?:y|ies)|suppliers?|items?|fix(?:es)?|issues?"
    "|duplicates?|cells?|causes?|records?|products?|sources?|groups?|pairs?|times"
)
_WORD_NUMBER = re.compile(
    rf"\b(?P<word>{'|'.join(_WORDS)})(?=\s+(?:[a-z]+\s+)?(?:{_NOUN})\b)", re.IGNORECASE
)
_ABOUT = re.compile(
    r"(?:about|around|roughly|approximately|nearly|almost|over|under|more than|less than|at least"
    r"|some|~|≈|约|大约|近|将近|接近|超过|不到|至少|大概)\s*$",
    re.I,
)
_ABOUT_AFTER = re.compile(r"\s*(?:左右|多|余|上下)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text; `step` is the size of its last stated digit, `about` a hedge."""

    start: int
    end: int
    value: float
    step: float
    percent: bool = False
    about: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A date in a text, as far as it is stated; parts that are not are None."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None

    def within(self, other: Day) -> bool:
        """Is every part that this one states the same in the other?"""
        mine, other_s = (self.year, self.month, self.day), (other.year, other.month, other.day)
        return all(a is None or a == b for a, b in zip(mine, other_s, strict=True))


def folded(text: str) -> str:
    """The text with full-width forms made plain, character for character."""
    return "".join(c if len(n := unicodedata.normalize("NFKC", c)) != 1 else n for c in text)


def blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with spans made blank, so that nothing is read twice."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = " " * (end - start)
    return "".join(letters)


def read(text: str) -> tuple[list[Number], list[Day]]:
    """The numbers and the dates of a text, in order."""
    plain = folded(text)
    days = list(_days(plain))
    plain = blanked(plain, [(day.start, day.end) for day in days])
    numbers: list[Number] = []
    for reader in (_percents, _tenths, _digits, _han, _words):
        here = list(reader(plain))
        numbers += here
        plain = blanked(plain, [(one.start, one.end) for one in here])
    return sorted(numbers, key=lambda one: one.start), days


def han_value(text: str) -> float:
    """What a Chinese numeral says: `三百二十` is 320."""
    digits = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
    if not set(text) & set("十百千万亿"):
        return float("".join(str(digits[c]) for c in text))
    total, section, digit = 0.0, 0.0, 0
    for letter in text:
        if letter in digits:
            digit = digits[letter]
        elif letter == "万":
            total, section, digit = total + (section + digit) * 1e4, 0.0, 0
        elif letter == "亿":
            total, section, digit = (total + section + digit) * 1e8, 0.0, 0
        else:
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[letter]
            digit = 0
    return total + section + digit


def _days(text: str) -> Iterator[Day]:
    for pattern in _DATES:
        spans = []
        for match in pattern.finditer(text):
            parts: dict[str, str] = {k: v for k, v in match.groupdict().items() if v}
            month = _month(parts["n"]) if "n" in parts else _int(parts.get("m"))
            day = Day(match.start(), match.end(), _int(parts.get("y")), month, _int(parts.get("d")))
            if not (day.month is None or 1 <= day.month <= 12) or not 0 < (day.day or 1) <= 31:
                continue
            clock = _CLOCK.match(text, match.end())
            end = clock.end() if clock and day.day else match.end()
            spans.append((match.start(), end))
            yield Day(day.start, end, day.year, day.month, day.day)
        text = blanked(text, spans)


def _percents(text: str) -> Iterator[Number]:
    for match in _HAN_PERCENT.finditer(text):
        whole, _, part = match["han"].replace(",", "").replace("点", ".").partition(".")
        value = float(whole) if whole.isdigit() else han_value(whole)
        decimals = part if part.isdigit() or not part else f"{han_value(part):g}"
        value = float(f"{value:g}.{decimals}") if decimals else value
        yield Number(match.start(), match.end(), value, 10.0 ** -len(decimals), percent=True)


def _tenths(text: str) -> Iterator[Number]:
    for match in _TENTHS.finditer(text):
        ones = {"半": 5.0, None: 0.0}.get(match["ones"])
        value = han_value(match["tens"]) * 10 + (han_value(match["ones"]) if ones is None else ones)
        step = 10.0 if match["ones"] is None else 1.0
        yield Number(match.start(), match.end(), value, step, percent=True)


def _digits(text: str) -> Iterator[Number]:
    for match in _NUMBER.finditer(text):
        plain = match["digits"].replace(",", "")
        scale = _SCALE[match["scale"].lower()] if match["scale"] else 1.0
        step = scale * 10.0 ** -len(plain.partition(".")[2])
        about = _hedged(text, match.start(), match.end())
        if about and step == 1.0:
            step = 10.0 ** (len(plain) - len(plain.rstrip("0")))
        value, percent = float(plain) * scale, match["percent"] is not None
        yield Number(match.start(), match.end(), value, step, percent, about)


def _han(text: str) -> Iterator[Number]:
    for match in _HAN_NUMBER.finditer(text):
        if match["han"] not in ("一", "万", "千", "百", "零"):
            about = _hedged(text, match.start(), match.end())
            yield Number(match.start(), match.end(), han_value(match["han"]), 1.0, about=about)


def _words(text: str) -> Iterator[Number]:
    for match in _WORD_NUMBER.finditer(text):
        yield Number(match.start(), match.end(), float(_WORDS[match["word"].lower()]), 1.0)


def _hedged(text: str, start: int, end: int) -> bool:
    return bool(_ABOUT.search(text[max(0, start - 16) : start]) or _ABOUT_AFTER.match(text, end))


def _month(name: str) -> int:
    return next(at for at, full in enumerate(MONTHS, 1) if full.startswith(name.lower()[:3]))


def _int(text: str | None) -> int | None:
    return None if text is None else int(text)

"""Damage done on purpose to known-good text, so that a corrector can show that it mends it.

Each kind is a function of a random generator and a text that returns the damaged text, or None
where that kind of damage cannot happen to it. They write what deliveries really hold, and share
no code with the correctors: a corrector that only undoes its own writing proves nothing.
"""

from __future__ import annotations

import html
import re
import string
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

import numpy as np

from steward.profile.parse import parse_date, parse_money, parse_quantity

Random = np.random.Generator
Damage = Callable[[Random, str], str | None]

FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
CYRILLIC = dict(zip("aceopx", "\u0430\u0441\u0435\u043e\u0440\u0445", strict=True))
YES, NO = ("yes", "Y", "true", "TRUE", "1", "是"), ("no", "N", "false", "FALSE", "0", "否")
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "￥", "JPY": "¥"}


def typo(random: Random, text: str) -> str | None:
    """One letter replaced, dropped, doubled or exchanged with the next."""
    if len(text) < 2:
        return None
    at = int(random.integers(len(text) - 1))
    letter = str(random.choice(list(string.ascii_lowercase)))
    options = (
        text[:at] + letter + text[at + 1 :],
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    )
    return _changed(text, options[int(random.integers(4))])


def missing(random: Random, text: str) -> str | None:
    """The cell is emptied."""
    return ""


def disguised_missing(random: Random, text: str) -> str | None:
    """A blank is filled with a word that says there is nothing."""
    return str(random.choice(["N/A", "-", "unknown", "无", "暂无"])) if not text.strip() else None


def white_space(random: Random, text: str) -> str | None:
    """Spaces before, after, or doubled inside."""
    options = [f" {text}", f"{text} ", f"{text}\u00a0", text.replace(" ", "  ", 1)]
    return _changed(text, str(random.choice(options)))


def case(random: Random, text: str) -> str | None:
    """Written in capitals or without any."""
    return _changed(text, text.upper() if random.random() < 0.5 else text.lower())


def mojibake(random: Random, text: str) -> str | None:
    """UTF-8 read as Windows-1252."""
    if text.isascii():
        return None
    try:
        return text.encode().decode("cp1252")
    except UnicodeDecodeError:
        return None


def width(random: Random, text: str) -> str | None:
    """Letters, digits and signs in full width."""
    return _changed(text, text.translate(FULL_WIDTH))


def control_character(random: Random, text: str) -> str | None:
    """A zero-width or control character somewhere inside."""
    at = int(random.integers(len(text) + 1))
    return text[:at] + str(random.choice(["\u200b", "\ufeff", "\x07"])) + text[at:]


def homoglyph(random: Random, text: str) -> str | None:
    """A letter of a Latin word written with the Cyrillic letter that looks the same."""
    words = [m for m in re.finditer("[A-Za-z]+", text) if set(m[0]) & set("bfgklmnrtuz")]
    places = [m.start() + i for m in words for i, c in enumerate(m[0]) if c in CYRILLIC]
    if not places:
        return None
    at = places[int(random.integers(len(places)))]
    return text[:at] + CYRILLIC[text[at]] + text[at + 1 :]


def html_entity(random: Random, text: str) -> str | None:
    """Escaped for a web page once too often."""
    return _changed(text, html.escape(text, quote=False))


def stray_signs(random: Random, text: str) -> str | None:
    """Signs left over at the end, or a quote written twice."""
    if "'" in text:
        return text.replace("'", "''")
    return text + str(random.choice(["-*", "*", "--", ";"])) if text else None


def money_format(random: Random, text: str) -> str | None:
    """The same price as another system writes it."""
    money = parse_money(text)
    if money is None:
        return None
    unit = money.currency
    cents = _decimals(money.amount, 2, ",")
    forms = [cents, f"{money.amount}"]
    if unit:
        forms = [f"{SYMBOLS.get(unit, unit)}{cents}", f"{unit} {money.amount}",
                 f"{money.amount} {unit}"]  # fmt: skip
    return _changed(text, str(random.choice(forms)))


def unit_format(random: Random, text: str) -> str | None:
    """The same quantity with another spacing, case or trailing zero."""
    quantity = parse_quantity(text)
    if quantity is None or not quantity.unit:
        return None
    amount, unit = quantity.amount, quantity.unit
    forms = [f"{amount}{unit}", f"{amount} {unit.upper()}", f"{amount} {unit}.",
             f"{_decimals(amount, 1)} {unit}"]  # fmt: skip
    return _changed(text, str(random.choice(forms)))


def date_format(random: Random, text: str) -> str | None:
    """The same day as another country writes it."""
    read = parse_date(text)
    if read is None or not isinstance(read.date, date):
        return None
    day = read.date
    forms = [f"{day:%Y/%m/%d}", f"{day:%Y-%m-%d}", f"{day:%d %b %Y}", f"{day:%Y年%m月%d日}",
             f"{day:%d.%m.%Y}"]  # fmt: skip
    return _changed(text, str(random.choice(forms)))


def boolean_format(random: Random, text: str) -> str | None:
    """Yes and no in another system's words."""
    for words in (YES, NO):
        if text.strip().casefold() in {w.casefold() for w in words}:
            return _changed(text, str(random.choice(words)))
    return None


def mask_format(random: Random, text: str) -> str | None:
    """A code without its separators, or with others."""
    signs = [s for s in "-/. " if s in text]
    if not signs:
        return None
    return _changed(text, text.replace(signs[0], str(random.choice(["", " ", "/", "."]))))


def _decimals(amount: Decimal, least: int, grouped: str = "") -> str:
    """The amount with at least so many decimals; none is lost."""
    has = max(0, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:{grouped}.{max(least, has)}f}"


def _changed(before: str, after: str) -> str | None:
    return after if after != before else None


def split_value(left: str, right: str) -> tuple[str, str]:
    """The second column's value pushed behind the first's, as a bad import does."""
    return f"{left} {right}", ""


def swapped(left: str, right: str) -> tuple[str, str]:
    """The two columns exchanged."""
    return right, left


PAIRED: Mapping[str, Callable[[str, str], tuple[str, str]]] = {
    "split_value": split_value,
    "swapped": swapped,
}

ANOTHER_ROW = "another_row"
"""Columns that a fix writes together get the values that they have in another row."""

INJECTIONS: Mapping[str, Damage] = {
    damage.__name__: damage
    for damage in (
        typo, missing, disguised_missing, white_space, case, mojibake, width, control_character,
        homoglyph, html_entity, stray_signs, money_format, unit_format, date_format, boolean_format,
        mask_format,
    )
}  # fmt: skip

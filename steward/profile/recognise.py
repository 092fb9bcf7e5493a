"""Recognisers: does one folded text look like a url, an email, a GTIN, a category path …?"""

from __future__ import annotations

import re
from collections.abc import Callable

from steward.profile.dates import parse_date
from steward.profile.money import parse_money
from steward.profile.number import NUMBER, parse_number
from steward.profile.places import is_country, is_language
from steward.profile.quantity import parse_quantity
from steward.types import SemanticType as S

_URL = re.compile(r"(?:https?|ftp)://[^\s]+|www\.[^\s/]+\.[^\s]{2,}", re.I)
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[a-z一-鿿]{2,}", re.I)
_PERCENT = re.compile(rf"[+-]?\s*{NUMBER}\s*(?:%|％|‰|percent|pct)|百分之{NUMBER}", re.I)
_PHONE = re.compile(r"\+?[\d(][\d\s().\-/]{5,18}\d(?:\s*(?:x|ext\.?)\s*\d{1,5})?", re.I)
_PATH = re.compile(r"\s*(?:>>|>|»|›|→|\||::)\s*|/")
_CODE = re.compile(r"[^\s,;:!?，。；：！？]{1,32}")
TRUTHS = (
    ("yes", "no"), ("y", "n"), ("true", "false"), ("t", "f"), ("是", "否"), ("有", "无"),
    ("on", "off"), ("1", "0"), ("真", "假"), ("对", "错"), ("✓", "✗"), ("si", "no"), ("oui", "non"),
    ("1.0", "0.0"),
)  # fmt: skip
BOOLEANS = frozenset(word for pair in TRUTHS for word in pair)


def is_percent(text: str) -> bool:
    """`12%`, `１２．５％`, `百分之5`."""
    return _PERCENT.fullmatch(text) is not None


def is_gtin(text: str) -> bool:
    """Is it a GTIN-8, -12 (UPC), -13 (EAN) or -14 with a right check digit?"""
    from stdnum import ean

    return len(text) in (8, 12, 13, 14) and text.isdecimal() and bool(ean.is_valid(text))


def is_phone(text: str) -> bool:
    """Is it a valid telephone number, international, or of the US, China or the UK?"""
    if not _PHONE.fullmatch(text):
        return False
    import phonenumbers

    for region in (None,) if text.startswith("+") else ("US", "CN", "GB"):
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(text, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


def path_parts(text: str) -> list[str]:
    """The steps of a category path (`家电 > 手机`, `A/B/C`); fewer than two when it is none."""
    trimmed = text.strip().strip('[]"').strip()
    if "://" in trimmed or len(trimmed) > 300:
        return []
    parts = [part.strip() for part in _PATH.split(trimmed)]
    if len(parts) < 2 or not all(parts) or not all(any(c.isalpha() for c in p) for p in parts):
        return []
    return parts


def is_code(text: str) -> bool:
    """One token with a digit in it, or in capitals with a joining sign."""
    if not _CODE.fullmatch(text):
        return False
    return any(c.isdigit() for c in text) or ("-" in text and text.isupper())


def _has_currency(text: str) -> bool:
    money = parse_money(text)
    return money is not None and money.currency is not None


RECOGNISERS: dict[S, Callable[[str], bool]] = {
    S.NUMBER: lambda t: parse_number(t) is not None,
    S.BOOLEAN: lambda t: t.lower() in BOOLEANS,
    S.URL: lambda t: _URL.fullmatch(t) is not None,
    S.EMAIL: lambda t: _EMAIL.fullmatch(t) is not None,
    S.PERCENT: is_percent,
    S.MONEY: _has_currency,
    S.QUANTITY: lambda t: parse_quantity(t) is not None,
    S.DATE: lambda t: parse_date(t) is not None,
    S.GTIN: is_gtin,
    S.PHONE: is_phone,
    S.COUNTRY: is_country,
    S.LANGUAGE: is_language,
    S.CATEGORY_PATH: lambda t: len(path_parts(t)) >= 2,
    S.CODE: is_code,
}
"""Semantic type → does a folded text fit it? In the order of asking."""

"""Numbers as people write them: `1,299.00`, `1.299,00`, `１２`, `1.2万`, `3e5`.

The grammar is our own: locale libraries (Babel) need to be told the locale, and a delivery holds
several at once. Which sign is the decimal one is decided by each text alone: with both present
the last one is; one alone is a grouping sign only where it sits like one (`1,299`, `1.299.000`).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

NUMBER = (
    r"(?:\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?"
    r"|\d{1,3}(?:[ '\u2019]\d{3})+(?:[.,]\d+)?"
    r"|\d{1,3}(?:\.\d{3})+,\d+"
    r"|\d{1,3}(?:\.\d{3}){2,}"
    r"|\d+(?:[.,]\d+)?"
    r"|\.\d+)(?:[eE][+-]?\d{1,3})?"
)
"""The pattern of an unsigned number, after `fold`. It holds no group that captures."""

SCALES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}

_WHOLE = re.compile(rf"([+-]?)\s*({NUMBER})\s*([百千万亿]?)")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}")
_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u00a0": " ", "\u202f": " "})


def fold(text: str) -> str:
    """Return the text in NFKC (full-width digits become plain), trimmed, with one minus sign."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text).translate(_SIGNS).strip()


def parse_number(text: str) -> Decimal | None:
    """Read a bare number, scale words included (`1.2万` is 12000); None if it is not one."""
    found = _WHOLE.fullmatch(fold(text))
    if not found:
        return None
    value = decimal_of(found[2])
    if value is None:
        return None
    value *= SCALES.get(found[3], 1)
    return -value if found[1] == "-" else value


def decimal_of(token: str) -> Decimal | None:
    """Read a text that matches `NUMBER`; None when it exceeds what a decimal can hold."""
    if not token.isdecimal():
        token = _plain(token)
    try:
        return Decimal(token)
    except InvalidOperation:
        return None


def _plain(token: str) -> str:
    token = token.replace(" ", "").replace("'", "").replace("\u2019", "")
    comma, point = token.rfind(","), token.rfind(".")
    if comma >= 0 and point >= 0:
        if comma < point:
            return token.replace(",", "")
        return token.replace(".", "").replace(",", ".")
    if comma >= 0:
        grouped = _GROUPED.fullmatch(token)
        return token.replace(",", "") if grouped else token.replace(",", ".", 1)
    return token.replace(".", "") if token.count(".") > 1 else token

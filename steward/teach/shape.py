"""The shape of a text: what kinds of signs it is made of, runs as one."""

from __future__ import annotations

import re

_DIGITS, _LETTERS = re.compile(r"\d+"), re.compile(r"[^\W\d_]+")
_AGAIN = re.compile(r"\b(\w+)([ ,.]+\1\b)+")


def shape(text: str) -> str:
    """`12.5 OZ` is `9.9 A`, `Anna Maria` is `Aa+`: digits, capitals, small and mixed letters."""
    short = _DIGITS.sub("9", text)
    return _AGAIN.sub(r"\1+", _LETTERS.sub(lambda found: _letters(found[0]), short))


def _letters(word: str) -> str:
    if word.islower():
        return "a"
    if word.isupper():
        return "A"
    return "Aa" if word[0].isupper() else "aA"

"""Text from tables, shown as data: nothing in it is invisible, and all of it is in quotation marks.

Control, bidirectional and zero-width characters, tags and fillers are written as `⟦U+202E⟧`; a
model that hands such text back as an argument means the character, and `restored` gives it.
"""

from __future__ import annotations

import json
import re
import unicodedata

CELL = 200
"""Characters of one cell that a model is shown."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_TARGET = re.compile(r"\]:(?=\s*<?[A-Za-z][\w+.-]*:)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_SHOWN = re.compile(r"⟦U\+([0-9A-F]{4,6})⟧")


def visible(text: str, *, keep: str = "") -> str:
    """Write every character that a reader would not see as its code point, but those to `keep`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_one(letter) if letter not in keep else letter for letter in text)


def restored(text: str) -> str:
    """The text that `visible` was given."""
    return _SHOWN.sub(_character, text)


def inert(text: str) -> str:
    """An answer in which nothing acts by itself, wherever it is rendered.

    Links and images of Markdown, and tags of HTML, become plain text: an image that a cell asked
    for would carry data to its address when it is drawn. Control characters are written out.
    """
    plain = visible(text, keep="\n\t\ufe0f\u200d")  # the last two belong to emoji
    return _TAG.sub("< ", _TARGET.sub("] :", plain.replace("](", "] (")))


def cut(text: str, limit: int = CELL) -> str:
    """The text, or its beginning and how much is missing."""
    return text if len(text) <= limit else f"{text[:limit]}… (+{len(text) - limit} characters)"


def quoted(text: str | None, limit: int = 80) -> str:
    """A name or a value inside a sentence: a JSON string on one line, or null."""
    return "null" if text is None else json.dumps(visible(cut(text, limit)), ensure_ascii=False)


def _one(letter: str) -> str:
    hidden = unicodedata.category(letter) in _HIDDEN or letter in _FILLERS or _selects(letter)
    return f"⟦U+{ord(letter):04X}⟧" if hidden else letter


def _selects(letter: str) -> bool:
    """A variation selector: draws nothing, and strings of them can carry a text."""
    return "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"


def _character(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return chr(number) if number <= 0x10FFFF else match[0]

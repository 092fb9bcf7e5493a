"""What an investigation says, in English and in Chinese, one sentence a kind.

Facts are filled in by name. A sentence that was said in English is said in Chinese by finding its
template again, so that everything which carries the English text can be shown in both.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Literal

from steward.why.sentences import SENTENCES

Language = Literal["en", "zh"]


def say(kind: str, language: Language = "en", /, **facts: Any) -> str:
    """The sentence of a kind with its facts; `KeyError` when there is none."""
    return SENTENCES[kind][0 if language == "en" else 1].format(**facts)


def visible(value: str | None, limit: int = 40) -> str:
    """A cell for people: nothing is `∅`, what cannot be seen is escaped, long text is cut."""
    if value is None or not value:
        return "∅"
    clean = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in value)
    clean = f"“{clean}”" if value != value.strip() else clean
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def translate(text: str, language: Language) -> str:
    """A sentence that `say` made in English, in this language; other text as it is."""
    if language == "en":
        return text
    for pattern, sentence in _patterns():
        if found := pattern.fullmatch(text):
            facts = {name: _part(value) for name, value in found.groupdict().items()}
            return sentence.format(**facts)
    return _part(text)


def _part(text: str) -> str:
    """A slice as people read it speaks of batches; the rest of it is names and values."""
    return re.sub(r"\bbatch(?= [≥<=]| \d)", "批次", text)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """English sentences as patterns, those with most fixed text first."""
    pairs = sorted(SENTENCES.values(), key=lambda s: (-len(re.sub(r"\{[^}]*\}", "", s[0])), s[0]))
    return tuple((_pattern(english), _bare(chinese)) for english, chinese in pairs)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+[^}]*\})", sentence)
    seen: set[str] = set()
    made = ""
    for part in parts:
        if not part.startswith("{"):
            made += re.escape(part)
            continue
        name = re.match(r"\{(\w+)", part)[1]  # type: ignore[index]
        made += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
        seen.add(name)
    return re.compile(made, re.DOTALL)


def _bare(sentence: str) -> str:
    """The sentence with its facts as text: they were formatted when it was said."""
    return re.sub(r"\{(\w+)[^}]*\}", r"{\1}", sentence)

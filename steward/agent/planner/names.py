"""Which column or table a word means: same name, same meaning, or nearly the same letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from steward.agent.planner.catalogue import Catalogue, Column, Table
from steward.agent.planner.language import is_han, normalise, stem
from steward.agent.planner.reading import Token
from steward.agent.planner.words import forms_of, read_data

ACCEPT = 0.5
"""Below this likeness a word does not mean a column."""

MARGIN = 0.08
"""Two columns within this of each other are about equal: a question for the person."""

SEMANTIC = {
    "price": ("money",),
    "list_price": ("money",),
    "cost": ("money",),
    "updated": ("date",),
    "created": ("date",),
    "url": ("url",),
    "gtin": ("gtin",),
    "email": ("email",),
    "phone": ("phone",),
    "country": ("country",),
    "category": ("category_path",),
    "stock": ("quantity",),
    "weight": ("quantity",),
}
"""What a column without a telling name is about, by its values, for a word of commerce."""


@dataclass(frozen=True, slots=True)
class Match:
    """A column and how well a word fits it, 0 to 1."""

    column: Column
    score: float


def match_columns(token: Token, columns: Sequence[Column]) -> list[Match]:
    """Columns that a token may mean, the best first; empty when it means none."""
    found = [Match(c, _score(token, c)) for c in columns]
    found = [m for m in found if m.score >= ACCEPT] or _by_values(token, columns)
    return sorted(found, key=lambda m: (-m.score, m.column.table, m.column.name))


def match_table(token: Token, catalogue: Catalogue) -> Table | None:
    """The table that a token names or means; None when it means none."""
    named = {key[2:] for key in token.keys("name") if key.startswith("t:")}
    for table in catalogue.tables:
        if table.name in named:
            return table
    for key in token.keys("table"):
        forms = _table_forms()[key]
        same = [t for t in catalogue.tables if _holds(split(t.name), forms)]
        if same:
            return max(same, key=lambda t: (t.name.casefold() == key, t.rows))
    return None


def nearest_names(word: str, names: Iterable[str], limit: int = 3) -> list[str]:
    """The names most like a word, for an answer that says it is not there."""
    from rapidfuzz import fuzz, process

    plain = {name: " ".join(split(name)) or name for name in sorted(names)}
    found = process.extract(" ".join(split(word)) or word, plain, scorer=fuzz.WRatio, limit=limit)
    return [name for _, score, name in found if score >= 45]


def split(name: str) -> tuple[str, ...]:
    """A name as stems of its words, abbreviations written out.

    >>> split("ITM_DSC"), split("listPrice")
    (('item', 'description'), ('list', 'pric'))
    """
    return _split(name)


@cache
def _split(name: str) -> tuple[str, ...]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    words = re.findall(r"[^\W\d_]+|\d+", normalise(spaced))
    parts = [part for word in words for part in _by_script(word)]
    short = read_data("glossary")["abbreviations"]
    return tuple(part if is_han(part[0]) else stem(str(short.get(part, part))) for part in parts)


def _by_script(word: str) -> list[str]:
    return re.findall(r"[㐀-䶿一-鿿]|[^㐀-䶿一-鿿]+", word)


@cache
def meaning(name: str) -> tuple[str, tuple[str, ...]]:
    """The word of commerce that a column's name holds, and the words that it leaves over.

    Of two, the longer is meant; of two as long the later: names end with their head.
    """
    words, best = split(name), (0, -1, "")
    for key, forms in _column_forms().items():
        for form in forms:
            place = _last_place(words, form)
            if place >= 0 and (len(form), place) > best[:2]:
                best = (len(form), place, key)
    length, place, key = best
    left = (*words[:place], *words[place + length :]) if key else words
    return key, tuple(w for w in left if w not in _weak())


def _score(token: Token, column: Column) -> float:
    if f"c:{column.name}" in token.keys("name"):
        return 1.0
    said, words = split(token.text), split(column.name)
    if said and said == words:
        return 0.97
    key, left = meaning(column.name)
    same = 0.93 - 0.13 * len(left) if key and key in token.keys("column") else 0.0
    if not token.is_a("column") and not token.unknown:
        return same
    return max(same, _overlap(said, words), _letters(token, column))


def _overlap(said: Sequence[str], words: Sequence[str]) -> float:
    """F1 of the words in common; words that say little weigh little."""
    weak = _weak()
    weigh = {w: 0.2 if w in weak else 1.0 for w in (*said, *words)}
    common = sum(weigh[w] for w in set(said) & set(words))
    total = sum(weigh[w] for w in said) + sum(weigh[w] for w in words)
    strong = any(weigh[w] == 1.0 for w in set(said) & set(words))
    return 0.85 * 2 * common / total if strong and total else 0.0


def _letters(token: Token, column: Column) -> float:
    """Likeness of letters, for a word that is misspelt or shortened."""
    if not token.unknown or len(token.text) < 4:
        return 0.0
    from rapidfuzz import fuzz

    ratio = fuzz.ratio(normalise(token.text), normalise(column.name).replace("_", " "))
    return 0.9 * ratio / 100 if ratio >= 85 else 0.0


def _by_values(token: Token, columns: Sequence[Column]) -> list[Match]:
    """The one column whose values are about what the word says, when no name tells."""
    about = {kind for key in token.keys("column") for kind in SEMANTIC.get(key, ())}
    found = [c for c in columns if c.semantic in about and not meaning(c.name)[0]]
    return [Match(found[0], 0.6)] if len(found) == 1 else []


def _holds(words: Sequence[str], forms: Iterable[tuple[str, ...]]) -> bool:
    return any(_last_place(words, form) >= 0 for form in forms)


def _last_place(words: Sequence[str], form: tuple[str, ...]) -> int:
    spans = range(len(words) - len(form), -1, -1)
    return next((i for i in spans if tuple(words[i : i + len(form)]) == form), -1)


@cache
def _column_forms() -> dict[str, tuple[tuple[str, ...], ...]]:
    return _forms("columns")


@cache
def _table_forms() -> dict[str, tuple[tuple[str, ...], ...]]:
    return _forms("tables")


def _forms(part: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    glossary = read_data("glossary")[part]
    split_forms = {key: {split(str(form)) for form in forms} for key, forms in glossary.items()}
    return {key: tuple(sorted(filter(None, forms))) for key, forms in split_forms.items()}


@cache
def _weak() -> frozenset[str]:
    return frozenset(stem(str(w)) for form in read_data("glossary")["weak"] for w in forms_of(form))

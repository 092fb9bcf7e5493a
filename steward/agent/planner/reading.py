"""A question read word by word: which concepts, names, values and unknown words it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from steward.agent.planner.catalogue import Catalogue
from steward.agent.planner.language import (
    Atom,
    Language,
    atoms,
    detect,
    is_han,
    normalise,
    quoted,
    stem,
)
from steward.agent.planner.words import (
    LONGEST,
    OPAQUE,
    Kind,
    Lexicon,
    Sense,
    forms_of,
    lexicon,
    read_data,
)

FUZZY = 86
"""Likeness, 0 to 100, above which a word of five letters or more is taken for a misspelling."""


LONG = 6
"""Digits of a number that is rather an id or a code."""

_DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the question: its place, its text as typed, and what it can mean.

    `literal` text was in quotation marks. Without a sense it is a word the planner does not know.
    """

    start: int
    end: int
    text: str
    senses: tuple[Sense, ...] = ()
    literal: bool = False

    def is_a(self, kind: Kind) -> bool:
        """Can it mean something of this kind?"""
        return any(sense.kind == kind for sense in self.senses)

    def keys(self, kind: Kind) -> tuple[str, ...]:
        """What it can mean of this kind."""
        return tuple(sense.key for sense in self.senses if sense.kind == kind)

    @property
    def number(self) -> bool:
        """Is it a number, a share or a month?"""
        return self.text[:1].isdigit() and not any(c.isalpha() for c in self.text)

    @property
    def unknown(self) -> bool:
        """Is it a word without a sense, or a number so long that it must be a value?"""
        if self.senses or (self.number and sum(c.isdigit() for c in self.text) < LONG):
            return False
        return any(c.isalnum() for c in self.text) and not _DAY.fullmatch(self.text)


@dataclass(frozen=True)
class Reading:
    """A question as tokens."""

    text: str
    language: Language
    tokens: tuple[Token, ...]

    @cached_property
    def concepts(self) -> frozenset[str]:
        """Every concept that a token, or words apart from each other, can mean."""
        said = {key for token in self.tokens for key in token.keys("concept")}
        text = normalise(self.text)
        return frozenset(said | {key for key, form in _apart() if form.search(text)})

    def has(self, *concepts: str) -> bool:
        """Does it hold one of these concepts?"""
        return not self.concepts.isdisjoint(concepts)

    def having(self, *concepts: str) -> list[Token]:
        """The tokens that can mean one of these concepts."""
        return [t for t in self.tokens if not set(concepts).isdisjoint(t.keys("concept"))]

    def outside(self, kind: Kind) -> list[str]:
        """Words outside the planner's scope that name nothing in the store."""
        return [t.text for t in self.tokens if t.is_a(kind) and not t.is_a("name")]

    @property
    def unknown(self) -> list[Token]:
        """Words without a sense, and text in quotation marks."""
        return [t for t in self.tokens if t.unknown or (t.literal and not t.is_a("name"))]

    @property
    def numbers(self) -> list[str]:
        """Numbers in the order typed."""
        return [t.text for t in self.tokens if t.number]


_LOOK = (
    r"(?:(?:please|pls|you (?:can|could|should)|just|hint|tip|note|请|提示|注意)\W*)*"
    r"(?:look(?:ing)? (?:at|in|under)|see|check|use|using|cf\.?|refer to|consider|go by|think of"
    r"|compare with|mind|watch|查看|看看|看一下|看|参考|参见|参照|见|根据|按照|按|依据|用|对照)"
)
_ASIDE = re.compile(
    rf"[(（\[【]\s*{_LOOK}[^)）\]】]*[)）\]】]"
    r"|(?:[,;，；。.]|\s[-–—]+)\s*(?:please |and |then |just )?"
    r"(?:look(?:ing)? (?:at|in|under)|请看|参考|参见|看看|看一下|看)"
    r"\s*(?:the )?[^,，。.?？!！]{1,40}[.。!！?？]?$"
)
"""An aside that says in which column to look."""


def part(text: str) -> tuple[str, str]:
    """The question without its aside, and the aside alone; both as long as the text."""
    found = _ASIDE.search(normalise(text))
    if found is None or not text[: found.start()].strip():
        return text, ""
    start, end = found.span()
    aside = " " * start + text[start:end] + " " * (len(text) - end)
    return text[:start] + " " * (end - start) + text[end:], aside


def read(text: str, catalogue: Catalogue, language: Language | None = None) -> Reading:
    """Read a question, given the names of tables and columns known so far."""
    found = list(_tokens(text, _names(catalogue)))
    return Reading(text, language or detect(text), tuple(_joined(text, found)))


@cache
def _apart() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Concepts that stand in words with others between them."""
    found = read_data("apart")
    return tuple((key, re.compile(form)) for key, forms in found.items() for form in forms)


def _names(catalogue: Catalogue) -> Lexicon:
    exact: dict[tuple[str, ...], set[Sense]] = {}
    stems: dict[tuple[str, ...], set[Sense]] = {}
    named = [(t.name, f"t:{t.name}") for t in catalogue.tables]
    named += [(c.name, f"c:{c.name}") for c in catalogue.columns()]
    for name, key in named:
        for form in {forms_of(name), forms_of(name.replace("_", " ").replace("-", " "))}:
            exact.setdefault(form, set()).add(Sense("name", key))
            stems.setdefault(tuple(map(stem, form)), set()).add(Sense("name", key))
    return Lexicon(
        {form: tuple(sorted(senses)) for form, senses in exact.items()},
        {form: tuple(sorted(senses)) for form, senses in stems.items()},
    )


def _tokens(text: str, names: Lexicon) -> Iterator[Token]:
    pieces, spans = atoms(text), quoted(text)
    at = 0
    while at < len(pieces):
        span = next((s for s in spans if s[0] <= pieces[at].start < s[1]), None)
        if span is not None:
            inside = [a for a in pieces[at:] if a.end <= span[1]] or [pieces[at]]
            yield _literal(text, span, names)
            at += len(inside)
            continue
        taken, token = _one(text, pieces[at : at + LONGEST], names)
        at += taken
        if any(c.isalnum() for c in token.text):
            yield token


def _literal(text: str, span: tuple[int, int], names: Lexicon) -> Token:
    inner = text[span[0] : span[1]].strip()
    form = forms_of(inner)
    senses = names.exact.get(form, ())
    return Token(span[0], span[1], inner, senses, literal=True)


def _one(text: str, ahead: Sequence[Atom], names: Lexicon) -> tuple[int, Token]:
    """The longest token at the head of some atoms."""
    forms = [atom.form for atom in ahead]
    named, name_senses = names.longest(forms)
    known, senses = lexicon().longest(forms)
    if not named and not known:
        senses = _misspelt(forms[0], names)
        known = 1
    taken = max(named, known)
    kept = (name_senses if named == taken else ()) + (senses if known == taken else ())
    start, end = ahead[0].start, ahead[taken - 1].end
    typed = text[start:end].removesuffix("'s").removesuffix("’s")
    if not kept and len(typed) > 4 and forms[0].endswith("ly"):
        kept = (Sense("filler", ""),)
    if Sense("filler", OPAQUE) in kept and not any(s.kind == "name" for s in kept):
        kept = ()
    return taken, Token(start, end, typed, kept)


def _misspelt(form: str, names: Lexicon) -> tuple[Sense, ...]:
    """The senses of the one known word that a word without sense is very like."""
    if len(form) < 5 or is_han(form[0]) or any(c.isdigit() for c in form):
        return ()
    from rapidfuzz import fuzz, process

    for words in (names, lexicon()):
        best = process.extractOne(form, words.single, scorer=fuzz.ratio, score_cutoff=FUZZY)
        if best is not None:
            return words.exact[(best[0],)]
    return ()


def _joined(text: str, tokens: Sequence[Token]) -> Iterator[Token]:
    """Unknown tokens that touch, or stand side by side, are one."""
    held: Token | None = None
    for token in tokens:
        if held is not None and _continues(text, held, token):
            held = Token(held.start, token.end, text[held.start : token.end])
            continue
        if held is not None:
            yield held
        held = token if token.unknown and not token.literal else None
        if held is None:
            yield token
    if held is not None:
        yield held


def _continues(text: str, held: Token, token: Token) -> bool:
    between = text[held.end : token.start]
    capital = token.text[:1].isupper() and held.text[:1].isupper() and not token.is_a("name")
    return between in ("", " ") and not token.literal and (token.unknown or capital)

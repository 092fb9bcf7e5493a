"""From words to a question, or what is to be looked up, asked back or refused first.

What is not understood is never answered as something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from steward.agent.planner import fill, follow, logic
from steward.agent.planner.catalogue import Catalogue, Table
from steward.agent.planner.intents import Sight, find_intent
from steward.agent.planner.language import normalise
from steward.agent.planner.names import match_columns, match_table, nearest_names
from steward.agent.planner.question import (
    Ask,
    AskBack,
    Intent,
    Question,
    Refusal,
    Step,
    Understood,
    Why,
)
from steward.agent.planner.reading import Reading, Token, part, read
from steward.agent.planner.slots import Hit, Slots, find_slots, hinted

LOOKED_UP = 3
"""Unknown words of one question that are looked for among the values."""

_DEFINES = re.compile(
    r"^what('s| is| are| does) (a|an) (?!.*\b(in|of|with)\b)|\bdefine\b|\bdefinition of\b"
    r"|\bwhat does .* mean\b|^什么(是|叫)|是什么意思"
)
"""A question about a word, not about the tables."""

MOST_PAGES = 4
"""Pages of columns that are read of one table."""

SCOPE = frozenset(
    {"null", "disguised", "wrong", "outlier", "format", "duplicate", "change", "lineage", "fix"}
    | {"propose", "preview", "undo", "apply", "count", "share", "distinct", "top", "average"}
    | {"median", "maximum", "minimum", "sum", "column", "table", "schema", "fitness"}
)
"""Concepts that questions about tables are made of."""

LENIENT = frozenset(
    {Intent.WHY_MISSING, Intent.WHY_WRONG, Intent.WHY_DUPLICATES, Intent.CHANGES, Intent.FITNESS}
    | {Intent.FIX, Intent.PROPOSE, Intent.DUPLICATES, Intent.HELP}
)
"""Intents that do without a word or two. In others each word may be a condition."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a question is read: the store so far, and what was said before.

    `hits` are words that were looked for among the values, with what was found. `tools` are those
    that can be called; `made` are the calls for this question, each with its table.
    """

    catalogue: Catalogue = field(default_factory=Catalogue)
    hits: Mapping[str, Sequence[Hit]] = field(default_factory=dict)
    focus: str = ""
    prior: Question | None = None
    asked: AskBack | None = None
    tools: frozenset[str] = frozenset()
    made: tuple[tuple[str, object], ...] = ()

    def pages(self, table: str) -> int:
        """How often the table was described for this question."""
        return self.made.count(("describe_table", table))


def understand(text: str, known: Known, language: str | None = None) -> Understood:
    """What a question asks, or the tool calls that must come first.

    Args:
        text: the question as typed.
        known: what is known so far.
        language: `en` or `zh`, to answer in that instead of the language of the question.
    """
    text, aside = part(text)
    reading = read(text, known.catalogue)
    outside = _outside(reading, known)
    if outside is not None:
        return outside
    if not reading.tokens:
        return Refusal(Why.UNCLEAR)
    if (needed := _needed(reading, known)) is not None:
        return needed
    if known.asked is not None and (answer := follow.answered(reading, known.asked, known)):
        return answer
    slots = find_slots(reading, known.catalogue, _focus(known), known.hits)
    if aside.strip():
        slots = hinted(slots, read(aside, known.catalogue))
    return _understood(Sight(reading, slots), known)


def _focus(known: Known) -> str:
    """The table meant when none is named: that of the last question, else the one set."""
    return known.prior.table if known.prior and known.prior.table else known.focus


def _outside(reading: Reading, known: Known) -> Refusal | None:
    """A refusal, once it is certain that the words outside the scope name nothing here."""
    if _DEFINES.search(normalise(reading.text).strip()):
        return Refusal(Why.OUTSIDE, (reading.text,))
    if reading.has("delete") and not reading.has("duplicate", "why", "undo"):
        return Refusal(Why.CANNOT_EDIT)
    never, model = reading.outside("never"), reading.outside("model")
    in_scope = not SCOPE.isdisjoint(reading.concepts)
    if not (never or model) or (in_scope and not known.catalogue.listed):
        return None
    if in_scope and not any(t.described for t in known.catalogue.tables):
        return None
    return Refusal(Why.OUTSIDE if never else Why.NEEDS_MODEL, tuple(never or model))


def _needed(reading: Reading, known: Known) -> Understood | None:
    """The tables, and the columns of the one that is meant."""
    if find_intent(Sight(reading, Slots())) is Intent.HELP and not reading.unknown:
        return Question(Intent.HELP, text=reading.text)
    if not known.catalogue.listed:
        return (Step("list_tables"),)
    if not known.catalogue.tables:
        return Refusal(Why.EMPTY_STORE)
    focus = known.catalogue.table(_focus(known)) or known.catalogue.main()
    slots = find_slots(reading, known.catalogue, _focus(known))
    for table in (focus, slots.table):
        if table is not None and not _complete(table, known):
            return (_describe(table),)
    return None


def _describe(table: Table) -> Step:
    return Step("describe_table", {"table": table.name, "after": len(table.columns) or None})


def _complete(table: Table, known: Known) -> bool:
    """Are its columns known, or was it described as often as is of use?"""
    all_known = table.described and len(table.columns) >= table.width
    return all_known or known.pages(table.name) >= MOST_PAGES


def _understood(sight: Sight, known: Known) -> Understood:
    if (elsewhere := _look_elsewhere(sight, known)) is not None:
        return elsewhere
    intent = find_intent(sight)
    if known.prior is not None and (lookups := _lookups(sight, known)) is not None:
        return lookups
    if follow.open_comparison(sight):
        return _lookups(sight, known) or AskBack(Ask.SUBJECT)
    followed = follow.follow(sight, intent, known)
    if followed is not None:
        return followed
    if intent is None:
        listing = sight.has("show", "rows", "count", "share", "differs")
        return (_lookups(sight, known) if listing else None) or _lost(sight, known)
    if intent is Intent.HELP:
        return Question(intent, text=sight.reading.text)
    if (lookups := _lookups(sight, known)) is not None:
        return lookups
    if intent is not Intent.SEARCH and (refusal := _not_read(sight, intent, known)) is not None:
        return refusal
    return fill.fill(sight, intent, known.catalogue)


def _look_elsewhere(sight: Sight, known: Known) -> tuple[Step, ...] | None:
    """The other tables, when a word of the question may be a column of one of them."""
    rest = [t for t in known.catalogue.tables if not _complete(t, known)]
    strangers = [*sight.slots.unmatched, *sight.slots.words]
    if sight.slots.table_said is not None or sight.slots.columns or not strangers or not rest:
        return None
    return tuple(_describe(table) for table in rest[:6])


def _lookups(sight: Sight, known: Known) -> tuple[Step, ...] | None:
    """Searches for the unknown words among the values."""
    if "search_values" not in known.tools or sight.slots.table is None:
        return None
    new = [t for t in sight.slots.words if t.text not in known.hits and len(t.text) > 1]
    table = sight.slots.table.name
    steps = [Step("search_values", {"text": t.text, "table": table}) for t in new[:LOOKED_UP]]
    return tuple(steps) or None


def _not_read(sight: Sight, intent: Intent, known: Known) -> Refusal | AskBack | None:
    """Why the words that stay unknown keep the question from being answered."""
    slots, names = sight.slots, _names(sight, known)
    if joined := logic.joined(sight, intent, strict=intent not in LENIENT):
        return Refusal(Why.CANNOT_JOIN, (joined,))
    if slots.unmatched:
        words = tuple(t.text for t in slots.unmatched)
        near = nearest_names(words[0], names)
        return Refusal(Why.NOT_THERE, words, tuple(near))
    strange = [t for t in slots.words if not _found(t, sight) and not _of_table(t, known)]
    if not strange:
        return None
    words = tuple(t.text for t in strange)
    proper = any(_proper(t, sight) for t in strange)
    column_unknown = proper or (intent in fill.ONE_COLUMN and not sight.slots.columns)
    if intent not in LENIENT or column_unknown or _share_read(sight, strange) < 0.6:
        near = nearest_names(words[0], names)
        return Refusal(Why.UNKNOWN_WORDS, words, tuple(near))
    return None


def _proper(token: Token, sight: Sight) -> bool:
    """Is it a name behind a word of place (in Norway), which narrows the question down?"""
    before = sight.reading.text[: token.start].casefold()
    placed = re.search(r"\b(in|from|at|of|for|by|to|with) (the )?$", before)
    return token.text[:1].isupper() and bool(placed)


def _names(sight: Sight, known: Known) -> list[str]:
    table = sight.slots.table
    return [c.name for c in (table.columns if table is not None else known.catalogue.columns())]


def _found(token: Token, sight: Sight) -> bool:
    return any(f.value.casefold() == token.text.casefold() for f in sight.slots.filters)


def _of_table(token: Token, known: Known) -> bool:
    return match_table(token, known.catalogue) is not None or any(
        match_columns(token, t.columns) for t in known.catalogue.tables
    )


def _share_read(sight: Sight, strange: Sequence[Token]) -> float:
    """How much of the question's content was understood."""
    content = [
        t
        for t in sight.reading.tokens
        if not t.is_a("filler") and (t.is_a("concept") or t.is_a("name") or t.is_a("column"))
    ]
    return len(content) / (len(content) + len(strange))


def _lost(sight: Sight, known: Known) -> Understood:
    """No intent: ask what is wanted of a column that was named, else say that it is not clear."""
    words = tuple(t.text for t in (*sight.slots.words, *sight.slots.unmatched))
    if sight.slots.columns and not words:
        table = sight.slots.table.name if sight.slots.table else ""
        draft = Question(Intent.PROFILE, table, (sight.slots.column,), text=sight.reading.text)
        return AskBack(Ask.SUBJECT, (), draft, sight.slots.column)
    if words:
        near = nearest_names(words[0], _names(sight, known))
        return Refusal(Why.UNKNOWN_WORDS, words, tuple(near))
    return Refusal(Why.UNCLEAR)

"""Filling the slots that an intent needs, or asking for those that are not certain."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from steward.agent.planner.catalogue import Catalogue, Column
from steward.agent.planner.intents import MEASURES, Sight
from steward.agent.planner.language import is_han, normalise
from steward.agent.planner.question import Ask, AskBack, Filter, Intent, Question
from steward.agent.planner.reading import Token
from steward.agent.planner.slots import Mention, batch_filter
from steward.agent.planner.words import read_data

Filled = Question | AskBack
OPTIONS = 8
"""Options that a question to the person offers at most."""

WHOLE_TABLE = frozenset(
    {Intent.DESCRIBE, Intent.MISSING_COLUMNS, Intent.WHY_DUPLICATES, Intent.DUPLICATES}
    | {Intent.FITNESS, Intent.APPLY, Intent.UNDO, Intent.PREVIEW}
)
ONE_COLUMN = frozenset(
    {Intent.WHY_MISSING, Intent.COUNT_MISSING, Intent.WHY_WRONG, Intent.OUTLIERS, Intent.FORMATS}
    | {Intent.REPEATED_VALUES, Intent.PROFILE}
)
LESSER = frozenset({Intent.ISSUES, Intent.PROPOSE, Intent.FIX, Intent.CHANGES})
"""Intents that take a column, and without one are about the whole table."""


def fill(sight: Sight, intent: Intent, catalogue: Catalogue) -> Filled:
    """The question with its slots, or what is to be asked back."""
    if intent in (Intent.LIST_TABLES, Intent.HELP):
        return Question(intent, text=sight.reading.text)
    makers: dict[Intent, Callable[[Sight, Intent], Filled]] = {
        Intent.MEASURE: _measure,
        Intent.TOP: _top,
        Intent.MISSING_BY: _missing_by,
        Intent.COMPARE: _compare,
        Intent.ROWS: _rows,
        Intent.LINEAGE: _lineage,
        Intent.SEARCH: _search,
    }
    if intent in makers:
        return makers[intent](sight, intent)
    if intent in ONE_COLUMN or (intent in LESSER and sight.slots.columns):
        return _about_column(sight, intent)
    return _question(sight, intent)


def _question(
    sight: Sight,
    intent: Intent,
    columns: tuple[str, ...] = (),
    more: Mapping[str, object] | None = None,
) -> Question:
    slots = sight.slots
    given: dict[str, object] = {
        "filters": slots.filters,
        "ids": slots.ids,
        "change_set": slots.change_set,
        "row": slots.row,
        "limit": slots.limit,
        "since": _since(sight),
        "about": _kind(sight, intent),
    }
    table = slots.table.name if slots.table is not None else ""
    given |= more or {}
    return Question(intent, table, columns, text=sight.reading.text, **given)  # type: ignore[arg-type]


def _kind(sight: Sight, intent: Intent) -> str:
    """The kind of issues, or of changes, that is asked for; empty for all."""
    if intent is Intent.CHANGES:
        return "change sets" if sight.has("changeset", "lineage") else ""
    if intent not in (Intent.ISSUES, Intent.PROPOSE, Intent.FIX, Intent.APPLY):
        return ""
    kinds = ("outlier", "format", "join", "duplicate", "null")
    return next((kind for kind in kinds if sight.has(kind)), "")


_AFTER = re.compile(
    r"(?<!there)\b(after|later than|following)\b(?! that)"
    r"|(月|批|批次|次|\d)\s*份?(的|这批|交付|那批)?\s*(之后|以后|过后|后)"
)
"""Before, or behind, a time that is itself not meant."""


def _since(sight: Sight) -> str:
    """The time that is named: `batch 3`, `2024-03`, `-03`, `last week`, or empty."""
    text, slots = normalise(sight.reading.text), sight.slots
    since = "since " if sight.has("since") else ""
    if since and (slots.batch is not None or slots.month) and _AFTER.search(text):
        since = "after "
    if slots.batch is not None:
        return f"{since}batch {slots.batch}"
    if slots.month:
        return f"{since}{slots.month}"
    for said, words in read_data("times").items():
        if any(word in text for word in words):
            return f"{since}{said}"
    return ""


def _about_column(sight: Sight, intent: Intent) -> Filled:
    """An intent about one column: the one that is named, if that is certain."""
    mention = _main_mention(sight)
    draft = _question(sight, intent)
    if mention is None:
        return AskBack(Ask.COLUMN, _likely(sight, intent), draft)
    options = _certain(sight, intent, mention)
    if len(options) > 1:
        return AskBack(Ask.COLUMN, options[:OPTIONS], draft, mention.token.text)
    others = tuple(m.best.name for m in sight.slots.columns if m is not mention)
    return _question(sight, intent, (options[0], *dict.fromkeys(others)))


def _main_mention(sight: Sight) -> Mention | None:
    """Of several columns that are named, the one that the question is about.

    Not the one that a condition holds, nor the one asked for (which supplier sends bad prices).
    """
    conditions = {f.column for f in sight.slots.filters}
    mentions = [m for m in sight.slots.columns if m.best.name not in conditions]
    group = _grouping(sight, mentions)
    rest = [m for m in mentions if m is not group and not m.is_table] or [
        m for m in mentions if m is not group
    ]
    if len(rest) > 1 and _owned(sight, rest[0], rest[1]):
        return rest[1]
    return next(iter(rest or mentions or sight.slots.columns), None)


def _owned(sight: Sight, first: Mention, second: Mention) -> bool:
    """Does the first only say whose the second is (供应商的品类)?"""
    between = sight.reading.text[first.token.end : second.token.start].strip()
    return is_han(first.token.text[-1]) and between in ("", "的") and not sight.has("compare")


def _certain(sight: Sight, intent: Intent, mention: Mention) -> tuple[str, ...]:
    """The columns that a word may mean; of several, those that have what is asked about."""
    options = mention.options
    if len(options) > 1 and intent in (Intent.WHY_MISSING, Intent.COUNT_MISSING):
        table = sight.slots.table
        columns = table.columns if table is not None else ()
        lacking = [c.name for c in columns if c.name in options and c.missing]
        return tuple(lacking) if len(lacking) == 1 else options
    return options


def _likely(sight: Sight, intent: Intent) -> tuple[str, ...]:
    """Columns to offer: those that lack most when that is asked, else in the table's order."""
    columns: Sequence[Column] = sight.slots.table.columns if sight.slots.table else ()
    if intent in (Intent.WHY_MISSING, Intent.COUNT_MISSING):
        ranked = sorted(columns, key=lambda c: -(c.missing or 0))
        return tuple(c.name for c in ranked if c.missing)[:OPTIONS]
    if intent in (Intent.OUTLIERS, Intent.WHY_WRONG):
        numeric = [c for c in columns if c.type in ("integer", "number", "date", "timestamp")]
        return tuple(c.name for c in (numeric or columns))[:OPTIONS]
    return tuple(c.name for c in columns)[:OPTIONS]


def _grouping(sight: Sight, mentions: Sequence[Mention]) -> Mention | None:
    """The column behind *per*, *by*, *each*, 每个, 按; or behind *which*, 哪个."""
    if len(mentions) < 2 and not sight.has("by"):
        return None
    if aside := next((m for m in mentions[1:] if m.hinted), None):
        return aside
    for markers in (("by",), ("which",)):
        for marker in reversed(sight.reading.having(*markers)):
            near = [m for m in mentions if 0 <= m.token.start - marker.end <= 12]
            if near and not _names_rows(marker):
                return min(near, key=lambda m: m.token.start)
    return None


def _names_rows(marker: Token) -> bool:
    return "show" in marker.keys("concept") or marker.text.casefold() == "whose"


def _measure(sight: Sight, intent: Intent) -> Filled:
    """A count, a share, or another aggregate, perhaps for each value of a column."""
    conditions = {f.column for f in sight.slots.filters}
    mentions = [m for m in sight.slots.columns if m.best.name not in conditions]
    group = _grouping(sight, mentions)
    rest = [m for m in mentions if m is not group]
    kind = next((m for m in MEASURES if sight.has(m)), "")
    if rest and kind in _OF_DATES and _is_date(sight, rest[0]):
        kind = _OF_DATES[kind]
    since = batch_filter(sight.slots, sight.has("since"))
    lowest = sight.has("most", "which") and sight.has("minimum", "bottom")
    more = {
        "filters": (*sight.slots.filters, *since),
        "group": group.best.name if group else "",
        "about": "lowest" if lowest else "",
    }
    if kind and rest:
        return _sure(sight, intent, rest[0], {**more, "measure": kind})
    if sight.has("share") and not sight.has("count"):
        kind = "share"
        if not sight.slots.filters and rest and not group:
            return _question(sight, Intent.TOP, (rest[0].best.name,))
        return _question(sight, intent, (), {**more, "measure": kind})
    if rest and not group and (sight.has("distinct") or _counts_values(sight, rest[0])):
        return _sure(sight, intent, rest[0], {**more, "measure": "distinct"})
    return _question(sight, intent, (), {**more, "measure": "count"})


_OF_DATES = {"maximum": "latest", "minimum": "earliest"}


def _is_date(sight: Sight, mention: Mention) -> bool:
    return "date" in (mention.best.semantic, mention.best.type) or mention.best.type == "timestamp"


def _sure(sight: Sight, intent: Intent, mention: Mention, more: dict[str, object]) -> Filled:
    if len(mention.options) > 1:
        draft = _question(sight, intent, (), more)
        return AskBack(Ask.COLUMN, mention.options[:OPTIONS], draft, mention.token.text)
    return _question(sight, intent, (mention.best.name,), more)


def _counts_values(sight: Sight, mention: Mention) -> bool:
    """Is the column what is counted (how many brands), not part of a condition?"""
    if mention.is_table and sight.slots.table_said is not None:
        named = normalise(mention.token.text) == normalise(sight.slots.table_said.name)
        if named:
            return False
    counts = sight.reading.having("count")
    between = [
        t
        for t in sight.reading.tokens
        if counts and counts[0].end <= t.start < mention.token.start and not t.is_a("filler")
        and not {"distinct", "all"} & set(t.keys("concept"))
    ]  # fmt: skip
    return bool(counts) and not between


def _top(sight: Sight, intent: Intent) -> Filled:
    mentions = list(sight.slots.columns)
    group = _grouping(sight, mentions)
    chosen = group or _main_mention(sight)
    if chosen is None:
        return AskBack(Ask.COLUMN, _likely(sight, intent), _question(sight, intent))
    order = "bottom" if sight.has("bottom") else "top"
    return _sure(sight, intent, chosen, {"measure": order})


def _missing_by(sight: Sight, intent: Intent) -> Filled:
    mentions = list(sight.slots.columns)
    group = _grouping(sight, mentions) or mentions[0]
    rest = [m for m in mentions if m is not group]
    if not rest:
        return _about_column(sight, Intent.WHY_MISSING)
    return _sure(sight, intent, rest[0], {"group": group.best.name})


def _compare(sight: Sight, intent: Intent) -> Filled:
    """Two slices: two values of a column, or one against the rest."""
    filters = sight.slots.filters
    numbers = [n for n in sight.reading.numbers if n.isdigit()]
    if sight.has("batch") and len(numbers) >= 2:
        filters = tuple(Filter("_steward_batch", "=", n) for n in numbers[:2])
    if not filters:
        return AskBack(Ask.SLICES, (), _question(sight, intent), sight.slots.column)
    slices = tuple((one,) for one in filters[:2])
    return _question(sight, intent, (), {"slices": slices, "filters": ()})


def _rows(sight: Sight, intent: Intent) -> Filled:
    filters = sight.slots.filters
    if sight.has("null"):
        lacking = [m for m in sight.slots.columns if not m.hinted]
        filters = (*filters, *(Filter(m.best.name, "missing") for m in lacking))
    filters = (*filters, *batch_filter(sight.slots, sight.has("since")))
    columns = tuple(m.best.name for m in sight.slots.columns)
    limit = sight.slots.limit if sight.reading.numbers else 5
    return _question(sight, intent, columns, {"filters": filters, "limit": limit})


def _lineage(sight: Sight, intent: Intent) -> Filled:
    columns = tuple(m.best.name for m in sight.slots.columns)
    return _question(sight, intent, columns)


def _search(sight: Sight, intent: Intent) -> Filled:
    words = [t.text for t in sight.slots.words] or [f.value for f in sight.slots.filters]
    if not words:
        return AskBack(Ask.VALUE, (), _question(sight, intent))
    return _question(sight, intent, (), {"about": words[0]})

"""Follow-ups: questions that are whole only with the one before (and for brand? why? fix it)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from steward.agent.planner.catalogue import Catalogue
from steward.agent.planner.intents import Sight
from steward.agent.planner.language import normalise
from steward.agent.planner.names import match_columns
from steward.agent.planner.question import Ask, AskBack, Filter, Intent, Question
from steward.agent.planner.reading import Reading

if TYPE_CHECKING:
    from steward.agent.planner.understand import Known

CAUSES = {
    Intent.COUNT_MISSING: Intent.WHY_MISSING,
    Intent.MISSING_BY: Intent.WHY_MISSING,
    Intent.MISSING_COLUMNS: Intent.WHY_MISSING,
    Intent.ISSUES: Intent.WHY_WRONG,
    Intent.OUTLIERS: Intent.WHY_WRONG,
    Intent.FORMATS: Intent.WHY_WRONG,
    Intent.DUPLICATES: Intent.WHY_DUPLICATES,
    Intent.REPEATED_VALUES: Intent.WHY_DUPLICATES,
}
"""What *why?* asks after a question of each kind."""

_WHICH_ONE = re.compile(
    r"^\W*(and )?which (?!table|column|field)\w*[^s\W]\W*$|^哪[家个]\w{0,5}\W*$"
)
"""One of a kind is asked for, and not in which regard."""

_POINTS = re.compile(
    r"\b(it|them|those|these|this one|that one)\b(?! (table|data|dataset|deliver|batch|items))"
    r"|\b(this|that)( (column|field|one|value|row))?$|\b(this|that) (column|field|value)\b"
    r"|它|这些(?!数据|商品|表)|那些(?!数据|商品|表)|[这那该](?:一)?[列个]"
)
"""Words that point at something said before."""

_NARROWED = {Intent.MEASURE, Intent.ROWS, Intent.COUNT_MISSING, Intent.TOP}
"""Intents that a condition alone (and S05?) asks again."""

_ROWS = re.compile(r"行数|条数|记录|商品|产品")
_OPEN = frozenset(
    {"count", "share", "rise", "comparative", "blame", "lineage", "matter", "healthy", "wrong"}
    | {"most", "when", "since", "whose", "differs", "puzzled", "distinct", "join"}
)
"""Concepts that leave open what they are about, when they come first and alone."""

_ABOUT = frozenset({"also", "them", "column", "why", "show", "which", "all", "rows", "yes"})


def follow(sight: Sight, intent: Intent | None, known: Known) -> Question | AskBack | None:
    """The question that a follow-up asks; None when the words stand on their own."""
    prior = known.prior
    if prior is None:
        return _without_prior(sight, intent)
    if sight.slots.words and not sight.slots.filters:
        return None
    named = bool(sight.slots.columns) or sight.slots.table_said is not None
    own = sight.reading.concepts - _ABOUT
    if not own and not named and not sight.slots.filters:
        return _bare(sight, prior)
    if not own and sight.slots.columns and not sight.has("show") and not _asks_why(sight, prior):
        return _same_for(sight, prior)
    narrowed = sight.slots.filters and not sight.slots.columns and not sight.has("show", "rows")
    if not own and narrowed and prior.intent in _NARROWED:
        return replace(prior, filters=sight.slots.filters, text=sight.reading.text)
    if intent in (Intent.FIX, Intent.PROPOSE) and not sight.slots.columns and _points(sight):
        return _mend(sight, intent, prior)
    if intent is Intent.APPLY or (own == {"yes"} and prior.intent in (Intent.PROPOSE, Intent.FIX)):
        return replace(prior, intent=Intent.APPLY, ids=sight.slots.ids, text=sight.reading.text)
    if sight.has("when") and not named and not own - {"when", "since"}:
        return _bare(sight, prior)
    return None


def open_comparison(sight: Sight) -> bool:
    """Is something called better or worse without a word in which regard?"""
    regard = {"null", "wrong", "duplicate", "format", "outlier", "fitness", "lineage", "fix"}
    time = {"since", "last", "batch", "change", "why"}
    if not sight.has("comparative") or sight.has(*regard, *time, "count", "share", "compare"):
        return False
    return sight.has("which") and len(sight.slots.filters) < 2


def answered(reading: Reading, asked: AskBack, known: Known) -> Question | None:
    """The question that was asked back about, completed by an option that the person names."""
    option = _option(reading, asked, known.catalogue)
    if option is None or asked.draft is None:
        return None
    if asked.what is Ask.COLUMN:
        draft = asked.draft
        return replace(draft, columns=(option, *draft.columns[1:]))
    if asked.what is Ask.TABLE:
        return replace(asked.draft, table=option)
    return None


def _without_prior(sight: Sight, intent: Intent | None) -> AskBack | None:
    """A question that points back at nothing."""
    named = sight.slots.columns or sight.slots.table_said or sight.slots.filters
    own = sight.reading.concepts - _ABOUT
    if sight.has("blame") and not sight.slots.columns and not sight.has("null", "duplicate"):
        return AskBack(Ask.SUBJECT)
    if not own and not sight.slots.filters and _WHICH_ONE.search(normalise(sight.reading.text)):
        return AskBack(Ask.SUBJECT)
    if named or sight.slots.words or not sight.reading.concepts:
        return None
    text = normalise(sight.reading.text).strip(" ?？!！.。")
    if _open(sight, own):
        return AskBack(Ask.SUBJECT)
    if not own and sight.has("show", "which", "also") and not sight.has("rows", "column", "help"):
        return AskBack(Ask.SUBJECT)
    points = _POINTS.search(text) and not sight.has("help", "undo", "apply", "duplicate")
    bare = (own and own <= {"when", "since"}) or sight.reading.concepts <= {"why", "also"}
    named_all = sight.has("table", "all", "which", "column") or sight.slots.ids
    bare = bare or (intent is Intent.FIX and own <= {"fix", "also", "wrong"} and not named_all)
    return AskBack(Ask.SUBJECT) if points or bare else None


def _open(sight: Sight, own: frozenset[str]) -> bool:
    """Do its words only ask how many, where from, whose fault, or which is worse?"""
    rows = sight.has("table", "rows", "column", "all", "outlier") or _ROWS.search(
        sight.reading.text
    )
    if not own or not own <= _OPEN or rows:
        return False
    told = own - {"wrong", "healthy", "matter", "differs"}
    return bool(told) or sight.has("comparative", "matter")


def _bare(sight: Sight, prior: Question) -> Question | None:
    if sight.has("why", "when"):
        return replace(
            prior, intent=CAUSES.get(prior.intent, prior.intent), text=sight.reading.text
        )
    if sight.has("show", "rows"):
        return _rows_of(sight, prior)
    if sight.has("yes") and prior.intent in (Intent.PROPOSE, Intent.FIX):
        return replace(prior, intent=Intent.APPLY, text=sight.reading.text)
    return None


def _rows_of(sight: Sight, prior: Question) -> Question:
    """The rows that the last answer was about."""
    missing = prior.intent in (Intent.WHY_MISSING, Intent.COUNT_MISSING, Intent.MISSING_BY)
    filters = prior.filters
    if missing and prior.column:
        filters = (*filters, Filter(prior.column, "missing"))
    intent = Intent.DUPLICATES if prior.intent is Intent.WHY_DUPLICATES else Intent.ROWS
    return replace(
        prior, intent=intent, filters=filters, text=sight.reading.text, limit=5, measure="count"
    )


def _asks_why(sight: Sight, prior: Question) -> bool:
    return sight.has("why") and prior.intent not in CAUSES and not _is_cause(prior)


def _is_cause(prior: Question) -> bool:
    return prior.intent in CAUSES.values()


def _same_for(sight: Sight, prior: Question) -> Question | AskBack | None:
    """The last question, for another column."""
    mention = sight.slots.columns[0]
    if prior.intent in (Intent.HELP, Intent.LIST_TABLES, Intent.UNDO, Intent.APPLY):
        return None
    table = sight.slots.table.name if sight.slots.table else prior.table
    intent: Intent = prior.intent
    if sight.has("why"):
        intent = CAUSES.get(intent, intent)
    if sight.has("which") and intent in (Intent.WHY_MISSING, Intent.COUNT_MISSING):
        return replace(
            prior, intent=Intent.MISSING_BY, group=mention.best.name, text=sight.reading.text
        )
    whole = {Intent.MISSING_COLUMNS: Intent.COUNT_MISSING, Intent.DESCRIBE: Intent.PROFILE}
    intent = whole.get(intent, intent)
    draft = replace(prior, intent=intent, table=table, text=sight.reading.text)
    if len(mention.options) > 1:
        return AskBack(Ask.COLUMN, mention.options, draft, mention.token.text)
    return replace(draft, columns=(mention.best.name,))


def _points(sight: Sight) -> bool:
    """Does an order point at what was spoken of (fix it, fix those)?"""
    return sight.has("them") or sight.slots.table_said is None


def _mend(sight: Sight, intent: Intent, prior: Question) -> Question:
    return replace(
        prior,
        intent=intent,
        ids=sight.slots.ids,
        filters=(),
        text=sight.reading.text,
        measure="count",
    )


def _option(reading: Reading, asked: AskBack, catalogue: Catalogue) -> str | None:
    """The option that an answer names: by name, by number, or as the first or second."""
    text = normalise(reading.text).strip(" .!?。？！")
    same = [o for o in asked.options if normalise(o) == text]
    if same:
        return same[0]
    if text.isdigit() and 1 <= int(text) <= len(asked.options):
        return asked.options[int(text) - 1]
    for place, concept in enumerate(("first", "second")):
        if concept in reading.concepts and place < len(asked.options):
            return asked.options[place]
    if reading.concepts - _ABOUT - {"value", "key"}:
        return None
    columns = [c for c in catalogue.columns() if c.name in asked.options] or catalogue.columns()
    draft = asked.draft
    columns = [c for c in columns if draft is None or c.table == draft.table]
    for token in reading.tokens:
        if matches := match_columns(token, columns):
            return matches[0].column.name
    return None

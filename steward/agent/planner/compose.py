"""The answer to a question from the results of its tools: each number as its proof has it."""

from __future__ import annotations

from collections.abc import Callable

from steward.agent.planner import counts, explained, issues, tables, writes
from steward.agent.planner.history import History
from steward.agent.planner.language import Language
from steward.agent.planner.phrases import phrase
from steward.agent.planner.question import Intent, Question

Maker = Callable[[Question, History, Language], str]


def compose(question: Question, history: History, language: Language) -> str:
    """The answer, in the language given; why there is none, when the last call failed."""
    if history.results and not history.results[-1].ok:
        return failure(history, language)
    return _MAKERS[question.intent](question, history, language)


def failure(history: History, language: Language) -> str:
    """What the last call that failed said."""
    failed = next((r for r in reversed(history.results) if not r.ok), None)
    if failed is None:
        return phrase("refuse_unclear", language)
    if failed.rejected:
        return phrase("rejected", language)
    error = " ".join(str(failed.body.get(key, "")) for key in ("error", "try"))
    return phrase("failed", language, error=" ".join(error.split()))


def _help(question: Question, history: History, language: Language) -> str:
    return phrase("help", language)


_MAKERS: dict[Intent, Maker] = {
    Intent.HELP: _help,
    Intent.LIST_TABLES: tables.tables,
    Intent.DESCRIBE: tables.described,
    Intent.PROFILE: tables.profiled,
    Intent.FORMATS: tables.formats,
    Intent.COUNT_MISSING: counts.missing_count,
    Intent.MISSING_BY: counts.missing_by,
    Intent.MISSING_COLUMNS: counts.gaps,
    Intent.REPEATED_VALUES: counts.repeated,
    Intent.MEASURE: counts.measured,
    Intent.TOP: counts.top,
    Intent.ROWS: counts.rows,
    Intent.SEARCH: counts.searched,
    Intent.WHY_MISSING: explained.explained,
    Intent.WHY_WRONG: explained.explained,
    Intent.WHY_DUPLICATES: explained.explained,
    Intent.CHANGES: explained.explained,
    Intent.FITNESS: explained.explained,
    Intent.COMPARE: explained.explained,
    Intent.LINEAGE: explained.explained,
    Intent.ISSUES: issues.issues,
    Intent.OUTLIERS: explained.outliers,
    Intent.DUPLICATES: issues.duplicates,
    Intent.PROPOSE: writes.fixed,
    Intent.PREVIEW: writes.previewed,
    Intent.FIX: writes.fixed,
    Intent.APPLY: writes.fixed,
    Intent.UNDO: writes.undone,
}

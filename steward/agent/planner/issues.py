"""Answers that list what checks found, and rows that seem to be one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from steward.agent.planner.history import History, Result
from steward.agent.planner.language import Language
from steward.agent.planner.phrases import phrase
from steward.agent.planner.question import Intent, Question
from steward.agent.planner.telling import listed, number, quoted, refs, text
from steward.agent.planner.words import read_data

SHOWN = 6
"""Issues that an answer tells."""

KINDS = {
    "outlier": ("outlier", "range"),
    "format": ("format", "width", "white_space", "control_character", "mojibake"),
    "duplicate": ("duplicate_key", "duplicate_row", "near_duplicate"),
    "join": ("reference",),
    "null": ("missing", "disguised_missing"),
}
"""Reasons of issues that a word asks for; others ask for all."""


def issues(question: Question, history: History, language: Language) -> str:
    """What checks found, the gravest first, of the kind that was asked for."""
    pages = [r for r in history.results if r.tool == "find_issues" and r.ok]
    about = "outlier" if question.intent is Intent.OUTLIERS else question.about
    found = [(one, mark) for page in pages for one, mark in _with_refs(page)]
    wanted = [pair for pair in found if _is(pair[0], about)]
    facts = {"table": question.table, "place": _place(question, language)}
    if not wanted:
        key = f"no_issues_{about}" if about in KINDS else "no_issues"
        return phrase(key, language, **facts)
    total = pages[0].data.get("issue_count", len(found))
    many = len(wanted) if about in KINDS else total
    lines = [phrase("issues", language, **facts, n=number(many), kind=_kind(about, language))]
    lines += [_line(one, mark, language) for one, mark in wanted[:SHOWN]]
    if many > SHOWN:
        lines.append(phrase("more_issues", language, table=question.table))
    return "\n".join(lines)


def _with_refs(page: Result) -> list[tuple[Mapping[str, Any], str]]:
    found = page.data.get("issues")
    kept = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    return [(one, refs(page, [at])) for at, one in enumerate(kept)]


def _is(one: Mapping[str, Any], about: str) -> bool:
    return about not in KINDS or one.get("reason") in KINDS[about]


def _place(question: Question, language: Language) -> str:
    if not question.column:
        return question.table
    key = "column_of" if question.table else "column_only"
    return phrase(key, language, column=question.column, table=question.table)


def _kind(about: str, language: Language) -> str:
    return phrase(f"kind_{about}", language) if about in KINDS else ""


def _line(one: Mapping[str, Any], marks: str, language: Language) -> str:
    reasons = read_data("phrases")["reasons"]
    reason = reasons.get(str(one.get("reason")), {}).get(language, str(one.get("reason")))
    values = [quoted(v, language) for v in one.get("values") or () if v is not None][:2]
    columns = listed([text(c) for c in one.get("columns") or ()], language)
    facts = {"columns": columns, "reason": reason, "rows": number(one.get("rows")), "refs": marks}
    if values:
        return phrase("issue_values", language, **facts, values=listed(values, language))
    return phrase("issue_line", language, **facts)


def duplicates(question: Question, history: History, language: Language) -> str:
    """Groups of rows that seem to be one thing."""
    found = history.results[-1]
    data = found.data
    facts = {"table": question.table, "groups": number(data.get("groups"))}
    if not data.get("groups"):
        return phrase("no_duplicates", language, **facts)
    many = number(data.get("rows_too_many"))
    lines = [phrase("duplicates", language, **facts, rows=many)]
    examples = data.get("examples")
    for at, one in enumerate(examples[:4] if isinstance(examples, list) else ()):
        numbers = [number(row) for row in one.get("rows") or ()]
        kind = phrase("same" if one.get("kind") == "duplicate_row" else "alike", language)
        rows = listed(numbers, language)
        lines.append(
            phrase("duplicate_line", language, rows=rows, kind=kind, refs=refs(found, [at]))
        )
    lines.append(phrase("duplicate_do", language, table=question.table))
    return "\n".join(lines)


def change_sets(found: Result, language: Language) -> str:
    """What was changed so far, newest first."""
    sets = _mappings(found.data.get("changes"))
    if not sets:
        return phrase("no_change_sets", language)
    lines = [phrase("change_sets", language, n=number(found.data.get("change_count")))]
    for one in sets[:8]:
        undone = phrase("undone", language) if one.get("undone") else ""
        facts = {name: text(one.get(name)) for name in ("change_set", "table", "kind", "at")}
        cells = number(one.get("cells"))
        lines.append(phrase("change_set_line", language, **facts, cells=cells, undone=undone))
    return "\n".join(lines)


def _mappings(found: Any) -> Sequence[Mapping[str, Any]]:
    return [m for m in found if isinstance(m, Mapping)] if isinstance(found, list) else []

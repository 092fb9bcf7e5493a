"""Answers that list what checks found, and rows that seem to be one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from steward.agent.planner.history import History, Result
from steward.agent.planner.language import Language
from steward.agent.planner.phrases import phrase
from steward.agent.planner.plan import REASONS
from steward.agent.planner.question import Question
from steward.agent.planner.telling import listed, number, quoted, refs, text
from steward.agent.planner.words import read_data

SHOWN = 6
"""Issues that an answer tells."""


def issues(question: Question, history: History, language: Language) -> str:
    """What checks found, the gravest first, of the kind that was asked for."""
    about = question.about if question.about in REASONS else ""
    found = [pair for page in history.results if page.ok for pair in _with_refs(page)]
    wanted = [pair for pair in found if _of_column(pair[0], question.column)]
    facts = {"table": question.table, "place": _place(question, language)}
    if not wanted:
        return phrase(f"no_issues_{about}" if about else "no_issues", language, **facts)
    listed_all = [p.data["issue_count"] for p in history.results if "issue_count" in p.data]
    many = listed_all[0] if listed_all else len(wanted)
    lines = [phrase("issues", language, **facts, n=number(many), kind=_kind(about, language))]
    lines += [_line(one, mark, language) for one, mark in wanted[:SHOWN]]
    if many > SHOWN:
        lines.append(phrase("more_issues", language, table=question.table))
    return "\n".join(lines)


def _with_refs(page: Result) -> list[tuple[Mapping[str, Any], str]]:
    """The issues of `find_issues` or `run_check`, each with its reference."""
    found = _mappings(page.data.get("issues") or page.data.get("flagged"))
    return [(_named(one), refs(page, [at])) for at, one in enumerate(found)]


def _named(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """An issue with its reason and columns, which `run_check` tells in its label alone."""
    if "reason" in one:
        return one
    reason, _, columns = str(one.get("issue", "")).partition("[")
    values = [v.get("value") for v in _mappings(one.get("values"))]
    named = columns.removesuffix("]").split(", ") if columns else []
    return {**one, "reason": reason, "columns": named, "values": values}


def _of_column(one: Mapping[str, Any], column: str) -> bool:
    return not column or column in (one.get("columns") or ())


def _place(question: Question, language: Language) -> str:
    if not question.column:
        return question.table
    key = "column_of" if question.table else "column_only"
    return phrase(key, language, column=question.column, table=question.table)


def _kind(about: str, language: Language) -> str:
    return phrase(f"kind_{about}", language) if about else ""


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

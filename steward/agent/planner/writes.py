"""Answers about fixes: proposed, previewed, applied, taken back."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from steward.agent.planner import explained
from steward.agent.planner.history import History, Result
from steward.agent.planner.language import Language
from steward.agent.planner.phrases import phrase
from steward.agent.planner.plan import REASONS, wanted_ids
from steward.agent.planner.question import Question
from steward.agent.planner.telling import listed, number, quoted, refs, text

SHOWN = 5
"""Fixes that an answer tells."""


def fixed(question: Question, history: History, language: Language) -> str:
    """What was proposed, and what became of it if it was applied."""
    last = history.results[-1]
    if last.tool == "apply_fix":
        return _applied(last, language)
    lines = [_proposed(question, last, language)]
    asked = next((r for r in history.results if r.tool == "explain_nulls"), None)
    if asked is not None and (told := explained.fixable(asked, language)):
        lines = [*told, *lines]
    return "\n".join(lines)


def _proposed(question: Question, found: Result, language: Language) -> str:
    data = found.data
    place = question.table
    if question.column:
        facts = {"column": question.column, "table": question.table}
        place = phrase("column_of", language, **facts)
    if not data.get("fix_count"):
        return phrase("no_fixes", language, place=place)
    counts = {k: number(data.get(k)) for k in ("fix_count", "safe_count")}
    fixes = _mappings(data.get("fixes"))
    asked_for = [f for f in fixes if f.get("reason") in REASONS.get(question.about, ())]
    of_kind = question.about in REASONS
    key = "fixes" if not of_kind else "fixes_kind" if asked_for else "fixes_other"
    lines = [phrase(key, language, place=place, **counts)]
    lines += [_fix_line(one, language) for one in (asked_for if of_kind else fixes)[:SHOWN]]
    safe = wanted_ids(question, data)
    if not safe:
        column = f" --column {shlex.quote(question.column)}" if question.column else ""
        table = shlex.quote(question.table) + column
        lines.append(phrase("fixes_review", language, table=table))
        return "\n".join(lines)
    ids = " ".join(str(one) for one in safe[:SHOWN])
    lines.append(phrase("fixes_do", language, table=question.table, ids=ids))
    return "\n".join(lines)


def _fix_line(one: Mapping[str, Any], language: Language) -> str:
    facts = {
        "fix": one.get("fix"),
        "columns": listed([text(c) for c in one.get("columns") or ()], language),
        "change": text(one.get("change")),
        "rows": number(one.get("rows")),
        "safety": phrase(f"safety_{one.get('safety')}", language),
    }
    measured = one.get("measured")
    tail = ""
    if isinstance(measured, Mapping):
        tried = {"right": number(measured.get("right")), "tried": number(measured.get("tried"))}
        tail = phrase("measured", language, **tried)
    return phrase("fix_line", language, **facts, measured=tail)


def _applied(found: Result, language: Language) -> str:
    data = found.data
    if "survived" not in data:
        return f"{found.body.get('summary', '')}"
    counts = {k: number(data.get(k)) for k in ("survived", "cells", "reverted", "skipped")}
    lines = [phrase("applied", language, table=text(data.get("table")), **counts)]
    for one in _mappings(data.get("not_kept"))[:3]:
        lines.append(phrase("not_kept", language, fix=one.get("fix"), why=text(one.get("why"))))
    if data.get("change_set"):
        lines.append(phrase("undo_do", language, change_set=data["change_set"]))
    return "\n".join(lines)


def undone(question: Question, history: History, language: Language) -> str:
    """What was taken back."""
    data = history.results[-1].data
    if "undone" not in data:
        return f"{history.results[-1].body.get('summary', '')}"
    facts = {name: text(data.get(name)) for name in ("undone", "table", "change_set")}
    return phrase("taken_back", language, **facts, cells=number(data.get("cells")))


def previewed(question: Question, history: History, language: Language) -> str:
    """Fixes in full, with rows before and after."""
    parts = [r for r in history.results if r.tool == "preview_fix"]
    return "\n".join(line for found in parts for line in _preview(found, language))


def _preview(found: Result, language: Language) -> list[str]:
    data = found.data
    lines = [_fix_line(data, language) + refs(found)]
    for one in _mappings(data.get("examples"))[:3]:
        before, after = one.get("before") or {}, one.get("after") or {}
        changes = [
            f"{column}: {quoted(before.get(column), language)} → {quoted(value, language)}"
            for column, value in after.items()
        ]
        lines.append(
            phrase("row_line", language, row=one.get("row"), cells=listed(changes, language))
        )
    standing = str(data.get("can_be_applied", ""))
    key = "can_apply" if standing == "yes" else "cannot_apply"
    return [*lines, phrase(key, language, fix=data.get("fix"), why=standing.removeprefix("no: "))]


def _mappings(found: Any) -> Sequence[Mapping[str, Any]]:
    return [m for m in found if isinstance(m, Mapping)] if isinstance(found, list) else []

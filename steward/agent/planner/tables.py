"""Answers about tables and columns: lists, descriptions, profiles, formats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steward.agent.planner.counts import results_of
from steward.agent.planner.history import History, Result
from steward.agent.planner.language import Language
from steward.agent.planner.phrases import phrase
from steward.agent.planner.question import Question, Step
from steward.agent.planner.telling import number, quoted, refs, text, valued

SHOWN = 24
"""Columns that a description lists at most."""


def tables(question: Question, history: History, language: Language) -> str:
    """The tables of the store."""
    found = history.find(Step("list_tables"))
    if not history.catalogue.tables:
        return phrase("no_table", language)
    lines = [phrase("tables", language) + refs(found)]
    for table in history.catalogue.tables[:12]:
        facts = {"table": table.name, "rows": number(table.rows), "columns": number(table.width)}
        lines.append(phrase("table_line", language, **facts))
    return "\n".join(lines)


def described(question: Question, history: History, language: Language) -> str:
    """A table with its columns."""
    pages = [
        r
        for r in history.results
        if r.tool == "describe_table" and r.data.get("table") == question.table
    ]
    data = pages[0].data if pages else {}
    columns = [c for page in pages for c in page.data.get("columns", []) if isinstance(c, Mapping)]
    facts = {"table": question.table, "rows": number(data.get("rows"))}
    total = data.get("column_count", len(columns))
    lines = [phrase("described", language, **facts, columns=number(total))]
    for one in columns[:SHOWN]:
        line = phrase(
            "column_line",
            language,
            column=text(one.get("column")),
            about=_about(one),
            distinct=number(one.get("distinct")),
        )
        if one.get("missing"):
            line += phrase("lacking", language, missing=number(one["missing"]))
        lines.append(line)
    if len(columns) > SHOWN:
        lines.append(phrase("more_columns", language))
    return "\n".join(lines)


def _about(one: Mapping[str, Any]) -> str:
    about, kind = str(one.get("about") or ""), str(one.get("type") or "")
    return about if about in ("", kind) or not kind else f"{about}, {kind}"


def profiled(question: Question, history: History, language: Language) -> str:
    """The facts about one column."""
    (found,) = results_of(question, history)
    data = found.data if found is not None else {}
    about = data.get("about")
    facts = {
        "table": question.table,
        "column": question.column,
        "about": about.get("name") if isinstance(about, Mapping) else about,
        "distinct": number(data.get("distinct")),
        "rows": number(data.get("rows")),
        "missing": number(data.get("missing")),
    }
    lines = [phrase("profiled", language, **facts, refs=refs(found))]
    if data.get("disguised_missing"):
        values = valued(data["disguised_missing"], language)
        lines.append(phrase("placeholders", language, values=values))
    if values := valued(data.get("common"), language):
        lines.append(phrase("common", language, values=values))
    if isinstance(numbers := data.get("numbers"), Mapping):
        kept = {k: number(numbers.get(k)) for k in ("minimum", "maximum", "median", "mean")}
        lines.append(phrase("range", language, **kept))
    return "\n".join(lines)


def formats(question: Question, history: History, language: Language) -> str:
    """The shapes in which a column is written."""
    (found,) = results_of(question, history)
    shapes = _mappings(found, "shapes")
    facts = {"column": question.column, "refs": refs(found)}
    if len(shapes) == 1:
        one = shapes[0]
        shape, example = text(one.get("shape")), quoted(one.get("example"), language)
        return phrase("one_shape", language, **facts, shape=shape, example=example)
    lines = [phrase("shapes", language, **facts)]
    for one in shapes[:8]:
        lines.append(
            phrase(
                "shape_line",
                language,
                shape=text(one.get("shape")),
                rows=number(one.get("rows")),
                example=quoted(one.get("example"), language),
            )
        )
    if units := valued(_mappings(found, "units"), language):
        lines.append(phrase("unit_line", language, values=units))
    return "\n".join(lines)


def _mappings(found: Result | None, name: str) -> list[Mapping[str, Any]]:
    listed = found.data.get(name) if found is not None else None
    return [m for m in listed if isinstance(m, Mapping)] if isinstance(listed, list) else []

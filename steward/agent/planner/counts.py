"""Answers made of counts, lists and rows of queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steward.agent.planner.history import History, Result
from steward.agent.planner.intents import MEASURES
from steward.agent.planner.language import Language
from steward.agent.planner.phrases import phrase
from steward.agent.planner.plan import in_time, needed
from steward.agent.planner.question import Question, Step
from steward.agent.planner.telling import (
    number,
    one_number,
    percent,
    quoted,
    refs,
    table_rows,
    text,
    valued,
    where,
)


def results_of(question: Question, history: History) -> list[Result | None]:
    """The results of the calls of a plan, in its order."""
    return [history.find(step) for step in needed(question, history)]


def missing_count(question: Question, history: History, language: Language) -> str:
    """How many rows lack a value, which share, and what says so in words."""
    found = results_of(question, history)
    data = _counted(found[0])
    facts = {
        "table": question.table,
        "column": question.column,
        "where": where(in_time(question, history).filters, language),
        "n": number(data.get("rows")),
        "percent": percent(data.get("share")),
        "of": number(data.get("of")),
    }
    key = "missing_count" if data.get("rows") else "missing_none"
    lines = [phrase(key, language, **facts, refs=refs(found[0]))]
    profiled = found[1].data if len(found) > 1 and found[1] is not None else {}
    if disguised := profiled.get("disguised_missing"):
        lines.append(phrase("placeholders", language, values=valued(disguised, language)))
    return "\n".join(lines)


def _counted(found: Result | None) -> Mapping[str, Any]:
    """Rows that were counted, whichever tool counted them."""
    if found is None:
        return {}
    return found.data if "share" in found.data else {"rows": one_number(found)}


def missing_by(question: Question, history: History, language: Language) -> str:
    """Missing cells for each value of another column."""
    (found,) = results_of(question, history)
    facts = {"table": question.table, "column": question.column, "group": question.group}
    lines = [phrase("missing_by", language, **facts, refs=refs(found))]
    for value, missing, rows, share in [row for row in table_rows(found) if len(row) == 4]:
        lines.append(
            phrase(
                "missing_by_line",
                language,
                value=quoted(value, language),
                missing=number(missing),
                rows=number(rows),
                percent=number(share),
            )
        )
    return "\n".join(lines)


def gaps(question: Question, history: History, language: Language) -> str:
    """The columns that lack values, the one that lacks most first."""
    (found,) = results_of(question, history)
    if found is not None and found.data.get("columns") == ["n"]:
        n = number(one_number(found))
        return phrase("no_gaps", language, table=question.table, n=n, refs=refs(found))
    lines = [phrase("gaps", language, table=question.table, refs=refs(found))]
    for column, missing in [row for row in table_rows(found) if len(row) == 2][:10]:
        lines.append(phrase("gap_line", language, column=column, missing=number(missing)))
    return "\n".join(lines)


def repeated(question: Question, history: History, language: Language) -> str:
    """Values that several rows hold."""
    counted, most = results_of(question, history)
    facts = {"table": question.table, "column": question.column, "refs": refs(counted)}
    if not one_number(counted):
        return phrase("not_repeated", language, **facts)
    pairs = [{"value": r[0], "rows": r[1]} for r in table_rows(most) if len(r) == 2]
    values = valued(pairs, language)
    n = number(one_number(counted))
    return phrase("repeated", language, **facts, n=n, refs2=refs(most), values=values)


def measured(question: Question, history: History, language: Language) -> str:
    """One number, or one for each value of a column."""
    found = results_of(question, history)[0]
    question = in_time(question, history)
    if question.group:
        return _grouped(question, found, language)
    data = _counted(found)
    value = data.get("rows")
    facts = {
        "table": question.table,
        "column": question.column,
        "where": where(question.filters, language),
        "n": number(value),
        "of": number(data.get("of")),
        "percent": percent(data.get("share")),
        "refs": refs(found),
    }
    if value is None:
        return phrase("no_number", language, **facts)
    key = question.measure
    if key in ("count", "share"):
        key = "count_of" if question.filters and "of" in data else "count"
    said = phrase(key, language, **facts)
    if question.measure in MEASURES:
        said += "\n" + phrase("units", language)
    return said


def _grouped(question: Question, found: Result | None, language: Language) -> str:
    what = phrase(f"what_{question.measure}", language, column=question.column)
    facts = {"table": question.table, "group": question.group, "refs": refs(found)}
    conditions = where(question.filters, language)
    lines = [phrase("grouped", language, what=what, where=conditions, **facts)]
    return "\n".join((*lines, *_group_lines(found, question.limit, language)))


def _group_lines(found: Result | None, limit: int, language: Language) -> list[str]:
    """One line a group, from either tool."""
    groups = found.data.get("groups") if found is not None else None
    if isinstance(groups, list):
        pairs = [(one["value"][0], one["rows"]) for one in groups if one.get("value")]
    else:
        pairs = [(row[0], row[1]) for row in table_rows(found) if len(row) > 1]
    return [
        phrase("group_line", language, value=quoted(value, language), n=number(n))
        for value, n in pairs[:limit]
    ]


def top(question: Question, history: History, language: Language) -> str:
    """The most common, or the rarest, values."""
    found = results_of(question, history)
    question = in_time(question, history)
    counted = found[0].data.get("group_count") if found[0] is not None else None
    facts = {
        "table": question.table,
        "column": question.column,
        "where": where(question.filters, language),
        "n": number(one_number(found[1]) if len(found) > 1 else counted),
        "refs": refs(found[0]),
        "refs2": refs(found[1]) if len(found) > 1 else "",
    }
    key = "bottom" if question.measure == "bottom" else "top"
    lines = [phrase(key, language, **facts)]
    return "\n".join((*lines, *_group_lines(found[0], question.limit, language)))


def rows(question: Question, history: History, language: Language) -> str:
    """A few rows, and how many there are."""
    found = results_of(question, history)
    shown = table_rows(found[0])
    counted = found[1] if len(found) > 1 else found[0]
    total = _counted(found[1]).get("rows") if len(found) > 1 else _total(found[0])
    facts = {
        "table": question.table,
        "where": where(in_time(question, history).filters, language),
        "n": number(total),
        "refs": refs(counted),
    }
    if not shown:
        return phrase("no_rows", language, **facts)
    lines = [phrase("rows", language, **facts, shown=number(len(shown)))]
    names = [text(name) for name in found[0].data.get("columns", [])] if found[0] else []
    for row in shown:
        cells = [f"{n}={quoted(v, language)}" for n, v in zip(names[1:], row[1:], strict=False)]
        lines.append(phrase("row_line", language, row=row[0], cells=", ".join(cells)))
    return "\n".join(lines)


def _total(found: Result | None) -> Any:
    """The number of rows that a sample was drawn from: what its proof counts."""
    proofs = found.refs if found is not None else []
    return proofs[0].get("value") if proofs else None


def searched(question: Question, history: History, language: Language) -> str:
    """Where a value stands."""
    hits = history.hits.get(question.about, ())
    name = quoted(question.about, language)
    if not hits:
        return phrase("not_found", language, text=name, table=question.table)
    found = history.find(Step("search_values", {"text": question.about, "table": question.table}))
    lines = [phrase("found_in", language, text=name) + refs(found)]
    for hit in hits[:8]:
        facts = {
            "column": hit.column,
            "value": quoted(hit.value, language),
            "rows": number(hit.rows),
        }
        lines.append(phrase("found_line", language, **facts))
    return "\n".join(lines)

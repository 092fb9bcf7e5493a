"""Answers made of counts, lists and rows of queries."""

from __future__ import annotations

from collections.abc import Sequence

from steward.agent.planner import sql
from steward.agent.planner.history import History, Result
from steward.agent.planner.language import Language
from steward.agent.planner.phrases import phrase
from steward.agent.planner.plan import needed
from steward.agent.planner.question import Question, Step
from steward.agent.planner.telling import (
    number,
    one_number,
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
    counted, share, profiled = results_of(question, history)
    facts = {
        "table": question.table,
        "column": question.column,
        "where": where(question.filters, language),
        "n": number(one_number(counted)),
        "percent": number(one_number(share)),
    }
    key = "missing_count" if one_number(counted) else "missing_none"
    lines = [phrase(key, language, **facts, refs=refs(counted), refs2=refs(share))]
    disguised = profiled.data.get("disguised_missing") if profiled is not None else None
    if disguised and not question.filters:
        lines.append(phrase("placeholders", language, values=valued(disguised, language)))
    return "\n".join(lines)


def missing_by(question: Question, history: History, language: Language) -> str:
    """Missing cells for each value of another column."""
    (found,) = results_of(question, history)
    facts = {"table": question.table, "column": question.column, "group": question.group}
    lines = [phrase("missing_by", language, **facts, refs=refs(found))]
    for value, missing, rows, percent in [row for row in table_rows(found) if len(row) == 4]:
        lines.append(
            phrase(
                "missing_by_line",
                language,
                value=quoted(value, language),
                missing=number(missing),
                rows=number(rows),
                percent=number(percent),
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
    found = results_of(question, history)
    if question.measure == "share":
        return _share(question, found, language)
    if question.group:
        return _grouped(question, found[0], language)
    value = one_number(found[0])
    facts = {
        "table": question.table,
        "column": question.column,
        "where": where(question.filters, language),
        "n": number(value),
        "refs": refs(found[0]),
    }
    if value is None:
        return phrase("no_number", language, **facts)
    said = phrase(question.measure, language, **facts)
    if question.measure in sql.AGGREGATES and question.about != "text":
        said += "\n" + phrase("units", language)
    return said


def _share(question: Question, found: Sequence[Result | None], language: Language) -> str:
    return phrase(
        "share",
        language,
        table=question.table,
        where=where(question.filters, language),
        percent=number(one_number(found[0])),
        n=number(one_number(found[1])),
        refs=refs(found[0]),
        refs2=refs(found[1]),
    )


def _grouped(question: Question, found: Result | None, language: Language) -> str:
    what = phrase(f"what_{question.measure}", language, column=question.column)
    facts = {"table": question.table, "group": question.group, "refs": refs(found)}
    lines = [
        phrase("grouped", language, what=what, where=where(question.filters, language), **facts)
    ]
    for row in table_rows(found):
        lines.append(
            phrase("group_line", language, value=quoted(row[0], language), n=number(row[1]))
        )
    return "\n".join(lines)


def top(question: Question, history: History, language: Language) -> str:
    """The most common, or the rarest, values."""
    found, distinct = results_of(question, history)
    key = "bottom" if question.measure == "bottom" else "top"
    facts = {
        "table": question.table,
        "column": question.column,
        "where": where(question.filters, language),
        "n": number(one_number(distinct)),
        "refs": refs(found),
        "refs2": refs(distinct),
    }
    lines = [phrase(key, language, **facts)]
    for row in table_rows(found):
        lines.append(
            phrase("group_line", language, value=quoted(row[0], language), n=number(row[1]))
        )
    return "\n".join(lines)


def rows(question: Question, history: History, language: Language) -> str:
    """A few rows, and how many there are."""
    found, counted = results_of(question, history)
    shown = table_rows(found)
    facts = {
        "table": question.table,
        "where": where(question.filters, language),
        "n": number(one_number(counted)),
        "refs": refs(counted),
    }
    if not shown:
        return phrase("no_rows", language, **facts)
    lines = [phrase("rows", language, **facts, shown=number(len(shown)), refs2=refs(found))]
    names = [text(name) for name in found.data.get("columns", [])] if found is not None else []
    for row in shown:
        cells = [f"{n}={_cell(v, language)}" for n, v in zip(names[1:], row[1:], strict=False)]
        lines.append(phrase("row_line", language, row=row[0], cells=", ".join(cells)))
    return "\n".join(lines)


def _cell(value: object, language: Language) -> str:
    return quoted(value, language)


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

"""Which tool calls a question needs, one after another, given the results so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from steward.agent.planner import sql
from steward.agent.planner.conditions import batch_of, batches_step, conditions
from steward.agent.planner.history import History
from steward.agent.planner.question import Filter, Intent, Question, Refusal, Step, Why
from steward.agent.planner.telling import table_rows
from steward.engine.text import quote_identifier
from steward.types import BATCH, ROW

Steps = tuple[Step, ...]
SINCE, AFTER = "since ", "after "
"""Before a time from which on, or after which, rows are meant, not only those of that time."""

CHECKS = {
    "outlier": ("outlier", "range"),
    "format": ("format",),
    "join": ("reference",),
    "duplicate": ("duplicate_key", "duplicate_row"),
}
"""The checks for issues of one kind."""

REASONS = {
    "null": ("missing", "disguised_missing"),
    "format": ("format", "width", "white_space", "control_character", "mojibake"),
    "outlier": ("outlier", "range"),
    "duplicate": ("duplicate_key", "duplicate_row", "near_duplicate"),
    "join": ("reference",),
}
"""Reasons of issues and fixes that a word asks for; others ask for all."""

Planner = Callable[[Question, History], Steps]


def plan(
    question: Question, history: History, tools: Mapping[str, frozenset[str]]
) -> Steps | Refusal:
    """The calls to make now; none when everything is there.

    Args:
        question: what is asked.
        history: the results of this turn so far.
        tools: the parameters of each tool that can be called.
    """
    if _no_delivery(question, history):
        return Refusal(Why.NO_DELIVERY, (_spoken(question),))
    wanted = needed(question, history)
    missing = [step.tool for step in wanted if step.tool not in tools]
    if missing:
        return Refusal(Why.NO_TOOL, (missing[0],))
    return tuple(step for step in wanted if history.find(step) is None)


def needed(question: Question, history: History) -> Steps:
    """Every call that the plan has named so far, made or not; the last ones tell the answer."""
    if _timed(question):
        found = history.find(batches_step(question.table))
        if found is None:
            return (batches_step(question.table),)
    return _PLANS[question.intent](in_time(question, history), history)


def in_time(question: Question, history: History) -> Question:
    """The question with the delivery that its time names as a condition."""
    batch = _batch(question, history) if _timed(question) else None
    if batch is None:
        return question
    later = question.since.startswith((SINCE, AFTER))
    one = Filter(BATCH, ">=" if later else "=", str(batch))
    return replace(question, filters=(*question.filters, one))


def _timed(question: Question) -> bool:
    """Does a time narrow the rows down, that has to be looked up among the deliveries?"""
    named = any(one.column == BATCH for one in question.filters)
    return question.intent in _OVER_TIME and bool(question.since) and not named


def _batch(question: Question, history: History) -> int | None:
    found = history.find(batches_step(question.table))
    return _delivery(question, table_rows(found))


def _delivery(question: Question, rows: Sequence[Sequence[Any]]) -> int | None:
    """The first delivery that is meant: of the time that is named, or the next after it."""
    said = question.since.removeprefix(SINCE)
    if not said.startswith(AFTER):
        return batch_of(said, rows)
    named = said.removeprefix(AFTER)
    number = named.removeprefix("batch ")
    last = int(number) if number.isdigit() else batch_of(named, rows[::-1])
    if last is None:
        return None
    return next((int(row[0]) for row in rows if int(row[0]) > last), None)


def _no_delivery(question: Question, history: History) -> bool:
    """Is the time that was named no delivery's?"""
    looked = history.find(batches_step(question.table)) is not None
    return _timed(question) and looked and _batch(question, history) is None


def _spoken(question: Question) -> str:
    return question.since.removeprefix(SINCE).removeprefix(AFTER).lstrip("-")


def _query(text: str) -> Step:
    return Step("query", {"sql": text})


def _none(question: Question, history: History) -> Steps:
    return ()


def _list_tables(question: Question, history: History) -> Steps:
    return (Step("list_tables"),)


def _describe(question: Question, history: History) -> Steps:
    first = Step("describe_table", {"table": question.table})
    found = history.find(first)
    columns = len(found.data.get("columns", ())) if found is not None else 0
    if found is None or columns >= found.data.get("column_count", 0):
        return (first,)
    return (first, Step("describe_table", {"table": question.table, "after": columns}))


def _on_column(tool: str) -> Planner:
    def steps(question: Question, history: History) -> Steps:
        return (Step(tool, {"table": question.table, "column": question.column or None}),)

    return steps


def _on_table(tool: str) -> Planner:
    def steps(question: Question, history: History) -> Steps:
        return (Step(tool, {"table": question.table}),)

    return steps


def _count(question: Question, filters: tuple[Filter, ...], group: str = "") -> Step:
    """Rows that meet conditions, by the tool for it where it can."""
    simple = conditions(filters)
    if simple is None:
        return _query(sql.count_sql(question.table, filters))
    columns = [group] if group else None
    return Step(
        "count_rows",
        {"table": question.table, "conditions": simple or None, "columns": columns},
    )


def _count_missing(question: Question, history: History) -> Steps:
    counted = _count(question, (*question.filters, Filter(question.column, "missing")))
    profiled = Step("profile_column", {"table": question.table, "column": question.column})
    return (counted,) if question.filters else (counted, profiled)


def _missing_by(question: Question, history: History) -> Steps:
    return (_query(sql.by_sql(question.table, question.column, question.group, question.limit)),)


def _gaps(question: Question, history: History) -> Steps:
    table = history.catalogue.table(question.table)
    columns = [c.name for c in table.columns] if table is not None else []
    if not columns:
        return (_count(question, ()),)
    return (_query(sql.gaps_sql(question.table, columns)),)


def _repeated(question: Question, history: History) -> Steps:
    table, column = question.table, question.column
    return (
        _query(sql.repeated_sql(table, column, count=True)),
        _query(sql.repeated_sql(table, column, count=False)),
    )


def _measure(question: Question, history: History) -> Steps:
    grouped = question.group and not question.filters
    if question.measure in ("count", "share") and (grouped or not question.group):
        return (_count(question, question.filters, question.group),)
    if question.measure == "distinct" and not question.group:
        return (_query(sql.distinct_sql(question.table, question.column, question.filters)),)
    return (_query(sql.measure_sql(question)),)


def _top(question: Question, history: History) -> Steps:
    if question.measure != "bottom":
        kept = (*question.filters, Filter(question.column, "present"))
        if conditions(kept) is not None:
            return (_count(question, kept, question.column),)
    distinct = sql.distinct_sql(question.table, question.column, question.filters)
    return (_query(sql.top_sql(question)), _query(distinct))


def _rows(question: Question, history: History) -> Steps:
    table = history.catalogue.table(question.table)
    columns = [c.name for c in table.columns] if table is not None else []
    simple = conditions(question.filters)
    if simple is None:
        return (
            _query(sql.rows_sql(question, columns)),
            _count(question, question.filters),
        )
    shown = sql.shown_columns(question, columns)
    arguments = {"table": question.table, "conditions": simple or None, "columns": shown}
    return (Step("sample_rows", {**arguments, "limit": question.limit}),)


def _changes(question: Question, history: History) -> Steps:
    if question.about == "change sets":
        return (Step("list_changes", {"table": question.table or None}),)
    said = question.since.removeprefix(SINCE)
    if re.fullmatch(AFTER + r"\d{4}-\d{2}", said):
        return (_since(question, _next_month(said.removeprefix(AFTER))),)
    if said.startswith(AFTER):
        return _since_delivery(question, said, history)
    if said.startswith("batch "):
        return (_since(question, said.removeprefix("batch ")),)
    if not said or said == "last batch":
        return (_since(question, None),)
    if re.fullmatch(r"\d{4}-\d{2}", said):
        first = _since(question, f"{said}-01")
        found = history.find(first)
        if found is None or found.ok:
            return (first,)
    return _since_delivery(question, said, history)


def _next_month(month: str) -> str:
    """The first day of the month after one (`2024-12`: `2025-01-01`)."""
    year, number = map(int, month.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02d}-01"


def _since(question: Question, since: str | None) -> Step:
    return Step("explain_changes", {"table": question.table, "since": since})


def _since_delivery(question: Question, said: str, history: History) -> Steps:
    """Since the delivery that a time names; else by dates; else since the last delivery."""
    found = history.find(batches_step(question.table))
    if found is None:
        return (batches_step(question.table),)
    rows = table_rows(found)
    batch = _delivery(question, rows)
    # Of the very first delivery there is nothing before.
    if batch is not None and batch != rows[0][0]:
        return (_since(question, str(batch)),)
    dated = _by_date(question, said, history)
    return (dated or _since(question, None),)


def _by_date(question: Question, said: str, history: History) -> Step | None:
    """Rows since a month against those before, by the table's one column of dates."""
    table = history.catalogue.table(question.table)
    dates = [c.name for c in table.columns if c.semantic == "date"] if table is not None else []
    if len(dates) != 1 or not re.fullmatch(r"\d{4}-\d{2}", said):
        return None
    first = conditions((Filter(dates[0], ">=", f"{said}-01"),))
    return Step("compare_slices", {"table": question.table, "first": first, "second": None})


def _lineage(question: Question, history: History) -> Steps:
    row = question.row
    if row is None and question.filters:
        source = quote_identifier(question.table)
        where = sql.where_sql(question.filters)
        first = _query(f"select {ROW} from {source}{where} order by 1 limit 1")
        rows = table_rows(history.find(first))
        if not rows:
            return (first,)
        row = int(rows[0][0])
    arguments = {"table": question.table, "row": row, "column": question.column or None}
    return (Step("trace_lineage", arguments),)


def _preview(question: Question, history: History) -> Steps:
    return tuple(Step("preview_fix", {"fix": number}) for number in question.ids[:3])


def _propose(question: Question, history: History) -> Steps:
    propose = Step("propose_fix", {"table": question.table, "column": question.column or None})
    if question.about == "null" and question.column:
        arguments = {"table": question.table, "column": question.column}
        return (Step("explain_nulls", arguments), propose)
    return (propose,)


def _apply(question: Question, history: History) -> Steps:
    """Apply the fixes that are named, else the safe ones proposed. A person approves, or not."""
    if question.ids:
        return (Step("apply_fix", {"fixes": list(question.ids)}),)
    propose = Step("propose_fix", {"table": question.table, "column": question.column or None})
    found = history.find(propose)
    safe = wanted_ids(question, found.data) if found is not None and found.ok else []
    if not safe:
        return (propose,)
    return (propose, Step("apply_fix", {"fixes": safe}))


def wanted_ids(question: Question, data: Mapping[str, Any]) -> list[int]:
    """The safe fixes that were asked for: of the reason that was named, else all."""
    reasons = REASONS.get(question.about)
    if not reasons:
        return [int(number) for number in data.get("safe_ids") or ()]
    fixes = [one for one in data.get("fixes") or () if isinstance(one, Mapping)]
    safe = [f for f in fixes if f.get("safety") == "safe" and f.get("reason") in reasons]
    return [int(one["fix"]) for one in safe]


def _undo(question: Question, history: History) -> Steps:
    if question.ids:
        what = f"f{question.ids[0]}"
    else:
        what = "last" if question.change_set is None else f"c{question.change_set}"
    return (Step("undo_fix", {"what": what}),)


def _issues(question: Question, history: History) -> Steps:
    """What checks find: those of one kind by the checks for it, else by all."""
    checks = CHECKS.get(question.about)
    if checks:
        return tuple(Step("run_check", {"table": question.table, "check": c}) for c in checks)
    return _on_column("find_issues")(question, history)


def _compare(question: Question, history: History) -> Steps:
    two = question.slices[1] if len(question.slices) > 1 else ()
    arguments = {
        "table": question.table,
        "first": conditions(question.slices[0]) or [],
        "second": conditions(two) or None,
    }
    return (Step("compare_slices", arguments),)


def _search(question: Question, history: History) -> Steps:
    return (Step("search_values", {"text": question.about, "table": question.table}),)


_OVER_TIME = frozenset({Intent.MEASURE, Intent.ROWS, Intent.COUNT_MISSING, Intent.TOP})

_PLANS: dict[Intent, Planner] = {
    Intent.HELP: _none,
    Intent.LIST_TABLES: _list_tables,
    Intent.DESCRIBE: _describe,
    Intent.PROFILE: _on_column("profile_column"),
    Intent.WHY_MISSING: _on_column("explain_nulls"),
    Intent.COUNT_MISSING: _count_missing,
    Intent.MISSING_BY: _missing_by,
    Intent.MISSING_COLUMNS: _gaps,
    Intent.WHY_WRONG: _on_column("explain_values"),
    Intent.ISSUES: _issues,
    Intent.OUTLIERS: _on_column("explain_values"),
    Intent.FORMATS: _on_column("profile_column"),
    Intent.WHY_DUPLICATES: _on_table("explain_duplicates"),
    Intent.DUPLICATES: _on_table("find_duplicates"),
    Intent.REPEATED_VALUES: _repeated,
    Intent.CHANGES: _changes,
    Intent.LINEAGE: _lineage,
    Intent.PROPOSE: _propose,
    Intent.PREVIEW: _preview,
    Intent.FIX: _propose,
    Intent.APPLY: _apply,
    Intent.UNDO: _undo,
    Intent.FITNESS: _on_table("judge_fitness"),
    Intent.COMPARE: _compare,
    Intent.MEASURE: _measure,
    Intent.TOP: _top,
    Intent.ROWS: _rows,
    Intent.SEARCH: _search,
}

"""Which tool calls a question needs, one after another, given the results so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from steward.agent.planner import sql
from steward.agent.planner.catalogue import Catalogue
from steward.agent.planner.history import History, Result
from steward.agent.planner.question import Filter, Intent, Question, Refusal, Step, Why

Steps = tuple[Step, ...]


def plan(
    question: Question, history: History, tools: Mapping[str, frozenset[str]]
) -> Steps | Refusal:
    """The calls to make now; none when everything is there.

    Args:
        question: what is asked.
        history: the results of this turn so far.
        tools: the parameters of each tool that can be called.
    """
    wanted = _PLANS[question.intent](question, history)
    missing = [step.tool for step in wanted if step.tool not in tools]
    if missing:
        return Refusal(Why.NO_TOOL, (missing[0],))
    fitted = [_fitted(step, tools[step.tool]) for step in wanted]
    return tuple(step for step in fitted if history.find(step) is None)


def needed(question: Question, history: History) -> Steps:
    """Every call that the plan has named so far, made or not."""
    return _PLANS[question.intent](question, history)


def _fitted(step: Step, parameters: frozenset[str]) -> Step:
    """The call with the arguments that the tool takes; the others are null."""
    given = {name: step.arguments.get(name) for name in sorted(parameters)}
    return Step(step.tool, given)


def _query(text: str) -> Step:
    return Step("query", {"sql": text})


def _none(question: Question, history: History) -> Steps:
    return ()


def _list_tables(question: Question, history: History) -> Steps:
    return (Step("list_tables"),)


def _describe(question: Question, history: History) -> Steps:
    return (Step("describe_table", {"table": question.table}),)


def _on_column(tool: str) -> Callable[[Question, History], Steps]:
    def steps(question: Question, history: History) -> Steps:
        return (Step(tool, {"table": question.table, "column": question.column or None}),)

    return steps


def _on_table(tool: str) -> Callable[[Question, History], Steps]:
    def steps(question: Question, history: History) -> Steps:
        return (Step(tool, {"table": question.table}),)

    return steps


def _count_missing(question: Question, history: History) -> Steps:
    missing = Filter(question.column, "missing")
    return (
        _query(sql.count_sql(question.table, (*question.filters, missing))),
        _query(sql.percent_sql(question.table, (missing,), question.filters)),
        Step("profile_column", {"table": question.table, "column": question.column}),
    )


def _missing_by(question: Question, history: History) -> Steps:
    return (_query(sql.by_sql(question.table, question.column, question.group, question.limit)),)


def _gaps(question: Question, history: History) -> Steps:
    table = history.catalogue.table(question.table)
    columns = [c.name for c in table.columns if c.missing != 0] if table is not None else []
    if not columns:
        return (_query(sql.count_sql(question.table)),)
    return (_query(sql.gaps_sql(question.table, columns)),)


def _repeated(question: Question, history: History) -> Steps:
    table, column = question.table, question.column
    return (
        _query(sql.repeated_sql(table, column, count=True)),
        _query(sql.repeated_sql(table, column, count=False)),
    )


def _measure(question: Question, history: History) -> Steps:
    if question.measure == "share":
        return (
            _query(sql.percent_sql(question.table, question.filters)),
            _query(sql.count_sql(question.table, question.filters)),
        )
    if question.measure == "distinct" and not question.group:
        return (_query(sql.distinct_sql(question.table, question.column, question.filters)),)
    return (_query(sql.measure_sql(question)),)


def _top(question: Question, history: History) -> Steps:
    distinct = sql.distinct_sql(question.table, question.column, question.filters)
    return (_query(sql.top_sql(question)), _query(distinct))


def _rows(question: Question, history: History) -> Steps:
    table = history.catalogue.table(question.table)
    columns = [c.name for c in table.columns] if table is not None else []
    return (
        _query(sql.rows_sql(question, columns)),
        _query(sql.count_sql(question.table, question.filters)),
    )


def _changes(question: Question, history: History) -> Steps:
    return (
        Step(
            "explain_changes",
            {"table": question.table, "since": since(question.since, history.catalogue)},
        ),
    )


def since(said: str, catalogue: Catalogue) -> str | None:
    """A time as the tool takes it."""
    return said or None


def _lineage(question: Question, history: History) -> Steps:
    if question.row is None and question.filters:
        found = f'select _steward_row from "{question.table}"' + sql.where_sql(question.filters)
        first = _query(f"{found} order by 1 limit 1")
        result = history.find(first) or _by_sql(history, first)
        rows = result.data.get("rows") if result is not None else None
        if not rows:
            return (first,)
        row = rows[0][0]
    else:
        row = question.row
    arguments = {"table": question.table, "row": row, "column": question.column or None}
    return (Step("trace_lineage", arguments),)


def _by_sql(history: History, step: Step) -> Result | None:
    wanted = step.arguments.get("sql")
    return next((r for r in history.results if r.arguments.get("sql") == wanted), None)


def _fix(question: Question, history: History) -> Steps:
    return _on_column("propose_fix")(question, history)


def _preview(question: Question, history: History) -> Steps:
    return (Step("preview_fix", {"table": question.table, "fixes": list(question.ids)}),)


def _apply(question: Question, history: History) -> Steps:
    return (Step("apply_fix", {"table": question.table, "fixes": list(question.ids)}),)


def _undo(question: Question, history: History) -> Steps:
    fixes = list(question.ids) or None
    arguments = {"table": question.table, "change_set": question.change_set, "fixes": fixes}
    return (Step("undo_fix", arguments),)


def _compare(question: Question, history: History) -> Steps:
    one = sql.where_sql(question.slices[0]).removeprefix(" where ")
    two = question.slices[1] if len(question.slices) > 1 else ()
    other = sql.where_sql(two).removeprefix(" where ") or f"not ({one})"
    arguments = {"table": question.table, "where_a": one, "where_b": other}
    return (Step("compare_slices", arguments),)


def _search(question: Question, history: History) -> Steps:
    return (Step("search_values", {"text": question.about, "table": question.table}),)


_PLANS: dict[Intent, Callable[[Question, History], Steps]] = {
    Intent.HELP: _none,
    Intent.LIST_TABLES: _list_tables,
    Intent.DESCRIBE: _describe,
    Intent.PROFILE: _on_column("profile_column"),
    Intent.WHY_MISSING: _on_column("explain_nulls"),
    Intent.COUNT_MISSING: _count_missing,
    Intent.MISSING_BY: _missing_by,
    Intent.MISSING_COLUMNS: _gaps,
    Intent.WHY_WRONG: _on_column("explain_values"),
    Intent.ISSUES: _on_column("find_issues"),
    Intent.OUTLIERS: _on_column("find_issues"),
    Intent.FORMATS: _on_column("profile_column"),
    Intent.WHY_DUPLICATES: _on_table("explain_duplicates"),
    Intent.DUPLICATES: _on_table("find_duplicates"),
    Intent.REPEATED_VALUES: _repeated,
    Intent.CHANGES: _changes,
    Intent.LINEAGE: _lineage,
    Intent.PROPOSE: _on_column("propose_fix"),
    Intent.PREVIEW: _preview,
    Intent.FIX: _fix,
    Intent.APPLY: _apply,
    Intent.UNDO: _undo,
    Intent.FITNESS: _on_table("judge_fitness"),
    Intent.COMPARE: _compare,
    Intent.MEASURE: _measure,
    Intent.TOP: _top,
    Intent.ROWS: _rows,
    Intent.SEARCH: _search,
}

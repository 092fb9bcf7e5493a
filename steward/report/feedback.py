"""What searches and clicks tell of the data, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from steward.report.terminal import Head, counted, grid, shown

if TYPE_CHECKING:
    from rich.console import RenderableType

    from steward.job.feedback import Feedback
    from steward.job.feedback_causes import Cause, SearchIssue

FIXES = 6
"""Numbers of fixes that are listed before the rest is counted."""


def feedback_parts(found: Feedback, limit: int) -> list[RenderableType]:
    """Issues, failing queries with their causes, and those without."""
    parts: list[RenderableType] = [
        f"{found.searches:,} searches of {found.queries:,} queries; "
        f"{counted(len(found.failing), 'query fails', 'queries fail')}, "
        f"{len(found.failing) - len(found.unexplained)} of them by cells of {found.table}."
    ]
    if found.issues:
        parts += ["", _issues(found.issues)]
    if found.causes:
        parts += ["", _causes(found, limit)]
    if found.unexplained:
        parts += ["", _unexplained(found, limit)]
    return parts


def advice(found: Feedback) -> Iterator[str]:
    """What could be done next."""
    fixes = list(dict.fromkeys(fix for issue in found.issues for fix in issue.fixes))
    if fixes:
        numbers = " ".join(map(str, fixes[:FIXES]))
        yield f"Next: steward show {fixes[0]}, then steward apply {numbers}" + (
            " …" if len(fixes) > FIXES else ""
        )
    if any(issue.without_fix for issue in found.issues):
        yield "Rows without a fix: steward feedback … --sql 1, or steward fix to look for fixes."


def _issues(issues: Sequence[SearchIssue]) -> RenderableType:
    heads = [
        *(Head("issue", right=True), Head("column"), Head("what"), Head("rows", right=True)),
        *(Head("queries", right=True), Head("clicks to win", right=True), Head("fixes", fold=True)),
    ]
    rows = [
        (
            *(number, one.issue.columns[0], one.issue.reason.value.replace("_", " ")),
            *(one.issue.rows, len(one.queries), f"{one.recoverable:,.0f}", _numbers(one)),
        )
        for number, one in enumerate(issues, 1)
    ]
    return grid(heads, rows, title="Cells that searches fail by, the most clicks first")


def _causes(found: Feedback, limit: int) -> RenderableType:
    heads = [
        *(Head("query", fold=True), Head("searches", right=True), Head("clicks", right=True)),
        *(Head("usual", right=True), Head("lacks", fold=True), Head("rows", right=True)),
        *(Head("would be", fold=True), Head("by"), Head("right", right=True)),
    ]
    failing = {one.query: one for one in found.failing}
    shown_causes = found.causes[:limit] if limit else found.causes
    rows = [
        (
            *(cause.query, failing[cause.query].searches, failing[cause.query].clicks),
            *(f"{failing[cause.query].expected:,.0f}", f"{cause.column}: {' '.join(cause.words)}"),
            *(len(cause.rows), shown(cause.values[0]), _by(cause), f"{cause.confidence:.2f}"),
        )
        for cause in shown_causes
    ]
    return grid(heads, rows, title="Why queries fail")


def _unexplained(found: Feedback, limit: int) -> RenderableType:
    heads = [
        *(Head("query", fold=True), Head("searches", right=True), Head("empty", right=True)),
        *(Head("clicks", right=True), Head("usual", right=True)),
    ]
    those = found.unexplained[:limit] if limit else found.unexplained
    rows = [
        (one.query, one.searches, one.empty, one.clicks, f"{one.expected:,.0f}") for one in those
    ]
    title = "Queries that fail, by no cell that is known"
    return grid(heads, rows, title=title)


def _by(cause: Cause) -> str:
    return ", ".join(source.value for source in cause.sources)


def _numbers(one: SearchIssue) -> str:
    listed = " ".join(map(str, one.fixes[:FIXES]))
    more = f" + {len(one.fixes) - FIXES}" if len(one.fixes) > FIXES else ""
    none = f"{one.without_fix} rows have none" if one.without_fix else ""
    return "; ".join(part for part in (listed + more, none) if part)

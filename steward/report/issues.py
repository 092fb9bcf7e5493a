"""Issues for the terminal: one line an issue, worst first as the checks gave them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from steward.report.terminal import Head, grid, shown
from steward.types import Issue

HEADS = (
    Head("issue", right=True),
    Head("check"),
    Head("columns", fold=True),
    Head("what", fold=True),
)


def issue_table(issues: Sequence[Issue], *, title: str = "") -> Table:
    """One line an issue; its number is what `--quarantine` and `--sql` take."""
    return grid(HEADS, [_line(n, issue) for n, issue in enumerate(issues, 1)], title=title)


def _line(number: int, issue: Issue) -> tuple[object, ...]:
    since = f" Since {issue.since}." if issue.since else ""
    what = shown(issue.message, 240) + since
    return (str(number), issue.check, _columns(issue.columns), what)


def _columns(names: Sequence[str], limit: int = 4) -> str:
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more

"""The user's own checks, and what the user said about the inferred ones."""

from __future__ import annotations

import dataclasses
import importlib.util
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from steward.checks.expression import parse_predicate, predicate_columns, predicate_sql
from steward.checks.finding import issue_from_sql
from steward.checks.sql import select_rows, select_where
from steward.checks.table_rules import freshness_issue, row_count_issue
from steward.checks.user_rules import COLUMN_RULES
from steward.engine import Snapshot
from steward.errors import ContentError
from steward.types import Issue, Profile, Reason

DEFAULT_SEVERITY = 0.8


@dataclass(frozen=True, slots=True)
class UserCheck:
    """One rule of the user's file. `argument` is what the file says after the rule's name."""

    name: str
    rule: str
    columns: tuple[str, ...]
    argument: object
    table: str | None = None
    severity: float = DEFAULT_SEVERITY
    message: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user said about inferred checks: which (None: any), and how grave they are."""

    check: str | None = None
    column: str | None = None
    table: str | None = None
    severity: float | None = None
    message: str = ""

    def meets(self, issue: Issue) -> bool:
        """Is this choice about that issue?"""
        return (
            self.check in (None, issue.check)
            and self.table in (None, issue.table)
            and (self.column is None or self.column in issue.columns)
        )


@dataclass(frozen=True, slots=True)
class UserChecks:
    """The content of a checks file."""

    checks: tuple[UserCheck, ...] = ()
    mute: tuple[Choice, ...] = ()
    keep: tuple[Choice, ...] = ()
    path: Path | None = None

    def mutes(self, issue: Issue) -> bool:
        """Has the user muted this finding? What `keep` names is never muted."""
        if any(choice.meets(issue) for choice in self.keep):
            return False
        return any(choice.meets(issue) for choice in self.mute)

    def judged(self, issue: Issue) -> Issue:
        """The issue with the severity and message the user gave it, if any."""
        for choice in self.keep:
            if choice.meets(issue):
                severity = issue.severity if choice.severity is None else choice.severity
                message = choice.message or issue.message
                issue = dataclasses.replace(issue, severity=severity, message=message)
        return issue


def run_user_checks(
    snapshot: Snapshot,
    profile: Profile,
    user: UserChecks,
    *,
    only: Collection[str] | None = None,
) -> list[Issue]:
    """Issues of the user's checks that are about this table, in the order of the file.

    Raises:
        ContentError: checks name columns or tables that do not exist; all of them are listed.
    """
    mine = [
        c
        for c in user.checks
        if c.table in (None, snapshot.name) and (only is None or c.name in only)
    ]
    problems = list(_unknown(snapshot, mine))
    if problems:
        raise ContentError(
            f"{user.path or 'checks'} does not fit the table {snapshot.name}:\n"
            + "\n".join(problems),
            hint="Correct the names, or say `table:` where a check is about another table.",
        )
    found = (_run(snapshot, profile, check, user.path) for check in mine)
    return [issue for issue in found if issue is not None]


def _run(snapshot: Snapshot, profile: Profile, check: UserCheck, path: Path | None) -> Issue | None:
    import duckdb

    try:
        return _issue(snapshot, profile, check, path)
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise ContentError(
            f"{path or 'checks'}, line {check.line}: {check.name} cannot be run: {said}"
        ) from None


def _unknown(snapshot: Snapshot, checks: Iterable[UserCheck]) -> Iterator[str]:
    for check in checks:
        names = check.columns
        if check.rule == "expression":
            names = predicate_columns(parse_predicate(str(check.argument)))
        for name in names:
            if name not in snapshot.columns:
                yield f"  line {check.line}: no column {name!r} (check {check.name})"
        if check.rule == "relationships" and isinstance(check.argument, dict):
            yield from _unknown_reference(snapshot, check, check.argument)


def _unknown_reference(
    snapshot: Snapshot, check: UserCheck, argument: dict[str, object]
) -> Iterator[str]:
    other = snapshot.beside.get(str(argument["to"]))
    if other is None and argument["to"] != snapshot.name:
        yield f"  line {check.line}: no table {argument['to']!r} (check {check.name})"
    elif argument["field"] not in (other or snapshot).columns:
        yield f"  line {check.line}: no column {argument['field']!r} in {argument['to']!r}"


def _issue(
    snapshot: Snapshot, profile: Profile, check: UserCheck, path: Path | None
) -> Issue | None:
    if check.rule == "row_count":
        return row_count_issue(snapshot, check.name, check.argument, check.message, check.severity)
    if check.rule == "freshness":
        return freshness_issue(
            snapshot, check.name, check.columns[0], check.argument, check.message, check.severity
        )
    sql = _sql(snapshot, profile, check, path)
    columns = check.columns
    if check.rule == "expression":
        columns = columns or predicate_columns(parse_predicate(str(check.argument)))
    return issue_from_sql(
        snapshot,
        sql,
        check=check.name,
        reason=Reason.USER,
        columns=columns,
        message=check.message or f"{{rows}} rows ({{share}}) fail {check.name}.",
        severity=check.severity,
    )


def _sql(snapshot: Snapshot, profile: Profile, check: UserCheck, path: Path | None) -> str:
    if check.rule == "expression":
        tree = parse_predicate(str(check.argument))
        columns = check.columns or predicate_columns(tree)
        # Where a part is unknown the answer is unknown, and that is no failure (as in SQL's CHECK).
        return select_where(snapshot.name, columns, f"not ({predicate_sql(tree, profile)})")
    if check.rule == "function":
        return _by_function(snapshot, check, path)
    return COLUMN_RULES[check.rule](snapshot.name, check.columns, check.argument)


def _by_function(snapshot: Snapshot, check: UserCheck, path: Path | None) -> str:
    where = f"line {check.line}: {check.argument}"
    file, _, name = str(check.argument).rpartition(":")
    target = (path.parent if path else Path()) / file
    spec = importlib.util.spec_from_file_location(f"steward_user_{target.stem}", target)
    if spec is None or spec.loader is None or not target.is_file():
        raise ContentError(f"{where}: there is no Python file {target}.")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        answer = getattr(module, name)(snapshot)
    except Exception as error:
        raise ContentError(f"{where}: {type(error).__name__}: {error}") from error
    if isinstance(answer, str):
        return answer
    return select_rows(snapshot.name, check.columns, (int(row) for row in answer))

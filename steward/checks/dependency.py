"""Rows that disagree with the clear majority of their group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from steward.checks.finding import issue_from_sql
from steward.checks.sql import present_sql, rows_sql, select_rows
from steward.checks.verdict import MAJORITY, MIN_TOP, Verdict, judge
from steward.engine import Snapshot
from steward.engine.text import quote_identifier
from steward.types import ROW, Issue, Profile, Reason

EXPECTED = "_steward_expected"


def dependency(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Rows whose value disagrees with the clear majority of the rows that it should agree with.

    The profile found that one column (nearly) fixes another: a zip its city, a brand id its brand.
    Up to five such columns vote on a cell: each names the value that at least three rows of the
    same group agree on, three to one. Cells outvoted are shown, unless another column of the row
    is contradicted more and so is the one to blame. Dependencies are refused that hold little
    better than chance, or whose exceptions repeat themselves and so are no slips.
    """
    for verdict in judge(snapshot, profile):
        yield from _outvoted(snapshot, profile, verdict)
        yield from _misled(snapshot, verdict)


def _outvoted(snapshot: Snapshot, profile: Profile, verdict: Verdict) -> Iterator[Issue]:
    if not len(verdict.wrong):
        return
    column = verdict.column
    determinants = [r.determinant for r in verdict.rules]
    excused = np.setdiff1d(verdict.outvoted, verdict.wrong)
    known = ", ".join(" + ".join(d) for d in determinants)
    issue = issue_from_sql(
        snapshot,
        dependency_sql(
            snapshot.name, profile, column, determinants, excused=snapshot.row_ids[excused]
        ),
        check="dependency",
        reason=Reason.DEPENDENCY,
        columns=[column],
        message=f"{{rows}} rows ({{share}}) hold another {column} than the rows that share "
        f"their {known}.",
    )
    if issue is not None:
        yield issue


def _misled(snapshot: Snapshot, verdict: Verdict) -> Iterator[Issue]:
    if not len(verdict.misled):
        return
    issue = issue_from_sql(
        snapshot,
        select_rows(snapshot.name, [verdict.column], snapshot.row_ids[verdict.misled].tolist()),
        check="dependency",
        reason=Reason.DEPENDENCY,
        columns=[verdict.column],
        message=f"{{rows}} rows ({{share}}) hold a {verdict.column} that several other columns of "
        "the row contradict.",
    )
    if issue is not None:
        yield issue


def dependency_sql(
    table: str,
    profile: Profile,
    column: str,
    determinants: Sequence[Sequence[str]],
    *,
    excused: npt.NDArray[np.int64] | None = None,
) -> str:
    """Select the rows that more determinants contradict than confirm, and what was expected.

    `excused` rows are left out: another column of theirs is to blame.
    """
    source, name = quote_identifier(table), quote_identifier(column)
    parts, joins, against, in_favour, expected = [], [], [], [], []
    for number, determinant in enumerate(determinants, start=1):
        rule = f"rule_{number}"
        parts.append(_majority_sql(rule, source, profile, column, determinant))
        on = " and ".join(f"t.{quote_identifier(d)} = {rule}.{quote_identifier(d)}"
                          for d in determinant)  # fmt: skip
        joins.append(f"left join {rule} on {on}")
        against.append(f"coalesce(({rule}.expected <> t.{name})::int, 0)")
        in_favour.append(f"coalesce(({rule}.expected = t.{name})::int, 0)")
        expected.append(f"case when {rule}.expected <> t.{name} then {rule}.expected end")
    but = ""
    if excused is not None and len(excused):
        but = f"and not ({rows_sql(excused.tolist(), of='t')}) "
    shown = dict.fromkeys(d for determinant in determinants for d in determinant)
    columns = ", ".join([f"t.{name}", *(f"t.{quote_identifier(d)}" for d in shown)])
    return (
        f"with {', '.join(parts)} select t.{ROW}, {columns}, coalesce({', '.join(expected)}) as "
        f"{EXPECTED} from {source} as t {' '.join(joins)} where "
        f"{_present('t', column, profile)} and {' + '.join(against)} > {' + '.join(in_favour)} "
        f"{but}order by t.{ROW}"
    )


def _majority_sql(
    rule: str, source: str, profile: Profile, column: str, determinant: Sequence[str]
) -> str:
    names = ", ".join(quote_identifier(d) for d in determinant)
    held = " and ".join(_present("", c, profile) for c in (*determinant, column))
    return (
        f"{rule} as (select {names}, max_by(held, n) as expected from (select {names}, "
        f"{quote_identifier(column)} as held, count(*) as n from {source} where {held} "
        f"group by {names}, held) group by {names} "
        f"having max(n) >= {MIN_TOP} and max(n) >= {MAJORITY} * (sum(n) - max(n)))"
    )


def _present(of: str, column: str, profile: Profile) -> str:
    words = [v.value for v in profile.column(column).disguised if v.value is not None]
    return present_sql(column, words, of=of)

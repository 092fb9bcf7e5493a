"""Rows that disagree with the clear majority of their group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from steward.checks.finding import issue_from_sql
from steward.checks.groups import group_codes, votes
from steward.checks.sql import present_sql
from steward.checks.values import present_codes
from steward.engine import Snapshot
from steward.engine.text import quote_identifier
from steward.types import ROW, Dependency, Issue, Profile, Reason

MIN_TOP = 3
"""A majority is clear when at least three rows agree and outvote the others two to one."""

MAX_ERROR = 0.05
MAX_AGREEMENT = 0.2
MAX_REPEATED = 0.5
MAX_RULES = 5
EXPECTED = "_steward_expected"


def dependency(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Rows whose value disagrees with the clear majority of the rows that it should agree with.

    The profile found that one column (nearly) fixes another: a zip its city, a brand id its brand.
    Up to five such columns vote on a cell: each names the value that at least three rows of the
    same group agree on, two to one. Cells outvoted are shown. Dependencies are refused that hold
    no better than chance, or whose exceptions repeat themselves and so are no slips.
    """
    names = {c.name for c in profile.columns}
    by_column: dict[str, list[Dependency]] = {}
    for rule in profile.dependencies:
        if {rule.dependent, *rule.determinant} <= names and rule.error <= MAX_ERROR:
            by_column.setdefault(rule.dependent, []).append(rule)
    for column, rules in by_column.items():
        rules.sort(key=lambda r: (r.error, len(r.determinant), -r.rows, r.determinant))
        trusted = [r for r in rules if is_trusted(snapshot, profile, r)][:MAX_RULES]
        if not trusted:
            continue
        known = ", ".join(" + ".join(r.determinant) for r in trusted)
        issue = issue_from_sql(
            snapshot,
            dependency_sql(snapshot.name, profile, column, [r.determinant for r in trusted]),
            check="dependency",
            reason=Reason.DEPENDENCY,
            columns=[column],
            message=f"{{rows}} rows ({{share}}) hold another {column} than the rows that share "
            f"their {known}.",
        )
        if issue is not None:
            yield issue


def is_trusted(snapshot: Snapshot, profile: Profile, rule: Dependency) -> bool:
    """Does a dependency hold far better than chance, but for exceptions that look like slips?"""
    group = group_codes([present_codes(snapshot, profile.column(c)) for c in rule.determinant])
    value = present_codes(snapshot, profile.column(rule.dependent))
    seen = votes(group, value)
    wide = seen.total >= 2
    rows = int(seen.rows[wide].sum())
    if not rows:
        return False
    odd = wide & ~seen.is_top
    wrong = int(seen.rows[odd].sum())
    if wrong > MAX_ERROR * rows:
        return False
    # By chance: a row agrees with its group's majority as often as the column repeats itself.
    shares = np.bincount(value[value >= 0]) / max(int((value >= 0).sum()), 1)
    chance = 1.0 - float((shares**2).sum())
    if wrong > MAX_AGREEMENT * chance * rows or chance == 0.0:
        return False
    repeated = int(seen.rows[odd & (seen.rows > 1)].sum())
    return repeated <= MAX_REPEATED * wrong


def dependency_sql(
    table: str, profile: Profile, column: str, determinants: Sequence[Sequence[str]]
) -> str:
    """Select the rows that more determinants contradict than confirm, and what was expected."""
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
    shown = dict.fromkeys(d for determinant in determinants for d in determinant)
    columns = ", ".join([f"t.{name}", *(f"t.{quote_identifier(d)}" for d in shown)])
    return (
        f"with {', '.join(parts)} select t.{ROW}, {columns}, coalesce({', '.join(expected)}) as "
        f"{EXPECTED} from {source} as t {' '.join(joins)} where "
        f"{_present('t', column, profile)} and {' + '.join(against)} > {' + '.join(in_favour)} "
        f"order by t.{ROW}"
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
        f"having max(n) >= {MIN_TOP} and max(n) >= 2 * (sum(n) - max(n)))"
    )


def _present(of: str, column: str, profile: Profile) -> str:
    words = [v.value for v in profile.column(column).disguised if v.value is not None]
    return present_sql(column, words, of=of)

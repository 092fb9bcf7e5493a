"""Which cells the dependencies of a table speak against, and which column is to blame.

Where `zip -> city` is broken, the zip may be wrong as well as the city. Every rule of the table
testifies about every row: a column that all of its rules contradict in a row is to blame rather
than one that others confirm. Exceptions that one value of a third column explains entirely (all
rows of one state) are a matter of that state, not slips, and count as no contradiction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steward.checks.groups import Votes, group_codes, votes
from steward.checks.values import present_codes
from steward.engine import Snapshot
from steward.types import Dependency, Profile

MIN_TOP = 3
"""A majority is clear when at least three rows agree and outvote the others three to one."""

MAJORITY = 3
MAX_ERROR = 0.15
MAX_AGREEMENT = 0.2
MAX_REPEATED = 0.5
MAX_RULES = 5
REPEATED_SHARE = 0.05
EXPLAINED_ROWS = 4
EXPLAINED_SHARE = 0.8

CONFIRMED, CONTRADICTED, EXPLAINED = 1, -1, -2

Rows = npt.NDArray[np.int64]
Says = npt.NDArray[np.int8]
Guilt = dict[str, npt.NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What is said of one column.

    Positions of rows (int64): `outvoted` are those that more rules contradict than confirm,
    `wrong` those among them where the column itself is to blame, `misled` rows whose value makes
    several other columns look wrong, though no rule says what it should be.
    """

    column: str
    rules: tuple[Dependency, ...]
    outvoted: Rows
    wrong: Rows
    misled: Rows


def judge(snapshot: Snapshot, profile: Profile) -> list[Verdict]:
    """Hear every trusted dependency of the profile about every row."""
    heard = _hear(snapshot, profile)
    if not heard:
        return []
    rules = [rule for rule, _ in heard]
    doubted = np.flatnonzero(np.logical_or.reduce([says < 0 for _, says in heard]))
    table = np.stack([says[doubted] for _, says in heard])
    columns = sorted({c for r in rules for c in (*r.determinant, r.dependent)})
    guilt = {c: _guilt(table[[c in (*r.determinant, r.dependent) for r in rules]]) for c in columns}
    return [_verdict(c, rules, table, guilt, doubted) for c in columns]


def _verdict(
    column: str, rules: Sequence[Dependency], table: Says, guilt: Guilt, doubted: Rows
) -> Verdict:
    mine = [i for i, r in enumerate(rules) if r.dependent == column]
    outvoted = np.sign(table[mine]).sum(axis=0) < 0 if mine else np.zeros(len(doubted), bool)
    fair = table[mine].sum(axis=0, where=table[mine] != EXPLAINED) < 0 if mine else outvoted
    blamed = np.zeros(len(doubted), bool)
    for i in mine:
        others = np.max([guilt[d] for d in rules[i].determinant], axis=0)
        blamed |= (table[i] == CONTRADICTED) & (guilt[column] >= others)
    wrong = outvoted & fair & blamed
    misled = _misled(column, rules, table, guilt) & ~outvoted
    return Verdict(column, tuple(rules[i] for i in mine), doubted[outvoted], doubted[wrong],
                   doubted[misled])  # fmt: skip


def _misled(
    column: str, rules: Sequence[Dependency], table: Says, guilt: Guilt
) -> npt.NDArray[np.bool_]:
    """Rows in which every rule from this column is broken, of two dependents or more."""
    dependents: dict[str, npt.NDArray[np.bool_]] = {}
    for i, rule in enumerate(rules):
        if rule.determinant == (column,):
            broken = (table[i] == CONTRADICTED) & (guilt[column] > guilt[rule.dependent])
            dependents[rule.dependent] = broken
    if len(dependents) < 2:
        return np.zeros(table.shape[1], bool)
    several = np.sum(list(dependents.values()), axis=0) >= 2
    return np.asarray(several & (guilt[column] >= 1.0))


def _guilt(table: Says) -> npt.NDArray[np.float64]:
    """Share of a column's rules that each row breaks; the number of them parts equals."""
    broken = (table == CONTRADICTED).sum(axis=0)
    heard = (table != 0).sum(axis=0)
    return np.asarray(broken / np.maximum(heard, 1) + 1e-3 * broken)


def _hear(snapshot: Snapshot, profile: Profile) -> list[tuple[Dependency, Says]]:
    names = {c.name for c in profile.columns}
    rules = [
        r
        for r in profile.dependencies
        if r.error <= MAX_ERROR and {r.dependent, *r.determinant} <= names
    ]
    rules.sort(key=lambda r: (r.dependent, r.error, len(r.determinant), -r.rows, r.determinant))
    heard: list[tuple[Dependency, Says]] = []
    taken: dict[str, int] = {}
    for rule in rules:
        if taken.get(rule.dependent, 0) >= MAX_RULES:
            continue
        says = testimony(snapshot, profile, rule)
        if says is not None:
            taken[rule.dependent] = taken.get(rule.dependent, 0) + 1
            heard.append((rule, says))
    return heard


def testimony(snapshot: Snapshot, profile: Profile, rule: Dependency) -> Says | None:
    """What one dependency says of each row (int8, 0: nothing); None when it is not trusted."""
    group = group_codes([present_codes(snapshot, profile.column(c)) for c in rule.determinant])
    value = present_codes(snapshot, profile.column(rule.dependent))
    seen = votes(group, value)
    if not _is_trusted(seen, value):
        return None
    clear = seen.is_top & (seen.top >= MIN_TOP) & (seen.top >= MAJORITY * (seen.total - seen.top))
    expected = np.full(int(group.max(initial=0)) + 2, -1, np.int64)
    expected[seen.group[clear]] = seen.value[clear]
    wanted = expected[group]
    known = (wanted >= 0) & (value >= 0) & (group >= 0)
    says = np.where(known, np.where(value == wanted, CONFIRMED, CONTRADICTED), 0).astype(np.int8)
    odd = np.flatnonzero(says == CONTRADICTED)
    says[odd[_explained(snapshot, profile, rule, odd)]] = EXPLAINED
    return says


def _is_trusted(seen: Votes, value: npt.NDArray[np.int32]) -> bool:
    """Does it hold far better than chance, but for exceptions that look like slips?"""
    wide = seen.total >= 2
    rows = int(seen.rows[wide].sum())
    odd = wide & ~seen.is_top
    wrong = int(seen.rows[odd].sum())
    if not rows or wrong > MAX_ERROR * rows:
        return False
    # Two rows taken at random differ this often; rows of one group must do so far less.
    shares = np.bincount(value[value >= 0]) / max(int((value >= 0).sum()), 1)
    chance = 1.0 - float((shares**2).sum())
    if wrong > MAX_AGREEMENT * chance * rows or chance <= 0.0:
        return False
    # In a large group the same slip may well come twice; a twentieth of the group is no slip.
    often = np.maximum(1, REPEATED_SHARE * seen.total)
    repeated = int(seen.rows[odd & (seen.rows > often)].sum())
    return repeated <= MAX_REPEATED * wrong


def _explained(
    snapshot: Snapshot, profile: Profile, rule: Dependency, odd: Rows
) -> npt.NDArray[np.bool_]:
    """Exceptions that share a value of a third column of which nearly every row is one."""
    explained = np.zeros(len(odd), bool)
    if len(odd) < EXPLAINED_ROWS:
        return explained
    for column in profile.columns:
        if column.name in (*rule.determinant, rule.dependent):
            continue
        codes = snapshot.codes(column.name)
        held = codes.codes[odd]
        values, rows = np.unique(held[held >= 0], return_counts=True)
        whole = (rows >= EXPLAINED_ROWS) & (rows >= EXPLAINED_SHARE * codes.counts[values])
        if whole.any():
            explained |= np.isin(held, values[whole])
    return explained

"""Conditions: where one column is above a bound, or is filled, another holds one value.

The vote knows equal values only. Here a column of numbers is cut in two where that tells most about
another column of few values (`exemption > 0`: `single`); so is any column into blank and filled.
What breaks the rule is doubted by groups: if 40 groups of rows keep a rule without one exception, a
group breaks it for a good reason with probability .5 / 41 (what Jeffreys' prior predicts of the
next group). Exceptions all over the table are no burst of errors, and nothing is proposed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from steward.engine import Snapshot
from steward.engine.text import quote_identifier, quote_literal
from steward.fixes.backtest import Tally
from steward.fixes.cut import Cut, sides_of
from steward.fixes.grid import Grid
from steward.fixes.pairs import MISSING, Floats, Ints
from steward.types import (
    ROW,
    Backtest,
    Change,
    Evidence,
    Fix,
    FixKind,
    Profile,
    Provenance,
    Reason,
    Safety,
)

MAX_VALUES, MAX_CELLS = 20, 4_000_000
MAX_EXCEPTIONS = 0.03
MIN_ROWS, MIN_GROUP, MIN_GROUPS = 200, 10, 12
ESTABLISHED = 20
LEAST = 0.6
DRAWS, BURST = 10, 0.3
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Broken:
    """A rule and the rows that break it.

    `rows` has shape (n,); `confidence` is of each of them. `kept` of `groups` groups have no
    exception.
    """

    cut: Cut
    target: int
    after: int
    rows: Ints
    confidence: Floats
    support: int
    kept: int
    groups: int


class Condition:
    """What a column must hold where another is above a bound, or is filled."""

    name = "condition"
    version = "1"
    injections: tuple[str, ...] = ()

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """One fix for each rule and old value."""
        grid = Grid.of(snapshot, profile)
        for broken in strongest(broken_rules(grid)):
            yield from _fixes(self, snapshot, grid, broken)

    def backtest(
        self, snapshot: Snapshot, profile: Profile, fixes: Sequence[Fix], seed: int = 0
    ) -> dict[str, Backtest]:
        """Exchange values in one group of rows at a time, and count what is put right again."""
        grid = Grid.of(snapshot, profile)
        known = broken_rules(grid)
        doubted = {(b.target, r) for b in known for r in b.rows.tolist()}
        columns = sorted({grid.columns.index(c.column) for fix in fixes for c in fix.changes})
        tallies = {c: Tally() for c in columns}
        for number, target in product(range(DRAWS), columns):
            rules = [b for b in known if b.target == target]
            random = np.random.default_rng([seed, number, target])
            _try(grid, rules, doubted, random, tallies[target])
        return {grid.columns[c]: tally.backtest() for c, tally in tallies.items()}


def broken_rules(grid: Grid, targets: Sequence[int] | None = None) -> list[Broken]:
    """Rules that hold but for a few rows, of every pair of columns; strongest first."""
    found = []
    for target in range(len(grid.columns)) if targets is None else targets:
        values = np.bincount(grid.codes[:, target], minlength=grid.sizes[target])
        if not 2 <= np.count_nonzero(values[1:]) <= MAX_VALUES:
            continue
        for column in range(len(grid.columns)):
            if column == target or grid.sizes[column] * grid.sizes[target] > MAX_CELLS:
                continue
            for cut in sides_of(grid, column, target):
                broken = _broken(grid, cut, target, values)
                if broken is not None:
                    found.append(broken)
    return sorted(found, key=lambda b: (-float(b.confidence.max()), -b.support, b.target))


def strongest(rules: Sequence[Broken]) -> list[Broken]:
    """Each doubted cell once, by the rule that is surest of it."""
    seen: set[tuple[int, int]] = set()
    kept = []
    for b in rules:
        new = np.array([(b.target, r) not in seen for r in b.rows.tolist()], dtype=bool)
        seen |= {(b.target, r) for r in b.rows.tolist()}
        if new.any():
            kept.append(
                Broken(b.cut, b.target, b.after, b.rows[new], b.confidence[new], b.support,
                       b.kept, b.groups)
            )  # fmt: skip
    return kept


def _broken(grid: Grid, cut: Cut, target: int, values: Ints) -> Broken | None:
    """The exceptions to a rule, with their confidence; None where there is no rule or exception."""
    rows = cut.rows
    held = grid.codes[rows, target]
    counts = np.bincount(held[held != MISSING], minlength=grid.sizes[target])
    after, total = int(counts.argmax()), int(counts.sum())
    wrong = total - int(counts[after])
    if total < MIN_ROWS or wrong > MAX_EXCEPTIONS * total or len(held) - total > 0.05 * total:
        return None
    odd = held != after
    odd &= (held == MISSING) | (values[held] >= ESTABLISHED)
    if not odd.any():
        return None
    blank = held == MISSING
    size = np.bincount(cut.group, minlength=cut.groups)
    breaks = np.bincount(cut.group[odd & ~blank], minlength=cut.groups)
    whole = size >= MIN_GROUP
    groups, broken = int(whole.sum()), int((breaks[whole] > 0).sum())
    if groups < MIN_GROUPS:
        return None
    sure = np.where(blank, 1 - (wrong + 1) / (total + 2), 1 - (broken - 0.5) / groups)
    mixed = (breaks < 0.5 * size)[cut.group] & whole[cut.group] & ~cut.edge[cut.group]
    kept = np.flatnonzero(odd & (sure >= LEAST) & (blank | mixed))
    if not len(kept):
        return None
    return Broken(
        cut, target, after, rows[kept], sure[kept], int(counts[after]), groups - broken, groups
    )


def _structured(grid: Grid, broken: Broken) -> bool:
    """Do the exceptions fill whole slices of another column? Then they have a reason."""
    odd = np.zeros(grid.rows, dtype=bool)
    odd[broken.rows] = True
    near = np.isin(broken.cut.group, np.unique(broken.cut.group[odd[broken.cut.rows]]))
    rows = broken.cut.rows[near]
    for column, size in enumerate(grid.sizes):
        if column in (broken.cut.column, broken.target):
            continue
        x = grid.codes[rows, column]
        n = np.bincount(x, minlength=size)
        k = np.bincount(x[odd[rows]], minlength=size)
        full = (n >= 5) & (k >= 0.9 * n)
        if k[full].sum() >= 0.5 * odd.sum():
            return True
    return False


def _fixes(who: Condition, snapshot: Snapshot, grid: Grid, broken: Broken) -> Iterator[Fix]:
    name, after = grid.columns[broken.target], grid.values[broken.target][broken.after]
    raw = snapshot.codes(name)
    groups: dict[tuple[int, float], list[int]] = defaultdict(list)
    for row, sure in zip(broken.rows.tolist(), broken.confidence.tolist(), strict=True):
        groups[int(raw.codes[row]), sure].append(row)
    doubtful = not broken.cut.sound or _structured(grid, broken)
    safety = Safety.UNSAFE if doubtful else Safety.SAFE
    for (old, sure), rows in sorted(groups.items()):
        missing = grid.codes[rows[0], broken.target] == MISSING
        yield Fix(
            table=snapshot.name,
            kind=FixKind.CELL,
            reason=Reason.MISSING if missing else Reason.DEPENDENCY,
            check="missing" if missing else "dependency",
            changes=(Change(name, raw.text(old), after),),
            rows=tuple(snapshot.row_ids[rows].tolist()),
            provenance=Provenance(who.name, who.version),
            evidence=Evidence(
                _words(broken, name, after, len(rows)),
                sql=_sql(snapshot.name, broken, name, after),
                determinants=(broken.cut.name,),
                votes_for=float(broken.support),
                votes_against=float(len(broken.rows)),
            ),
            confidence=round(sure, 4),
            safety=safety,
        )


def _words(broken: Broken, name: str, after: str, rows: int) -> str:
    return (
        f"Where {broken.cut.words}, {name} is `{after}` in {broken.support} rows and in all of "
        f"{broken.kept} of {broken.groups} groups of them; {rows} rows differ."
    )


def _sql(table: str, broken: Broken, name: str, after: str) -> str:
    column, target = quote_identifier(broken.cut.name), quote_identifier(name)
    return (
        f"select {ROW}, {column}, {target} from {quote_identifier(table)} "
        f"where {broken.cut.sql} and {target} is distinct from {quote_literal(after)} "
        f"order by {ROW}"
    )


def _try(
    grid: Grid, rules: Sequence[Broken], doubted: set[tuple[int, int]],
    random: np.random.Generator, tally: Tally,
) -> None:  # fmt: skip
    """Exchange a target's values in a part of one sound group, look again, and count."""
    if not rules:
        return
    rule = rules[int(random.integers(len(rules)))]
    target, rows, group = rule.target, rule.cut.rows, rule.cut.group
    sick = np.unique(group[np.isin(rows, rule.rows)])
    size = np.bincount(group, minlength=rule.cut.groups)
    sound = np.setdiff1d(np.flatnonzero(size >= 2 * MIN_GROUP), sick)
    if not len(sound):
        return
    chosen = random.permutation(rows[group == random.choice(sound)])
    chosen = chosen[: max(2, min(60, int(len(chosen) * BURST)))]
    chosen = chosen[grid.codes[chosen, target] == rule.after]
    known = np.unique(grid.codes[:, target])
    others = known[(known != rule.after) & (known != MISSING)]
    codes = grid.codes.copy()
    codes[chosen, target] = random.choice(others, size=len(chosen))
    hit = set(chosen.tolist())
    tally.injected += len(hit)
    tally.clean += grid.rows - len(hit)
    tally.draws += 1
    for broken in strongest(broken_rules(grid.with_codes(codes), [target])):
        for row in broken.rows.tolist():
            if row in hit:
                tally.tried += 1
                tally.right += broken.after == rule.after
            elif (target, row) not in doubted:
                tally.false_alarms += 1

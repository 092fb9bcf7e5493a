"""Puts a corrector to the test on the table it wants to mend.

Known-good cells of the columns it touches are damaged on purpose, by each kind of damage that it
claims to mend; it runs again; what it proposes for those cells is right when it restores the text
that stood there. What it now proposes for cells that nobody touched is a false alarm. Blind to
systematic mistakes by construction: see `gate` for what is set beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from math import sqrt

import numpy as np

from steward.engine import Codes, Snapshot
from steward.fixes.corrector import Corrector, Selective
from steward.fixes.injections import ANOTHER_ROW, INJECTIONS, PAIRED
from steward.fixes.mapping import missing_codes
from steward.fixes.odd import odd_cells
from steward.types import Backtest, Fix, FixKind, Profile, RowId, Safety

CELLS = 160
SHARE = 0.05
DRAWS, MORE_DRAWS = 3, 12
ENOUGH, MOST = 80, 640
EACH = 4
"""Cells to try for each that waits in a column, from `ENOUGH` to `MOST`; settled beforehand."""

BAR = 0.95
"""A column whose interval lies below is not drawn again: it cannot become safe."""

MOST_UNSURE = 0.1
"""Where more of a column is in doubt than this share, that is how it is, and it is tried on too."""

PETO = 3.0
"""Sure before all is tried: the bound at three standard errors holds the bar (Haybittle, 1971)."""

WHOLE = ("missing", ANOTHER_ROW)
"""Damage to whole values: only cells that nothing doubts are a reference for it."""

Cell = tuple[str, RowId]


@dataclass(slots=True)
class Tally:
    """Counts of one column."""

    right: int = 0
    tried: int = 0
    injected: int = 0
    false_alarms: int = 0
    clean: int = 0
    draws: int = 0

    def backtest(self) -> Backtest:
        """The counts with their interval."""
        lower, upper = wilson(self.right, self.tried)
        return Backtest(
            self.right, self.tried, lower, upper,
            self.injected, self.false_alarms, self.clean, self.draws,
        )  # fmt: skip


@dataclass(slots=True)
class Trial:
    """A damaged copy of a table, and what stood in the damaged cells."""

    snapshot: Snapshot
    truth: dict[Cell, str | None] = field(default_factory=dict)


def backtest(
    corrector: Corrector,
    snapshot: Snapshot,
    profile: Profile,
    fixes: Iterable[Fix],
    *,
    seed: int = 0,
    others: Iterable[Fix] = (),
) -> dict[str, Backtest]:
    """Measured precision of a corrector for each column that its fixes write.

    Where a column's fixes may become safe, only such proposals are counted in it. Gaps are made in
    cells that nothing else doubts: not in those that other correctors would write, nor in odd ones.

    Args:
        corrector: the one to test.
        snapshot: the table.
        profile: its profile.
        fixes: what the corrector proposes for the table as it is.
        seed: of the damage.
        others: what the other correctors propose for it.
    """
    fixes = list(fixes)
    doubted = _written(fixes)
    groups = sorted({fix.columns for fix in fixes})
    columns = sorted({column for column, _ in doubted})
    plan = _plan(fixes, corrector.injections)
    spared = doubted.keys() | _blank(snapshot, profile, columns)
    unsure = _unsure(snapshot, profile, columns, list(others))
    tallies: dict[str, Tally] = defaultdict(Tally)
    for kind in corrector.injections:
        todo, used = columns, doubted.keys() | (unsure if kind in WHOLE else set())
        for draw in range(MORE_DRAWS):
            most = _most(snapshot, max((plan.get(c, 0) for c in todo), default=0))
            trial = (
                _damage_groups(snapshot, groups, kind, used, (most, seed + 1000 * draw))
                if kind in PAIRED or kind == ANOTHER_ROW
                else _damage(snapshot, todo, kind, used, (most, seed + 1000 * draw))
            )
            if not trial.truth:
                break
            used |= trial.truth.keys()
            proposed = _proposed(corrector, trial, profile, (todo, plan.keys()))
            _count(trial, proposed, spared, todo, kind, tallies)
            todo = [c for c in todo if c in plan and _worth_more(tallies[f"{c}\0{kind}"], plan[c])]
            if not todo:
                break
    return _by_column(tallies)


def _plan(fixes: Iterable[Fix], kinds: Sequence[str]) -> dict[str, int]:
    """How many cells to try of each column that may become safe, and of each kind of damage.

    It follows from how many cells wait, never from how the trials went. Columns that are damaged
    together are one trial told twice, so there are twice as many.
    """
    least = ENOUGH * (2 if ANOTHER_ROW in kinds else 1)
    waiting: dict[str, int] = defaultdict(int)
    for fix in fixes:
        for name in fix.columns if fix.safety is Safety.SAFE else ():
            waiting[name] += len(fix.rows)
    return {c: max(least, min(MOST, EACH * n) // max(1, len(kinds))) for c, n in waiting.items()}


def _blank(snapshot: Snapshot, profile: Profile, columns: Sequence[str]) -> set[Cell]:
    """Cells that hold nothing: whether they should, nobody knows, so no fill of them is false."""
    ids = snapshot.row_ids
    return {
        (column, row)
        for column in columns
        for row in ids[missing_codes(snapshot, profile, column)].tolist()
    }


def _unsure(
    snapshot: Snapshot, profile: Profile, columns: Sequence[str], others: Sequence[Fix]
) -> set[Cell]:
    """Cells that are no reference, by evidence that the corrector has no part in.

    Odd ones, those that another corrector would write, and those that contradict such a cell: where
    a brand and a country disagree, either may be wrong. At most a tenth of a column's rows.
    """
    contrary = {
        (name, row)
        for fix in others
        if any(change.before for change in fix.changes)
        for name in {*fix.evidence.determinants} - {*fix.columns}
        for row in fix.rows
    }
    found: set[Cell] = set()
    for cells in (odd_cells(snapshot, profile, columns), _written(others).keys(), contrary):
        for column in columns:
            more = {cell for cell in cells if cell[0] == column} - found
            held = sum(name == column for name, _ in found)
            found |= more if held + len(more) <= MOST_UNSURE * snapshot.rows else set()
    return found


def _proposed(
    corrector: Corrector,
    trial: Trial,
    profile: Profile,
    asked: tuple[Sequence[str], AbstractSet[str]],
) -> dict[Cell, str | None]:
    """What is proposed for some columns; for those of the second kind, what may become safe.

    Where nothing that may become safe meets the damage, all proposals of the column count: damage
    need not look like what waits (a price in another currency than its row's).
    """
    columns, hopeful = asked
    fixes = list(
        corrector.propose_for(trial.snapshot, profile, columns)
        if isinstance(corrector, Selective)
        else corrector.propose(trial.snapshot, profile)
    )
    sure = _written(fix for fix in fixes if fix.safety is Safety.SAFE).keys() & trial.truth.keys()
    met = hopeful & {column for column, _ in sure}
    return _written(f for f in fixes if f.safety is Safety.SAFE or not met & {*f.columns})


def _worth_more(tally: Tally, planned: int) -> bool:
    """Is more to be tried as planned? Not where nothing was, too much is wrong, or it is sure.

    To stop for bad news never makes a column safe; to stop for good news takes `PETO`.
    """
    if not 0 < tally.tried < planned or wilson(tally.right, tally.tried)[1] < BAR:
        return False
    if planned <= ENOUGH:
        return tally.draws < DRAWS
    return tally.tried < ENOUGH or wilson(tally.right, tally.tried, PETO)[0] < BAR


def _by_column(tallies: Mapping[str, Tally]) -> dict[str, Backtest]:
    joined: dict[str, Tally] = defaultdict(Tally)
    for key, tally in tallies.items():
        total = joined[key.split("\0")[0]]
        for name in ("right", "tried", "injected", "false_alarms", "clean", "draws"):
            setattr(total, name, getattr(total, name) + getattr(tally, name))
    return {column: tally.backtest() for column, tally in sorted(joined.items())}


def _written(fixes: Iterable[Fix]) -> dict[Cell, str | None]:
    """What fixes would write, by cell. Fixes that move rows write nothing."""
    return {
        (change.column, row): change.after
        for fix in fixes
        if fix.kind in (FixKind.MAPPING, FixKind.CELL)
        for change in fix.changes
        for row in fix.rows
    }


def _damage(
    snapshot: Snapshot, columns: list[str], kind: str, doubted: set[Cell], how: tuple[int, int]
) -> Trial:
    """Damage at most so many cells of each column (`how`: their number, and the seed)."""
    replaced, truth = dict[str, Codes](), dict[Cell, str | None]()
    most, seed = how
    if kind not in INJECTIONS:
        return Trial(snapshot)
    for number, column in enumerate(columns):
        random = np.random.default_rng([seed, number])
        hit: dict[int, str | None] = {}
        for position in random.permutation(snapshot.rows)[: 20 * most].tolist():
            cell = (column, int(snapshot.row_ids[position]))
            before = _text(snapshot, column, position)
            if len(hit) >= most or cell in doubted:
                continue
            after = _after(kind, random, before)
            if after is not None:
                hit[position], truth[cell] = after, before
        replaced[column] = snapshot.codes(column).with_cells(hit)
    return Trial(snapshot.replace(replaced), truth)


def _damage_groups(
    snapshot: Snapshot,
    groups: Sequence[tuple[str, ...]],
    kind: str,
    doubted: set[Cell],
    how: tuple[int, int],
) -> Trial:
    """Damage several columns of a row together; no cell is damaged twice."""
    most, seed = how
    if kind == ANOTHER_ROW:
        most = -(-most // max(1, len(groups)))
    else:
        groups = [group for group in groups if len(group) == 2]
    hit: dict[str, dict[int, str | None]] = {c: {} for group in groups for c in group}
    truth: dict[Cell, str | None] = {}
    for number, group in enumerate(groups):
        random, done = np.random.default_rng([seed, number]), 0
        for position in random.permutation(snapshot.rows)[: 20 * most].tolist():
            cells = [(column, int(snapshot.row_ids[position])) for column in group]
            if done >= most or any(cell in truth or cell in doubted for cell in cells):
                continue
            before = [_text(snapshot, column, position) or "" for column in group]
            after = _together(snapshot, group, kind, random, before)
            if after is None:
                continue
            truth.update(zip(cells, before, strict=True))
            for column, text in zip(group, after, strict=True):
                hit[column][position] = text
            done += 1
    changed = {column: snapshot.codes(column).with_cells(cells) for column, cells in hit.items()}
    return Trial(snapshot.replace(changed), truth)


def _together(
    snapshot: Snapshot,
    group: tuple[str, ...],
    kind: str,
    random: np.random.Generator,
    before: Sequence[str],
) -> Sequence[str] | None:
    """What damage makes of the values of a row; None where it cannot happen to them."""
    if not all(before):
        return None
    if kind in PAIRED:
        return None if before[0] == before[1] else PAIRED[kind](before[0], before[1])
    other = int(random.integers(snapshot.rows))
    after = [_text(snapshot, column, other) or "" for column in group]
    differ = all(a and a != b for a, b in zip(after, before, strict=True))
    return after if differ else None


def _text(snapshot: Snapshot, column: str, position: int) -> str | None:
    codes = snapshot.codes(column)
    return codes.text(int(codes.codes[position]))


def _most(snapshot: Snapshot, planned: int) -> int:
    """Cells to damage in one draw: few enough that the table stays what it is."""
    return max(1, min(max(CELLS, planned), int(snapshot.rows * SHARE)))


def _after(kind: str, random: np.random.Generator, before: str | None) -> str | None:
    blank = before is None or not before.strip()
    if blank != (kind == "disguised_missing"):
        return None
    return INJECTIONS[kind](random, before or "")


def _count(
    trial: Trial,
    proposed: Mapping[Cell, str | None],
    spared: AbstractSet[Cell],
    columns: list[str],
    kind: str,
    tallies: Mapping[str, Tally],
) -> None:
    for cell, before in trial.truth.items():
        tally = tallies[f"{cell[0]}\0{kind}"]
        tally.injected += 1
        if cell in proposed:
            tally.tried += 1
            tally.right += (proposed[cell] or "") == (before or "")
    for column in columns:
        tally = tallies[f"{column}\0{kind}"]
        injected = sum(c == column for c, _ in trial.truth)
        tally.clean += trial.snapshot.rows - injected
        tally.draws += 1
    for cell in proposed:
        if cell[0] in columns and cell not in trial.truth and cell not in spared:
            tallies[f"{cell[0]}\0{kind}"].false_alarms += 1


def wilson(right: float, tried: float, z: float = 1.96) -> tuple[float, float]:
    """Interval at 95 % of a share (Wilson, 1927); (0, 1) when nothing was tried."""
    if tried <= 0:
        return 0.0, 1.0
    share, z2 = right / tried, z * z
    middle = (share + z2 / (2 * tried)) / (1 + z2 / tried)
    spread = z * sqrt(share * (1 - share) / tried + z2 / (4 * tried * tried)) / (1 + z2 / tried)
    return max(0.0, middle - spread), min(1.0, middle + spread)

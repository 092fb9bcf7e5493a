"""Puts a corrector to the test on the table it wants to mend.

Known-good cells of the columns it touches are damaged on purpose, by each kind of damage that it
claims to mend; it runs again; what it proposes for those cells is right when it restores the text
that stood there. What it now proposes for cells that nobody touched is a false alarm. Blind to
systematic mistakes by construction: see `gate` for what is set beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

import numpy as np

from steward.engine import Codes, Snapshot
from steward.fixes.corrector import Corrector, Selective
from steward.fixes.injections import INJECTIONS, PAIRED
from steward.types import Backtest, Fix, FixKind, Profile, RowId, Safety

CELLS = 160
SHARE = 0.05
DRAWS = 3
ENOUGH = 80
BAR = 0.95
"""A column whose interval lies below is not drawn again: it cannot become safe."""

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
) -> dict[str, Backtest]:
    """Measured precision of a corrector for each column that its fixes write.

    Args:
        corrector: the one to test.
        snapshot: the table.
        profile: its profile.
        fixes: what the corrector proposes for the table as it is.
        seed: of the damage.
    """
    fixes = list(fixes)
    doubted = _written(fixes)
    touched, pairs = set(doubted), sorted({fix.columns for fix in fixes if len(fix.columns) == 2})
    columns = sorted({column for column, _ in doubted})
    hopeful = {name for fix in fixes if fix.safety is Safety.SAFE for name in fix.columns}
    tallies: dict[str, Tally] = defaultdict(Tally)
    for kind in corrector.injections:
        todo = columns
        for draw in range(DRAWS):
            trial = (
                _damage_pairs(snapshot, pairs, kind, touched, seed + 1000 * draw)
                if kind in PAIRED
                else _damage(snapshot, todo, kind, touched, seed + 1000 * draw)
            )
            if not trial.truth:
                break
            proposed = _proposed(corrector, trial.snapshot, profile, todo)
            _count(trial, proposed, doubted, todo, kind, tallies)
            todo = [c for c in todo if c in hopeful and _worth_more(tallies[f"{c}\0{kind}"])]
            if not todo:
                break
    return _by_column(tallies)


def _proposed(
    corrector: Corrector, snapshot: Snapshot, profile: Profile, columns: Sequence[str]
) -> dict[Cell, str | None]:
    if isinstance(corrector, Selective):
        return _written(corrector.propose_for(snapshot, profile, columns))
    return _written(corrector.propose(snapshot, profile))


def _worth_more(tally: Tally) -> bool:
    """May another draw tell more? Not where enough was tried, nothing was, or too much is wrong."""
    return 0 < tally.tried < ENOUGH and wilson(tally.right, tally.tried)[1] >= BAR


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
    snapshot: Snapshot, columns: list[str], kind: str, doubted: set[Cell], seed: int
) -> Trial:
    replaced, truth = dict[str, Codes](), dict[Cell, str | None]()
    most = _most(snapshot)
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


def _damage_pairs(
    snapshot: Snapshot,
    pairs: Sequence[tuple[str, ...]],
    kind: str,
    doubted: set[Cell],
    seed: int,
) -> Trial:
    """Damage two columns of a row together; no cell is damaged twice."""
    hit: dict[str, dict[int, str | None]] = {c: {} for pair in pairs for c in pair}
    truth: dict[Cell, str | None] = {}
    for number, pair in enumerate(pairs):
        random, done = np.random.default_rng([seed, number]), 0
        for position in random.permutation(snapshot.rows)[: 20 * _most(snapshot)].tolist():
            row = int(snapshot.row_ids[position])
            cells = [(column, row) for column in pair]
            left, right = (_text(snapshot, column, position) for column in pair)
            if done >= _most(snapshot) or not left or not right or doubted & {*cells}:
                continue
            if left == right or any(cell in truth for cell in cells):
                continue
            truth.update(zip(cells, (left, right), strict=True))
            hit[pair[0]][position], hit[pair[1]][position] = PAIRED[kind](left, right)
            done += 1
    changed = {column: snapshot.codes(column).with_cells(cells) for column, cells in hit.items()}
    return Trial(snapshot.replace(changed), truth)


def _text(snapshot: Snapshot, column: str, position: int) -> str | None:
    codes = snapshot.codes(column)
    return codes.text(int(codes.codes[position]))


def _most(snapshot: Snapshot) -> int:
    return max(1, min(CELLS, int(snapshot.rows * SHARE)))


def _after(kind: str, random: np.random.Generator, before: str | None) -> str | None:
    blank = before is None or not before.strip()
    if blank != (kind == "disguised_missing"):
        return None
    return INJECTIONS[kind](random, before or "")


def _count(
    trial: Trial,
    proposed: Mapping[Cell, str | None],
    doubted: Mapping[Cell, str | None],
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
        if cell[0] in columns and cell not in trial.truth and cell not in doubted:
            tallies[f"{cell[0]}\0{kind}"].false_alarms += 1


def wilson(right: float, tried: float, z: float = 1.96) -> tuple[float, float]:
    """Interval at 95 % of a share (Wilson, 1927); (0, 1) when nothing was tried."""
    if tried <= 0:
        return 0.0, 1.0
    share, z2 = right / tried, z * z
    middle = (share + z2 / (2 * tried)) / (1 + z2 / tried)
    spread = z * sqrt(share * (1 - share) / tried + z2 / (4 * tried * tried)) / (1 + z2 / tried)
    return max(0.0, middle - spread), min(1.0, middle + spread)

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
import pyarrow as pa

from steward.engine import Snapshot
from steward.fixes.corrector import Corrector
from steward.fixes.injections import INJECTIONS, PAIRED
from steward.types import Backtest, Fix, FixKind, Profile, RowId

CELLS = 160
SHARE = 0.05
DRAWS = 3
ENOUGH = 80
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
    pairs = sorted({fix.columns for fix in fixes if len(fix.columns) == 2})
    columns = sorted({column for column, _ in doubted})
    tallies: dict[str, Tally] = defaultdict(Tally)
    for kind in corrector.injections:
        for draw in range(DRAWS):
            todo = [c for c in columns if tallies[f"{c}\0{kind}"].tried < ENOUGH]
            if not todo:
                break
            trial = (
                _damage_pairs(snapshot, pairs, kind, set(doubted), seed + 1000 * draw)
                if kind in PAIRED
                else _damage(snapshot, todo, kind, set(doubted), seed + 1000 * draw)
            )
            if not trial.truth:
                break
            proposed = _written(corrector.propose(trial.snapshot, profile))
            _count(trial, proposed, doubted, todo, kind, tallies)
    return _by_column(tallies)


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
    replaced, truth = {}, dict[Cell, str | None]()
    most = _most(snapshot)
    if kind not in INJECTIONS:
        return Trial(snapshot)
    for number, column in enumerate(columns):
        random = np.random.default_rng([seed, number])
        texts = snapshot.column(column).to_pylist()
        hit = 0
        for position in random.permutation(len(texts))[: 20 * most].tolist():
            cell = (column, int(snapshot.row_ids[position]))
            before = texts[position]
            if hit >= most or cell in doubted:
                continue
            after = _after(kind, random, before)
            if after is not None:
                texts[position], truth[cell], hit = after, before, hit + 1
        replaced[column] = pa.array(texts, pa.string())
    return Trial(snapshot.replace(replaced), truth)


def _damage_pairs(
    snapshot: Snapshot,
    pairs: Sequence[tuple[str, ...]],
    kind: str,
    doubted: set[Cell],
    seed: int,
) -> Trial:
    """Damage two columns of a row together; no cell is damaged twice."""
    texts = {c: snapshot.column(c).to_pylist() for pair in pairs for c in pair}
    truth: dict[Cell, str | None] = {}
    for number, (first, second) in enumerate(pairs):
        random = np.random.default_rng([seed, number])
        hit = 0
        for position in random.permutation(snapshot.rows)[: 20 * _most(snapshot)].tolist():
            row = int(snapshot.row_ids[position])
            cells = ((first, row), (second, row))
            left, right = texts[first][position], texts[second][position]
            if hit >= _most(snapshot) or not left or not right or doubted & {*cells}:
                continue
            if left == right or any(cell in truth for cell in cells):
                continue
            truth.update(zip(cells, (left, right), strict=True))
            texts[first][position], texts[second][position] = PAIRED[kind](left, right)
            hit += 1
    return Trial(snapshot.replace({c: pa.array(v, pa.string()) for c, v in texts.items()}), truth)


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

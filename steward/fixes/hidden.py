"""The backtest of the co-occurrence model, done in codes: hide, misspell or exchange, then repair.

Much cheaper than damaging text: a grid is copied, cells that no round doubts are overwritten, and
one round is run. Enough cells are damaged in every column for an interval worth showing, but never
so many in one draw that the table becomes another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steward.fixes.backtest import BAR, Tally, wilson
from steward.fixes.cooccurrence import (
    Known,
    Repairs,
    all_determinants,
    probabilities,
    suspects_of,
)
from steward.fixes.grid import Grid
from steward.fixes.injections import typo
from steward.fixes.judgement import Judgement
from steward.fixes.pairs import MISSING, Ints
from steward.fixes.suspects import find_suspects
from steward.types import Backtest

CELLS = 120
SHARE = 0.03
DRAWS = 20
MORE = 3
"""A column whose interval still holds the bar gets so many times the trials."""

FAINT, COUNTED = 0.2, 0.6
KINDS = ("typo", "missing", "domain")
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """A damaged grid and the cells that were damaged, as (rows, columns) with their old codes."""

    grid: Grid
    rows: Ints
    columns: Ints
    truth: Ints


def measure(
    grid: Grid,
    repairs: Repairs,
    columns: Sequence[int],
    judgement: Judgement,
    seed: int = 0,
    *,
    counted: float = COUNTED,
) -> Mapping[int, Backtest]:
    """Measured precision of the model's proposals for each of these columns.

    Args:
        grid: the table.
        repairs: what the model wants to change in it.
        columns: those to test.
        judgement: gives each proposal its confidence.
        seed: of the damage.
        counted: least confidence of a proposal that counts: the least that would be written.
    """
    tallies = {c: Tally() for c in columns}
    known = all_determinants(grid)
    doubted = _wanted(grid, known, judgement)
    doubted[repairs.rows, repairs.columns] = True
    for number in range(DRAWS):
        todo = [c for c in columns if _worth_more(tallies[c])]
        if not todo:
            break
        draw = damage(grid, todo, doubted, np.random.default_rng([seed, number]))
        if not len(draw.rows):
            break
        _count(draw, known, doubted, (judgement, counted), {c: tallies[c] for c in todo})
    return {c: tally.backtest() for c, tally in tallies.items()}


def _worth_more(tally: Tally) -> bool:
    """Too few cells damaged so far, or enough and the interval holds the bar."""
    if tally.injected < CELLS:
        return True
    right, tried = tally.right, tally.tried
    undecided = tried > 0 and wilson(right, tried)[0] < BAR <= right / tried
    return undecided and tally.injected < MORE * CELLS


def _wanted(grid: Grid, known: Known, judgement: Judgement) -> Flags:
    """What one round wants to change in the table as it is, however faintly."""
    wanted = np.zeros(grid.codes.shape, dtype=bool)
    for s in find_suspects(grid, known):
        wanted[s.rows[probabilities(s, judgement) >= FAINT], s.column] = True
    return wanted


def damage(grid: Grid, columns: Sequence[int], doubted: Flags, random: np.random.Generator) -> Draw:
    """Damage at most `SHARE` of the cells of each column; no row is hit twice where avoidable."""
    most = max(1, min(CELLS, int(grid.rows * SHARE)))
    order = random.permutation(grid.rows)
    codes, values = grid.codes.copy(), [list(v) for v in grid.values]
    rows, hit_columns, truth = [], [], []
    for i, c in enumerate(columns):
        turn = np.roll(order, -i * most)
        good = turn[(grid.codes[turn, c] != MISSING) & ~doubted[turn, c]][:most]
        for r in good.tolist():
            before = int(grid.codes[r, c])
            after = _damaged(values[c], before, grid.codes[:, c], random)
            if after != before:
                codes[r, c] = after
                rows.append(r)
                hit_columns.append(c)
                truth.append(before)
    damaged = Grid(grid.columns, codes, tuple(tuple(v) for v in values))
    return Draw(damaged, np.array(rows, int), np.array(hit_columns, int), np.array(truth, int))


def _damaged(values: list[str], before: int, column: Ints, random: np.random.Generator) -> int:
    kind = KINDS[int(random.integers(len(KINDS)))]
    if kind == "missing":
        return MISSING
    if kind == "domain":
        return int(column[int(random.integers(len(column)))])
    text = typo(random, values[before])
    if text is None or text in values:
        return before
    values.append(text)
    return len(values) - 1


def _count(
    draw: Draw,
    known: Known,
    doubted: Flags,
    how: tuple[Judgement, float],
    tallies: Mapping[int, Tally],
) -> None:
    hit = np.full(draw.grid.codes.shape, -1, dtype=np.int64)
    hit[draw.rows, draw.columns] = draw.truth
    for c in tallies:
        tallies[c].injected += int((hit[:, c] >= 0).sum())
        tallies[c].clean += int((hit[:, c] < 0).sum())
        tallies[c].draws += 1
    for s in suspects_of(draw.grid, known):
        if s.column not in tallies:
            continue
        sure = probabilities(s, how[0]) >= how[1]
        rows, after = s.rows[sure], s.after[sure]
        truth, tally = hit[rows, s.column], tallies[s.column]
        tally.tried += int((truth >= 0).sum())
        tally.right += int((truth == after).sum())
        tally.false_alarms += int(((truth < 0) & ~doubted[rows, s.column]).sum())

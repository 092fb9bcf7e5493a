"""Features of suspects that look at all of them together: in a row, a pair of columns, a table.

An error comes alone; what is legitimate comes with company. So a cell is asked which other cells of
its row are doubted too, how often just these columns are doubted together, whether the column that
speaks against it is itself contradicted by the rest of the row, and how often the value that stands
there is met again beyond what scattered errors would explain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from steward.fixes.determinants import Determinant
from steward.fixes.grid import Grid
from steward.fixes.pairs import MISSING, Floats, Ints

WHOLE = 0.2
STRONG_SHARE = 0.6
"""A determinant is strong when its weight is this share of the best one's, or more."""

TIED = 0.5
"""Least kappa of a column that is said to depend on another."""

COMMON = 0.05
"""A value that so many rows of its column hold equals another cell's by chance."""

Flags = npt.NDArray[np.bool_]
Chosen = Sequence[Sequence[Determinant]]


def strong(chosen: Sequence[Determinant]) -> list[Determinant]:
    """The determinants that weigh nearly as much as the best one."""
    best = max((d.weight for d in chosen), default=0.0)
    return [d for d in chosen if d.weight >= STRONG_SHARE * best]


def doubtful_voters(flags: Flags, chosen: Sequence[Determinant]) -> Floats:
    """Weight of the determinants that are suspects themselves: a whole block of a row is new."""
    weights = np.array([d.weight for d in chosen])
    share: Floats = flags[:, [d.column for d in chosen]] @ weights / weights.sum()
    return share


def pair_lifts(flags: Flags) -> Floats:
    """How much more often than by chance two columns are doubted in one row; log, (columns,) * 2.

    Near 0 for errors that strike cells one by one; high where an entity has a second address, where
    a key was overwritten, or where two columns are swapped. 0 on the diagonal.
    """
    rows = max(len(flags), 1)
    some = flags[flags.any(axis=1)].astype(np.float32)
    both = (some.T @ some).astype(float)
    alone = both.diagonal()
    expected = np.outer(alone, alone) / rows
    lift: Floats = np.log((np.maximum(both - 1, 0) + 0.5) / (expected + 0.5))
    np.fill_diagonal(lift, 0)
    return np.maximum(lift, 0)


def joint_lift(flags: Flags, column: int, lifts: Floats) -> Floats:
    """The greatest lift of a suspect's column with another doubted column of its row."""
    mine = np.where(flags, lifts[column], 0.0)
    best: Floats = mine.max(axis=1, initial=0.0)
    return best


def exchanged(
    grid: Grid,
    suspects: tuple[int, Ints, Ints],
    flags: Flags,
    texts: Mapping[int, npt.NDArray[np.object_]],
) -> Floats:
    """1 where the offered value stands in another doubted cell of the row: they changed places."""
    column, rows, after = suspects
    found = np.zeros(len(rows))
    offered = texts[column][after]
    for other in np.flatnonzero(flags.any(axis=0)).tolist():
        if other == column or other not in texts:
            continue
        usual = np.bincount(grid.codes[:, other]) > COMMON * grid.rows
        here = np.flatnonzero(flags[:, other] & ~usual[grid.codes[rows, other]])
        same = offered[here] == texts[other][grid.codes[rows[here], other]]
        found[here[same]] = 1.0
    return found


def repeat_lift(
    grid: Grid, rows: Ints, before: Ints, size: int, chosen: Sequence[Determinant]
) -> tuple[Floats, Floats]:
    """How often u comes again in the groups of strong determinants, and how unexpected that is.

    Args:
        grid: the table.
        rows: of the suspects of one column.
        before: their values u.
        size: number of codes of the column.
        chosen: its determinants.

    Returns:
        The greatest share of a group's other rows that hold u; and the greatest log of observed
        against expected repeats, were the suspects of the column scattered over its rows.
    """
    share, lift = np.zeros(len(rows)), np.zeros(len(rows))
    errors = np.bincount(before, minlength=size) / max(grid.rows, 1)
    for d in strong(chosen):
        x = grid.codes[rows, d.column]
        others = d.pairs.totals[x] - 1
        speaks = (x != MISSING) & (others >= 1)
        again = np.where(speaks, np.maximum(d.pairs.count(x, before) - 1, 0), 0)
        share = np.maximum(share, again / np.maximum(others, 1))
        expected = np.maximum(others, 0) * errors[before]
        lift = np.maximum(lift, np.where(speaks, np.log((again + 0.5) / (expected + 0.5)), 0))
    return share, lift


def contradicted(grid: Grid, rows: Ints, determinants: Chosen) -> tuple[Floats, Floats]:
    """Of each of these rows and each column: how much of what depends on it contradicts it.

    Returns weights, both of shape (rows, columns): of the dependents whose own value is not the
    most frequent one of the group, and of all dependents that have company.
    """
    against = np.zeros((len(rows), len(grid.columns)))
    whole = np.zeros_like(against)
    for target, chosen in enumerate(determinants):
        for d in chosen:
            if d.kappa < TIED:
                continue
            differs, speaks = _differs(grid, rows, target, d)
            against[:, d.column] += d.kappa * differs
            whole[:, d.column] += d.kappa * speaks
    return against, whole


def _differs(grid: Grid, rows: Ints, target: int, d: Determinant) -> tuple[Flags, Flags]:
    x, u = grid.codes[rows, d.column], grid.codes[rows, target]
    speaks = (x != MISSING) & (d.pairs.totals[x] >= 2)
    return speaks & (d.pairs.top[x, 0] != u), speaks


def voters_contradicted(
    grid: Grid, rows: Ints, target: int, chosen: Sequence[Determinant],
    blame: tuple[Floats, Floats],
) -> Floats:  # fmt: skip
    """How much of what else hangs on the voters contradicts them: then the voters are wrong.

    Mean over the voters, by weight; `blame` is what `contradicted` gives for these rows.
    """
    against, whole = blame
    total, weight = np.zeros(len(rows)), np.zeros(len(rows))
    for d in chosen:
        mine = d.kappa if d.kappa >= TIED else 0.0
        differs, speaks = _differs(grid, rows, target, d)
        rest = whole[:, d.column] - mine * speaks
        share = np.where(
            rest > 1e-6, (against[:, d.column] - mine * differs) / np.maximum(rest, 1e-6), 0
        )
        total += d.weight * speaks * share
        weight += d.weight * speaks
    result: Floats = total / np.maximum(weight, 1e-9)
    return result


def concentration(grid: Grid, mine: Flags, column: int, rows: Ints) -> Floats:
    """How much the flags of a column gather in slices of other columns.

    Errors are scattered; a slice that is flagged as a whole is legitimate variation, or a
    systematic fault that a person must judge. Binomial log-likelihood ratio of the slice's flag
    rate (the row itself left out) against the column's, the greatest over the other columns, of
    slices with a flag in `WHOLE` of their rows or more.
    """
    rate = float(mine.mean())
    best = np.zeros(len(rows))
    for other, size in enumerate(grid.sizes):
        if other == column or not 2 < size <= 0.5 * grid.rows:
            continue
        x = grid.codes[:, other]
        here = x[rows]
        n: Floats = np.bincount(x, minlength=size)[here].astype(float) - 1
        k: Floats = np.bincount(x[mine], minlength=size)[here].astype(float) - 1
        best = np.maximum(best, np.where(here == MISSING, 0, _excess(k, n, rate)))
    return best


def _excess(k: Floats, n: Floats, rate: float) -> Floats:
    share = np.divide(k, n, out=np.zeros_like(k), where=n > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.where(k > 0, k * np.log(share / rate), 0)
        rest = np.where(n > k, (n - k) * np.log((1 - share) / (1 - rate)), 0)
    return np.where((share > rate) & (share >= WHOLE), gain + rest, 0.0)

"""Cuts a column in two where that tells most about another: above a bound, or filled.

A decision stump (Holte, 1993) over distinct values. The rows of a side are then divided into
groups: by the column's own values where these repeat, else into equal shares of its range.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from steward.engine.text import quote_identifier
from steward.fixes.grid import Grid
from steward.fixes.pairs import MISSING, Floats, Ints

NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
NUMERIC = 0.95
PURE = 0.97
BINS, REPEATED = 40, 20
LEAST_GAIN = 0.05
"""A side that holds a value hardly oftener than the other side does is no condition."""


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """One side of a cut: its rows, and their groups.

    `rows` and `group` have shape (n,); `edge` (groups,) marks groups beside the bound, where rows
    may lie on the wrong side. `words` and `sql` say the condition. `sound` is False where one lost
    cell of the column itself puts a row on this side.
    """

    column: int
    name: str
    words: str
    sql: str
    rows: Ints
    group: Ints
    groups: int
    edge: npt.NDArray[np.bool_]
    sound: bool = True


def sides_of(grid: Grid, column: int, target: int) -> Iterator[Cut]:
    """The sides of the best cut of a column, and of filled and blank, that are nearly pure."""
    numbers = _numbers(grid.values[column])
    x, u = grid.codes[:, column], grid.codes[:, target]
    if numbers is not None:
        yield from _bounded(grid, column, numbers, target)
    blank = x == MISSING
    if not 0.02 < blank.mean() < 0.98:
        return
    for side, words, test in ((blank, "is blank", "= ''"), (~blank, "is filled", "<> ''")):
        if _tells(u[side], u[~side]):
            rows = np.flatnonzero(side)
            name = grid.columns[column]
            group, groups = _by_order(rows)
            yield Cut(
                column, name, f"{name} {words}",
                f"trim(coalesce({quote_identifier(name)}, '')) {test}",
                rows, group, groups, np.zeros(groups, dtype=bool), sound=test == "<> ''",
            )  # fmt: skip


def _bounded(grid: Grid, column: int, numbers: Floats, target: int) -> Iterator[Cut]:
    x, u = grid.codes[:, column], grid.codes[:, target]
    bound = _best_bound(numbers, x, u, grid.sizes[target])
    if bound is None:
        return
    number = numbers[x]
    above, below = number > bound, number <= bound
    name = grid.columns[column]
    cast = f"try_cast({quote_identifier(name)} as double)"
    for side, other, sign in ((above, below, ">"), (below, above, "<=")):
        if side.any() and other.any() and _tells(u[side], u[other]):
            rows = np.flatnonzero(side)
            group, groups, edge = _groups(number[rows], sign == ">")
            yield Cut(
                column, name, f"{name} {sign} {bound:g}", f"{cast} {sign} {bound!r}",
                rows, group, groups, edge,
            )  # fmt: skip


def _tells(here: Ints, there: Ints) -> bool:
    """Is this side nearly pure, and the other one clearly less so?"""
    here, there = here[here != MISSING], there[there != MISSING]
    if not len(here) or not len(there):
        return False
    counts = np.bincount(here)
    value = int(counts.argmax())
    share = float(counts[value] / len(here))
    return share >= PURE and share - float((there == value).mean()) >= LEAST_GAIN


def _best_bound(numbers: Floats, x: Ints, u: Ints, size: int) -> float | None:
    """The bound that leaves least to guess about the target on both sides (Gini)."""
    known = np.isfinite(numbers[x]) & (u != MISSING)
    steps, place = np.unique(numbers[x[known]], return_inverse=True)
    if len(steps) < 2:
        return None
    table = np.bincount(place * size + u[known], minlength=len(steps) * size)
    left = table.reshape(len(steps), size).cumsum(axis=0).astype(float)
    right = left[-1] - left
    n, m = left.sum(axis=1), right.sum(axis=1)
    pure = (left**2).sum(axis=1)[:-1] / n[:-1] + (right**2).sum(axis=1)[:-1] / m[:-1]
    return float(steps[int(pure.argmax())])


def _groups(number: Floats, above: bool) -> tuple[Ints, int, npt.NDArray[np.bool_]]:
    """Groups of the rows of a side: by value where values repeat, else by rank."""
    steps, place = np.unique(number, return_inverse=True)
    if len(number) >= REPEATED * len(steps):
        return place.astype(np.int64), len(steps), np.zeros(len(steps), dtype=bool)
    rank = np.argsort(np.argsort(number, kind="stable"), kind="stable")
    groups = max(1, min(BINS, len(number) // REPEATED))
    edge = np.zeros(groups, dtype=bool)
    edge[0 if above else -1] = True
    return (rank * groups // len(number)).astype(np.int64), groups, edge


def _by_order(rows: Ints) -> tuple[Ints, int]:
    groups = max(1, min(BINS, len(rows) // REPEATED))
    return (np.arange(len(rows)) * groups // max(len(rows), 1)).astype(np.int64), groups


@lru_cache(maxsize=64)
def _numbers(values: tuple[str, ...]) -> Floats | None:
    """The number of each code, nan for missing and for text; None where few are numbers."""
    if len(values) < 3:
        return None
    found = [float(v) if NUMBER.fullmatch(v) else np.nan for v in values]
    result = np.asarray(found)
    return result if np.isfinite(result[1:]).mean() >= NUMERIC else None

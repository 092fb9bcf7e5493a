"""A small conditional generator of table rows: a tree of the columns, one for the whole table.

Chow and Liu (1968): of all trees the one whose edges carry most mutual information, here given the
class, which every column depends on as well (tree-augmented naive Bayes, Friedman et al., 1997).
Numbers are cut into quantile bins, and a value is drawn from the bin's own values, so nothing is
written that the table does not hold. GAN-style libraries (SDV, CTGAN) are under BUSL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steward.profile.parse import parse_number

Ints = npt.NDArray[np.int64]
BINS, LEVELS = 12, 40
"""Quantile bins of numbers; values of a column that are told apart, the others are one level."""

SMOOTH = 0.1
"""Added to every count, so that what was not seen is rare and not impossible."""

NUMERIC = 0.95


@dataclass(frozen=True)
class Grid:
    """Rows as small whole numbers, and the rows' own values of each level to draw from.

    Attributes:
        levels: rows × columns, int64.
        held: for each column and level, the values that rows of it hold.
    """

    levels: Ints
    held: tuple[tuple[tuple[str | None, ...], ...], ...]


@dataclass(frozen=True)
class Tree:
    """Columns in the order in which they are drawn, each with the one it depends on (-1: none)."""

    order: tuple[int, ...]
    parent: tuple[int, ...]


def discretise(columns: Sequence[Sequence[str | None]]) -> Grid:
    """Levels of every column: quantile bins of numbers, else values, the rare ones together."""
    found = [_levels(column) for column in columns]
    held = []
    for column, levels in zip(columns, found, strict=True):
        groups: list[list[str | None]] = [[] for _ in range(int(levels.max()) + 1)]
        for value, level in zip(column, levels.tolist(), strict=True):
            groups[level].append(value)
        held.append(tuple(map(tuple, groups)))
    return Grid(np.column_stack(found), tuple(held))


def _levels(column: Sequence[str | None]) -> Ints:
    numbers = [parse_number(v) if v else None for v in column]
    filled = [n for n in numbers if n is not None]
    present = sum(v is not None for v in column)
    if len(set(filled)) > BINS and len(filled) >= NUMERIC * present:
        cuts = np.unique(np.quantile([float(n) for n in filled], np.linspace(0, 1, BINS + 1)[1:-1]))
        placed = [
            -1 if n is None else int(np.searchsorted(cuts, float(n), "right")) for n in numbers
        ]
        return _packed(placed)
    counts: dict[str | None, int] = {}
    for value in column:
        counts[value] = counts.get(value, 0) + 1
    usual = sorted(counts, key=lambda v: (-counts[v], v or ""))[:LEVELS]
    level = {value: i for i, value in enumerate(usual)}
    return _packed([level.get(value, LEVELS) for value in column])


def _packed(levels: Sequence[int]) -> Ints:
    return np.asarray(np.unique(levels, return_inverse=True)[1], dtype=np.int64)


def learn_tree(grid: Grid, classes: Ints) -> Tree:
    """The tree of most mutual information given the class (maximum spanning tree, by Prim)."""
    width = grid.levels.shape[1]
    weight = np.zeros((width, width))
    for i in range(width):
        for j in range(i + 1, width):
            weight[i, j] = weight[j, i] = _information(
                grid.levels[:, i], grid.levels[:, j], classes
            )
    order, parent = [0], [-1] * width
    while len(order) < width:
        left = [c for c in range(width) if c not in order]
        _, child, above = max((weight[p, c], -c, -p) for p in order for c in left)
        order.append(-child)
        parent[-child] = -above
    return Tree(tuple(order), tuple(parent))


def _information(one: Ints, other: Ints, classes: Ints) -> float:
    """Mutual information of two columns given the class, less its bias (Miller and Madow, 1955)."""
    total = 0.0
    for c in np.unique(classes):
        rows = classes == c
        counts = np.zeros((int(one.max()) + 1, int(other.max()) + 1))
        np.add.at(counts, (one[rows], other[rows]), 1)
        joint = counts / rows.sum()
        apart = joint.sum(1, keepdims=True) @ joint.sum(0, keepdims=True)
        seen = joint > 0
        extra = (seen.sum() - seen.any(1).sum() - seen.any(0).sum() + 1) / (2 * rows.sum())
        told = float((joint[seen] * np.log(joint[seen] / apart[seen])).sum())
        total += rows.mean() * max(0.0, told - float(extra))
    return total


def draw_rows(
    grid: Grid, tree: Tree, classes: Ints, wanted: Ints, random: np.random.Generator
) -> Ints:
    """Levels (int64, rows × columns) of new rows, one for each class in `wanted`."""
    made = np.zeros((len(wanted), grid.levels.shape[1]), dtype=np.int64)
    for column in tree.order:
        above = tree.parent[column]
        size = int(grid.levels[:, column].max()) + 1
        for c in np.unique(wanted):
            mine = np.flatnonzero(wanted == c)
            given = made[mine, above] if above >= 0 else np.zeros(len(mine), np.int64)
            for value in np.unique(given):
                rows = classes == c
                near = rows & (grid.levels[:, above] == value) if above >= 0 else rows
                # Where this class never held the parent's value, the class alone speaks.
                counts = np.bincount(
                    grid.levels[near if near.any() else rows, column], minlength=size
                )
                chances = counts + SMOOTH * (
                    np.bincount(grid.levels[rows, column], minlength=size) > 0
                )
                here = mine[given == value]
                made[here, column] = random.choice(size, len(here), p=chances / chances.sum())
    return made


def written(grid: Grid, levels: Ints, random: np.random.Generator) -> list[list[str | None]]:
    """Rows of values for rows of levels; each value is one that a row of the level holds."""
    return [
        [grid.held[c][int(v)][int(random.integers(len(grid.held[c][int(v)])))]
         for c, v in enumerate(row)]
        for row in levels
    ]  # fmt: skip

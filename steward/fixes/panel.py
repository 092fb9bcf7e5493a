"""Finds out whether a table is a panel: several sources that each describe the same entities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from steward.fixes.grid import Grid
from steward.fixes.pairs import MISSING, Ints

MAX_SOURCES = 100
MIN_SOURCES = 3
MIN_CLAIMS = 3.0
ONE_A_SOURCE = 0.9
NEAR = 0.1
FILLED = 0.8


@dataclass(frozen=True, slots=True)
class Panel:
    """Columns that name the source and the entity of a row."""

    source: int
    entity: int


def find_panel(grid: Grid) -> Panel | None:
    """The pair of columns in which each source has at most one row for each entity.

    The entity must be described by `MIN_CLAIMS` sources on average. Of several pairs that one wins
    whose entity, rather than its source, makes the other columns agree: so told, a source is not
    taken for an entity.
    """
    found: list[tuple[float, float, Panel]] = []
    for source in range(len(grid.columns)):
        single = _entities(grid, source) if _names_sources(grid, source) else {}
        for entity, share in single.items():
            panel = Panel(source, entity)
            found.append((_told_by(grid, panel), round(share, 2), panel))
    best = max((told for told, _, _ in found), default=0.0)
    if best <= 0:
        return None
    # A title that two models share tells nearly as much as the model: the finer one is the entity.
    near = [(share, told, panel) for told, share, panel in found if told >= best - NEAR]
    return max(near, key=lambda one: one[:2])[2]


def agreement(claim: Ints, group: Ints) -> float:
    """Probability that two rows of one group make the same claim.

    Args:
        claim: number of the claim that each row makes; a claim belongs to one group.
        group: the group of each claim.
    """
    same = np.bincount(claim).astype(float)
    every = np.bincount(group, weights=same)
    pairs = float((every * (every - 1)).sum())
    return float((same * (same - 1)).sum()) / pairs if pairs else 0.0


def agreement_within(grid: Grid, by: int, column: int) -> float:
    """Probability that two rows that agree in `by` agree in `column`, where both are present."""
    group, value = grid.codes[:, by], grid.codes[:, column]
    known = (group != MISSING) & (value != MISSING)
    width = grid.sizes[column]
    pairs, claim = np.unique(group[known] * width + value[known], return_inverse=True)
    return agreement(claim, pairs // width)


def _told_by(grid: Grid, panel: Panel) -> float:
    """Mean over the other columns of how much more the entity tells than the source."""
    others = [c for c in range(len(grid.columns)) if c not in (panel.source, panel.entity)]
    gains = [
        agreement_within(grid, panel.entity, c) - agreement_within(grid, panel.source, c)
        for c in others
    ]
    return sum(gains) / max(len(gains), 1)


def _names_sources(grid: Grid, column: int) -> bool:
    codes = grid.codes[:, column]
    present = codes[codes != MISSING]
    count = len(np.unique(present))
    few = MIN_SOURCES <= count <= min(MAX_SOURCES, grid.rows // 10)
    return few and len(present) >= FILLED * grid.rows


def _entities(grid: Grid, source: int) -> dict[int, float]:
    """Columns that could name the entity: the share of rows that are their source's only one."""
    found = {}
    for entity in range(len(grid.columns)):
        s, e = grid.codes[:, source], grid.codes[:, entity]
        known = (s != MISSING) & (e != MISSING)
        if entity == source or known.sum() < FILLED * grid.rows:
            continue
        entities = np.count_nonzero(np.bincount(e[known]))
        if known.sum() < MIN_CLAIMS * entities:
            continue
        cells = pc.count_distinct(pa.array(s[known] * grid.sizes[entity] + e[known])).as_py()
        if cells >= ONE_A_SOURCE * int(known.sum()) and cells >= MIN_CLAIMS * entities:
            found[entity] = cells / int(known.sum())
    return found

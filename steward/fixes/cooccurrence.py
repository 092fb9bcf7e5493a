"""The co-occurrence corrector: what do rows that agree elsewhere say that this cell should hold?

A few rounds, each on the table as the last one left it: clear cases first, so that they no longer
blur the counts for the others. See `suspects` for the model and `judgement` for its confidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steward.fixes.determinants import Determinant, determinants_of, recount
from steward.fixes.grid import Grid
from steward.fixes.judgement import Judgement, shipped_judgement
from steward.fixes.pairs import Floats, Ints
from steward.fixes.suspects import FEATURES, Suspects, find_suspects

ROUNDS = (0.8, 0.7, 0.6, 0.5)
PROMISING = ("score_sum", 1.5)
Known = Sequence[Sequence[Determinant]]


@dataclass(frozen=True, slots=True, eq=False)
class Repairs:
    """Cells and what they should hold: arrays of shape (n,), codes of the grid's columns."""

    rows: Ints
    columns: Ints
    before: Ints
    after: Ints
    probability: Floats
    features: Floats


def repair(grid: Grid, judgement: Judgement | None = None) -> Repairs:
    """Every cell that the model would change, with its probability of being right."""
    judgement = judgement or shipped_judgement()
    original, found = grid, dict[tuple[int, int], tuple[float, Floats]]()
    known, gathered = None, np.zeros(grid.codes.shape)
    for threshold in ROUNDS:
        known = all_determinants(grid, known)
        codes = grid.codes.copy()
        for s in find_suspects(grid, known):
            _keep_most(s, gathered)
            p = probabilities(s, judgement)
            sure = p >= threshold
            for i in np.flatnonzero(sure):
                found[int(s.rows[i]), s.column] = (float(p[i]), s.features[i])
            codes[s.rows[sure], s.column] = s.after[sure]
        grid = grid.with_codes(codes)
    return _changed(original, grid, found)


def _keep_most(suspects: Suspects, gathered: Floats) -> None:
    """Keep the concentration of earlier rounds: what they mended no longer shows in this one."""
    at, cells = FEATURES.index("concentration"), (suspects.rows, suspects.column)
    gathered[cells] = np.maximum(gathered[cells], suspects.features[:, at])
    suspects.features[:, at] = gathered[cells]


def suspects_of(grid: Grid, known: Known | None = None) -> list[Suspects]:
    """Choose determinants for each column, or count known ones anew, and list what they doubt."""
    return find_suspects(grid, all_determinants(grid, known))


def all_determinants(grid: Grid, known: Known | None = None) -> list[list[Determinant]]:
    """The determinants of each column, in column order; `known` ones are only counted anew."""
    columns = range(len(grid.columns))
    if known is None:
        return [determinants_of(grid.codes, grid.sizes, c) for c in columns]
    return [recount(grid.codes, grid.sizes, c, known[c]) for c in columns]


def probabilities(suspects: Suspects, judgement: Judgement) -> Floats:
    """Confidence in each suspect; those that hardly any vote favours are not worth the trees."""
    name, least = PROMISING
    promising = suspects.features[:, FEATURES.index(name)] >= least
    p = np.zeros(len(suspects.rows))
    p[promising] = judgement.probability(suspects.features[promising])
    return p


def apply_round(
    grid: Grid, suspects: Sequence[Suspects], judgement: Judgement, threshold: float
) -> Grid:
    """The table with the candidates of at least that confidence written into it."""
    codes = grid.codes.copy()
    for s in suspects:
        sure = probabilities(s, judgement) >= threshold
        codes[s.rows[sure], s.column] = s.after[sure]
    return grid.with_codes(codes)


def _changed(
    original: Grid, final: Grid, found: dict[tuple[int, int], tuple[float, Floats]]
) -> Repairs:
    rows, columns = np.nonzero(original.codes != final.codes)
    known = [found[r, c] for r, c in zip(rows.tolist(), columns.tolist(), strict=True)]
    return Repairs(
        rows=rows,
        columns=columns,
        before=original.codes[rows, columns],
        after=final.codes[rows, columns],
        probability=np.array([p for p, _ in known]),
        features=np.array([f for _, f in known]).reshape(len(known), len(FEATURES)),
    )

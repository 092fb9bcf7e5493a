"""How likely a result at each position is looked at, learnt from clicks alone.

The position-based model (Craswell et al., 2008; propensities by EM as Wang et al., 2018): a click
is a look, which depends on the position, and an attraction, which depends on query and item. What
differs from the usual EM: the attraction of a pair is not one free number, of which a pair shown
twice would tell nothing, but is drawn from a distribution that is learnt with it, on a grid (Kiefer
and Wolfowitz, 1956). So rare pairs lean on what is usual, and every attraction has an interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steward.errors import InputError
from steward.label.click_log import ClickLog, Ints

Floats = npt.NDArray[np.float64]

GRID: Floats = (np.linspace(0.02, 0.99, 48)) ** 2
"""Attractions that are told apart: finer where clicks are rare."""

LENT = 10.0
"""How many pairs' worth of the whole log a query's own distribution of attractions starts from."""

CELLS = 200_000
"""Cells (pair × position) weighed at a time: bounds the memory, about 80 MB."""


@dataclass(frozen=True)
class Cells:
    """A log counted: `shown` impressions and `clicks` of a pair at a position; sorted by pair.

    `pair` numbers the pairs from 0; `pair_query` and `pair_item` say which they are; `place`
    is the position less 1, positions beyond the last that is told apart together.
    """

    pair: Ints
    place: Ints
    shown: Floats
    clicks: Floats
    pair_query: Ints
    pair_item: Ints


@dataclass(frozen=True)
class Attractions:
    """What a fit believes: `looks[p-1]` for a position p, `chance[pair, g]` for GRID[g]."""

    cells: Cells
    looks: Floats
    chance: Floats


def count(log: ClickLog, places: int) -> Cells:
    """Count a log; positions from `places` on are one."""
    if not len(log):
        raise InputError("The click log holds no impressions.")
    place = np.minimum(log.position - 1, places - 1)
    numbers, pair = np.unique(log.pair, return_inverse=True)
    cell, where = np.unique(pair * places + place, return_inverse=True)
    wide = max(1, len(log.items))
    return Cells(
        pair=cell // places,
        place=cell % places,
        shown=np.asarray(np.bincount(where), dtype=np.float64),
        clicks=np.asarray(np.bincount(where, weights=log.clicked), dtype=np.float64),
        pair_query=numbers // wide,
        pair_item=numbers % wide,
    )


def looked_at(log: ClickLog, *, places: int = 30, rounds: int = 200) -> Floats:
    """The chance that a result is looked at, by position; that of the first position is 1.

    Args:
        log: each item should have been seen at several positions.
        places: positions told apart; the later ones share the last value.
        rounds: of the EM, at most.
    """
    return fit(log, places=places, rounds=rounds).looks


def fit(log: ClickLog, *, places: int = 30, rounds: int = 200) -> Attractions:
    """Learn looks and attractions together."""
    places = int(min(places, log.position.max(initial=1)))
    cells = count(log, places)
    looks = 1.0 / np.sqrt(np.arange(1, places + 1))
    usual = np.full((int(cells.pair_query.max()) + 1, len(GRID)), 1.0 / len(GRID))
    chance = np.empty((0, 0))
    for _ in range(rounds):
        chance = _posterior(cells, looks, usual)
        after = _looks(cells, looks, chance)
        usual = _usual(cells, chance, len(usual))
        moved = float(np.abs(after - looks).max())
        looks = after
        if moved < 1e-4:
            break
    return Attractions(cells, looks, chance)


def attractions(log: ClickLog, looks: Floats, *, rounds: int = 30) -> Attractions:
    """Attractions under looks that are known, from an experiment or another log."""
    cells = count(log, len(looks))
    usual = np.full((int(cells.pair_query.max()) + 1, len(GRID)), 1.0 / len(GRID))
    chance = _posterior(cells, looks, usual)
    for _ in range(rounds):
        usual = _usual(cells, chance, len(usual))
        chance = _posterior(cells, looks, usual)
    return Attractions(cells, looks, chance)


def _posterior(cells: Cells, looks: Floats, usual: Floats) -> Floats:
    """Chance (pairs × grid) of each attraction, by Bayes from clicks and what is usual."""
    told = np.log(usual[cells.pair_query])
    for start in range(0, len(cells.pair), CELLS):
        part = slice(start, start + CELLS)
        rate = looks[cells.place[part], None] * GRID
        said = cells.clicks[part, None] * np.log(rate)
        said += (cells.shown - cells.clicks)[part, None] * np.log1p(-rate)
        first = np.flatnonzero(np.diff(cells.pair[part], prepend=-1))
        told[cells.pair[part][first]] += np.add.reduceat(said, first, axis=0)
    told -= told.max(axis=1, keepdims=True)
    raw = np.exp(told)
    return np.asarray(raw / raw.sum(axis=1, keepdims=True))


def _looks(cells: Cells, looks: Floats, chance: Floats) -> Floats:
    """The share of impressions at each position that were looked at, as far as clicks tell."""
    seen = np.zeros(len(looks))
    for start in range(0, len(cells.pair), CELLS):
        part = slice(start, start + CELLS)
        look = looks[cells.place[part], None]
        passed = (chance[cells.pair[part]] * (look * (1 - GRID) / (1 - look * GRID))).sum(axis=1)
        both = cells.clicks[part] + (cells.shown - cells.clicks)[part] * passed
        seen += np.bincount(cells.place[part], weights=both, minlength=len(looks))
    shown = np.bincount(cells.place, weights=cells.shown, minlength=len(looks))
    after = np.where(shown > 0, seen / np.maximum(shown, 1.0), looks)
    # The scale of looks and attractions cannot be told apart: the first is always looked at.
    after[0] = 1.0
    return np.clip(after, 1e-4, 1.0)


def _usual(cells: Cells, chance: Floats, queries: int) -> Floats:
    """The distribution of attractions of each query, leaning on that of the whole log."""
    whole = chance.mean(axis=0) + 1e-6
    own = np.zeros((queries, len(GRID)))
    np.add.at(own, cells.pair_query, chance)
    mixed = own + LENT * whole / whole.sum()
    return np.asarray(mixed / mixed.sum(axis=1, keepdims=True))

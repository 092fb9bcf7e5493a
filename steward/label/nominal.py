"""Labels without an order (categories, colours): one chance a value out of votes that abstain.

After Dawid and Skene (1979), with one chance of being right for each function and value it says, as
for many values there are too few votes to fill a table of every value by every value: a function
that errs says another value as often as that value occurs. Values that nobody votes for are kept
together as one rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from steward.label.votes import Floats, Ints

ROUNDS = 50
ABSTAINS = -1
RIGHT, WRONG = 4.0, 1.0
"""Votes that each function starts with: better than chance until shown otherwise."""

TRUSTED, SUREST = 0.9, 0.999
"""Cells of a column are right at least so often; and nothing is believed more than that."""

SHRINK = 5.0
"""Votes of a value that weigh as much as what is usual for the function."""


@dataclass(frozen=True)
class NominalVotes:
    """What each function says of each item.

    Attributes:
        items: their ids.
        values: what may be said.
        names: of the functions.
        said: numbers of values (int64, items × functions); -1 where a function abstains.
    """

    items: tuple[str, ...]
    values: tuple[str, ...]
    names: tuple[str, ...]
    said: Ints

    @property
    def coverage(self) -> Floats:
        """The share of items of which each function says something."""
        return np.asarray((self.said != ABSTAINS).mean(axis=0))


@dataclass(frozen=True)
class NominalChances:
    """The chance of each value that some function names, and of all others.

    Attributes:
        values: numbers of values (int64, items × candidates), -1 where there are fewer.
        chances: of the same shape; with `rest` they add up to one.
        rest: the chance of a value that nobody named.
        accuracy: of each function: how often it is right when it speaks.
    """

    values: Ints
    chances: Floats
    rest: Floats
    accuracy: Floats

    def likeliest(self) -> tuple[Ints, Floats]:
        """The best value of each item (-1 where nobody spoke) and its chance."""
        rows, best = np.arange(len(self.values)), self.chances.argmax(axis=1)
        return self.values[rows, best], self.chances[rows, best]

    def of(self, values: Ints) -> Floats:
        """The chance of one value an item; 0 where nobody named it."""
        return np.asarray(np.where(self.values == values[:, None], self.chances, 0.0).sum(axis=1))


def fit_nominal(
    votes: NominalVotes, known: Mapping[int, int] | None = None, *, anchor: str
) -> NominalChances:
    """Learn how far each function is to be believed, and join what they say.

    EM, anchored: at least nine cells in ten are taken to be right, so that a function that agrees
    with them on a share of its words cannot be right in more than that share over .9. Without, a
    few functions that read the same words make their common errors the truth. Functions that err
    together count as fewer voters.

    Args:
        votes: of all items.
        known: place of an item to number of its value, where people said it.
        anchor: the function that repeats the cell, which none of the others saw.
    """
    fixed = np.full(len(votes.items), ABSTAINS, dtype=np.int64)
    for place, value in (known or {}).items():
        fixed[place] = value
    cell = votes.names.index(anchor)
    told = np.where(fixed != ABSTAINS, fixed, votes.said[:, cell])
    candidates = _candidates(np.column_stack([votes.said, fixed]))
    usual = _usual(told, len(votes.values))
    right = np.where(told[:, None] == ABSTAINS, np.nan, votes.said == told[:, None])
    right[votes.said == ABSTAINS] = np.nan
    right[:, cell] = np.where(votes.said[:, cell] == ABSTAINS, np.nan, TRUSTED)
    most = np.minimum(SUREST, _believed(votes.said, right, len(usual)) / TRUSTED)
    weights = _weights(right, cell)
    often = [_mixed(column, candidates, told, len(usual)) for column in votes.said.T]
    for _ in range(ROUNDS):
        believed = np.minimum(_believed(votes.said, right, len(usual)), most)
        believed[cell] = min(SUREST, max(TRUSTED, float(np.nanmean(right[:, cell]))))
        trust = (believed, weights, often)
        found = _posterior(votes.said, candidates, trust, usual, fixed)
        after = np.stack([found.of(column) for column in votes.said.T], axis=1)
        after[votes.said == ABSTAINS] = np.nan
        moved, right = float(np.nanmax(np.abs(after - np.nan_to_num(right)))), after
        if moved < 1e-3:
            break
    return replace(found, accuracy=np.nanmean(right, axis=0))


def _candidates(said: Ints) -> Ints:
    """Each value once a row, at the place where it is named first; -1 elsewhere."""
    kept = said.copy()
    for n in range(1, said.shape[1]):
        again = (said[:, :n] == said[:, n : n + 1]).any(axis=1)
        kept[again, n] = ABSTAINS
    return kept


def _usual(told: Ints, values: int) -> Floats:
    """How often each value occurs; never nothing."""
    counts = np.bincount(told[told != ABSTAINS], minlength=values) + 0.5
    return np.asarray(counts / counts.sum())


def _believed(said: Ints, right: Floats, values: int) -> Floats:
    """How often each function is right when it says each value; of rare ones, as usual for it."""
    found = []
    for column, held in zip(said.T, right.T, strict=True):
        both = ~np.isnan(held)
        usual = (held[both].sum() + RIGHT) / (both.sum() + RIGHT + WRONG)
        spoke = np.bincount(column[both], minlength=values)
        agreed = np.bincount(column[both], weights=held[both], minlength=values)
        found.append((agreed + SHRINK * usual) / (spoke + SHRINK))
    return np.array(found)


def _mixed(column: Ints, candidates: Ints, told: Ints, values: int) -> Floats:
    """How often a function says what it says of *other* items whose cell holds each candidate.

    Suede that other rows call leather is no error of this one.
    """
    both = (column != ABSTAINS) & (told != ABSTAINS)
    met = np.bincount(told[both] * values + column[both], minlength=values * values)
    held = np.bincount(told[both], minlength=values)
    own = (candidates == told[:, None]) & both[:, None]
    found = met[candidates * values + column[:, None]] - own
    return np.asarray(found / (held[candidates] - own + SHRINK))


def _weights(right: Floats, cell: int) -> Floats:
    """One over the number of voters that each function stands for, itself included.

    Where the cell itself is wrong, every function that is right differs from it: errors in common
    count only beyond those that so many wrong cells explain.
    """
    share = np.nanmean(right, axis=0)
    rest, both = np.nan_to_num(right - share), (~np.isnan(right)).astype(float)
    common = (rest.T @ rest) / np.maximum(1.0, both.T @ both)
    excess = np.maximum(0.0, common - TRUSTED * (1 - TRUSTED) * np.outer(share, share))
    spread = np.sqrt(np.diag(common)) + 1e-9
    alike = np.minimum(1.0, excess / np.outer(spread, spread))
    alike[:, cell] = alike[cell] = 0.0  # no other function saw the cell
    np.fill_diagonal(alike, 1.0)
    return np.asarray(1.0 / alike.sum(axis=1))


def _posterior(
    said: Ints,
    candidates: Ints,
    trust: tuple[Floats, Floats, Sequence[Floats]],
    usual: Floats,
    fixed: Ints,
) -> NominalChances:
    believed, weights, often = trust
    named = candidates != ABSTAINS
    told = np.where(named, np.log(usual[candidates]), -np.inf)
    others = 1.0 - np.where(named, usual[candidates], 0.0).sum(axis=1)
    rest = np.log(np.maximum(others, 1e-9))
    for column, right, weight, mixed in zip(said.T, believed, weights, often, strict=True):
        spoke = column != ABSTAINS
        missed = weight * np.log((1.0 - right[column]) * usual[column])
        agrees = candidates == column[:, None]
        hit = weight * np.log(right[column])
        worse = np.maximum(missed[:, None], weight * np.log(np.maximum(mixed, 1e-12)))
        told += np.where(spoke[:, None], np.where(agrees, hit[:, None], worse), 0.0)
        rest += np.where(spoke, missed, 0.0)
    top = np.maximum(told.max(axis=1, initial=-np.inf), rest)
    chances, left = np.exp(told - top[:, None]), np.exp(rest - top)
    total = chances.sum(axis=1) + left
    chances, left = chances / total[:, None], left / total
    known = fixed != ABSTAINS
    chances[known], left[known] = candidates[known] == fixed[known, None], 0.0
    return NominalChances(candidates, chances, left, np.empty(0))


@dataclass(frozen=True, slots=True)
class ValueSuspect:
    """A cell whose label is likely wrong.

    Attributes:
        item: its id.
        given: what the cell says.
        likely: the likeliest value.
        wrong: the chance that the cell is wrong, 0 to 1.
    """

    item: str
    given: str
    likely: str
    wrong: float


def find_value_suspects(
    votes: NominalVotes, anchor: str, known: Mapping[int, int] | None = None, least: float = 0.5
) -> list[ValueSuspect]:
    """Cells that are likelier wrong than right, the most likely wrong first.

    The cell's own vote counts, by how far cells are right in this column: a single function that
    disagrees with a column that is nearly always right finds nothing.

    Args:
        votes: of all functions, the cell's own included.
        anchor: the function that repeats the cell.
        known: what people said of some items, by place.
        least: the chance of being wrong from which a cell is named.
    """
    given = votes.said[:, votes.names.index(anchor)]
    found = fit_nominal(votes, known, anchor=anchor)
    best, _ = found.likeliest()
    wrong = 1.0 - found.of(given)
    rows = np.flatnonzero((given != ABSTAINS) & (best != given) & (wrong >= least))
    suspects = [
        ValueSuspect(
            votes.items[n], votes.values[given[n]], votes.values[best[n]], round(float(wrong[n]), 4)
        )
        for n in rows.tolist()
    ]
    return sorted(suspects, key=lambda s: (-s.wrong, s.item))

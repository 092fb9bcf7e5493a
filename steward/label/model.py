"""The label model: one probability a grade out of many votes that abstain, disagree and copy.

Dawid and Skene (1979): each function has its own table of how often it says each of its levels
when the truth is each grade; truth and tables are learnt together by EM. Two things are added.
Functions that err together count as fewer voters: each has a weight of one over how many like it
there are, by the correlation of what the grades leave unexplained. And pairs that people judged,
when there are some, are taken as known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from steward.label.votes import GRADES, Cuts, Floats, Ints, Pair, Votes

ROUNDS = 100
SMOOTH = 1.0
"""Votes that every cell of a table starts with, spread by how often the level is said at all."""


@dataclass(frozen=True)
class LabelModel:
    """A fitted model.

    Attributes:
        cuts: where scores become levels.
        prior: the share of each grade.
        tables: for each function (grades × levels), the chance of each level given the grade.
        weights: of each function, 0 to 1: how far its votes are its own.
        names: of the functions.
    """

    cuts: Cuts
    prior: Floats
    tables: tuple[Floats, ...]
    weights: Floats
    names: tuple[str, ...]

    def probabilities(self, votes: Votes) -> Floats:
        """The chance of each grade (pairs × grades)."""
        return _posterior(self.cuts.levels(votes.scores), self.prior, self.tables, self.weights)


def fit_label_model(
    votes: Votes,
    known: Mapping[Pair, float] | None = None,
    *,
    apart: bool = True,
    graded: bool = False,
) -> LabelModel:
    """Learn from the votes alone, or with pairs that people judged.

    Args:
        votes: of all pairs.
        known: grades of some of the pairs; they fix what the levels mean.
        apart: weigh functions by how far their votes are their own; without, as Dawid and Skene.
        graded: the scores are grades already, and the first guess is how many say each.
    """
    cuts = Cuts.of(votes.scores)
    levels = cuts.levels(votes.scores)
    fixed = _fixed(votes, known or {})
    weights = np.ones(levels.shape[1])
    start = _counted(votes.scores) if graded else _start(votes.scores)
    start = _clamped(start, fixed)
    prior, tables, chance = _learn(levels, cuts.counts, start, fixed, weights)
    if apart and levels.shape[1] > 1:
        weights = _weights(levels, tables, chance)
        prior, tables, _ = _learn(levels, cuts.counts, chance, fixed, weights)
    return LabelModel(cuts, prior, tables, weights, votes.names)


def majority(grades: Floats) -> Floats:
    """Share of the votes (pairs × grades) for each grade, of votes that are grades already.

    Args:
        grades: pairs × functions, numbers of grades from 0; nan abstains.
    """
    counts = np.stack([(grades == k).sum(axis=1) for k in range(len(GRADES))], axis=1) + 1e-6
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def _fixed(votes: Votes, known: Mapping[Pair, float]) -> Ints:
    """The number of the known grade of each pair, -1 where it is not known."""
    numbers = {grade: n for n, grade in enumerate(GRADES)}
    told = [known.get(pair) for pair in votes.pairs]
    return np.array([-1 if g is None else numbers[nearest(g)] for g in told], dtype=np.int64)


def nearest(grade: float) -> float:
    """The one of the four grades that is nearest."""
    return min(GRADES, key=lambda one: abs(one - grade))


def _start(scores: Floats) -> Floats:
    """A first guess: the higher a pair stands in the mean of the functions, the better."""
    ranks = np.full(scores.shape, np.nan)
    for n, column in enumerate(scores.T):
        said = ~np.isnan(column)
        order = np.searchsorted(np.sort(column[said]), column[said], side="right")
        ranks[said, n] = order / max(1, said.sum())
    filled = np.where(np.isnan(ranks), 0.5, ranks)
    mean = filled.mean(axis=1) if scores.shape[1] else np.zeros(len(scores))
    place = np.argsort(np.argsort(mean, kind="stable"), kind="stable") / max(1, len(mean))
    grade = np.minimum((place * len(GRADES)).astype(int), len(GRADES) - 1)
    chance = np.full((len(scores), len(GRADES)), 0.1)
    chance[np.arange(len(scores)), grade] = 0.7
    return chance


def _counted(grades: Floats) -> Floats:
    """A first guess: the share of the judges who say each grade."""
    numbers = np.array(GRADES)
    near = np.abs(grades[:, :, None] - numbers).argmin(axis=2)
    return majority(np.where(np.isnan(grades), np.nan, near))


def _clamped(chance: Floats, fixed: Ints) -> Floats:
    told = np.flatnonzero(fixed >= 0)
    chance[told] = 0.0
    chance[told, fixed[told]] = 1.0
    return chance


def _learn(
    levels: Ints, counts: list[int], chance: Floats, fixed: Ints, weights: Floats
) -> tuple[Floats, tuple[Floats, ...], Floats]:
    """EM until what is believed no longer moves."""
    told = fixed >= 0
    if told.any():  # what people judged says what the levels mean; the others follow
        prior, tables = _tables(levels[told], counts, chance[told])
        chance = _clamped(_posterior(levels, prior, tables, weights), fixed)
    for _ in range(ROUNDS):
        prior, tables = _tables(levels, counts, chance)
        if told.any():
            prior = (chance[told].sum(axis=0) + 1.0) / (told.sum() + len(GRADES))
        after = _clamped(_posterior(levels, prior, tables, weights), fixed)
        moved = float(np.abs(after - chance).max())
        chance = after
        if moved < 1e-4:
            break
    return prior, tables, chance


def _tables(levels: Ints, counts: list[int], chance: Floats) -> tuple[Floats, tuple[Floats, ...]]:
    prior = (chance.sum(axis=0) + 1.0) / (len(chance) + len(GRADES))
    tables = []
    for column, width in zip(levels.T, counts, strict=True):
        said = column >= 0
        seen = np.stack(
            [np.bincount(column[said], weights=c[said], minlength=width) for c in chance.T]
        )
        usual = (seen.sum(axis=0) + 1.0) / (seen.sum() + width)
        mixed = seen + SMOOTH * width * usual
        tables.append(mixed / mixed.sum(axis=1, keepdims=True))
    return prior, tuple(tables)


def _posterior(levels: Ints, prior: Floats, tables: tuple[Floats, ...], weights: Floats) -> Floats:
    told = np.tile(np.log(prior), (len(levels), 1))
    for column, table, weight in zip(levels.T, tables, weights, strict=True):
        said = column >= 0
        told[said] += weight * np.log(table[:, column[said]]).T
    told -= told.max(axis=1, keepdims=True)
    raw = np.exp(told)
    return np.asarray(raw / raw.sum(axis=1, keepdims=True))


def _weights(levels: Ints, tables: tuple[Floats, ...], chance: Floats) -> Floats:
    """One over the number of voters that each function stands for, itself included."""
    rest = np.zeros(levels.shape)
    for n, (column, table) in enumerate(zip(levels.T, tables, strict=True)):
        expected = chance @ (table @ np.arange(table.shape[1]))
        said = column >= 0
        rest[said, n] = column[said] - expected[said]
    spread = np.sqrt((rest**2).mean(axis=0)) + 1e-9
    alike = (rest.T @ rest) / len(rest) / np.outer(spread, spread)
    return np.asarray(1.0 / np.maximum(1.0, (np.abs(alike)).sum(axis=1)))

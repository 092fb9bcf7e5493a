"""Which verdicts on pairs are likely wrong: a model that did not see them, and contradictions."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from steward.label.learnt import LEAST
from steward.label.match_model import by_line, by_trees, by_votes, folds_of_rows
from steward.label.match_votes import MatchVotes
from steward.label.votes import Floats, Ints, Pair

FOLDS = 10
Row = tuple[str, str]
"""A side (`left`, `right`) and an id."""


@dataclass(frozen=True, slots=True)
class MatchSuspect:
    """A verdict in doubt.

    Attributes:
        pair: left and right id.
        given: whether it says the same.
        wrong: the chance that it is wrong, 0 to 1.
        kinds: `model` where the other verdict is likelier, `chain` where other verdicts contradict.
    """

    pair: Pair
    given: bool
    wrong: float
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """Verdicts that cannot all be right: the rows are the same one by one, and then not."""

    pair: Pair
    rows: tuple[Row, ...]

    @property
    def links(self) -> tuple[Pair, ...]:
        """The verdicts that say the same."""
        ends = zip(self.rows, self.rows[1:], strict=False)
        return tuple((a[1], b[1]) if a[0] == "left" else (b[1], a[1]) for a, b in ends)


def find_match_suspects(
    votes: MatchVotes, rows: int, labels: Mapping[Pair, bool], chains: tuple[Chain, ...] = ()
) -> list[MatchSuspect]:
    """Every verdict in doubt, the most likely wrong first.

    Args:
        votes: of the labelled pairs and of all others worth comparing.
        rows: of the shorter table.
        labels: the verdicts.
        chains: from `find_chains`.
    """
    places = np.array([n for n, pair in enumerate(votes.pairs) if pair in labels], dtype=np.int64)
    given = np.array([labels[votes.pairs[n]] for n in places], dtype=np.int64)
    wrong = doubt(votes, rows, places, given)
    chained = {pair for chain in chains for pair in (chain.pair, *chain.links)}
    found = []
    for n, place in enumerate(places):
        pair = votes.pairs[place]
        kinds = [
            k for k, is_one in (("model", wrong[n] > 0.5), ("chain", pair in chained)) if is_one
        ]
        if kinds:
            found.append(
                MatchSuspect(pair, bool(given[n]), round(float(wrong[n]), 4), tuple(kinds))
            )
    return sorted(found, key=lambda s: (-s.wrong, s.pair))


def doubt(votes: MatchVotes, rows: int, places: Ints, given: Ints) -> Floats:
    """The chance (float64) that each verdict is wrong, by what never saw it.

    The mean of three that err apart: trees and a logistic model, learnt on the verdicts of other
    rows, and what the functions say among themselves, which no verdict misleads: people err where
    rows look alike, and a model learns that from them. Too few verdicts leave the last alone.
    """
    same = by_votes(votes, rows)[places]
    found = [np.where(given == 1, 1 - same, same)]
    if len(places) >= LEAST and min(given.sum(), (1 - given).sum()) >= FOLDS:
        found += [unseen(votes, places, given, trees=trees) for trees in (True, False)]
    return np.asarray(np.mean(found, axis=0))


def unseen(votes: MatchVotes, places: Ints, given: Ints, *, trees: bool) -> Floats:
    """The chance that each verdict is wrong by one model, learnt on the rows of other folds."""
    folds = folds_of_rows([votes.pairs[n] for n in places], np.zeros_like(given), FOLDS)
    same = np.zeros(len(places))
    mine = votes.rows(places)
    for fold in np.unique(folds):
        inside = folds == fold
        fit = by_trees if trees else by_line
        same[inside] = fit(mine, np.flatnonzero(~inside), given[~inside])[inside]
    return np.where(given == 1, 1 - same, same)


def find_chains(labels: Mapping[Pair, bool], *, one_table: bool = False) -> tuple[Chain, ...]:
    """Pairs found not the same whose rows other verdicts make the same, by the shortest way.

    Args:
        labels: the verdicts.
        one_table: both ids are of one table.
    """
    second = "left" if one_table else "right"
    near: dict[Row, list[Row]] = defaultdict(list)
    for (left, right), same in labels.items():
        if same:
            near["left", left].append((second, right))
            near[second, right].append(("left", left))
    found = []
    for pair, same in labels.items():
        if same or ("left", pair[0]) not in near:
            continue
        if way := _way(near, ("left", pair[0]), (second, pair[1])):
            found.append(Chain(pair, way))
    return tuple(sorted(found, key=lambda chain: (len(chain.rows), chain.pair)))


def _way(near: Mapping[Row, list[Row]], start: Row, end: Row) -> tuple[Row, ...]:
    """The shortest way from a row to another; empty where there is none."""
    came: dict[Row, Row | None] = {start: None}
    waiting = deque([start])
    while waiting and end not in came:
        here = waiting.popleft()
        for row in near.get(here, ()):
            if row not in came:
                came[row] = here
                waiting.append(row)
    way: list[Row] = []
    at: Row | None = end if end in came else None
    while at is not None:
        way.append(at)
        at = came[at]
    return tuple(reversed(way))

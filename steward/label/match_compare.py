"""The label model of matching pairs beside votes and beside each function, on judged pairs.

Everything learns from the same four fifths and is scored on rows it did not see: a function alone
is told from which score on it decides best, and so are those that vote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from steward.label.agreement import Measured, calibration_error, over_queries
from steward.label.match_model import Mask, folds_of_rows, join_votes
from steward.label.match_votes import MatchVotes
from steward.label.votes import Floats, Ints, Pair

MODEL, MAJORITY = "label model", "majority vote"
DRAWS = 300


@dataclass(frozen=True, slots=True)
class MatchRated:
    """How well one tells which pairs are the same.

    Attributes:
        name: of the function, or how all vote.
        f1: of pairs found the same, with its interval.
        precision: of them.
        recall: of the pairs that people found the same.
        average: average precision: how well pairs are ordered.
        less: F1 of the label model minus this one's; None for the label model.
    """

    name: str
    f1: Measured
    precision: float
    recall: float
    average: float
    less: Measured | None


@dataclass(frozen=True)
class MatchComparison:
    """The best first; `error` is the calibration error of the label model's chances."""

    rows: tuple[MatchRated, ...]
    error: float
    pairs: int
    same: int


def compare_matches(
    votes: MatchVotes, rows: int, known: Mapping[Pair, bool], *, draws: int = DRAWS
) -> MatchComparison:
    """Cross-fit everything on the judged pairs and score it.

    Args:
        votes: of the judged pairs and of all others worth comparing.
        rows: of the shorter table.
        known: what people said.
        draws: of the bootstrap over groups of rows.
    """
    places = np.array([n for n, p in enumerate(votes.pairs) if p in known], dtype=np.int64)
    pairs = [votes.pairs[n] for n in places]
    truth = np.array([known[pair] for pair in pairs], dtype=np.int64)
    folds = folds_of_rows(pairs, truth)
    mine = votes.rows(places)
    told = {name: np.zeros(len(places)) for name in (MODEL, MAJORITY, *votes.names)}
    found = {name: np.zeros(len(places), dtype=bool) for name in told}
    for fold in np.unique(folds):
        held = folds == fold
        sample = {p: known[p] for p, inside in zip(pairs, held, strict=True) if not inside}
        chance = join_votes(votes, rows, sample).chances[places]
        told[MODEL][held], found[MODEL][held] = chance[held], chance[held] >= 0.5
        for name, (score, same) in voted(mine, truth, ~held).items():
            told[name][held], found[name][held] = score[held], same[held]
    ranked = rate(told, found, truth, [left for left, _ in pairs], draws)
    error = calibration_error(np.column_stack([1 - told[MODEL], told[MODEL]]), truth)
    return MatchComparison(ranked, error, len(places), int(truth.sum()))


def voted(votes: MatchVotes, truth: Ints, learnt: Mask) -> dict[str, tuple[Floats, Mask]]:
    """A score and a verdict a pair by each function alone, and by the majority of them.

    Where a function abstains it says no. From which score on it says yes is learnt: the cut of the
    highest F1.
    """
    found: dict[str, tuple[Floats, Mask]] = {}
    yes, spoke = np.zeros(len(truth)), np.zeros(len(truth))
    for name, column in zip(votes.names, votes.scores.T, strict=True):
        said = ~np.isnan(column)
        score = np.where(said, column, np.nanmin(column) - 1.0)
        same = said & (score >= best_cut(score[learnt], truth[learnt]))
        found[name] = (score, same)
        yes, spoke = yes + same, spoke + said
    share = yes / np.maximum(1.0, spoke)
    return {MAJORITY: (share, share > 0.5), **found}


def best_cut(score: Floats, truth: Ints) -> float:
    """The score from which on saying yes gives the highest F1."""
    order = np.argsort(-score, kind="stable")
    ordered = score[order]
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + max(1, truth.sum()))
    last = np.append(ordered[1:] != ordered[:-1], True)  # ties stay together
    return float(ordered[np.where(last, f1, -1.0).argmax()])


def rate(
    told: Mapping[str, Floats],
    found: Mapping[str, Mask],
    truth: Ints,
    groups: list[str],
    draws: int = DRAWS,
) -> tuple[MatchRated, ...]:
    """Score all; intervals by bootstrap over groups (left rows). The best F1 first.

    Args:
        told: a score a pair, by name; the label model's is `MODEL`.
        found: which pairs each finds the same.
        truth: 1 where they are (int64).
        groups: of the pairs.
        draws: of the bootstrap.
    """
    rows = [_rated(name, told, found, truth, (groups, draws)) for name in found]
    return tuple(sorted(rows, key=lambda row: (-row.f1.value, row.name)))


def _rated(
    name: str,
    told: Mapping[str, Floats],
    found: Mapping[str, Mask],
    truth: Ints,
    drawn: tuple[list[str], int],
) -> MatchRated:
    own, model = found[name], found[MODEL]
    groups, draws = drawn

    def more(rows: Ints) -> float:
        return f1_of(model[rows], truth[rows]) - f1_of(own[rows], truth[rows])

    f1 = over_queries(lambda n: f1_of(own[n], truth[n]), groups, draws=draws)
    less = None if name == MODEL else over_queries(more, groups, draws=draws)
    hits = float((own & (truth == 1)).sum())
    precision, recall = hits / max(1, own.sum()), hits / max(1, truth.sum())
    return MatchRated(name, f1, precision, recall, average_precision(told[name], truth), less)


def f1_of(found: Mask, truth: Ints) -> float:
    """Twice the hits over all found and all there are (Dice); 0 where there are none."""
    hits = float((found & (truth == 1)).sum())
    return 2 * hits / max(1.0, float(found.sum() + truth.sum()))


def average_precision(score: Floats, truth: Ints) -> float:
    """The mean precision at each pair that is the same, by falling score; ties share a place."""
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(truth, score)) if truth.any() else 0.0

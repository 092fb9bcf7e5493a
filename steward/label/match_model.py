"""Whether two rows are the same thing: one chance out of functions that abstain and disagree.

Where nobody judged a pair: Dawid and Skene (1979) for two classes, over every pair worth comparing,
not only over those asked for, since it learns what matches look like from their rarity: a row has
about one at most, so the scores of a function are cut into levels where so many pairs for a row lie
above. Functions of one source count as one voter. Where people judged some, four ways are tried on
rows they did not see, and the one of the least log-loss is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from steward.label.learnt import LEAST, TREES
from steward.label.match_votes import GTIN, NUMBERS, MatchVotes
from steward.label.trees import BoostedTrees
from steward.label.votes import Floats, Ints, Pair

FOLDS = 5
ROUNDS = 200
SMOOTH = 1.0
"""Votes that every level starts with, spread by how often it is said at all."""

ABOVE = (2.0, 1.0, 0.7, 0.5, 0.3, 0.1)
"""Where scores are cut: so many pairs for a row lie above."""

SURE = 0.95
"""Where the first guess ends: what all sources say is still no certainty."""

UNLIKE, RARE = 0.01, 0.02
"""The chance that numbers or GTINs that differ are the same, and of pairs that hold none."""

LEAST_TAUGHT = 10
"""Pairs of one GTIN, or whose numbers agree, from which it is learnt."""

Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Matched:
    """The chance (float64) that each pair is the same.

    Attributes:
        chances: of all pairs; of judged ones, by a fit that did not see their rows.
        way: how the functions were joined: `votes`, `logistic`, `trees` or `both`.
        losses: the log-loss of each way on unseen rows; empty where nobody judged enough.
        judged: pairs that people judged.
    """

    chances: Floats
    way: str = "votes"
    losses: Mapping[str, float] = field(default_factory=dict)
    judged: int = 0


def join_votes(votes: MatchVotes, rows: int, known: Mapping[Pair, bool] | None = None) -> Matched:
    """Join what the functions say.

    Args:
        votes: of the pairs asked for and of all others worth comparing.
        rows: of the shorter table: about how many pairs may match.
        known: what people said of some of the pairs.
    """
    judged = [n for n, pair in enumerate(votes.pairs) if pair in (known or {})]
    places = np.array(judged, dtype=np.int64)
    truth = np.array([(known or {})[votes.pairs[n]] for n in judged], dtype=np.int64)
    if len(judged) < LEAST or min(truth.sum(), (1 - truth).sum()) < 2 * FOLDS:
        told = dict(zip(places.tolist(), truth.tolist(), strict=True))
        return Matched(by_votes(votes, rows, told), judged=len(judged))
    folds = folds_of_rows([votes.pairs[n] for n in judged], truth)
    unseen = {way: _crossed(fit, votes, (places, truth), folds) for way, fit in _ways(rows).items()}
    unseen["both"] = (unseen["logistic"] + unseen["trees"]) / 2
    losses = {way: _loss(chance, truth) for way, chance in unseen.items()}
    best = min(losses, key=lambda way: losses[way])
    power = _sharpness(unseen[best], truth)
    used = {"both": ("logistic", "trees")}.get(best, (best,))
    told_by = [_ways(rows)[way](votes, places, truth) for way in used]
    chances = _sharpened(np.mean(told_by, axis=0), power)
    chances[places] = _sharpened(unseen[best], power)
    return Matched(chances, best, losses, len(judged))


def by_votes(votes: MatchVotes, rows: int, told: Mapping[int, int] | None = None) -> Floats:
    """Dawid and Skene for two classes; `told` is what people said, by the number of the pair.

    Where rows have GTINs, what the functions say of pairs with one GTIN, and with two, is all that
    is learnt from, once. Else it is learnt from what is believed, round by round, except that pairs
    whose numbers contradict teach what is not the same: where a table has many variants of a
    product, they would be taken for what is common to the same.

    Returns:
        The chance (float64) of each pair; of judged ones 0 or 1.
    """
    fixed = np.full(len(votes.pairs), np.nan)
    for place, same in (told or {}).items():
        fixed[place] = same
    taught, start, rounds = _lesson(votes)
    taught = np.where(np.isnan(fixed), taught, fixed)
    edges = [_edges(column[~np.isnan(column)], rows) for column in votes.scores.T]
    levels = [
        np.where(np.isnan(column), -1, np.searchsorted(edge, column, side="right"))
        for edge, column in zip(edges, votes.scores.T, strict=True)
    ]
    chance = start
    for _ in range(rounds):
        chance = np.where(np.isnan(taught), chance, taught)
        after = _posterior(levels, [len(edge) + 1 for edge in edges], votes.weights, chance)
        moved = float(np.abs(after - chance)[np.isnan(taught)].max(initial=0.0))
        chance = after
        if moved < 1e-4:
            break
    return np.where(np.isnan(fixed), chance, fixed)


def _lesson(votes: MatchVotes) -> tuple[Floats, Floats, int]:
    """What pairs are taken for while it is learnt (nan: as believed), at first, and the rounds."""
    taught = np.full(len(votes.pairs), np.nan)
    if GTIN in votes.sources:
        same = votes.scores[:, votes.sources.index(GTIN)]
        if (same == 1).sum() >= LEAST_TAUGHT:
            taught[same == 1], taught[same == 0] = SURE, UNLIKE
            return taught, np.full(len(votes.pairs), RARE), 1
    if NUMBERS in votes.sources:
        differ = votes.scores[:, votes.sources.index(NUMBERS)] < 1
        if (~differ).sum() >= LEAST_TAUGHT:  # else all words hold digits, or matches never agree
            taught[differ] = UNLIKE
    return taught, np.clip(votes.agreed, 1 - SURE, SURE), ROUNDS


def folds_of_rows(pairs: Sequence[Pair], same: Ints, folds: int = FOLDS) -> Ints:
    """A fold for each pair (int64): pairs of one left row, and of rows that match, stay together.

    Args:
        pairs: that people judged.
        same: 1 where they match.
        folds: how many.
    """
    first: dict[str, str] = {}

    def root(one: str) -> str:
        while (up := first.setdefault(one, one)) != one:
            one = up
        return one

    by_right: dict[str, str] = {}
    for (left, right), matches in zip(pairs, same.tolist(), strict=True):
        if matches:
            first[root(left)] = root(by_right.setdefault(right, left))
    groups = {name: n for n, name in enumerate(dict.fromkeys(root(left) for left, _ in pairs))}
    drawn = np.random.default_rng(0).permutation(len(groups)) % folds
    return np.array([drawn[groups[root(left)]] for left, _ in pairs], dtype=np.int64)


def _edges(values: Floats, rows: int) -> Floats:
    different = np.unique(values)
    if len(different) <= len(ABOVE) + 1:
        return np.asarray((different[1:] + different[:-1]) / 2)
    places = [len(values) - round(share * rows) for share in ABOVE]
    ordered = np.sort(values)
    return np.unique(ordered[[n for n in places if 0 < n < len(values)]])


def _posterior(levels: list[Any], widths: list[int], weights: Floats, chance: Floats) -> Floats:
    """What the functions say, by how often each says each level of what is believed the same."""
    prior = (chance.sum() + 1.0) / (len(chance) + 2.0)
    told = np.full(len(chance), np.log(prior / (1 - prior)))
    for column, width, weight in zip(levels, widths, weights, strict=True):
        said = column >= 0
        yes, no = (
            np.bincount(column[said], weights=one[said], minlength=width)
            for one in (chance, 1 - chance)
        )
        usual = SMOOTH * width * (yes + no + 1.0) / ((yes + no).sum() + width)
        yes, no = yes + usual, no + usual
        told[said] += weight * np.log(yes / yes.sum() / (no / no.sum()))[column[said]]
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(told, -30, 30))))


# Ways to use a sample

Fit = Callable[[MatchVotes, Ints, Ints], Floats]


def _ways(rows: int) -> dict[str, Fit]:
    """Each gives a chance to every pair, from the judged ones (places and truth)."""

    def votes(votes: MatchVotes, places: Ints, truth: Ints) -> Floats:
        return by_votes(votes, rows, dict(zip(places.tolist(), truth.tolist(), strict=True)))

    return {"votes": votes, "logistic": by_line, "trees": by_trees}


def by_line(votes: MatchVotes, places: Ints, truth: Ints) -> Floats:
    """A logistic model over the scores, and over who abstains."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    absent = np.isnan(votes.scores)
    middle = [np.median(c[~np.isnan(c)]) if (~np.isnan(c)).any() else 0.0 for c in votes.scores.T]
    told = np.hstack([np.where(absent, middle, votes.scores), absent.astype(float)])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=1000))
    return np.asarray(model.fit(told[places], truth).predict_proba(told)[:, 1])


def by_trees(votes: MatchVotes, places: Ints, truth: Ints) -> Floats:
    """Boosted trees over the scores."""
    sample = votes.scores[places]
    useful = [n for n, c in enumerate(sample.T) if len(np.unique(c[~np.isnan(c)])) > 1]
    model = BoostedTrees(**TREES).fit(sample[:, useful], truth)
    return model.predict_proba(votes.scores[:, useful])[:, 1]


def _crossed(fit: Fit, votes: MatchVotes, judged: tuple[Ints, Ints], folds: Ints) -> Floats:
    """The chance of each judged pair, by a fit on the other folds."""
    places, truth = judged
    chance = np.zeros(len(places))
    for fold in np.unique(folds):
        inside = folds == fold
        chance[inside] = fit(votes, places[~inside], truth[~inside])[places[inside]]
    return chance


def _loss(chance: Floats, truth: Ints) -> float:
    own = np.where(truth == 1, chance, 1 - chance)
    return float(-np.log(np.maximum(own, 1e-6)).mean())


def _sharpened(chance: Floats, power: float) -> Floats:
    """The odds, to a power."""
    odds = np.log(np.clip(chance, 1e-6, 1 - 1e-6) / np.clip(1 - chance, 1e-6, 1 - 1e-6))
    return np.asarray(1.0 / (1.0 + np.exp(-power * odds)))


def _sharpness(chance: Floats, truth: Ints) -> float:
    """The power of the odds that people's verdicts bear out best (Guo et al., 2017)."""
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda p: _loss(_sharpened(chance, float(np.exp(p))), truth),
        bounds=(-1.5, 1.5),
        method="bounded",
    )
    return float(np.exp(found.x))

"""Which labels are likely wrong, and which of them are worth a person's time first.

Confident learning (Northcutt, Jiang and Chuang, 2021): a model says the chance of every grade for
pairs it did not learn from; a label is in doubt when another grade is at least as sure as labels
of that grade usually are. The model sees what the label functions say and what grades the *other*
pairs of the query have, the nearest items first: a single bag among the laptops stands out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from steward.label.contradictions import Contradiction
from steward.label.learnt import TREES
from steward.label.model import nearest
from steward.label.trees import BoostedTrees
from steward.label.votes import GRADES, Floats, Ints, Pair, Votes

FOLDS = 10
NEIGHBOURS = (3, 10)
ROUNDS = 2
"""The second round learns without the labels that the first found in doubt."""

SURELY = 0.85
"""A chance of being wrong from which a label is in doubt, whatever is usual for its grade."""

SHARPER = 12.0
"""How much nearer an item counts: weights are exp(12 × cosine)."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A label in doubt.

    Attributes:
        pair: query and item.
        given: the grade it has.
        likely: the grade that the model finds likeliest.
        wrong: the chance that the label is wrong, 0 to 1.
        gain: what judging it again is worth: the chance times how far the gain 2^grade - 1 moves.
        kinds: `confident` where confident learning names it, and the contradictions it is part of.
    """

    pair: Pair
    given: float
    likely: float
    wrong: float
    gain: float
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Unseen:
    """What a model that never saw a label thinks of it.

    Attributes:
        votes: of the labelled pairs.
        given: int64, the number of the grade that each pair has.
        chance: pairs × grades, of each grade; all the same where labels are too few to learn from.
        vectors: of items, if it had them.
    """

    votes: Votes
    given: Ints
    chance: Floats
    vectors: Mapping[str, Floats] | None = None

    @property
    def own(self) -> Floats:
        """The chance (float64) of the grade that each pair has."""
        return np.asarray(self.chance[np.arange(len(self.given)), self.given])


def find_suspects(
    votes: Votes,
    labels: Mapping[Pair, float],
    vectors: Mapping[str, Floats] | None = None,
    contradictions: Sequence[Contradiction] = (),
) -> list[Suspect]:
    """Every label in doubt, the most likely wrong first.

    Args:
        votes: of at least all labelled pairs; of sources that did not make the labels.
        labels: the grade of each pair.
        vectors: of items (length 1), to tell which are alike; without, by what functions say.
        contradictions: from `find_contradictions`; a pair in one is always in doubt.
    """
    return suspects_of(doubt_labels(votes, labels, vectors), contradictions)


def doubt_labels(
    votes: Votes, labels: Mapping[Pair, float], vectors: Mapping[str, Floats] | None = None
) -> Unseen:
    """The chance of every grade for each labelled pair; see `find_suspects`."""
    rows = np.array([n for n, pair in enumerate(votes.pairs) if pair in labels], dtype=np.int64)
    mine = votes.rows(rows)
    given = np.array([GRADES.index(nearest(labels[p])) for p in mine.pairs], dtype=np.int64)
    if len(rows) < 2 * FOLDS or len(np.unique(given)) < 2:
        chance = np.full((len(rows), len(GRADES)), 1 / len(GRADES))
    else:
        chance = unseen_chances(mine, given, vectors)
    return Unseen(mine, given, chance, vectors)


def suspects_of(unseen: Unseen, contradictions: Sequence[Contradiction] = ()) -> list[Suspect]:
    """The labels in doubt, the most likely wrong first; see `find_suspects`."""
    given, chance = unseen.given, unseen.chance
    named: dict[Pair, set[str]] = {}
    for one in contradictions:
        for pair in one.pairs:
            named.setdefault(pair, set()).add(one.kind)
    doubt = np.asarray(confident(chance, given), dtype=bool) | (unseen.own < 1 - SURELY)
    found = [
        _suspect(pair, given[n], chance[n], bool(doubt[n]), named.get(pair, set()))
        for n, pair in enumerate(unseen.votes.pairs)
        if doubt[n] or pair in named
    ]
    return sorted(found, key=lambda s: (-s.wrong, s.pair))


def review_order(suspects: Sequence[Suspect]) -> list[Suspect]:
    """The queue: what a person's judgment is expected to change most comes first."""
    return sorted(suspects, key=lambda s: (-s.gain, s.pair))


def confident(chance: Floats, given: Ints) -> Floats:
    """Which labels (bool) confident learning finds in doubt, by thresholds a grade."""
    usual = np.array(
        [chance[given == k, k].mean() if (given == k).any() else 1.1 for k in range(len(GRADES))]
    )
    sure = np.where(chance >= usual, chance, 0.0)
    own = chance[np.arange(len(given)), given]
    # A label that the model itself finds likeliest is in doubt for nobody.
    likelier = chance.max(axis=1) > own
    return np.asarray((sure.max(axis=1) > 0) & (sure.argmax(axis=1) != given) & likelier)


def unseen_chances(
    votes: Votes, given: Ints, vectors: Mapping[str, Floats] | None = None
) -> Floats:
    """The chance of each grade (pairs × grades), each pair by models that never saw its label.

    The mean of three that err apart: trees over the scores; trees that also see the labels of like
    items, in a second round only those not in doubt; and a logistic model over the same.
    """
    folds = np.random.default_rng(0).permutation(len(given)) % FOLDS
    alike = _alike(votes, vectors)
    everyone = trusted = np.ones(len(given), dtype=bool)
    straight = np.hstack([votes.scores, _around(given, folds, alike, everyone)])
    chance = np.empty((0, 0))
    for _ in range(ROUNDS):
        told = np.hstack([votes.scores, _around(given, folds, alike, trusted)])
        chance = _fitted(_telling(told), given, folds, trusted)
        trusted = ~np.asarray(confident(chance, given), dtype=bool)
    bare = _fitted(_telling(votes.scores), given, folds, everyone)
    line = _fitted(_telling(straight), given, folds, everyone, trees=False)
    return np.asarray((chance + bare + line) / 3)


def by_loss(votes: Votes, given: Ints) -> Ints:
    """Numbers of all pairs, the dearest first, by the loss of the label alone (int64).

    The same trees over the functions' scores, without what others of the query have and without
    thresholds: what confident learning is compared with.
    """
    folds = np.random.default_rng(0).permutation(len(given)) % FOLDS
    chance = _fitted(_telling(votes.scores), given, folds, np.ones(len(given), dtype=bool))
    return np.argsort(chance[np.arange(len(given)), given], kind="stable")


def _telling(told: Floats) -> Floats:
    """The columns that say more than one thing."""
    return told[:, [len(np.unique(c[~np.isnan(c)])) > 1 for c in told.T]]


def _fitted(
    told: Floats, given: Ints, folds: Ints, trusted: Floats, *, trees: bool = True
) -> Floats:
    """The chance of each grade, each pair by a model learnt on the trusted pairs of other folds."""
    chance = np.full((len(given), len(GRADES)), 1e-4)
    for fold in range(FOLDS):
        inside = folds == fold
        learn = ~inside & trusted.astype(bool)
        model = (_trees(len(given)) if trees else _line()).fit(told[learn], given[learn])
        places = np.asarray(model.classes_, dtype=int)
        chance[np.ix_(inside, places)] += model.predict_proba(told[inside])
    return np.asarray(chance / chance.sum(axis=1, keepdims=True))


def _trees(labels: int) -> Any:
    # Few labels would fill no two leaves, and every label get the same chance.
    least = max(2, min(TREES["min_samples_leaf"], labels // 30))
    return BoostedTrees(**{**TREES, "min_samples_leaf": least})


def _line() -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    filled = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    return make_pipeline(filled, StandardScaler(), LogisticRegression(C=0.3, max_iter=1000))


def _alike(votes: Votes, vectors: Mapping[str, Floats] | None) -> list[tuple[Ints, Floats]]:
    """For each query its pairs, and how alike their items are (cosine, pairs × pairs)."""
    places: dict[str, list[int]] = {}
    for place, (query, _) in enumerate(votes.pairs):
        places.setdefault(query, []).append(place)
    found = []
    for rows in places.values():
        if vectors is not None:
            held = np.stack([vectors[votes.pairs[row][1]] for row in rows]).astype(float)
        else:
            held = np.nan_to_num(votes.scores[rows])
            held = (held - held.mean(axis=0)) / (held.std(axis=0) + 1e-9)
            held /= np.linalg.norm(held, axis=1, keepdims=True) + 1e-9
        found.append((np.array(rows, dtype=np.int64), held @ held.T))
    return found


def _around(given: Ints, folds: Ints, alike: list[tuple[Ints, Floats]], trusted: Floats) -> Floats:
    """What grades the nearest other pairs of the query have, of other folds and not in doubt.

    Mean grade of the nearest 3 and 10 and of all, weighed by likeness, and how many there were.
    """
    found = np.full((len(given), len(NEIGHBOURS) + 2), np.nan)
    for rows, near in alike:
        for n, row in enumerate(rows):
            others = np.flatnonzero((folds[rows] != folds[row]) & trusted[rows].astype(bool))
            found[row, -1] = len(others)
            if not len(others):
                continue
            order = others[np.argsort(-near[n, others], kind="stable")]
            weight = np.exp(SHARPER * near[n, order])
            grade = given[rows[order]]
            for column, k in enumerate((*NEIGHBOURS, len(order))):
                found[row, column] = np.average(grade[:k], weights=weight[:k])
    return found


def _suspect(pair: Pair, given: int, chance: Floats, doubt: bool, named: set[str]) -> Suspect:
    wrong = 1.0 - float(chance[given])
    gains = 2.0 ** np.array(GRADES) - 1
    moved = float(chance @ np.abs(gains - gains[given]))
    kinds = (["confident"] if doubt else []) + sorted(named)
    return Suspect(pair, GRADES[given], GRADES[int(chance.argmax())], wrong, moved, tuple(kinds))

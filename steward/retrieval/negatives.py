"""Hard negatives: items that a model takes for an answer and that are none.

The rule is that of sentence-transformers' `mine_hard_negatives` with a relative margin: what scores
nearly as high as the positive is likelier an unjudged answer than a mistake. It is written on
vectors and ids because two guards need them: an item graded above 0 for the query is never taken,
nor is a near duplicate of one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from steward.retrieval.judgments import Grades
from steward.retrieval.pairs import Pair, judged_bad, not_negative
from steward.retrieval.pairs_apart import Words, are_alike, word_sets
from steward.retrieval.vectors import Vectors

MARGIN = 0.05
"""A negative scores at least this share of its score below the query's best positive."""
DEPTH = 100
"""How many of the best items of a query are looked at."""
BLOCK = 128
"""Queries compared with all items at once."""


@dataclass(frozen=True)
class Corpus:
    """Items with their texts and vectors, in one order, and the grades of queries."""

    texts: Mapping[str, str]
    vectors: Vectors
    grades: Grades


def mine_negatives(
    pairs: Sequence[Pair], queries: Mapping[str, Vectors], corpus: Corpus, *, each: int = 4
) -> dict[str, list[str]]:
    """Find the hardest negatives of every query that has a pair.

    Args:
        pairs: the positives of the training queries.
        queries: query to its vector (dimensions), of length 1.
        corpus: what is searched.
        each: how many a query; those that people graded 0 come first, the hardest of them ahead.

    Returns:
        Query to items, at most `each`; fewer when the guards leave fewer.
    """
    answers = not_negative(corpus.grades)
    positives: dict[str, list[str]] = {}
    for pair in pairs:
        positives.setdefault(pair.query, []).append(pair.item)
    asked = list(positives)
    ids = list(corpus.texts)
    place = {item: n for n, item in enumerate(ids)}
    found = {}
    for start in range(0, len(asked), BLOCK):
        block = asked[start : start + BLOCK]
        scores = np.stack([queries[query] for query in block]) @ corpus.vectors.T
        for query, row in zip(block, scores, strict=True):
            guard = answers.get(query, frozenset()) | set(positives[query])
            limit = _below(max(float(row[place[item]]) for item in positives[query]))
            near = [ids[n] for n in _best(row) if row[n] < limit and ids[n] not in guard]
            bad = sorted(judged_bad(corpus.grades, query), key=lambda item: -row[place[item]])
            kept = _unlike(near, guard, corpus.texts, each) if len(bad) < each else []
            found[query] = list(dict.fromkeys([*bad, *kept]))[:each]
    return found


def _below(score: float) -> float:
    return score - abs(score) * MARGIN


def _best(scores: Vectors) -> list[int]:
    k = min(DEPTH, len(scores))
    near = np.argpartition(-scores, k - 1)[:k]
    return sorted((int(n) for n in near), key=lambda n: (-float(scores[n]), n))


def _unlike(
    near: Sequence[str], guard: frozenset[str], texts: Mapping[str, str], each: int
) -> list[str]:
    """The first items that are no near duplicate of a guarded one."""
    guarded: Words = word_sets(texts, guard)
    kept: list[str] = []
    for item in near:
        (words,) = word_sets(texts, [item]).values()
        if not any(are_alike(words, other) for other in guarded.values()):
            kept.append(item)
        if len(kept) == each:
            break
    return kept

"""How alike two texts are, and how much that says in this column.

`1203` and `1204` look alike and mean different things; `Arles` and `Arlws` look alike because one
is a slip. What tells them apart is how often two values of the column look so much alike anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from steward.fixes.determinants import Determinant
from steward.fixes.pairs import MISSING, Floats, Ints

SAMPLE = 64
GROUPS = 200


def similarity(values: Sequence[str], before: Ints, after: Ints) -> Floats:
    """Damerau–Levenshtein similarity (0 to 1) of each pair of texts, computed once a pair."""
    pairs, where = np.unique(before * len(values) + after, return_inverse=True)
    alike = [
        DamerauLevenshtein.normalized_similarity(values[u], values[v]) if u != MISSING else 0.0
        for u, v in (divmod(pair, len(values)) for pair in pairs.tolist())
    ]
    return np.asarray(alike, dtype=float)[where] if len(before) else np.zeros(0)


def by_chance(values: Sequence[str], alike: Floats) -> Floats:
    """Share of the pairs of values of the column that are at least so much alike."""
    step = max(1, (len(values) - 1) // SAMPLE)
    known = _chances(tuple(values[1::step][:SAMPLE]))
    return _share_at_least(known, alike)


def among_alternatives(
    values: Sequence[str], chosen: Sequence[Determinant], alike: Floats
) -> Floats:
    """Share of the groups with two repeated values whose two are at least so much alike.

    Looked up for the best determinant: do the addresses of a shop with two offices look alike?
    """
    pairs = chosen[0].pairs
    two = np.flatnonzero((pairs.top_counts[:, 1] >= 2) & (pairs.top[:, :2] > MISSING).all(axis=1))
    step = max(1, len(two) // GROUPS)
    known = similarity(values, *pairs.top[two[::step][:GROUPS], :2].T)
    return _share_at_least(np.sort(known), alike)


def _share_at_least(known: Floats, alike: Floats) -> Floats:
    """Laplace's rule, so that no pair tells nothing (.5)."""
    more = len(known) - np.searchsorted(known, alike - 1e-9)
    share: Floats = (more + 0.5) / (len(known) + 1)
    return share


@lru_cache(maxsize=256)
def _chances(sample: tuple[str, ...]) -> Floats:
    table = process.cdist(
        sample, sample, scorer=DamerauLevenshtein.normalized_similarity, dtype=np.float64
    )
    return np.sort(table[np.triu_indices(len(sample), 1)])

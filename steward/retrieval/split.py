"""Splits by query, with near-duplicate queries kept on one side.

A query in training that differs from a test query by a plural or a word's order would let a model
remember the answer. So queries are first gathered into groups of near duplicates, and groups are
dealt out whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from steward.retrieval.words import words_of

ALIKE = 90.0
"""Token-sort similarity, 0 to 100, from which two queries are near duplicates."""


@dataclass(frozen=True, slots=True)
class Split:
    """Queries of each part; no near duplicates in two parts."""

    train: tuple[str, ...]
    valid: tuple[str, ...]
    test: tuple[str, ...]
    groups: int

    def part_of(self, query: str) -> str:
        """`train`, `valid` or `test`; `KeyError` for a query that was not dealt out."""
        for name in ("train", "valid", "test"):
            if query in getattr(self, name):
                return name
        raise KeyError(query)


def split_queries(
    queries: Sequence[str], *, shares: tuple[float, float, float] = (0.6, 0.2, 0.2), seed: int = 0
) -> Split:
    """Deal queries out to train, valid and test by the hash of their group.

    The same query goes to the same part whatever other queries there are, unless a near duplicate
    of it does; so a later delivery of judgments moves few queries.

    Args:
        queries: each once.
        shares: of train, valid and test; they add up to 1.
        seed: of the hash.
    """
    groups = group_queries(queries)
    parts: Mapping[str, list[str]] = {"train": [], "valid": [], "test": []}
    for group in groups:
        place = _place(min(group), seed)
        name = "train" if place < shares[0] else "valid" if place < sum(shares[:2]) else "test"
        parts[name].extend(group)
    order = {query: i for i, query in enumerate(queries)}
    train, valid, test = (tuple(sorted(p, key=order.__getitem__)) for p in parts.values())
    return Split(train, valid, test, len(groups))


def group_queries(queries: Sequence[str]) -> list[list[str]]:
    """Gather queries that say the same in other words, spellings or order, in stable order."""
    from rapidfuzz import process
    from rapidfuzz.fuzz import ratio

    forms = [" ".join(sorted(words_of(query))) for query in queries]
    parent = list(range(len(queries)))
    for start in range(0, len(forms), 512):
        block = forms[start : start + 512]
        near = process.cdist(block, forms, scorer=ratio, score_cutoff=ALIKE, workers=1)
        for i, j in zip(*near.nonzero(), strict=True):
            _join(parent, start + int(i), int(j))
    groups: dict[int, list[str]] = {}
    for i, query in enumerate(queries):
        groups.setdefault(_root(parent, i), []).append(query)
    return list(groups.values())


def leaks(first: Sequence[str], second: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of near duplicates between two lists of queries; empty when nothing leaks."""
    mine = set(first)
    found = []
    for group in group_queries([*first, *(query for query in second if query not in mine)]):
        left = [query for query in group if query in mine]
        right = [query for query in group if query not in mine]
        found += [(a, b) for a in left for b in right]
    return found + [(query, query) for query in second if query in mine]


def _place(text: str, seed: int) -> float:
    digest = hashlib.sha256(f"{seed}\x1f{text}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2.0**64


def _root(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


def _join(parent: list[int], i: int, j: int) -> None:
    one, two = _root(parent, i), _root(parent, j)
    parent[max(one, two)] = min(one, two)

"""Near-duplicate items: found, and kept out of training where a held-out query asks for them.

Two items are near duplicates when the cosine of their sets of words is high. Such pairs are found
exactly, without comparing all with all: they must share one of their rarest words (prefix filter;
Chaudhuri, Ganti and Kaushik, 2006).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from steward.retrieval.judgments import Grades
from steward.retrieval.pairs import Pair
from steward.retrieval.words import words_of

ALIKE = 0.9
"""Cosine of two sets of words from which items are near duplicates."""

Words = Mapping[str, frozenset[str]]
"""Item to the set of its words."""


@dataclass(frozen=True, slots=True)
class ItemLeak:
    """A training item that is, or nearly is, the answer to a held-out query."""

    query: str
    item: str
    held_out_query: str
    held_out_item: str


def word_sets(texts: Mapping[str, str], items: Iterable[str]) -> dict[str, frozenset[str]]:
    """The words of some items."""
    return {item: frozenset(words_of(texts[item])) for item in items}


def are_alike(one: frozenset[str], two: frozenset[str]) -> bool:
    """Whether two sets of words are near duplicates; two empty ones are."""
    if not one or not two:
        return not one and not two
    return len(one & two) >= ALIKE * sqrt(len(one) * len(two))


def alike_items(first: Words, second: Words) -> dict[str, list[str]]:
    """Each item of `first` to its near duplicates in `second`, itself among them if it is there."""
    counts = Counter(word for words in (*first.values(), *second.values()) for word in words)
    rare: dict[str, list[str]] = {}
    for item, words in second.items():
        for word in _prefix(words, counts):
            rare.setdefault(word, []).append(item)
    found: dict[str, list[str]] = {}
    for item, words in first.items():
        near = {i: None for word in _prefix(words, counts) for i in rare.get(word, ())}
        if same := [other for other in near if are_alike(words, second[other])]:
            found[item] = same
    return found


def item_leaks(
    texts: Mapping[str, str], pairs: Sequence[Pair], grades: Grades, held_out: Sequence[str]
) -> list[ItemLeak]:
    """Pairs of training whose item is, or nearly is, graded above 0 for a held-out query."""
    asked = {i: q for q in held_out for i, g in grades.get(q, {}).items() if g > 0}
    mine = word_sets(texts, dict.fromkeys(pair.item for pair in pairs))
    near = alike_items(mine, word_sets(texts, asked))
    return [
        ItemLeak(pair.query, pair.item, asked[near[pair.item][0]], near[pair.item][0])
        for pair in pairs
        if pair.item in near
    ]


def keep_apart(pairs: Sequence[Pair], leaks: Iterable[ItemLeak]) -> list[Pair]:
    """The pairs without those whose item leaks: then training never saw a held-out answer."""
    leaking = {leak.item for leak in leaks}
    return [pair for pair in pairs if pair.item not in leaking]


def _prefix(words: frozenset[str], counts: Mapping[str, int]) -> Iterator[str]:
    order = sorted(words, key=lambda word: (counts[word], word))
    yield from order[: len(order) - ceil(ALIKE**2 * len(order) - 1e-9) + 1]

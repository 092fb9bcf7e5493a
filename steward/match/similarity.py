"""How alike two titles are, and what contradicts that they are one product."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from rapidfuzz.distance import DamerauLevenshtein

from steward.match.tokens import Tokens

TYPO_LENGTH = 5
"""Words of this many letters may match with one edit; shorter ones must be equal."""

ESTABLISHED = 3
"""A word in so many titles is a word of the trade; one on each side contradict each other."""


class Similarity:
    """Weighs tokens by how rare they are (inverse document frequency) among `titles` titles."""

    def __init__(self, rows_with: Mapping[str, int], titles: int) -> None:
        self._rows_with, self._titles = rows_with, max(2, titles)

    def weight(self, word: str) -> float:
        """`log(1 + n / rows)`: a word in all titles weighs little, a model code a lot."""
        return math.log(1 + self._titles / max(1, self._rows_with.get(word, 1)))

    def score(self, one: Tokens, other: Tokens) -> float:
        """Weighted Jaccard (0 to 1); a misspelt word counts as the word; 0 if the titles clash."""
        common = one.words & other.words
        left, right = one.words - common, other.words - common
        if left & one.numbers and right & other.numbers:
            return 0.0
        same = [self.weight(w) for w in common]
        either = list(same)
        for word, twin in _twins(left - one.numbers, right - other.numbers):
            left, right = left - {word}, right - {twin}
            same.append(min(self.weight(word), self.weight(twin)))
            either.append(max(self.weight(word), self.weight(twin)))
        if self._established(left) and self._established(right):
            return 0.0
        either += [self.weight(w) for w in (*left, *right)]
        # Sets come in any order; an exact sum does not care.
        return math.fsum(same) / math.fsum(either) if either else 0.0

    def _established(self, words: Iterable[str]) -> bool:
        """Is one of them a word of the trade (`red`, `blue`), not a name or a slip?"""
        return any(self._rows_with.get(word, 0) >= ESTABLISHED for word in words)


def contradict(left: Iterable[str], right: Iterable[str]) -> bool:
    """Does each side hold a number (size, count, model) that the other has not?"""
    return all(any(c.isdigit() for word in side for c in word) for side in (left, right))


def _twins(left: frozenset[str], right: frozenset[str]) -> list[tuple[str, str]]:
    """Words of one side that are misspellings of words of the other; each word once."""
    free = sorted(word for word in right if len(word) >= TYPO_LENGTH)
    out = []
    for word in sorted(left) if free else ():
        twin = next((w for w in free if is_typo(word, w)), None)
        if twin is not None:
            free.remove(twin)
            out.append((word, twin))
    return out


def is_typo(one: str, other: str) -> bool:
    """One edit apart, and both long: the same word misspelt. Words with digits are no words."""
    if min(len(one), len(other)) < TYPO_LENGTH or abs(len(one) - len(other)) > 1:
        return False
    if DamerauLevenshtein.distance(one, other, score_cutoff=1) > 1:
        return False
    return not any(c.isdigit() for c in one + other)

"""How alike two titles are, and what contradicts that they are one product."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from rapidfuzz.distance import DamerauLevenshtein

from steward.match.tokens import Tokens

TYPO_LENGTH = 5
"""Words of this many letters may match with one edit; shorter ones must be equal."""


class Similarity:
    """Weighs tokens by how rare they are (inverse document frequency) among `titles` titles."""

    def __init__(self, rows_with: Mapping[str, int], titles: int) -> None:
        self._rows_with, self._titles = rows_with, max(2, titles)

    def weight(self, word: str) -> float:
        """`log(1 + n / rows)`: a word in all titles weighs little, a model code a lot."""
        return math.log(1 + self._titles / max(1, self._rows_with.get(word, 1)))

    def score(self, one: Tokens, other: Tokens) -> float:
        """Weighted Jaccard (0 to 1); a misspelt word counts as the word; 0 if numbers clash."""
        common = one.words & other.words
        left, right = one.words - common, other.words - common
        if contradict(left, right):
            return 0.0
        total = sum(self.weight(w) for w in common)
        alike = total
        for word in sorted(left):
            twin = next((w for w in sorted(right) if is_typo(word, w)), None)
            if twin is not None:
                right = right - {twin}
                left = left - {word}
                alike += min(self.weight(word), self.weight(twin))
                total += max(self.weight(word), self.weight(twin))
        total += sum(self.weight(w) for w in left) + sum(self.weight(w) for w in right)
        return alike / total if total else 0.0


def contradict(left: Iterable[str], right: Iterable[str]) -> bool:
    """Does each side have a number (size, count, model) that the other has not?"""
    return any(map(_is_number, left)) and any(map(_is_number, right))


def is_typo(one: str, other: str) -> bool:
    """One edit apart, both long, no digits: the same word misspelt."""
    short = min(len(one), len(other)) < TYPO_LENGTH
    if short or _is_number(one) or _is_number(other) or abs(len(one) - len(other)) > 1:
        return False
    return DamerauLevenshtein.distance(one, other, score_cutoff=1) <= 1


def _is_number(word: str) -> bool:
    return any(c.isdigit() for c in word)

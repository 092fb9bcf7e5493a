"""Titles that name one product: tokens, blocks, similarity and clusters put together."""

from __future__ import annotations

from collections.abc import Sequence

from steward.match.blocking import candidate_pairs, document_frequency
from steward.match.clusters import clusters
from steward.match.similarity import Similarity
from steward.match.tokens import Tokens, tokenize

THRESHOLD = 0.8
"""Mean similarity (weighted Jaccard) at which titles name one product."""


def title_pairs(tokens: Sequence[Tokens], threshold: float) -> dict[tuple[int, int], float]:
    """Similar pairs of distinct titles (positions, first < second) with their similarity."""
    frequency = document_frequency(tokens)
    similarity = Similarity(frequency, len(tokens))
    pairs = {}
    for first, second in candidate_pairs(tokens, frequency):
        score = similarity.score(tokens[first], tokens[second])
        if score >= threshold:
            pairs[(first, second)] = score
    return pairs


def match_titles(
    titles: Sequence[str], threshold: float = THRESHOLD
) -> list[tuple[tuple[int, ...], float]]:
    """Groups of distinct titles that name one product, each with its weakest link's similarity.

    Args:
        titles: n distinct titles; what is returned are positions in it, ascending.
        threshold: mean similarity within a group, 0 to 1.
    """
    return match_tokens([tokenize(title) for title in titles], threshold)


def match_tokens(titles: Sequence[Tokens], threshold: float) -> list[tuple[tuple[int, ...], float]]:
    """Do the same for titles whose tokens are known already."""
    pairs = title_pairs(titles, threshold)
    out = []
    for group in clusters(pairs, threshold):
        inside = [pairs[(a, b)] for i, a in enumerate(group) for b in group[i + 1 :]
                  if (a, b) in pairs]  # fmt: skip
        out.append((group, min(inside)))
    return out

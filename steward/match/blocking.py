"""Which pairs of titles to compare at all: those that share a token few others have.

Pairs grow with the square of a block, so a block is a rare token (at most `BLOCK` titles), and a
pair is kept when it shares one such token that holds a digit, or two of any kind. Work is linear
in the titles for a fixed block size (token blocking: Papadakis et al., 2013).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from steward.match.tokens import Tokens

BLOCK = 30


def candidate_pairs(
    titles: Sequence[Tokens], rows_with: Mapping[str, int]
) -> list[tuple[int, int]]:
    """Pairs of positions (first < second), in order.

    Args:
        titles: tokens of the n distinct titles.
        rows_with: how many of the titles hold each token.
    """
    blocks: dict[str, list[int]] = defaultdict(list)
    for position, title in enumerate(titles):
        for word in title.words:
            if 2 <= rows_with[word] <= BLOCK:
                blocks[word].append(position)
    shared: Counter[tuple[int, int]] = Counter()
    for word in sorted(blocks):
        members, weight = blocks[word], 2 if any(c.isdigit() for c in word) else 1
        for i, first in enumerate(members):
            for second in members[i + 1 :]:
                shared[(first, second)] += weight
    return sorted(pair for pair, weight in shared.items() if weight >= 2)


def document_frequency(titles: Sequence[Tokens]) -> Counter[str]:
    """How many titles hold each token."""
    return Counter(word for title in titles for word in title.words)

"""Words that stand for each other in this shop, found in its logs and its bilingual columns.

Words that keep the same company are not taken for synonyms: red keeps blue's company. Taken are
words that people exchange while they mean the same items, and words that two columns of one row
pair again and again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from steward.retrieval.judgments import Grades

SHARED = 0.5
"""Share of their relevant items that two queries have in common, to mean the same."""

SUPPORT = 2
"""Different pairs of queries that must exchange the same two words."""

PAIRED, TOGETHER = 5, 0.6
"""Rows in which two words of two columns meet, and their share of both words' rows (Dice)."""

Synonyms = Mapping[str, tuple[str, ...]]


def from_queries(grades: Grades) -> dict[str, tuple[str, ...]]:
    """Words exchanged between queries whose relevant items are mostly the same."""
    relevant = {q: {i for i, g in items.items() if g > 0} for q, items in grades.items()}
    by_item: dict[str, list[str]] = defaultdict(list)
    for query in sorted(relevant):
        for item in relevant[query]:
            by_item[item].append(query)
    pairs = {(a, b) for queries in by_item.values() for a in queries for b in queries if a < b}
    exchanged: Counter[tuple[str, str]] = Counter()
    for a, b in sorted(pairs):
        if _jaccard(relevant[a], relevant[b]) >= SHARED:
            exchanged.update(_exchanged(a, b))
    return _both_ways(pair for pair, n in sorted(exchanged.items()) if n >= SUPPORT)


def from_columns(
    left: Sequence[str | None], right: Sequence[str | None]
) -> dict[str, tuple[str, ...]]:
    """Words of two scripts that two columns of the same rows pair: names in two languages.

    Within one script a pair says nothing: a category and its usual material are paired as well.

    Args:
        left: a column's texts; words are what white space parts.
        right: the other's, in the same order.
    """
    ones: Counter[str] = Counter()
    twos: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for a, b in zip(left, right, strict=True):
        one, two = set((a or "").casefold().split()), set((b or "").casefold().split())
        ones.update(one)
        twos.update(two)
        both.update((x, y) for x in one for y in two if _han(x) != _han(y))
    return _both_ways(
        (x, y)
        for (x, y), n in sorted(both.items())
        if n >= PAIRED and 2 * n / (ones[x] + twos[y]) >= TOGETHER
    )


def _han(word: str) -> bool:
    return any("\u3400" <= c <= "\u9fff" for c in word)


def _exchanged(one: str, other: str) -> list[tuple[str, str]]:
    """The two words in which queries of equal length differ, if it is one place."""
    left, right = one.casefold().split(), other.casefold().split()
    if len(left) != len(right):
        return []
    differ = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    return [tuple(sorted(differ[0]))] if len(differ) == 1 and len(left) > 1 else []  # type: ignore[list-item]


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 0.0


def _both_ways(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for a, b in pairs:
        found[a].append(b)
        found[b].append(a)
    return {word: tuple(sorted(set(found[word]))) for word in sorted(found)}

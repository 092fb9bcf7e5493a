"""From pairs to groups: average linkage, so that one weak bridge does not join two products."""

from __future__ import annotations

from collections.abc import Mapping

Pairs = Mapping[tuple[int, int], float]


def clusters(pairs: Pairs, threshold: float) -> list[tuple[int, ...]]:
    """Group members so that the mean similarity between any two merged groups is high enough.

    Pairs are taken best first; two groups join when the mean over all pairs between them (0 for a
    pair that was not compared) reaches `threshold`. Only groups of two or more, in order.
    """
    group_of: dict[int, int] = {}
    groups: dict[int, list[int]] = {}
    for pair in sorted(pairs, key=lambda p: (-pairs[p], p)):
        if pairs[pair] < threshold:
            break
        first, second = (group_of.setdefault(member, member) for member in pair)
        one, other = groups.setdefault(first, [first]), groups.setdefault(second, [second])
        if first == second or _linkage(pairs, one, other) < threshold:
            continue
        for member in other:
            group_of[member] = first
        one.extend(other)
        del groups[second]
    return sorted(tuple(sorted(members)) for members in groups.values() if len(members) > 1)


def _linkage(pairs: Pairs, one: list[int], other: list[int]) -> float:
    total = sum(pairs.get((min(a, b), max(a, b)), 0.0) for a in one for b in other)
    return total / (len(one) * len(other))

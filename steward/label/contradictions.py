"""Labels that contradict each other, or what query and item say of themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from steward.label.votes import Pair, Votes
from steward.retrieval.split import group_queries
from steward.retrieval.words import words_of

APART = 2.0
"""Grades that differ by so much contradict each other."""

NEGATIONS = (
    "without",
    "no",
    "non",
    "not",
    "ohne",
    "sans",
    "sin",
    "无",
    "不含",
    "不带",
    "非",
    "没有",
)
"""Words after which a query says what the item must not have."""

EXACT = 3.0


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Pairs that cannot all be right.

    `kind` is `judges` (one pair, different grades), `queries` (queries that say the same, one item,
    different grades), `mismatch` (the highest grade, though an attribute or a number that the query
    names differs) or `negation` (the highest grade, though the item has what the query excludes).
    """

    kind: str
    pairs: tuple[Pair, ...]
    text: str


def find_contradictions(
    labels: Mapping[Pair, float],
    by_judge: Mapping[str, Mapping[Pair, float]] | None = None,
    votes: Votes | None = None,
    texts: Mapping[str, str] | None = None,
) -> list[Contradiction]:
    """Look for all four kinds; each in stable order.

    Args:
        labels: the grade of each pair.
        by_judge: what each judge said.
        votes: of the rules, for mismatches.
        texts: of items, for negations.
    """
    found = _between_judges(by_judge or {})
    found += _between_queries(labels)
    found += _mismatches(labels, votes) if votes is not None else []
    return found + (_negations(labels, texts) if texts is not None else [])


def _between_judges(by_judge: Mapping[str, Mapping[Pair, float]]) -> list[Contradiction]:
    said: dict[Pair, dict[str, float]] = {}
    for judge, grades in by_judge.items():
        for pair, grade in grades.items():
            said.setdefault(pair, {})[judge] = grade
    return [
        Contradiction("judges", (pair,), ", ".join(f"{j} says {g:g}" for j, g in each.items()))
        for pair, each in said.items()
        if max(each.values()) - min(each.values()) >= APART
    ]


def _between_queries(labels: Mapping[Pair, float]) -> list[Contradiction]:
    items: dict[str, dict[str, float]] = {}
    for (query, item), grade in labels.items():
        items.setdefault(query, {})[item] = grade
    found = []
    for group in group_queries(list(items)):
        for n, first in enumerate(group):
            for second in group[n + 1 :]:
                found += _apart(first, second, items[first], items[second])
    return found


def _apart(
    first: str, second: str, one: Mapping[str, float], two: Mapping[str, float]
) -> list[Contradiction]:
    return [
        Contradiction(
            "queries",
            ((first, item), (second, item)),
            f"{first!r} gives {one[item]:g}, {second!r} gives {two[item]:g}",
        )
        for item in one
        if item in two and abs(one[item] - two[item]) >= APART
    ]


def _mismatches(labels: Mapping[Pair, float], votes: Votes) -> list[Contradiction]:
    """Exact though a rule differs, in queries where the rule holds for most that are exact."""
    found = []
    for column, name in enumerate(votes.names):
        if not name.endswith(" agree"):
            continue
        held: dict[str, list[tuple[Pair, bool]]] = {}
        for pair, score in zip(votes.pairs, votes.scores[:, column], strict=True):
            if labels.get(pair) == EXACT and score == score:
                held.setdefault(pair[0], []).append((pair, score == 0.0))
        for each in held.values():
            apart = [pair for pair, differs in each if differs]
            # Where most differ, the rule misreads the query: a colour in another language, say.
            if 2 * len(apart) < len(each):
                text = f"graded {EXACT:g}, though {_without(name)}"
                found += [Contradiction("mismatch", (pair,), text) for pair in apart]
    return found


def _without(name: str) -> str:
    return f"no {name.removesuffix(' agree')} of the query agree"


def _negations(labels: Mapping[Pair, float], texts: Mapping[str, str]) -> list[Contradiction]:
    found = []
    excluded = {query: _excluded(query) for query in dict.fromkeys(q for q, _ in labels)}
    for (query, item), grade in labels.items():
        if grade != EXACT or not excluded[query]:
            continue
        words = words_of(texts.get(item, ""))
        held = [word for word in excluded[query] if _holds(words, word)]
        if held:
            found.append(
                Contradiction("negation", ((query, item),), f"the item has {', '.join(held)}")
            )
    return found


def _excluded(query: str) -> list[str]:
    words = words_of(query)
    marks = {mark for negation in NEGATIONS for mark in words_of(negation)[:1]}
    return [b for a, b in pairwise(words) if a in marks]


def _holds(words: Sequence[str], wanted: str) -> bool:
    """Whether the item has it, and does not itself say that it lacks it."""
    marks = {mark for negation in NEGATIONS for mark in words_of(negation)[:1]}
    places = [n for n, word in enumerate(words) if word == wanted]
    return bool(places) and not any(n and words[n - 1] in marks for n in places)

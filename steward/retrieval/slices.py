"""Queries in groups, to see where a search is good and where it is not."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from steward.retrieval.judgments import Grades
from steward.retrieval.words import words_of

LEAST = 5
"""Queries that a slice needs to be told."""

LARGEST = 6
"""Values of a column that are told, those of most queries first."""

Slices = Mapping[str, Sequence[str]]
"""What the queries have in common, to the queries."""


def slice_queries(
    grades: Grades,
    *,
    kinds: Mapping[str, Mapping[str, str | None]] | None = None,
    asked: Mapping[str, float] | None = None,
    fixed: Collection[str] = (),
) -> dict[str, list[str]]:
    """Group judged queries; groups of fewer than `LEAST` are left out.

    Args:
        grades: the queries and what is relevant to them.
        kinds: column to item to value: a query belongs to the value that most of its relevant
            items have.
        asked: how often each query was asked: the few that make half of all searches are the head.
        fixed: items whose row stewardship changed.
    """
    found: dict[str, list[str]] = {}
    for query, items in grades.items():
        good = [item for item, grade in items.items() if grade > 0]
        labels = [_length(query), f"script {script_of(query)}"]
        labels += [label for name, of in (kinds or {}).items() if (label := _kind(name, of, good))]
        if fixed:
            touched = any(item in fixed for item in good)
            labels.append("a relevant row was fixed" if touched else "no relevant row was fixed")
        for label in labels:
            found.setdefault(label, []).append(query)
    if asked:
        head = _head(asked, grades)
        found["head queries"] = [query for query in grades if query in head]
        found["tail queries"] = [query for query in grades if query not in head]
    return _told(found, kinds or {})


def script_of(text: str) -> str:
    """The script of most of its letters, as Unicode names it: latin, cjk, cyrillic; else none."""
    names = Counter(
        unicodedata.name(char, "none").split()[0].casefold() for char in text if char.isalpha()
    )
    return names.most_common(1)[0][0] if names else "none"


def _length(query: str) -> str:
    words = len(words_of(query))
    return "one word" if words <= 1 else "two words" if words == 2 else "three words and more"


def _kind(name: str, of: Mapping[str, str | None], items: Sequence[str]) -> str | None:
    values = Counter(value for item in items if (value := of.get(item)))
    if not values:
        return None
    value, count = values.most_common(1)[0]
    return f"{name} {value}" if 2 * count > len(items) else None


def _head(asked: Mapping[str, float], grades: Grades) -> set[str]:
    order = sorted(grades, key=lambda query: (-asked.get(query, 0.0), query))
    half = sum(asked.get(query, 0.0) for query in grades) / 2
    head: set[str] = set()
    reached = 0.0
    for query in order:
        if reached >= half:
            break
        head.add(query)
        reached += asked.get(query, 0.0)
    return head


def _told(found: Mapping[str, list[str]], kinds: Mapping[str, object]) -> dict[str, list[str]]:
    large = {name: queries for name, queries in found.items() if len(queries) >= LEAST}
    few: dict[str, list[str]] = {}
    for name, queries in large.items():
        column = next((kind for kind in kinds if name.startswith(f"{kind} ")), None)
        beside = [q for n, q in large.items() if column and n.startswith(f"{column} ")]
        if column is None or sum(len(q) > len(queries) for q in beside) < LARGEST:
            few[name] = queries
    return few

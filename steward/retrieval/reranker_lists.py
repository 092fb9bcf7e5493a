"""What a reranker learns from: a query, items from the first stage, and what each is worth.

A reranker sees only what the first stage finds, so its negatives are taken from there. An item that
nobody judged may still answer the query: one that reads like a judged answer is left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from steward.retrieval.bm25 import WordIndex
from steward.retrieval.data import SearchData
from steward.retrieval.fusion import Ranked
from steward.retrieval.judgments import Grades
from steward.retrieval.pairs import GradedList

ALIKE = 85.0
"""Token-sort similarity, 0 to 100, from which an unjudged item may be the same product as a
judged answer, and so is no negative."""

DEPTH = 50
"""Items of the first stage that are looked at, as many as are re-ordered in a search."""


def word_candidates(
    data: SearchData, queries: Sequence[str], depth: int = DEPTH
) -> dict[str, Ranked]:
    """What BM25 finds for each query: the first stage when none is given."""
    index = WordIndex.build(data.ids, list(data.texts.values()))
    return {query: index.search(query, depth) for query in queries}


def graded_lists(
    data: SearchData,
    queries: Sequence[str],
    candidates: Mapping[str, Ranked],
    *,
    negatives: int,
    length: int,
    seed: int = 0,
    found_only: bool = False,
) -> list[GradedList]:
    """Lists to learn from: the judged items of each query, and unjudged ones as negatives.

    A list with one grade only teaches no order and is left out.

    Args:
        data: texts and grades.
        queries: of the training part.
        candidates: what the first stage found, the best first.
        negatives: unjudged items in a list, at most.
        length: items in a list, at most; judged ones are drawn by the seed when there are more.
        seed: of the draw.
        found_only: leave out judged items that the first stage did not find.
    """
    lists = []
    for query in queries:
        judged = data.grades.get(query, {})
        found = {item for item, _ in candidates.get(query, ())}
        some = [item for item in judged if not found_only or item in found]
        kept = _drawn(query, some, length, seed)
        free = min(negatives, length - len(kept))
        wrong = safe_negatives(data, judged, candidates.get(query, ()), free)
        grades = (*(judged[item] for item in kept), *(0.0 for _ in wrong))
        if len(set(grades)) > 1:
            lists.append(GradedList(query, (*kept, *wrong), grades))
    return lists


def safe_negatives(
    data: SearchData, judged: Mapping[str, float], candidates: Ranked, count: int
) -> list[str]:
    """Unjudged items that the first stage put high and that read like no judged answer."""
    from rapidfuzz import fuzz, process

    answers = [_form(data.texts[item]) for item, grade in judged.items() if grade > 0]
    found: list[str] = []
    for item, _ in candidates:
        if len(found) >= count:
            break
        if item in judged or item not in data.texts:
            continue
        form = _form(data.texts[item])
        if process.extractOne(form, answers, scorer=fuzz.ratio, score_cutoff=ALIKE) is None:
            found.append(item)
    return found


def gain_shares(grades: Sequence[float], best: float) -> list[float]:
    """Grades as soft targets: the gain 2^grade - 1 as a share of that of the best grade.

    A middling grade so counts as much less than half of the best one, as it does in nDCG.
    """
    top = 2.0**best - 1.0
    return [min(1.0, max(0.0, (2.0**grade - 1.0) / top)) for grade in grades]


def scale_of(grades: Grades) -> tuple[float, float]:
    """The lowest and the highest grade given; the lowest is 0 when all are the same."""
    given = {grade for items in grades.values() for grade in items.values()}
    return (min(given), max(given)) if len(given) > 1 else (0.0, max(given, default=0.0))


def _form(text: str) -> str:
    return " ".join(sorted(text.casefold().split()))


def _drawn(query: str, items: list[str], count: int, seed: int) -> list[str]:
    if len(items) <= count:
        return items
    ranked = sorted(items, key=lambda item: _digest(f"{seed}\x1f{query}\x1f{item}"))
    chosen = set(ranked[:count])
    return [item for item in items if item in chosen]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()

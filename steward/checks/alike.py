"""Which rare values of a column look like an established one, and whether that means anything.

Names, codes and numbers often look alike although all of them are right. How often that happens
in a column is measured on its established values: where one of them commonly looks like another,
a rare value that looks like one proves nothing, and the column is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

MIN_LENGTH = 4
MAX_EDITS = 4
LETTERS_AN_EDIT = 5
"""One edit is allowed for every five characters, at least one, at most four."""

FREQUENCY_RATIO = 4
"""An established value has at least four times the rows of the rare one."""

MAX_CHANCE = 0.1
"""Refuse when more than this share of the findings is to be expected by chance."""

MIN_ESTABLISHED = 2
MAX_PAIRS = 20_000_000
BLOCK = 4_000_000
SAMPLED = 500
SYSTEMATIC = 5

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Alike:
    """A rare value, the established value it looks like, and how many edits lie between."""

    rare: int
    established: int
    edits: int


def edits_allowed(length: int) -> int:
    """How many edits two texts may be apart, by the length of the shorter."""
    return min(MAX_EDITS, max(1, length // LETTERS_AN_EDIT)) if length >= MIN_LENGTH else 0


def look_alikes(
    values: list[str], rows: npt.NDArray[np.int64], established_rows: int
) -> list[Alike]:
    """Rare values near an established one, or nothing where such nearness is common by chance.

    Args:
        values: distinct texts, folded to one case by the caller where case means nothing.
        rows: rows of each.
        established_rows: from this many rows on a value is established.
    """
    established = np.flatnonzero(rows >= established_rows)
    rare = np.flatnonzero((rows < established_rows) & (rows > 0))
    if not len(rare) or len(established) < MIN_ESTABLISHED:
        return []
    if len(established) * len(rare) > MAX_PAIRS:
        return []
    texts = [values[i] for i in established]
    chance = _chance(texts)
    if chance > MAX_CHANCE:
        return []
    found = [
        Alike(int(rare[q]), int(established[c]), edits)
        for q, c, edits in _nearest([values[i] for i in rare], texts)
        if rows[established[c]] >= FREQUENCY_RATIO * rows[rare[q]]
    ]
    found = _unsystematic(found, values)
    return found if chance * len(rare) <= MAX_CHANCE * len(found) else []


def _chance(established: list[str]) -> float:
    """Share of established values that look like another one, smoothed; of a sample when many."""
    step = max(1, len(established) // SAMPLED)
    sample = established[::step]
    near = sum(len(best) > 1 for _, best, _ in _near(sample, established))
    return (near + 0.5) / (len(sample) + 1)


def _nearest(queries: list[str], choices: list[str]) -> Iterator[tuple[int, int, int]]:
    """(query, choice, edits) of the queries that have one single nearest choice."""
    for query, near, edits in _near(queries, choices):
        best = near[edits == edits.min()]
        # Two equally near: nobody can tell which one was meant.
        if len(best) == 1:
            yield query, int(best[0]), int(edits.min())


def _near(queries: list[str], choices: list[str]) -> Iterator[tuple[int, Ints, Ints]]:
    """(query, choices near enough, their edits) for every query that has any.

    Queries go length by length, against the choices whose length allows so few edits.
    """
    lengths = np.array([len(t) for t in queries])
    widths = np.array([len(t) for t in choices])
    for length in np.unique(lengths).tolist():
        allowed = edits_allowed(length)
        among = np.flatnonzero(np.abs(widths - length) <= allowed)
        if not allowed or not len(among):
            continue
        asked = np.flatnonzero(lengths == length)
        against = [choices[i] for i in among]
        for block in np.array_split(asked, 1 + len(asked) * len(among) // BLOCK):
            table = process.cdist(
                [queries[i] for i in block], against, scorer=OSA.distance,
                score_cutoff=allowed, dtype=np.uint8,
            )  # fmt: skip
            yield from _kept(queries, block, against, among, table, allowed)


def _kept(
    queries: list[str],
    block: Ints,
    against: list[str],
    among: Ints,
    table: npt.NDArray[np.uint8],
    allowed: int,
) -> Iterator[tuple[int, Ints, Ints]]:
    for row in np.flatnonzero((table <= allowed).any(axis=1)).tolist():
        query = queries[block[row]]
        near = np.flatnonzero(table[row] <= allowed)
        near = np.array([i for i in near.tolist() if same_digits(query, against[i])], np.int64)
        if len(near):
            yield int(block[row]), among[near], table[row][near].astype(np.int64)


def _unsystematic(found: list[Alike], values: list[str]) -> list[Alike]:
    """Leave out an edit that many values share at one place: that is a scheme, not a slip."""
    kinds = [_edit(values[a.rare], values[a.established]) for a in found]
    often = Counter(k for k in kinds if k)
    return [a for a, k in zip(found, kinds, strict=True) if not k or often[k] < SYSTEMATIC]


def _edit(rare: str, established: str) -> tuple[int, str, str] | None:
    """Place and letters of a single substitution."""
    if len(rare) != len(established):
        return None
    places = [i for i, (a, b) in enumerate(zip(rare, established, strict=True)) if a != b]
    return (places[0], rare[places[0]], established[places[0]]) if len(places) == 1 else None


def same_digits(one: str, other: str) -> bool:
    """Could these differ by a slip of the finger? Not where one digit stands for another."""
    if len(one) == len(other):
        return not any(
            a != b and a.isdigit() and b.isdigit() for a, b in zip(one, other, strict=True)
        )
    return [c for c in one if c.isdigit()] == [c for c in other if c.isdigit()]

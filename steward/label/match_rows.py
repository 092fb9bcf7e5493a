"""Rows that may be the same thing: what of them is compared, and the pairs worth comparing.

Pairs come from rare words: two titles are compared when they share words that few titles have, and
for each row only those that share the most of its weight are kept. Work grows with the number of
rows, not with its square (token blocking and pruning: Papadakis and others, 2013, 2014).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from steward.label.votes import Floats, Ints, Pair

BLOCK = 200
"""A word in more titles than this brings no two together."""

FEW = 5
"""A code in more rows than this is no code of one thing."""

WIDEST = 10
"""Rows that each row is compared with at most, of those that share words with it."""

_QUANTITY = re.compile(r"\d+(?:[.,]\d+)?[^\W\d_]{1,5}")
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Fact:
    """A column that both sides have.

    Attributes:
        name: of the column.
        kind: `gtin` (of one product in all shops), `code` (equal or another thing), `name` (a
            brand, a colour) or `amount` (a price).
        left: its values in the rows of the left side; None where there is none.
        right: of the right side.
    """

    name: str
    kind: str
    left: tuple[str | float | None, ...]
    right: tuple[str | float | None, ...]


@dataclass(frozen=True)
class MatchSide:
    """The rows of one table.

    Attributes:
        ids: names of the rows, each once.
        titles: the shortest text that tells rows apart.
        words: of each title, folded.
        texts: all that a row says in words.
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    words: tuple[frozenset[str], ...]
    texts: tuple[str, ...]

    @cached_property
    def place(self) -> dict[str, int]:
        """The number of each id."""
        return {ident: n for n, ident in enumerate(self.ids)}

    @cached_property
    def codes(self) -> tuple[frozenset[str], ...]:
        """Of each title, the words that look like a model code."""
        return tuple(frozenset(filter(is_code, words)) for words in self.words)

    @cached_property
    def squeezed(self) -> tuple[str, ...]:
        """Each text in small letters, without signs and blanks."""
        return tuple(_SIGNS.sub("", text.casefold()) for text in self.texts)


@dataclass(frozen=True)
class MatchRows:
    """Both sides, the columns that they share, and whether they are one table."""

    left: MatchSide
    right: MatchSide
    facts: tuple[Fact, ...] = ()
    one_table: bool = False

    @cached_property
    def weights(self) -> tuple[Any, Any, Floats]:
        """Both sides as sparse rows × words, holding the weight of each word, and all weights.

        A word weighs `log(1 + titles / titles that hold it)`.
        """
        from scipy.sparse import diags

        sides = (self.left,) if self.one_table else (self.left, self.right)
        column = {
            w: n for n, w in enumerate(sorted({w for s in sides for t in s.words for w in t}))
        }
        held = [_held(side.words, column) for side in sides]
        rows_with = sum(np.asarray(one.sum(axis=0)).ravel() for one in held)
        weight = np.log1p(sum(len(side.ids) for side in sides) / np.maximum(1, rows_with))
        weighed = [(one @ diags(weight)).tocsr() for one in held]
        return weighed[0], weighed[-1], np.asarray(rows_with)

    def numbers(self, pairs: Sequence[Pair]) -> tuple[Ints, Ints]:
        """The places of the rows of some pairs, left and right (int64)."""
        left = np.array([self.left.place[one] for one, _ in pairs], dtype=np.int64)
        return left, np.array([self.right.place[other] for _, other in pairs], dtype=np.int64)

    def candidates(self, widest: int = WIDEST) -> tuple[Pair, ...]:
        """Pairs worth comparing, by rows of the left side; in one table, each pair once."""
        left, right = self.met(widest)
        pairs = list(zip(left.tolist(), right.tolist(), strict=True))
        if self.one_table:
            pairs = sorted({(min(pair), max(pair)) for pair in pairs})
        return tuple((self.left.ids[one], self.right.ids[other]) for one, other in pairs)

    def met(self, widest: int = WIDEST) -> tuple[Ints, Ints]:
        """Rows that share words, the best of each row of either side, or a code (places)."""
        shared = self._shared()
        best = {*_widest(shared, widest)}
        best |= {(one, other) for other, one in _widest(shared.T.tocsr(), widest)}
        best |= {
            pair for fact in self.facts if fact.kind in ("gtin", "code") for pair in _same(fact)
        }
        if self.one_table:
            best = {(one, other) for one, other in best if one != other}
        ordered = np.array(sorted(best), dtype=np.int64).reshape(-1, 2)
        return ordered[:, 0], ordered[:, 1]

    def _shared(self) -> Any:
        """How much weight each two rows share, by words that are not in too many titles."""
        from scipy.sparse import triu

        left, right, rows_with = self.weights
        rare = np.flatnonzero((rows_with >= 2) & (rows_with <= BLOCK))
        one, other = left[:, rare], right[:, rare].copy()
        other.data[:] = 1.0
        shared = (one @ other.T).tocsr()
        if self.one_table:
            shared = triu(shared, k=1).tocsr()
            return (shared + shared.T).tocsr()
        return shared


def is_code(word: str) -> bool:
    """Letters with digits that are no quantity, or a long number: what names a model."""
    digits = sum(c.isdigit() for c in word)
    if digits == len(word):
        return digits >= 5
    return digits > 0 and len(word) >= 4 and not _QUANTITY.fullmatch(word)


def _held(titles: Sequence[frozenset[str]], column: Mapping[str, int]) -> Any:
    from scipy.sparse import csr_matrix

    places = [sorted(column[word] for word in title) for title in titles]
    edges = np.cumsum([0, *(len(one) for one in places)])
    data = np.ones(int(edges[-1]))
    return csr_matrix((data, np.concatenate([np.empty(0, int), *places]), edges),
                      shape=(len(titles), len(column)))  # fmt: skip


def _same(fact: Fact) -> list[tuple[int, int]]:
    """Rows that hold the same code, where few do."""
    left, right = _by_value(fact.left), _by_value(fact.right)
    common = [(left[code], right[code]) for code in left.keys() & right.keys()]
    few = [(one, other) for one, other in common if max(len(one), len(other)) <= FEW]
    return [pair for one, other in few for pair in product(one, other)]


def _by_value(values: Sequence[str | float | None]) -> dict[str | float, list[int]]:
    rows: dict[str | float, list[int]] = {}
    for row, value in enumerate(values):
        if value is not None:
            rows.setdefault(value, []).append(row)
    return rows


def _widest(shared: Any, widest: int) -> list[tuple[int, int]]:
    found = []
    for row in range(shared.shape[0]):
        start, end = shared.indptr[row], shared.indptr[row + 1]
        columns, weight = shared.indices[start:end], shared.data[start:end]
        order = np.lexsort((columns, -weight))[:widest]
        found += [(row, other) for other in columns[order].tolist()]
    return found

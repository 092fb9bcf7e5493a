"""Rows typed again: one product under a second id, a slip in its title, all else the same.

How far agreement in all else may be believed is measured on the table itself, without labels:
pairs of rows whose titles say that they are different products (each has a word of the trade that
the other lacks, or a number) and that are compared for the same reasons. Where such pairs agree in
all else too, as variants of one article do, agreement proves nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from rapidfuzz.distance import OSA

from steward.engine import Codes, Snapshot
from steward.match.blocking import candidate_pairs, document_frequency
from steward.match.similarity import ESTABLISHED, contradict, is_typo
from steward.match.tokens import Tokens, tokenize
from steward.profile.parse import fold
from steward.types import Backtest, ColumnProfile, Profile, SemanticType

SHARED = 4
"""A value that so many rows hold, and no more, makes rows candidates."""

LEAST = 2
"""Columns in which both rows of a pair must hold a value, and the same."""

SAMPLE = 5_000
"""Candidates among which pairs of different products are looked for."""

PANEL_SHARE = 0.1
"""Where more of the rows than this repeat others, repetition is how the table is made."""

SLIPS = 3
"""Edits between the titles of rows that share an identifier; of others, one."""

IDENTIFYING = frozenset({SemanticType.GTIN, SemanticType.CODE, SemanticType.ID, SemanticType.URL})
OWN = 0.8
"""Such a column identifies products when so many of its cells hold a value of their own."""

Pair = tuple[int, int]
Column = tuple[Codes, frozenset[int]]
"""Codes of a column, and which of them mean that nothing is there."""


@dataclass(frozen=True, slots=True)
class Retyped:
    """Pairs of rows (positions; the one with the right title first) that are one product.

    Attributes:
        pairs: a slip apart in the title, the same in all else.
        alike: pairs a slip apart in the title, whatever else they say.
        different: pairs whose titles name different products.
        agreeing: of these, how many are the same in all else.
    """

    pairs: tuple[Pair, ...] = ()
    alike: int = 0
    different: int = 0
    agreeing: int = 0

    def backtest(self) -> Backtest:
        """Different products that are kept apart; the bounds are of the precision of the pairs.

        Each pair that is alike and of different products agrees in all else with the chance that
        the different ones show; `alike` such pairs beside those found are the worst case.
        """
        from scipy.stats import binomtest

        if not self.different:
            return Backtest(0, 0, 0.0, 1.0)
        kept = self.different - self.agreeing
        bounds = binomtest(kept, self.different).proportion_ci(method="wilson")
        each = self.alike / max(1, len(self.pairs))
        lower, upper = (max(0.0, 1 - each * (1 - float(bound))) for bound in bounds)
        return Backtest(kept, self.different, lower, upper)


def retyped_rows(snapshot: Snapshot, profile: Profile, title: str) -> Retyped:
    """Find them by words of titles and by rare values of other columns; no row is in two pairs.

    Args:
        snapshot: the table.
        profile: its profile.
        title: the column in which most rows hold a text of their own.
    """
    rows = _Rows.of(snapshot, profile, title)
    candidates = rows.candidates()
    alike = [(pair, rows.right(*pair)) for pair in candidates if rows.near(*pair)]
    alike = [(pair, right) for pair, right in alike if right is not None]
    found = [(b, a) if right == b else (a, b) for (a, b), right in alike if rows.agree(a, b)]
    pairs = _apart(found)
    if not pairs or len(pairs) > PANEL_SHARE * snapshot.rows:
        return Retyped()
    sample = candidates[:: -(-len(candidates) // SAMPLE)]
    different = [pair for pair in sample if rows.different(*pair)]
    agreeing = sum(rows.agree(*pair) for pair in different)
    return Retyped(tuple(pairs), len(alike), len(different), agreeing)


def _apart(pairs: Iterable[Pair]) -> list[Pair]:
    """Each row in the first pair that has it alone: a third copy waits for the next round."""
    taken: set[int] = set()
    kept = []
    for pair in pairs:
        if not taken & set(pair):
            taken.update(pair)
            kept.append(pair)
    return kept


@dataclass(frozen=True)
class _Rows:
    """The rows of a table, as two of them are compared."""

    titles: Codes
    written: Sequence[str]
    tokens: Sequence[Tokens]
    held_by: Mapping[str, int]
    others: Sequence[Column]
    identifiers: Sequence[Column]

    @classmethod
    def of(cls, snapshot: Snapshot, profile: Profile, title: str) -> _Rows:
        titles = snapshot.codes(title)
        tokens = [tokenize(text) for text in titles.values]
        written = [fold(text).casefold() for text in titles.values]
        names = {title, *_names_of_rows(snapshot, profile)}
        others = [column for column in profile.columns if column.name not in names]
        own = [c for c in others if c.semantic in IDENTIFYING and c.distinct >= OWN * c.present]
        return cls(
            titles, written, tokens, document_frequency(tokens),
            [_column(snapshot, c) for c in others], [_column(snapshot, c) for c in own],
        )  # fmt: skip

    def candidates(self) -> list[Pair]:
        """Pairs of positions, first < second, in order."""
        found: set[Pair] = set()
        held = _holders(self.titles)
        for one, other in candidate_pairs(self.tokens, self.held_by):
            if len(held.get(one, ())) * len(held.get(other, ())) == 1:
                found.add(_ordered(held[one][0], held[other][0]))
        for codes, _ in self.others:
            for group in _holders(codes).values():
                found.update(combinations(group, 2))
        return sorted(found)

    def near(self, one: int, other: int) -> bool:
        """Are the titles a slip apart? Rows that share an identifier may have a few."""
        a, b = self._title(one), self._title(other)
        if a < 0 or b < 0:
            return False
        most = SLIPS if self.identified(one, other) else 1
        return OSA.distance(self.written[a], self.written[b], score_cutoff=most) <= most

    def identified(self, one: int, other: int) -> bool:
        """Do the rows share a GTIN, a code of their own or the like?"""
        return any(
            codes.codes[one] == codes.codes[other] and int(codes.codes[one]) not in missing
            for codes, missing in self.identifiers
        )

    def right(self, one: int, other: int) -> int | None:
        """Which of two near titles is right: the other one holds words that no third one has.

        None where that cannot be told, unless an identifier says that they are one: the first. Two
        words of the trade (`CD`, `DVD`) are no slip, whatever the identifier says.
        """
        left, right = self._own(one, other)
        if self._established(left) and self._established(right):
            return None
        if self._unknown(left) and self._known(right):
            return other
        if self._unknown(right) and self._known(left):
            return one
        return one if self.identified(one, other) else None

    def different(self, one: int, other: int) -> bool:
        """Do the titles name two products: a number, or a word of the trade, on each side?"""
        if self._title(one) < 0 or self._title(other) < 0:
            return False
        if self.near(one, other) and self.right(one, other) is not None:
            return False
        left, right = self._own(one, other)
        return contradict(left, right) or (self._established(left) and self._established(right))

    def agree(self, one: int, other: int) -> bool:
        """Are all other cells the same, or missing in one of them, or a slip apart?"""
        same = 0
        for codes, missing in self.others:
            a, b = int(codes.codes[one]), int(codes.codes[other])
            if a in missing or b in missing:
                continue
            if a != b and not _one_word(codes.values[a], codes.values[b]):
                return False
            same += a == b
        return same >= LEAST

    def _title(self, row: int) -> int:
        return int(self.titles.codes[row])

    def _own(self, one: int, other: int) -> tuple[frozenset[str], frozenset[str]]:
        a, b = self.tokens[self._title(one)].words, self.tokens[self._title(other)].words
        return a - b, b - a

    def _unknown(self, words: frozenset[str]) -> bool:
        return _spelled(words) and all(self.held_by[word] == 1 for word in words)

    def _known(self, words: frozenset[str]) -> bool:
        return _spelled(words) and all(self.held_by[word] > 1 for word in words)

    def _established(self, words: frozenset[str]) -> bool:
        return any(self.held_by[word] >= ESTABLISHED for word in words)


def _names_of_rows(snapshot: Snapshot, profile: Profile) -> set[str]:
    """What differs between two rows of one product: the key, else the first column that is one.

    So does the address of a page. Any other column without repetition, such as a GTIN, tells
    products apart.
    """
    keys = [column.name for column in profile.columns if column.is_key]
    pages = {c.name for c in profile.columns if c.is_key and c.semantic is SemanticType.URL}
    return pages | set(snapshot.key or keys[:1])


def _column(snapshot: Snapshot, column: ColumnProfile) -> Column:
    """Its codes, and those of them that stand for nothing: null, blank, and words for it."""
    codes = snapshot.codes(column.name)
    words = {hidden.value for hidden in column.disguised}
    blank = (i for i, text in enumerate(codes.values) if not text.strip() or text in words)
    return codes, frozenset((-1, *blank))


def _holders(codes: Codes) -> dict[int, list[int]]:
    """The positions of each value that `SHARED` rows or fewer hold."""
    rare = np.flatnonzero(codes.counts <= SHARED)
    order = np.flatnonzero(np.isin(codes.codes, rare))
    found: dict[int, list[int]] = defaultdict(list)
    for position in order.tolist():
        found[int(codes.codes[position])].append(position)
    return found


def _ordered(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _spelled(words: frozenset[str]) -> bool:
    """Are there words, and none with a digit? A slip in a number is another number."""
    return bool(words) and not any(c.isdigit() for word in words for c in word)


def _one_word(one: str, other: str) -> bool:
    left, right = fold(one).casefold(), fold(other).casefold()
    return left == right or is_typo(left, right)

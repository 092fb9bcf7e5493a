"""Label functions over any catalogue: words, attributes, numbers, vectors, clicks.

None knows a column by its name: what a column is, is told by the profile of the table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.label.clicks import Estimate
from steward.label.votes import Floats, LabelFunction
from steward.retrieval.bm25 import WordIndex
from steward.retrieval.features_words import NAMES, WordFeatures
from steward.retrieval.item_fields import ItemFields
from steward.retrieval.vectors import Encoder
from steward.retrieval.words import words_of

SOURCES = ("rules", "lexical", "clicks", "encoder")

NEAR = 10
"""How many of the best items tell what a query is about."""

OFTEN = 3
"""Items that must hold a value before a query that says it is taken to ask for it."""

Words = tuple[str, ...]
_AMOUNT = re.compile(r"\d")


def lexical_functions(fields: ItemFields) -> Iterator[LabelFunction]:
    """How much of the query stands in the item's text and in its leading column, and where."""
    columns = {"text": fields.whole, **dict(list(fields.texts.items())[:1])}
    for column, texts in columns.items():
        measured = _Measured(fields, texts)
        for feature in ("cover", "start", "phrase"):
            yield LabelFunction(f"{feature} of {column}", "lexical", partial(measured.one, feature))
        yield LabelFunction(f"bm25 of {column}", "lexical", measured.bm25)
        yield LabelFunction(f"bm25 rank of {column}", "lexical", measured.place)


class _Measured:
    """Word features of one column, measured once a query."""

    def __init__(self, fields: ItemFields, texts: Sequence[str]) -> None:
        self._row = {item: n for n, item in enumerate(fields.ids)}
        self._ids, self._texts = fields.ids, texts
        self._words = WordFeatures(texts)
        self._last: tuple[object, Floats] = (None, np.empty(0))

    @cached_property
    def _index(self) -> WordIndex:
        return WordIndex.build(self._ids, self._texts)

    def of(self, query: str, items: Sequence[str]) -> Floats:
        """All features (items × `features_words.NAMES`)."""
        asked = (query, *items)
        if self._last[0] != asked:
            found = self._words.of(query, np.array([self._row[item] for item in items]))
            self._last = (asked, found.astype(float))
        return self._last[1]

    def one(self, feature: str, query: str, items: Sequence[str]) -> Floats:
        """One of them."""
        return self.of(query, items)[:, NAMES.index(feature)]

    def bm25(self, query: str, items: Sequence[str]) -> Floats:
        """BM25 as a share of the best in the catalogue."""
        scores = self._index.scores(query)
        top = float(scores.max(initial=0.0)) or 1.0
        return np.array([scores[self._row[item]] / top for item in items], dtype=float)

    def place(self, query: str, items: Sequence[str]) -> Floats:
        """How far up BM25 puts it in the catalogue."""
        return _places(self._index.scores(query), [self._row[item] for item in items])

    def thing(self, query: str, items: Sequence[str]) -> Floats:
        """1 where the query's last word names the item, -1 where it says what the item is for."""
        return self.one("closes", query, items) - self.one("related", query, items)


def rule_functions(fields: ItemFields) -> Iterator[LabelFunction]:
    """Does the item hold what the query names: the attribute, the number, the thing itself."""
    row = {item: n for n, item in enumerate(fields.ids)}
    yield _attributes(fields, row)
    words = [words_of(text) for text in fields.whole]
    yield _numbers(words, row)
    leading = next(iter(fields.texts.values()), fields.whole)
    yield LabelFunction("names the thing", "rules", _Measured(fields, leading).thing)


def _attributes(fields: ItemFields, row: Mapping[str, int]) -> LabelFunction:
    """Where a query says values of attributes, the share that the item has; else nothing."""
    columns = [
        held for values in fields.kinds.values() if (held := _Attribute.of(values)) is not None
    ]

    def score(query: str, items: Sequence[str]) -> Floats:
        words = words_of(query)
        told = np.full((len(items), len(columns)), np.nan)
        for place, column in enumerate(columns):
            if asked := set(column.said_in(words)):
                has = [column.held[row[item]] for item in items]
                told[:, place] = [float(value in asked) if value else np.nan for value in has]
        known = ~np.isnan(told)
        total = np.where(known, told, 0.0).sum(axis=1)
        return np.where(known.any(axis=1), total / np.maximum(1, known.sum(axis=1)), np.nan)

    return LabelFunction("attributes agree", "rules", score)


@dataclass(frozen=True)
class _Attribute:
    """A column of attributes as words, and the values that a query may name."""

    held: tuple[Words, ...]
    known: frozenset[Words]
    longest: int

    @classmethod
    def of(cls, values: Sequence[str | None]) -> _Attribute | None:
        """None where too few values are held often."""
        held = tuple(tuple(words_of(value or "")) for value in values)
        counts = Counter(held)
        known = frozenset(value for value, n in counts.items() if value and n >= OFTEN)
        return cls(held, known, max(map(len, known))) if len(known) > 1 else None

    def said_in(self, words: Sequence[str]) -> Iterator[Words]:
        for width in range(1, self.longest + 1):
            for start in range(len(words) - width + 1):
                if (value := tuple(words[start : start + width])) in self.known:
                    yield value


def _numbers(words: Sequence[Sequence[str]], row: Mapping[str, int]) -> LabelFunction:
    """Where a query says numbers, the share of them that the item says too; else nothing."""

    def score(query: str, items: Sequence[str]) -> Floats:
        asked = {word for word in words_of(query) if _AMOUNT.search(word)}
        if not asked:
            return np.full(len(items), np.nan)
        return np.array([len(asked & set(words[row[i]])) / len(asked) for i in items], dtype=float)

    return LabelFunction("numbers agree", "rules", score)


def encoder_functions(fields: ItemFields, encoder: Encoder) -> Iterator[LabelFunction]:
    """How near the item lies to the query, and to what is found for it."""
    row = {item: n for n, item in enumerate(fields.ids)}
    vectors = encoder.encode(list(fields.whole))
    held: dict[str, tuple[Floats, Floats]] = {}

    def of(query: str) -> tuple[Floats, Floats]:
        if query not in held:
            held.clear()
            near = vectors @ encoder.encode([query], query=True)[0]
            best = np.argsort(-near, kind="stable")[:NEAR]
            middle = vectors[best].mean(axis=0)
            middle /= max(float(np.linalg.norm(middle)), 1e-9)
            held[query] = near.astype(float), (vectors @ middle).astype(float)
        return held[query]

    def cosine(query: str, items: Sequence[str]) -> Floats:
        return of(query)[0][[row[item] for item in items]]

    def beside(query: str, items: Sequence[str]) -> Floats:
        near = of(query)[0]
        return near[[row[item] for item in items]] / max(float(near.max(initial=0.0)), 1e-9)

    def company(query: str, items: Sequence[str]) -> Floats:
        return of(query)[1][[row[item] for item in items]]

    def place(query: str, items: Sequence[str]) -> Floats:
        return _places(of(query)[0], [row[item] for item in items])

    yield LabelFunction("near the query", "encoder", cosine)
    yield LabelFunction("rank by nearness", "encoder", place)
    yield LabelFunction("near beside the best", "encoder", beside)
    yield LabelFunction("near what is found", "encoder", company)


def _places(scores: npt.NDArray[Any], rows: Sequence[int]) -> Floats:
    """Minus the logarithm of the rank (float64) of some rows, equal scores at their best rank."""
    above = len(scores) - np.searchsorted(np.sort(scores), scores[list(rows)], side="right")
    return np.asarray(-np.log1p(above.astype(float)))


def click_functions(
    estimates: Mapping[str, Mapping[str, Estimate]], *, name: str = "clicks", least: int = 5
) -> Iterator[LabelFunction]:
    """How attractive shoppers found the item, corrected for position; few impressions abstain."""

    def score(query: str, items: Sequence[str]) -> Floats:
        told = [estimates.get(query, {}).get(item) for item in items]
        return np.array([e.value if e and e.impressions >= least else np.nan for e in told])

    yield LabelFunction(name, "clicks", score)

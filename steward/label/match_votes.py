"""Label functions for pairs of rows: each says how far they seem the same thing, or abstains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from steward.label.match_rows import Fact, MatchRows
from steward.label.votes import Floats, Ints, Pair

ESTABLISHED = 3
"""A word in so many titles is a word of the trade: not a name, not a slip."""

COMPARED = 10
"""Other rows that a pair stands beside, on either side."""

GTIN, NUMBERS = "gtin", "numbers"
"""Sources that the rest is learnt from where nobody judged: see `match_model.by_votes`."""

Score = Callable[[Ints, Ints], Floats]
Encode = Callable[[Sequence[str]], Floats]


@dataclass(frozen=True, slots=True)
class MatchFunction:
    """A source of labels for pairs.

    Attributes:
        name: unique among the functions used together.
        source: `titles`, `others`, `codes`, `numbers`, `gtin`, `columns` or `encoder`: functions of
            one source read the same, and count once where nobody judged.
        yes: the score from which it says, taken alone, that two rows are the same.
        score: of places of left and right rows, a number each: the higher, the more the same; nan
            where it abstains.
    """

    name: str
    source: str
    yes: float
    score: Score


@dataclass(frozen=True)
class MatchVotes:
    """Scores (float64, pairs × functions), nan where one abstained; `yes` as of its function."""

    pairs: tuple[Pair, ...]
    names: tuple[str, ...]
    sources: tuple[str, ...]
    yes: tuple[float, ...]
    scores: Floats

    def rows(self, kept: Ints) -> MatchVotes:
        """Some of the pairs, by their number."""
        return replace(self, pairs=tuple(self.pairs[n] for n in kept), scores=self.scores[kept])

    @cached_property
    def agreed(self) -> Floats:
        """The share of the sources (float64, pairs) that say a pair is the same.

        Of those that speak; each source counts once, as its functions say on average. A half where
        none speaks.
        """
        spoke = ~np.isnan(self.scores)
        yes = np.where(spoke, self.scores >= np.array(self.yes), False)
        told = np.maximum(1e-9, spoke @ self.weights)
        return np.where(spoke.any(axis=1), yes @ self.weights / told, 0.5)

    @cached_property
    def weights(self) -> Floats:
        """One over the number of functions that are of the same source (float64, functions)."""
        return np.array([1 / self.sources.count(source) for source in self.sources])

    @property
    def coverage(self) -> Floats:
        """The share of pairs of which each function says something."""
        return np.asarray(1.0 - np.isnan(self.scores).mean(axis=0))


def ask(functions: Sequence[MatchFunction], rows: MatchRows, pairs: Sequence[Pair]) -> MatchVotes:
    """Ask every function about every pair; one that says nothing of any is left out."""
    left, right = rows.numbers(pairs)
    told = [(one, one.score(left, right)) for one in functions]
    spoke = [(one, scores) for one, scores in told if not np.isnan(scores).all()]
    return MatchVotes(
        tuple(pairs),
        tuple(one.name for one, _ in spoke),
        tuple(one.source for one, _ in spoke),
        tuple(one.yes for one, _ in spoke),
        np.array([scores for _, scores in spoke]).reshape(len(spoke), len(pairs)).T,
    )


def match_functions(rows: MatchRows, encode: Encode | None = None) -> list[MatchFunction]:
    """What there is to go by in these rows."""
    return [
        *_title_functions(rows),
        MatchFunction("model code", "codes", 0.5, _model_codes(rows)),
        MatchFunction("numbers", NUMBERS, 0.5, _numbers(rows)),
        *(_of_fact(rows, fact) for fact in rows.facts),
        *([] if encode is None else _encoder_functions(rows, encode)),
    ]


# Titles and texts


def _title_functions(rows: MatchRows) -> list[MatchFunction]:
    words = _Shared(rows)
    letters = _cosine(*_letters(rows))
    texts = _cosine(*_texts(rows))
    return [
        MatchFunction("words of titles", "titles", 0.5, words.jaccard),
        MatchFunction("title in title", "titles", 0.8, words.contained),
        MatchFunction("words of the trade", "titles", 0.0, _trade(rows)),
        MatchFunction("letters of titles", "titles", 0.5, letters),
        MatchFunction("beside other pairs", "others", 0.0, _Beside(rows, letters).score),
        MatchFunction("texts", "titles", 0.5, texts),
    ]


class _Shared:
    """The weight that titles share."""

    def __init__(self, rows: MatchRows) -> None:
        self._left, self._right, _ = rows.weights
        self._totals = [np.asarray(side.sum(axis=1)).ravel() for side in rows.weights[:2]]

    def _parts(self, left: Ints, right: Ints) -> tuple[Floats, Floats, Floats]:
        common = np.asarray(self._left[left].minimum(self._right[right]).sum(axis=1)).ravel()
        return common, self._totals[0][left], self._totals[1][right]

    def jaccard(self, left: Ints, right: Ints) -> Floats:
        """Of the weight of either title."""
        common, one, other = self._parts(left, right)
        return np.asarray(common / np.maximum(1e-9, one + other - common))

    def contained(self, left: Ints, right: Ints) -> Floats:
        """Of the weight of the lighter one."""
        common, one, other = self._parts(left, right)
        return np.asarray(common / np.maximum(1e-9, np.minimum(one, other)))


def _letters(rows: MatchRows) -> tuple[Any, Any]:
    """Titles by runs of three letters and digits, which a slip or a joined word changes little."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    model = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True)
    return _fitted(model, rows.left.titles, rows.right.titles)


def _texts(rows: MatchRows) -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    from steward.retrieval.words import words_of

    model = TfidfVectorizer(analyzer=words_of, sublinear_tf=True)
    return _fitted(model, rows.left.texts, rows.right.texts)


def _fitted(model: Any, left: Sequence[str], right: Sequence[str]) -> tuple[Any, Any]:
    model.fit([*left, *right])
    return model.transform(left), model.transform(right)


def _cosine(one: Any, other: Any) -> Score:
    def score(left: Ints, right: Ints) -> Floats:
        return np.asarray(one[left].multiply(other[right]).sum(axis=1)).ravel()

    return score


def _trade(rows: MatchRows) -> Score:
    """Less the lighter of what each title says beyond the other in words that many titles have."""
    one, other, rows_with = rows.weights
    known = np.flatnonzero(rows_with >= ESTABLISHED)
    one, other = one[:, known], other[:, known]

    def score(left: Ints, right: Ints) -> Floats:
        common = one[left].minimum(other[right]).sum(axis=1)
        more = [np.asarray(s.sum(axis=1) - common).ravel() for s in (one[left], other[right])]
        return np.asarray(-np.minimum(*more).round(9))

    return score


class _Beside:
    """How much more alike a pair is than the best other pair of either row."""

    def __init__(self, rows: MatchRows, alike: Score) -> None:
        self._alike = alike
        left, right = rows.met(COMPARED)
        score = alike(left, right)
        self._best = (
            _two_best(left, right, score, len(rows.left.ids)),
            _two_best(right, left, score, len(rows.right.ids)),
        )

    def score(self, left: Ints, right: Ints) -> Floats:
        others = np.maximum(
            _other_best(self._best[0], left, right), _other_best(self._best[1], right, left)
        )
        return np.asarray(self._alike(left, right) - others)


def _two_best(mine: Ints, theirs: Ints, score: Floats, rows: int) -> tuple[Ints, Floats]:
    """Of each row the two rows most like it (-1: none), and how much (rows × 2)."""
    who, much = np.full((rows, 2), -1, dtype=np.int64), np.zeros((rows, 2))
    for n in np.lexsort((theirs, -score)).tolist():
        row = mine[n]
        place = 0 if who[row, 0] < 0 else 1
        if who[row, place] < 0:
            who[row, place], much[row, place] = theirs[n], score[n]
    return who, much


def _other_best(best: tuple[Ints, Floats], mine: Ints, theirs: Ints) -> Floats:
    who, much = best
    return np.asarray(np.where(who[mine, 0] == theirs, much[mine, 1], much[mine, 0]))


# Codes and numbers


def _model_codes(rows: MatchRows) -> Score:
    """1: a code of one title stands in the other row; 0: both name codes, and others; else nan."""
    one, other = rows.left, rows.right

    def of(left: int, right: int) -> float:
        mine, theirs = one.codes[left], other.codes[right]
        if mine & theirs or any(code in other.squeezed[right] for code in mine if len(code) > 3):
            return 1.0
        if any(code in one.squeezed[left] for code in theirs):
            return 1.0
        return 0.0 if mine and theirs else np.nan

    return _each(of)


def _numbers(rows: MatchRows) -> Score:
    """The share of the numbers of one title that are in the other; nan where one has none."""
    mine, theirs = (
        [frozenset(w for w in t if any(c.isdigit() for c in w)) for t in side.words]
        for side in (rows.left, rows.right)
    )

    def of(left: int, right: int) -> float:
        one, other = mine[left], theirs[right]
        if not one or not other:
            return np.nan
        return len(one & other) / min(len(one), len(other))

    return _each(of)


def _each(of: Callable[[int, int], float]) -> Score:
    def score(left: Ints, right: Ints) -> Floats:
        pairs = zip(left.tolist(), right.tolist(), strict=True)
        return np.array([of(one, other) for one, other in pairs], dtype=float)

    return score


# Columns


def _of_fact(rows: MatchRows, fact: Fact) -> MatchFunction:
    if fact.kind == "amount":
        return MatchFunction(f"near in {fact.name}", "columns", -0.2, _ratio(fact))
    compare = _same_name if fact.kind == "name" else _same_code
    source = GTIN if fact.kind == "gtin" else "columns"
    return MatchFunction(f"same {fact.name}", source, 0.5, compare(rows, fact))


def _ratio(fact: Fact) -> Score:
    """Less the logarithm of how many times one amount is the other."""
    one, other = (np.array(side, dtype=float) for side in (fact.left, fact.right))

    def score(left: Ints, right: Ints) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            found = -np.abs(np.log(one[left] / other[right]))
        return np.asarray(np.where(np.isfinite(found), found, np.nan))

    return score


def _same_code(_: MatchRows, fact: Fact) -> Score:
    def of(left: int, right: int) -> float:
        one, other = fact.left[left], fact.right[right]
        return np.nan if one is None or other is None else float(one == other)

    return _each(of)


def _same_name(rows: MatchRows, fact: Fact) -> Score:
    """1: the same, or one in the other; where a row lacks it, 1 if its title says it; else nan."""

    def of(left: int, right: int) -> float:
        one, other = fact.left[left], fact.right[right]
        if one is not None and other is not None:
            return float(str(one) in str(other) or str(other) in str(one))
        if one is not None:
            return 1.0 if str(one) in rows.right.titles[right].casefold() else np.nan
        if other is not None:
            return 1.0 if str(other) in rows.left.titles[left].casefold() else np.nan
        return np.nan

    return _each(of)


# Encoder


def _encoder_functions(rows: MatchRows, encode: Encode) -> list[MatchFunction]:
    one = encode(rows.left.titles)
    other = one if rows.one_table else encode(rows.right.titles)

    def score(left: Ints, right: Ints) -> Floats:
        return np.asarray(np.einsum("nd,nd->n", one[left], other[right]), dtype=float)

    beside = _Beside(rows, score).score
    return [
        MatchFunction("encoder", "encoder", 0.75, score),
        MatchFunction("encoder, beside other pairs", "encoder", 0.0, beside),
    ]

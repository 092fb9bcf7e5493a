"""Label functions for the value of one column: each says a value an item, or abstains."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from steward.label.nominal import ABSTAINS
from steward.label.votes import Ints
from steward.retrieval.words import words_of

FOLDS = 5
MOST = 4000
"""Texts that a classifier learns from at most; more cost time and change little."""

SURE, HALF = 0.5, 0.25
"""The shares of the widest margins that are sure, and of the rest that are kept."""


def named_in(texts: Sequence[str], values: Sequence[str]) -> Ints:
    """The value that a text names, by its words; of a path, by its last part.

    A value inside a longer one that is named too (*light blue*, *blue*) does not count. Where two
    are left, it abstains.

    Returns:
        Numbers of values (int64), -1 where it abstains.
    """
    first: dict[str, list[tuple[tuple[str, ...], int]]] = defaultdict(list)
    for number, value in enumerate(values):
        if words := tuple(words_of(last_part(value))):
            first[words[0]].append((words, number))
    return np.array([_one_named(words_of(text), first) for text in texts], dtype=np.int64)


def last_part(value: str) -> str:
    """The last part of a path such as `Home > Lamps`, the value itself where it is none."""
    for mark in (">", "›", "|", "/"):
        if mark in value:
            return next((p for p in reversed(value.split(mark)) if p.strip()), value).strip()
    return value


def _one_named(words: list[str], first: dict[str, list[tuple[tuple[str, ...], int]]]) -> int:
    found: list[tuple[tuple[str, ...], int]] = []
    for place, word in enumerate(words):
        for name, number in first.get(word, ()):
            if tuple(words[place : place + len(name)]) == name:
                found.append((name, number))
    longest = {
        number
        for name, number in found
        if not any(len(name) < len(other) and set(name) <= set(other) for other, _ in found)
    }
    return longest.pop() if len(longest) == 1 else ABSTAINS


def read_from_text(texts: Sequence[str], given: Ints) -> tuple[Ints, Ints]:
    """What a classifier of words says of each text, where it did not learn from that text.

    Equal texts stay together, so none is learnt from a copy of itself. The wide margins and the
    narrow ones are two functions: how far each is right is for the label model to learn.

    Args:
        texts: one an item.
        given: the number of each item's value; -1 where it is not known.

    Returns:
        Two arrays of numbers of values, sure and less sure; -1 where they abstain.
    """
    sure = np.full(len(texts), ABSTAINS, dtype=np.int64)
    unsure = sure.copy()
    distinct, text = np.unique(np.asarray(texts, dtype=object), return_inverse=True)
    folds = np.random.default_rng(0).permutation(len(distinct))[text] % FOLDS
    known = (given != ABSTAINS) & (np.char.str_len(np.asarray(texts, dtype=str)) > 0)
    if known.sum() < 10 * FOLDS or len(np.unique(given[known])) < 2:
        return sure, unsure
    encoder = _encoder()
    matrix = encoder.fit_transform(list(texts))
    found, margin = sure.copy(), np.zeros(len(texts))
    for fold in range(FOLDS):
        learn = np.flatnonzero(known & (folds != fold))
        learn = learn[:: -(-len(learn) // MOST)]
        inside = np.flatnonzero(folds == fold)
        if len(inside) and len(np.unique(given[learn])) > 1:
            found[inside], margin[inside] = _told(matrix[learn], given[learn], matrix[inside])
    edge, least = np.quantile(margin, [1 - SURE, (1 - SURE) * HALF])
    sure[margin >= edge] = found[margin >= edge]
    between = (margin < edge) & (margin >= least)
    unsure[between] = found[between]
    return sure, unsure


def _encoder() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer=words_of, sublinear_tf=True)


def _told(learn: Any, given: Ints, asked: Any) -> tuple[Ints, Any]:
    """The value of each row, and its margin over the second best."""
    from sklearn.svm import LinearSVC

    with warnings.catch_warnings():
        # Many values of few texts are no regression problem, whatever scikit-learn suspects.
        warnings.filterwarnings("ignore", message="The number of unique classes")
        model = LinearSVC(C=1.0, random_state=0).fit(learn, given)
    scores = np.asarray(model.decision_function(asked), dtype=np.float64)
    if scores.ndim == 1:
        scores = np.column_stack([-scores, scores])
    order = np.sort(scores, axis=1)
    return np.asarray(model.classes_)[scores.argmax(axis=1)], order[:, -1] - order[:, -2]

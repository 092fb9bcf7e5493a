"""The column that names what a row is about, and its words as weights."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from steward.checks.typo import fold
from steward.types import ColumnProfile, Profile, SemanticType

MIN_LENGTH, MAX_LENGTH = 8, 300
OWN_SHARE = 0.6
"""A title column holds a text of its own in most rows."""

_WORDS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+|[^\W_]+")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def title_column(profile: Profile) -> ColumnProfile | None:
    """The shortest free-text column in which most rows hold a text of their own, if any."""
    found = [
        c
        for c in profile.columns
        if c.semantic in (SemanticType.TEXT, SemanticType.CATEGORY)
        and c.lengths is not None
        and MIN_LENGTH <= c.lengths.mean <= MAX_LENGTH
        and c.distinct >= OWN_SHARE * max(c.present, 1)
    ]
    found.sort(key=lambda c: (c.lengths.mean if c.lengths else 0.0, c.name))
    return found[0] if found else None


def tokens(text: str) -> list[str]:
    """Words of a text; Chinese and Japanese as single characters and pairs of neighbours."""
    out: list[str] = []
    for word in _WORDS.findall(fold(text)):
        if _HAN.match(word):
            out += [*word, *(word[i : i + 2] for i in range(len(word) - 1))]
        else:
            out.append(word)
    return out


def tf_idf(texts: Sequence[str]) -> Any:
    """Weights of n texts: a scipy CSR matrix (n, words), rows of length one, rare words dropped."""
    from scipy.sparse import csr_matrix, diags_array

    vocabulary: dict[str, int] = {}
    rows, columns = [], []
    for i, text in enumerate(texts):
        for word in set(tokens(text)):
            rows.append(i)
            columns.append(vocabulary.setdefault(word, len(vocabulary)))
    shape = (len(texts), len(vocabulary))
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
    held = np.asarray(matrix.sum(axis=0)).ravel()
    weights = np.where(held >= 2, np.log(len(texts) / np.maximum(held, 1)) + 1.0, 0.0)
    matrix = matrix @ diags_array(weights)
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return csr_matrix(diags_array(1.0 / np.where(norms > 0, norms, 1.0)) @ matrix)

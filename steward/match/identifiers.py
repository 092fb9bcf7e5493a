"""Rows that carry one and the same GTIN: one product, in whatever language its title is written."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from steward.engine import Snapshot
from steward.match.similarity import contradict
from steward.match.tokens import tokenize
from steward.types import Profile, SemanticType

OWN_SHARE = 0.5
"""A column of GTINs tells products apart when it has so many distinct values a row."""

MAX_GROUP = 20


def same_gtin(snapshot: Snapshot, profile: Profile, title: str) -> Iterator[tuple[int, ...]]:
    """Positions of rows with one valid GTIN whose titles do not speak against it.

    The check digit must be right, the titles must share a word, and no two of them may hold
    different numbers (a wrong GTIN is copied from one product to another all the time).
    """
    for column in profile.columns:
        if column.semantic is not SemanticType.GTIN or column.is_key:
            continue
        if column.distinct < OWN_SHARE * column.present:
            continue
        codes, titles = snapshot.codes(column.name), snapshot.codes(title)
        order = np.argsort(codes.codes, kind="stable")
        edges = np.searchsorted(codes.codes[order], np.arange(len(codes.values) + 1))
        for code in np.flatnonzero((codes.counts > 1) & (codes.counts <= MAX_GROUP)).tolist():
            positions = tuple(int(p) for p in order[edges[code] : edges[code + 1]])
            texts = [titles.text(int(titles.codes[p])) or "" for p in positions]
            if valid_gtin(codes.values[code]) and _agree(texts):
                yield positions


def valid_gtin(text: str) -> bool:
    """8, 12, 13 or 14 digits, not all the same, with a right check digit (GS1, mod 10)."""
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (8, 12, 13, 14):
        return False
    weights = [3 if i % 2 else 1 for i in range(len(digits))]
    total = sum(int(d) * w for d, w in zip(reversed(digits), weights, strict=True))
    return total % 10 == 0 and len(set(digits)) > 1


def _agree(texts: list[str]) -> bool:
    tokens = [tokenize(text) for text in texts]
    for i, one in enumerate(tokens):
        for other in tokens[i + 1 :]:
            common = one.words & other.words
            if not common or contradict(one.words - common, other.words - common):
                return False
    return True

"""Rows as documents: the words of their titles, and what columns beside them hold.

Category columns that determine one another (a path in two languages) hold one category: none of
them is ever read to tell another, since they are wrong and empty together.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steward.engine import Codes, Snapshot
from steward.fixes.titles import features
from steward.types import ColumnProfile, Profile, SemanticType

DETERMINED = 0.95
"""Two columns hold one category when each value goes with its usual partner in so many rows."""

_MAX_CLASSES = 400
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Documents:
    """Rows as words of their titles and values of their columns of repeating values."""

    titles: Codes
    rows: Ints
    columns: Sequence[tuple[Codes, Sequence[str]]]

    def __call__(self, numbers: Ints) -> list[list[str]]:
        """The documents of these numbers."""
        at = self.rows[numbers]
        found = [list(features(self.titles.values[c])) for c in self.titles.codes[at].tolist()]
        for codes, tokens in self.columns:
            for document, code in zip(found, codes.codes[at].tolist(), strict=True):
                if code >= 0 and tokens[code]:
                    document.append(tokens[code])
        return found


def title_column(profile: Profile) -> str | None:
    """The shortest column of free text with mostly distinct values."""
    texts = [
        c for c in profile.columns
        if c.lengths is not None and 6 <= c.lengths.mean <= 300 and c.distinct > 0.5 * c.present
        and c.semantic is SemanticType.TEXT
    ]  # fmt: skip
    texts.sort(key=lambda c: (c.lengths.mean if c.lengths else 0.0, c.name))
    return texts[0].name if texts else None


def is_category(column: ColumnProfile) -> bool:
    """Does a column sort the rows into kinds, few enough to learn?"""
    kind = column.semantic in (SemanticType.CATEGORY, SemanticType.CATEGORY_PATH)
    return kind and 2 <= column.distinct <= _MAX_CLASSES and column.distinct * 5 <= column.present


def category_groups(snapshot: Snapshot, profile: Profile, source: str) -> list[tuple[str, ...]]:
    """Category columns, those that determine one another together."""
    groups: list[tuple[str, ...]] = []
    for column in profile.columns:
        if column.name == source or not is_category(column):
            continue
        mine = snapshot.codes(column.name)
        for i, group in enumerate(groups):
            first = snapshot.codes(group[0])
            if _determines(first, mine) and _determines(mine, first):
                groups[i] = (*group, column.name)
                break
        else:
            groups.append((column.name,))
    return groups


def _determines(one: Codes, other: Codes) -> bool:
    both = (one.codes >= 0) & (other.codes >= 0)
    goes = usual_partner(one, other)[one.codes[both]] == other.codes[both]
    return len(goes) > 0 and float(goes.mean()) >= DETERMINED


def usual_partner(one: Codes, other: Codes) -> Ints:
    """The code of the other column that each code of one usually goes with; -1 for none."""
    both = (one.codes >= 0) & (other.codes >= 0)
    width = max(1, len(other.values))
    pairs, counts = np.unique(
        one.codes[both].astype(np.int64) * width + other.codes[both], return_counts=True
    )
    found = np.full(len(one.values), -1, np.int64)
    order = np.argsort(counts, kind="stable")
    found[pairs[order] // width] = pairs[order] % width
    return found


def documents_of(snapshot: Snapshot, source: str, beside: Collection[str], rows: Ints) -> Documents:
    """Rows (positions) by their titles and by the columns beside."""
    columns = []
    for name in sorted(beside):
        codes = snapshot.codes(name)
        tokens = [f"{name}\0{value}" if value.strip() else "" for value in codes.values]
        columns.append((codes, tokens))
    return Documents(snapshot.codes(source), rows, columns)

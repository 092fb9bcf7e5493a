"""What forbids two rows to be one product, however alike their titles are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from steward.engine import Codes, Snapshot
from steward.match.similarity import is_typo
from steward.profile.parse import fold, parse_money, parse_quantity
from steward.types import ColumnProfile, Profile, SemanticType

PRICE_RATIO = 2.0
"""Prices further apart than this factor are of different products."""

OWN_CODE, MENTIONED = 0.5, 0.3
"""A code tells products apart when so many rows have one of their own, a name (a brand, a colour)
when so many titles mention it."""

_EXACT = {SemanticType.GTIN, SemanticType.QUANTITY, SemanticType.BOOLEAN}
_NAMED = {SemanticType.CATEGORY, SemanticType.CATEGORY_PATH}


class Guards:
    """Compares the attributes of rows: codes, quantities, names and prices must not contradict."""

    def __init__(self, snapshot: Snapshot, profile: Profile, title: str) -> None:
        """Choose the columns to compare: not the title, not the keys, not free text."""
        self._columns: list[tuple[Codes, SemanticType, frozenset[str | None]]] = []
        for column in profile.columns:
            if column.name in (title, *snapshot.key) or column.is_key:
                continue
            if _compared(snapshot, column, title):
                hidden = frozenset(d.value for d in column.disguised)
                self._columns.append((snapshot.codes(column.name), column.semantic, hidden))

    def agreeing(self, positions: Sequence[int]) -> list[list[int]]:
        """Split rows into groups in which no two rows contradict, in row order."""
        groups: list[list[int]] = []
        for position in positions:
            for group in groups:
                if not any(self.contradict(position, other) for other in group):
                    group.append(position)
                    break
            else:
                groups.append([position])
        return groups

    def contradict(self, one: int, other: int) -> bool:
        """Do two rows (positions) hold values that cannot be of one product?"""
        for codes, kind, hidden in self._columns:
            a, b = codes.text(int(codes.codes[one])), codes.text(int(codes.codes[other]))
            if a == b or not a or not b or a in hidden or b in hidden:
                continue
            if _differ(a, b, kind):
                return True
        return False


def _compared(snapshot: Snapshot, column: ColumnProfile, title: str) -> bool:
    """Does the column tell products apart? Their own codes do, and names that titles mention."""
    if column.semantic is SemanticType.CODE:
        return column.distinct > OWN_CODE * column.present
    if column.semantic in _NAMED:
        return _mentioned(snapshot, column.name, title) >= MENTIONED
    return column.semantic in _EXACT or column.semantic is SemanticType.MONEY


def _mentioned(snapshot: Snapshot, column: str, title: str) -> float:
    """In what share of (sampled) rows does the title mention the value?"""
    values, titles = snapshot.codes(column), snapshot.codes(title)
    both = np.flatnonzero((values.codes >= 0) & (titles.codes >= 0))
    both = both[:: max(1, len(both) // 500)].tolist()
    found = sum(
        values.values[values.codes[at]].lower() in titles.values[titles.codes[at]].lower()
        for at in both
    )
    return found / max(1, len(both))


def _differ(one: str, other: str, kind: SemanticType) -> bool:
    left, right = fold(one).lower(), fold(other).lower()
    if left == right:
        return False
    if kind is SemanticType.QUANTITY:
        return parse_quantity(one) != parse_quantity(other)
    if kind is SemanticType.MONEY:
        a, b = parse_money(one), parse_money(other)
        if a is None or b is None or min(a.amount, b.amount) <= 0:
            return False
        return float(max(a.amount, b.amount)) > PRICE_RATIO * float(min(a.amount, b.amount))
    if kind in _NAMED:
        return not (left in right or right in left or is_typo(left, right))
    return True

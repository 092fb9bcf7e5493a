"""Which column a missing value was looked up by: joins that show in the rows where all is well.

A lookup is believed when the key of the filled rows is found in the other table, and that table
gives there the very value that the row holds. Without such a table the column's own filled rows
serve: a key that fixes the value there, in the same table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from steward.engine import Codes, Snapshot
from steward.types import ColumnProfile
from steward.types import SemanticType as S
from steward.why.scope import Mask, Scope

MOST_KEYS = 5000
LEAST_SHARE = 0.05
LEAST_UNION = 0.6
LEAST_AGREED = 0.6
LEAST_FIXED = 0.9
MOST_OTHER_ROWS = 200_000
_NO_KEYS = (S.MONEY, S.QUANTITY, S.PERCENT, S.DATE, S.BOOLEAN, S.NUMBER, S.URL, S.EMAIL, S.EMPTY)


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """`column` finds its value in `keys` (columns of `table`), which gives the missing column.

    `known` holds the texts of each key column. `agreed` is the share of the filled rows that the
    lookup gives. `own`: the table is the investigated one, and its filled rows are the reference.
    """

    column: str
    table: str
    keys: tuple[str, ...]
    gives: str | None
    known: tuple[frozenset[str], ...]
    agreed: float
    own: bool = False

    @property
    def every(self) -> frozenset[str]:
        """All texts that some key column holds."""
        return frozenset().union(*self.known)


def find_lookups(scope: Scope, target: str, filled: Mask) -> list[Lookup]:
    """Lookups that may give `target`, judged on the rows where it is filled; the surest first."""
    found: list[Lookup] = []
    values = scope.snapshot.codes(target)
    for column in scope.profile.columns:
        if column.name == target or not _may_be_key(column):
            continue
        pairs = _pairs(scope.snapshot.codes(column.name), values, filled)
        if pairs.rows.sum() >= 5:
            found += _in_others(scope, column.name, pairs) or _in_own(scope, column.name, pairs)
    return sorted(found, key=lambda one: (one.own, -round(one.agreed, 2)))


def _may_be_key(column: ColumnProfile) -> bool:
    if column.semantic in _NO_KEYS or not 2 <= column.distinct <= MOST_KEYS:
        return False
    return column.present >= 2 * column.distinct


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Distinct pairs of key and value among the filled rows, and the rows of each."""

    keys: tuple[str, ...]
    values: tuple[str, ...]
    rows: np.ndarray


def _pairs(keys: Codes, values: Codes, filled: Mask) -> Pairs:
    at = filled & (keys.codes >= 0) & (values.codes >= 0)
    joint = keys.codes[at].astype(np.int64) * len(values.values) + values.codes[at]
    distinct, rows = np.unique(joint, return_counts=True)
    size = max(len(values.values), 1)
    return Pairs(
        tuple(keys.values[int(i)] for i in distinct // size),
        tuple(values.values[int(i)] for i in distinct % size),
        rows,
    )


def _in_others(scope: Scope, column: str, pairs: Pairs) -> list[Lookup]:
    found = []
    for name in sorted(scope.snapshot.beside):
        other = scope.snapshot.beside[name]
        if other.rows <= MOST_OTHER_ROWS:
            found += list(_in_table(other, column, pairs))
    return found


def _in_table(other: Snapshot, column: str, pairs: Pairs) -> Iterator[Lookup]:
    """The key columns of one table that together find most keys, and the column it gives."""
    total = pairs.rows.sum()
    texts = {name: frozenset(other.codes(name).values) for name in other.columns}
    keys = [k for k in other.columns if _share(pairs.keys, pairs.rows, texts[k]) >= LEAST_SHARE]
    union = frozenset().union(*(texts[k] for k in keys))
    if not keys or _share(pairs.keys, pairs.rows, union) < LEAST_UNION:
        return
    gives = [g for g in other.columns if _share(pairs.values, pairs.rows, texts[g]) >= LEAST_UNION]
    best: tuple[float, str | None, tuple[str, ...]] = (0.0, None, ())
    for value in gives:
        agreeing = {k: _agreeing(other, k, value, pairs) for k in keys if k != value}
        kept = tuple(k for k, hit in agreeing.items() if pairs.rows[hit].sum() >= 0.05 * total)
        if kept:
            both = np.logical_or.reduce([agreeing[k] for k in kept])
            best = max(best, (float(pairs.rows[both].sum() / total), value, kept))
    agreed, value_column, kept = best
    if agreed >= LEAST_AGREED:
        yield Lookup(column, other.name, kept, value_column, tuple(texts[k] for k in kept), agreed)


def _share(texts: Sequence[str], rows: np.ndarray, known: frozenset[str]) -> float:
    hit = np.array([text in known and bool(text.strip()) for text in texts], bool)
    return float(rows[hit].sum() / rows.sum())


def _agreeing(other: Snapshot, key: str, value: str, pairs: Pairs) -> Mask:
    """Which pairs stand together in a row of the other table."""
    keys, values = other.codes(key), other.codes(value)
    rows = {
        (keys.values[k], values.values[v])
        for k, v in zip(keys.codes.tolist(), values.codes.tolist(), strict=True)
        if k >= 0 and v >= 0
    }
    return np.array([p in rows for p in zip(pairs.keys, pairs.values, strict=True)], bool)


def _in_own(scope: Scope, column: str, pairs: Pairs) -> list[Lookup]:
    """The column itself as reference, where its repeated values fix the other column's."""
    total: dict[str, int] = {}
    most: dict[str, int] = {}
    for key, rows in zip(pairs.keys, pairs.rows.tolist(), strict=True):
        total[key] = total.get(key, 0) + rows
        most[key] = max(most.get(key, 0), rows)
    several = {key for key, rows in total.items() if rows > 1 and key.strip()}
    held = sum(total[key] for key in several)
    if held < LEAST_UNION * sum(total.values()) or len(several) < 4:
        return []
    fixed = sum(most[key] for key in several) / held
    if fixed < LEAST_FIXED or len(set(pairs.values)) < 3:
        return []
    known = (frozenset(key for key in total if key.strip()),)
    return [Lookup(column, scope.table, (column,), None, known, fixed, own=True)]

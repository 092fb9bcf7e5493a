"""Foreign keys: columns whose values are the key of another table, but for some rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from steward.engine import Snapshot
from steward.profile.counts import Counts
from steward.types import ColumnProfile, ForeignKey
from steward.types import SemanticType as S

MATCHED = 0.9
"""Share of rows that must find their value, where the names say nothing."""

MATCHED_BY_NAME = 0.5
"""Share of rows that must, where the column is named like the other one."""

_MEASURES = (S.MONEY, S.QUANTITY, S.PERCENT, S.DATE, S.BOOLEAN, S.EMPTY)


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A column of another table that no two rows share a value of."""

    table: str
    column: str
    values: pa.Array


def find_targets(beside: Mapping[str, Snapshot]) -> list[Target]:
    """Columns of the other tables that can be referred to: 99 % unique, two values or more."""
    targets = []
    for name in sorted(beside):
        for column in beside[name].columns:
            counts = Counts.of(beside[name].column(column))
            filled = pc.not_equal(counts.values, "").to_numpy(zero_copy_only=False)
            counts = counts.keep(filled)
            if len(counts.values) >= max(2.0, 0.99 * counts.rows.sum()):
                targets.append(Target(name, column, counts.values))
    return targets


def find_foreign_keys(
    table: str, column: ColumnProfile, present: Counts, targets: list[Target]
) -> list[ForeignKey]:
    """Return what a column may refer to, given its present values."""
    if column.semantic in _MEASURES or column.distinct < 2:
        return []
    found = []
    rows = int(present.rows.sum())
    for target in targets:
        named = _alike(column.name, target)
        if column.semantic is S.NUMBER and not named:
            continue
        inside = pc.is_in(present.values, target.values).to_numpy(zero_copy_only=False)
        matched = int(present.rows[np.asarray(inside, bool)].sum())
        digits = pc.all(pc.utf8_is_digit(present.values)).as_py()
        if digits and not named:
            continue  # two columns of small whole numbers always overlap
        if matched >= (MATCHED_BY_NAME if named else MATCHED) * rows:
            found.append(
                ForeignKey(table, column.name, target.table, target.column, matched, rows - matched)
            )
    return found


def _alike(name: str, target: Target) -> bool:
    """`item_id` and `items.id`, `category` and `tree.category`, `supplier` and `suppliers.*`."""
    own, other, table = _tokens(name), _tokens(target.column), _tokens(target.table)
    if own == other:
        return own != ["id"]
    return (own[:-1] == table and own[-1:] == other[-1:]) or own == table


def _tokens(name: str) -> list[str]:
    parts = re.split(r"[_\W]+|(?<=[a-z])(?=[A-Z])", name)
    return [re.sub(r"ies$", "y", p.lower()).rstrip("s") for p in parts if p]

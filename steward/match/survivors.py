"""Which value survives when rows are merged, column by column.

Rules: `complete` keeps the first row's value and fills its gaps with what most others hold;
`majority` takes the most frequent value, `newest` that of the newest batch, `trusted` the value
of the source with the highest trust. A missing value never wins over a present one, and ties go
to the first row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from steward.types import Change

RuleName = Literal["complete", "majority", "newest", "trusted"]


@dataclass(frozen=True, slots=True)
class Survivorship:
    """The rules of a merge: one for each column named, `default` for the others.

    `trust` gives a weight to each value of `source_column`; sources it does not name weigh 0.
    """

    default: RuleName = "complete"
    columns: Mapping[str, RuleName] = field(default_factory=dict)
    source_column: str | None = None
    trust: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """One row of a group: its batch, its source, its cells (None: missing, however written)."""

    batch: int
    source: str | None
    cells: Mapping[str, str | None]


def survive(
    members: Sequence[Member], written: Mapping[str, str | None], rules: Survivorship
) -> tuple[Change, ...]:
    """The changes that give the first row the values that survive.

    Args:
        members: the rows of the group, the one that stays first.
        written: the first row's cells as they stand, missing marks and all.
        rules: which value wins.
    """
    changes = []
    for column, before in written.items():
        value = _winner(members, column, rules)
        if value is not None and value != before:
            changes.append(Change(column, before, value))
    return tuple(changes)


def _winner(members: Sequence[Member], column: str, rules: Survivorship) -> str | None:
    present = [m for m in members if m.cells.get(column) is not None]
    if not present:
        return None
    rule = rules.columns.get(column, rules.default)
    if rule == "complete" and members[0].cells.get(column) is not None:
        return members[0].cells[column]
    if rule == "newest":
        return max(present, key=lambda m: m.batch).cells[column]
    if rule == "trusted":
        return max(present, key=lambda m: rules.trust.get(m.source or "", 0.0)).cells[column]
    votes = Counter(m.cells[column] for m in present)
    return max(votes, key=lambda value: votes[value])

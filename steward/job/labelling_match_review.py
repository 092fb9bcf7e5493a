"""Pairs of rows that a person judges: which wait, and what the rows hold side by side."""

from __future__ import annotations

import json
from dataclasses import dataclass

from steward.job.labelling_audit import QUEUE
from steward.job.labelling_match import MatchPlan
from steward.job.labelling_match_inputs import Table, table_of
from steward.label.votes import Pair
from steward.store import Store
from steward.store.labels import MODEL, labels_of

KEYS = {"1": 1.0, "2": 0.0}
"""Keys to verdicts: the same, not the same."""

SURELY = 0.9
"""A pair whose likelier verdict has a lower chance waits for a person."""

Cells = list[tuple[str, str, str]]


@dataclass(frozen=True)
class Beside:
    """The rows of both sides."""

    left: Table
    right: Table

    @classmethod
    def of(cls, store: Store, plan: MatchPlan) -> Beside:
        """Read the tables of a plan."""
        left = table_of(store.snapshot(plan.items), plan.text)
        if plan.others is None:
            return cls(left, left)
        return cls(left, table_of(store.snapshot(plan.others), plan.text))

    def holds(self, pair: Pair) -> bool:
        """Are both rows there still?"""
        return pair[0] in self.left.row_of and pair[1] in self.right.row_of

    def cells(self, pair: Pair) -> Cells:
        """What each column holds, left and right; columns that hold nothing are left out."""
        one, other = _row(self.left, pair[0]), _row(self.right, pair[1])
        names = dict.fromkeys([*one, *other])
        return [(name, one.get(name, ""), other.get(name, "")) for name in names]


def waiting_matches(store: Store, task: str) -> list[Pair]:
    """The pairs that wait: those of the last audit, else those the label model is least sure of."""
    kept = store.setting(f"{QUEUE}:{task}")
    if kept:
        return [(left, right) for left, right in json.loads(kept)]
    labels = [one for one in labels_of(store, task=task, source=MODEL) if one.chances]
    doubted = [one for one in labels if max(one.chances) < SURELY]
    ordered = sorted(doubted, key=lambda one: (max(one.chances), one.query, one.item))
    return [(one.query, one.item) for one in ordered]


def _row(table: Table, ident: str) -> dict[str, str]:
    row = table.row_of[ident]
    cells = {name: table.snapshot.column(name)[row].as_py() for name in table.snapshot.columns}
    return {name: value for name, value in cells.items() if value}

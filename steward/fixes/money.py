"""Prices in the form their column writes them: `1299 USD` → `$1,299.00` where that dominates.

The currency is never added, dropped or changed: a bare `1299` among dollars stays bare.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from steward.engine import Snapshot
from steward.fixes.amounts import Forms, Written, take_apart
from steward.fixes.mapping import ColumnValues
from steward.fixes.units import mostly_read
from steward.profile.parse import parse_money
from steward.types import Fix, Profile, Provenance, SemanticType


class MoneyFormat:
    """Maps prices onto the written form that dominates their column."""

    name = "money_format"
    version = "1"
    injections = ("money_format",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose the dominant form of each price that is written otherwise."""
        who = Provenance(self.name, self.version)
        for column in profile.columns:
            if column.semantic is not SemanticType.MONEY:
                continue
            values = ColumnValues(snapshot, column.name)
            written = _read_prices(values)
            if not mostly_read(values, column, written):
                continue
            for code, decision in Forms(values, written).decide(meaning):
                yield values.fix(code, decision, who)


def meaning(text: str) -> Hashable | None:
    """Amount and currency of a price; None when the text is none."""
    money = parse_money(text)
    return None if money is None else (money.amount, money.currency)


def _read_prices(values: ColumnValues) -> dict[int, Written]:
    out = {}
    for code, text in enumerate(values.codes.values):
        money = parse_money(text)
        written = take_apart(text, money.currency) if money else None
        if written is not None:
            out[code] = written
    return out

"""Prices in the form their column writes them: `1299 USD` → `$1,299.00` where that dominates.

The currency is never added or changed. A sign goes only where nearly all prices are bare and the
row's currency column says the same; otherwise that is a question for a person.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace

from steward.engine import Codes, Snapshot
from steward.fixes.amounts import DOMINANT_SHARE, Forms, Written, take_apart
from steward.fixes.mapping import ColumnValues, Decision
from steward.fixes.units import mostly_read
from steward.profile.parse import parse_money
from steward.types import Fix, Profile, Provenance, Reason, Safety, SemanticType

ONE_SIGN = (
    frozenset({"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN"}),
    frozenset({"CNY", "JPY"}),
)
"""Currencies that share a sign: `$` and `¥` say less than a code does."""


class MoneyFormat:
    """Maps prices onto the written form that dominates their column."""

    name = "money_format"
    version = "1"
    injections: tuple[str, ...] = ("money_format",)

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
            forms = Forms(values, written)
            decisions = dict(forms.decide(meaning))
            decisions |= dict(_labels(values, forms, _currency_columns(snapshot, profile)))
            for code in sorted(decisions):
                yield values.fix(code, decisions[code], who)


def meaning(text: str) -> Hashable | None:
    """Amount and currency of a price; None when the text is none."""
    money = parse_money(text)
    return None if money is None else (money.amount, money.currency)


def _currency_columns(snapshot: Snapshot, profile: Profile) -> list[Codes]:
    """Columns that hold nothing but currencies."""
    found = []
    for column in profile.columns:
        if 0 < column.distinct <= 60 and column.lengths and column.lengths.maximum <= 4:
            codes = snapshot.codes(column.name)
            if all(_currency(text) for text in codes.values if text.strip()):
                found.append(codes)
    return found


def _currency(text: str) -> str | None:
    money = parse_money(f"1 {text.strip()}") if not any(map(str.isdigit, text)) else None
    return money.currency if money else None


def _labels(
    values: ColumnValues, forms: Forms, currencies: Sequence[Codes]
) -> Iterator[tuple[int, Decision]]:
    """Prices with a sign among bare ones: the sign may go if the row's currency says the same."""
    rows = {True: 0, False: 0}
    for code, written in forms.written.items():
        rows[written.scope is None] += int(values.codes.counts[code])
    bare = forms.layouts.get(None)
    share = rows[True] / max(1, sum(rows.values()))
    if bare is None or share < DOMINANT_SHARE or not rows[False]:
        return
    for code, written in forms.written.items():
        if written.scope is None or not written.decimals:
            continue
        named = _is_named(values, code, written.scope, currencies)
        after, _ = forms.rewrite(replace(written, scope=None, layout=bare.form), surely=True)
        before = values.codes.values[code]
        text = (
            f"{rows[True]} rows ({share:.0%}) hold a price without a currency sign, {rows[False]} "
            f"with one; {before!r} would be {after!r}. "
        )
        text += "The row's currency column says the same." if named else (
            "No column says the currency, so it would be lost: a person must decide.")  # fmt: skip
        yield code, Decision(after, Reason.FORMAT, "format", 0.95 if named else 0.6, text,
                             votes_for=float(rows[True]), votes_against=float(rows[False]),
                             safety=Safety.SAFE if named else Safety.UNSAFE)  # fmt: skip


def _is_named(values: ColumnValues, code: int, currency: str, columns: Sequence[Codes]) -> bool:
    """Does a currency column name the currency in every row that holds the price?"""
    positions = values.positions(code)
    same = next((group for group in ONE_SIGN if currency in group), frozenset({currency}))
    for column in columns:
        held = {column.text(int(c)) for c in column.codes[positions]}
        if held and all(text and _currency(text) in same for text in held):
            return True
    return False


def _read_prices(values: ColumnValues) -> dict[int, Written]:
    out = {}
    for code, text in enumerate(values.codes.values):
        money = parse_money(text)
        written = take_apart(text, money.currency) if money else None
        if written is not None:
            out[code] = written
    return out

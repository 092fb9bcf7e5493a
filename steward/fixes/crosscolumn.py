"""Two prices the wrong way round: a sale price above the list price, where swapping restores both.

The order (`sale <= list`) is taken from the table: nearly all rows must keep it, and the two
columns must move together. A row that breaks it is proposed only when the swapped pair has a
ratio that other rows have. Whether the pair was swapped or one price is wrong, a person decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt

from steward.engine import Snapshot
from steward.engine.text import quote_identifier
from steward.profile.parse import parse_money, parse_number
from steward.types import (
    ROW,
    Change,
    Evidence,
    Fix,
    FixKind,
    Profile,
    Provenance,
    Reason,
    RowId,
    Safety,
    SemanticType,
)

KEEP_SHARE = 0.97
"""So many rows must keep the order for it to be a rule."""

MIN_ROWS = 50
MIN_CORRELATION = 0.6
_MAX_COLUMNS = 12

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Order:
    """`low <= high` as the table keeps it: in how many rows, and the usual ratios low / high."""

    low: str
    high: str
    kept: int
    tested: int
    ratio_from: float
    ratio_to: float


class SwappedPrices:
    """Swaps two prices of a row that stand the wrong way round."""

    name = "swapped_prices"
    version = "1"
    injections: tuple[str, ...] = ("swapped",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose to swap, one fix for each pair of prices that breaks a clear order."""
        who = Provenance(self.name, self.version)
        money = {c.name for c in profile.columns if c.semantic is SemanticType.MONEY}
        # A serial number is a number too; a price may happen to be unique.
        names = [
            c.name for c in profile.columns
            if c.name in money or (c.semantic is SemanticType.NUMBER and not c.is_key)
        ]  # fmt: skip
        numbers = {name: _numbers(snapshot, name) for name in names[:_MAX_COLUMNS]}
        for low, high in permutations(numbers, 2):
            if not {low, high} & money:
                continue
            order = _order(low, high, numbers[low], numbers[high])
            if order is not None:
                yield from _swaps(snapshot, order, numbers[low], numbers[high], who)


def _numbers(snapshot: Snapshot, column: str) -> Floats:
    """Amounts (float64, one a row; nan where the text is none, or not above zero)."""
    codes = snapshot.codes(column)
    parsed = np.full(len(codes.values) + 1, np.nan)
    for code, text in enumerate(codes.values):
        money = parse_money(text)
        amount = money.amount if money else parse_number(text)
        if amount is not None and amount > 0:
            parsed[code] = float(amount)
    return np.asarray(parsed[codes.codes])


def _order(low: str, high: str, one: Floats, other: Floats) -> _Order | None:
    both = np.isfinite(one) & np.isfinite(other)
    a, b = one[both], other[both]
    kept = int(np.count_nonzero(a <= b))
    strict = int(np.count_nonzero(a < b))
    if len(a) < MIN_ROWS or not KEEP_SHARE * len(a) <= kept < len(a) or strict < 0.2 * len(a):
        return None
    logs_a, logs_b = np.log(a), np.log(b)
    if min(float(logs_a.std()), float(logs_b.std())) < 1e-9:
        return None
    if float(np.corrcoef(logs_a, logs_b)[0, 1]) < MIN_CORRELATION:
        return None
    ratios = (a / b)[a < b]
    start, end = (float(q) for q in np.quantile(ratios, [0.01, 0.99]))
    return _Order(low, high, kept, len(a), start, end)


def _swaps(
    snapshot: Snapshot, order: _Order, one: Floats, other: Floats, who: Provenance
) -> Iterator[Fix]:
    low, high = snapshot.codes(order.low), snapshot.codes(order.high)
    wrong = np.flatnonzero(np.isfinite(one) & np.isfinite(other) & (one > other))
    pairs: dict[tuple[int, int], list[RowId]] = defaultdict(list)
    for position in wrong.tolist():
        if order.ratio_from <= other[position] / one[position] <= order.ratio_to:
            key = (int(low.codes[position]), int(high.codes[position]))
            pairs[key].append(int(snapshot.row_ids[position]))
    for (a, b), rows in sorted(pairs.items()):
        yield _fix(snapshot, order, (low.values[a], high.values[b]), tuple(rows), who)


def _fix(
    snapshot: Snapshot,
    order: _Order,
    cells: tuple[str, str],
    rows: tuple[RowId, ...],
    who: Provenance,
) -> Fix:
    low, high = cells
    text = (
        f"{order.low} {low!r} is above {order.high} {high!r}; {order.kept} of {order.tested} rows "
        f"have it at or below. Swapped, the ratio is as in other rows ({order.ratio_from:.2f} to "
        f"{order.ratio_to:.2f}). One of the two may be wrong instead: a person must decide."
    )
    listed = ", ".join(str(row) for row in rows)
    sql = (
        f"select {ROW}, {quote_identifier(order.low)}, {quote_identifier(order.high)} "
        f"from {quote_identifier(snapshot.name)} where {ROW} in ({listed}) order by {ROW}"
    )
    share = order.kept / order.tested
    return Fix(
        table=snapshot.name,
        kind=FixKind.CELL,
        reason=Reason.CROSS_COLUMN,
        check="cross_column",
        changes=(Change(order.low, low, high), Change(order.high, high, low)),
        rows=rows,
        provenance=who,
        evidence=Evidence(
            text,
            sql=sql,
            determinants=(order.low, order.high),
            votes_for=float(order.kept),
            votes_against=float(order.tested - order.kept),
        ),
        confidence=round(0.75 * share, 4),
        safety=Safety.UNSAFE,
    )

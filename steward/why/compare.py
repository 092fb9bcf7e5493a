"""Two groups of rows side by side, column by column: what differs, tested and corrected."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from steward.answers import Finding
from steward.engine.text import quote_identifier, quote_literal
from steward.profile.money import parse_money
from steward.profile.number import parse_number
from steward.profile.numbers import NUMERIC
from steward.profile.quantity import parse_quantity
from steward.types import ColumnProfile
from steward.types import SemanticType as S
from steward.why.axes import sliceable
from steward.why.scope import Mask, Scope, percent
from steward.why.significance import LEVEL, correct, p_value
from steward.why.words import say, visible

LEAST_CHANGE = 0.03
LEAST_RATIO = 1.25
MOST_VALUES = 3
MOST_PARSED = 200_000
MUCH, FEW = 0.1, 3
"""Missing values are told first where their share differs by so much, else after so many others."""


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two groups of rows of one table, as masks, as SQL and in words."""

    one: Mask
    other: Mask
    one_sql: str
    other_sql: str
    one_text: str
    other_text: str


@dataclass(slots=True)
class Difference:
    """How one measure of a column differs: `one` and `other` are shares or medians."""

    kind: str
    column: str
    one: float
    other: float
    p: float
    value: str | None = None
    effect: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)


def differences(
    scope: Scope, pair: Pair, *, without: Collection[str] = (), most: int = 12
) -> list[Finding]:
    """What differs between two groups, the largest difference first; corrected for every test.

    Columns named in `without` (case folded) are not looked at.
    """
    found: list[Difference] = []
    tests = 0
    for column in scope.profile.columns:
        if column.name.casefold() in without:
            continue
        made = list(_of_column(scope, column, pair))
        tests += max(len(made), 1)
        found += made
    kept = [d for d in found if correct(d.p, tests) <= LEVEL and d.effect > 0]
    told = _ranked(kept)[:most]
    return [_finding(scope, d, pair, correct(d.p, tests)) for d in told]


def _ranked(found: Sequence[Difference]) -> list[Difference]:
    """The largest first; missing values before all where they differ much, else after a few."""
    order = sorted(found, key=lambda d: (-d.effect, d.column, d.value or ""))
    blank = [d for d in order if d.kind == "missing_differs"]
    much = [d for d in blank if abs(d.one - d.other) >= MUCH]
    little = [d for d in blank if abs(d.one - d.other) < MUCH]
    rest = [d for d in order if d.kind != "missing_differs"]
    return [*much, *rest[:FEW], *little, *rest[FEW:]]


def _of_column(scope: Scope, column: ColumnProfile, pair: Pair) -> Iterator[Difference]:
    blank = scope.blank(column.name)
    yield _share("missing_differs", column.name, blank, pair)
    if sliceable(column):
        yield from _values(scope, column.name, pair)
    elif column.semantic in NUMERIC and column.semantic is not S.DATE:
        yield from _medians(scope, column, pair)


def _share(kind: str, column: str, hit: Mask, pair: Pair) -> Difference:
    k, n = int((hit & pair.one).sum()), int(pair.one.sum())
    j, m = int((hit & pair.other).sum()), int(pair.other.sum())
    one, other = k / max(n, 1), j / max(m, 1)
    p = p_value(k, n, k + j, n + m) if n and m else 1.0
    return Difference(kind, column, one, other, p, effect=_effect(one, other))


def _effect(one: float, other: float) -> float:
    """Cohen's h where the change is large enough to matter, else 0."""
    if abs(one - other) < LEAST_CHANGE and max(one, other) < LEAST_RATIO * 2 * min(one, other):
        return 0.0
    return float(abs(2 * np.arcsin(np.sqrt(one)) - 2 * np.arcsin(np.sqrt(other))))


def _values(scope: Scope, column: str, pair: Pair) -> Iterator[Difference]:
    """The values whose share moved most, by likelihood ratio."""
    codes = scope.snapshot.codes(column)
    size = len(codes.values)
    filled = codes.codes >= 0
    one = np.bincount(codes.codes[pair.one & filled], minlength=size)
    other = np.bincount(codes.codes[pair.other & filled], minlength=size)
    n, m = int(pair.one.sum()), int(pair.other.sum())
    if not n or not m:
        return
    g = _each_ratio(one, other, n, m)
    for code in np.argsort(-g, kind="stable")[:MOST_VALUES].tolist():
        value = codes.values[code]
        if not value.strip():
            continue
        found = _share("share_differs", column, codes.codes == code, pair)
        found.value = value
        yield found


def _each_ratio(one: np.ndarray, other: np.ndarray, n: int, m: int) -> np.ndarray:
    """G of every value: its rows in the first group, among its rows in both."""
    both = one + other
    expected = both * n / (n + m)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.where(one > 0, one * np.log(one / expected), 0.0)
        rest = np.where(other > 0, other * np.log(other / (both - expected)), 0.0)
    return np.asarray(2 * (first + rest), np.float64)


def _medians(scope: Scope, column: ColumnProfile, pair: Pair) -> Iterator[Difference]:
    """Mood's median test on the numbers of two groups."""
    codes = scope.snapshot.codes(column.name)
    if len(codes.values) > MOST_PARSED:
        return
    numbers = np.array([_number(text, column.semantic) for text in codes.values] + [np.nan])
    held = numbers[codes.codes]
    one, other = held[pair.one & ~np.isnan(held)], held[pair.other & ~np.isnan(held)]
    if min(len(one), len(other)) < 8:
        return
    middle = float(np.median(np.concatenate([one, other])))
    above = int((one > middle).sum()), int((other > middle).sum())
    p = p_value(above[0], len(one), sum(above), len(one) + len(other))
    a, b = float(np.median(one)), float(np.median(other))
    spread = float(np.subtract(*np.percentile(other, [75, 25]))) or abs(b) or 1.0
    effect = abs(a - b) / spread if abs(a - b) >= 0.25 * spread else 0.0
    yield Difference("median_differs", column.name, a, b, p, effect=effect)


def _number(text: str, semantic: S) -> float:
    if semantic is S.MONEY:
        money = parse_money(text)
        return float(money.amount) if money else np.nan
    if semantic is S.QUANTITY:
        quantity = parse_quantity(text)
        return float(quantity.amount) if quantity else np.nan
    number = parse_number(text)
    return float(number) if number is not None else np.nan


def _finding(scope: Scope, found: Difference, pair: Pair, p: float) -> Finding:
    facts: dict[str, Any] = {
        "column": found.column,
        "one": pair.one_text,
        "other": pair.other_text,
    }
    if found.kind == "median_differs":
        facts |= {"a": f"{found.one:.6g}", "b": f"{found.other:.6g}"}
        return Finding(found.kind, say(found.kind, **facts), p_value=p, facts=facts)
    name = quote_identifier(found.column)
    blank = found.kind == "missing_differs"
    condition = scope.blank_sql(found.column) if blank else f"{name} = {quote_literal(found.value)}"
    query = (
        f"select case when {pair.one_sql} then 'one' else 'other' end as part,"
        f' count(*) as "rows", count(*) filter (where {condition}) as held from'
        f" {scope.source_sql} where ({pair.one_sql}) or ({pair.other_sql}) group by 1 order by 1"
    )
    position = scope.prove(query, "two_parts", column=found.column)
    rows = {r["part"]: r for r in scope.sql(query).to_pylist()}
    held, of = (rows.get("one", {}).get(k, 0) for k in ("held", "rows"))
    facts |= {"a": percent(found.one), "b": percent(found.other), "value": visible(found.value)}
    return Finding(
        kind=found.kind,
        text=say(found.kind, **facts),
        where=() if found.value is None else ((found.column, found.value),),
        covered=held,
        affected=held + rows.get("other", {}).get("held", 0),
        rows=of,
        lift=round(found.one / found.other, 2) if found.other else None,
        p_value=p,
        proofs=(position,),
        facts=facts,
    )

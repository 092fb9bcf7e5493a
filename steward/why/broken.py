"""A value that another column fixed, and since some time no longer does, in a slice.

Asked of the column itself and, for an amount, of what says how to read it: a column of currencies
or units, a short code beside it, the signs written in its own cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from steward.engine import Codes
from steward.engine.text import quote_identifier, quote_literal
from steward.profile.money import CURRENCIES, ISO
from steward.profile.quantity import canonical_unit
from steward.types import ROW, ColumnProfile
from steward.types import SemanticType as S
from steward.why.axes import sliceable
from steward.why.causes import Affected
from steward.why.scope import Mask, Scope
from steward.why.within import Hidden, gathered, within
from steward.why.words import visible

MOST_KEYS, MOST_VALUES, LONGEST, SHORT = 200, 60, 24, 4
MOST_BREAKS, MOST_ELSEWHERE = 0.3, 0.03
FIRST = 1 / 3
LEAST_FIRST = 5
LEAST_HELD = 10
TRIED = 4
_AMOUNTS = (S.NUMBER, S.MONEY, S.QUANTITY)
Ints = np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What says how to read: codes and values, in SQL and by the name of its column."""

    column: str
    sql: str
    codes: Ints
    values: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A column whose values fixed another's: the expected code a key, and the rows that break."""

    key: str
    keys: Codes
    expected: Ints
    breaks: Mask


def broken_dependencies(scope: Scope, column: str) -> Iterator[Hidden]:
    """Values of the column, or of what says how to read it, that another column fixed before."""
    for told in _told(scope, column):
        rules = sorted(_rules(scope, told), key=lambda r: (int(r.breaks.sum()), len(r.keys.values)))
        for rule in rules[:TRIED]:
            found = _found(scope, column, told, rule)
            if found is not None:
                yield found
                break


def _told(scope: Scope, column: str) -> Iterator[Told]:
    facts = scope.profile.column(column)
    if facts.semantic not in _AMOUNTS:
        if _is_code(facts, LONGEST):
            yield _of_column(scope, column)
        return
    for other in scope.profile.columns:
        beside = _beside(scope, other.name, column)
        plain = other.semantic in (S.CODE, S.CATEGORY, S.TEXT)
        if other.name == column or not _is_code(other, LONGEST):
            continue
        if reads(scope, other.name, facts) or (beside and plain and _is_code(other, SHORT)):
            yield _of_column(scope, other.name)
    yield from _signs(scope, facts)


def _is_code(column: ColumnProfile, longest: int) -> bool:
    few = 1 < column.distinct <= MOST_VALUES
    never = column.semantic in (S.DATE, S.BOOLEAN, S.ID, *_AMOUNTS) or column.is_key
    return few and not never and bool(column.lengths and column.lengths.maximum <= longest)


def reads(scope: Scope, other: str, amount: ColumnProfile) -> bool:
    """Does a column hold currencies (for money or plain numbers), or the units right beside?"""
    held = scope.snapshot.codes(other)
    filled = [(v.strip(), n) for v, n in zip(held.values, held.counts.tolist(), strict=True)]
    whole = sum(n for v, n in filled if v)
    money = sum(n for v, n in filled if v.upper() in ISO or v.upper() in CURRENCIES)
    if money >= 0.7 * whole:
        return amount.semantic is not S.QUANTITY
    units = sum(n for v, n in filled if canonical_unit(v)) >= 0.7 * whole
    return units and _beside(scope, other, amount.name) and amount.semantic is not S.MONEY


def _beside(scope: Scope, other: str, amount: str) -> bool:
    """Does it follow the amount, or precede it without following another amount?"""
    names = scope.snapshot.columns
    place = names.index(other)
    if place and scope.profile.column(names[place - 1]).semantic in _AMOUNTS:
        return names[place - 1] == amount
    return names[place + 1 : place + 2] == (amount,)


def _of_column(scope: Scope, column: str) -> Told:
    held = scope.snapshot.codes(column)
    filled = np.array([bool(v.strip()) for v in held.values] + [False], bool)
    codes = np.where(filled[held.codes], held.codes, -1)
    return Told(column, quote_identifier(column), codes, held.values)


def _signs(scope: Scope, column: ColumnProfile) -> Iterator[Told]:
    """Currency signs or units in the cells themselves."""
    sql = f"trim(regexp_replace({quote_identifier(column.name)}, '[0-9.,\\s+-]+', '', 'g'))"
    found = scope.sql(f"select {ROW}, {sql} as sign from {scope.source_sql}")
    held = Codes.of(found.column(1))
    if not 1 < len(held.values) <= MOST_VALUES or sum(map(len, held.values)) == 0:
        return
    codes = np.full(scope.rows, -1)
    codes[scope.snapshot.positions(found.column(0).to_numpy())] = held.codes
    # A cell without a sign says nothing: a sign that comes or goes is a matter of form.
    codes[np.append([not v for v in held.values], True)[codes]] = -1
    yield Told(column.name, sql, codes, held.values)


def _rules(scope: Scope, told: Told) -> Iterator[Rule]:
    for column in scope.profile.columns:
        if column.name == told.column or not sliceable(column) or column.distinct > MOST_KEYS:
            continue
        rule = _rule(scope, told, column.name)
        if 0 < rule.breaks.sum() <= MOST_BREAKS * (told.codes >= 0).sum():
            yield rule


def _rule(scope: Scope, told: Told, key: str) -> Rule:
    """What each key had in the first third of its rows, and the rows that have something else."""
    held = scope.snapshot.codes(key)
    known = np.flatnonzero((held.codes >= 0) & (told.codes >= 0))
    keys, values = held.codes[known], told.codes[known]
    order = np.lexsort((scope.snapshot.batch_ids[known], keys))
    starts = np.searchsorted(keys[order], np.arange(len(held.values) + 1))
    place = np.arange(len(order)) - starts[keys[order]]
    sizes = np.diff(starts)[keys[order]]
    first = order[place < np.maximum(FIRST * sizes, LEAST_FIRST)]
    counts = np.zeros((len(held.values), len(told.values)), np.int64)
    np.add.at(counts, (keys[first], values[first]), 1)
    expected = np.where(counts.sum(1) > 0, counts.argmax(1), -1)
    breaks = np.zeros(scope.rows, bool)
    breaks[known] = (expected[keys] >= 0) & (values != expected[keys])
    return Rule(key, held, expected, breaks)


def _found(scope: Scope, column: str, told: Told, rule: Rule) -> Hidden | None:
    sql = _condition(told, rule)
    cause = gathered(scope, Affected(rule.breaks, sql), [column, told.column])
    if cause is None:
        return None
    if not _held(told, rule, cause.slice.inside):
        return None
    rows = within(rule.breaks, cause, sql)
    query = (
        f'select {quote_identifier(rule.key)}, {told.sql} as held, count(*) as "rows" from'
        f" {scope.source_sql} where {rows.sql} group by all order by all"
    )
    facts = {
        "column": column,
        "columns": list(dict.fromkeys([column, told.column])),
        "other": told.column,
        "key": rule.key,
        "shown": _shown(told, rule, rows.mask),
    }
    kind = "wrong_broken" if told.column == column else "wrong_broken_beside"
    return Hidden(kind, rows, cause, facts, query)


def _held(told: Told, rule: Rule, inside: Mask) -> bool:
    """Did the rule hold outside the slice, for all keys and for those that break it inside?"""
    rest = ~inside & (told.codes >= 0) & (rule.keys.codes >= 0)
    mine = rest & np.isin(rule.keys.codes, np.unique(rule.keys.codes[rule.breaks & inside]))
    few = (rule.breaks & mine).sum() <= MOST_ELSEWHERE * mine.sum()
    return bool(
        mine.sum() >= LEAST_HELD
        and few
        and (rule.breaks & rest).sum() <= MOST_ELSEWHERE * rest.sum()
    )


def _condition(told: Told, rule: Rule) -> str:
    """Keys of one expected value together; keys that nothing breaks are left out."""
    broken = np.unique(rule.keys.codes[rule.breaks])
    parts = []
    for code in np.unique(rule.expected[broken]).tolist():
        keys = [rule.keys.values[k] for k in broken.tolist() if rule.expected[k] == code]
        listed = ", ".join(quote_literal(k) for k in keys)
        parts.append(
            f"({quote_identifier(rule.key)} in ({listed}) and trim({told.sql}) <> ''"
            f" and {told.sql} <> {quote_literal(told.values[code])})"
        )
    return f"({' or '.join(parts) or 'false'})"


def _shown(told: Told, rule: Rule, mask: Mask) -> str:
    """What stands there and what stood there before, the most frequent first."""
    pairs = np.stack([told.codes[mask], rule.expected[rule.keys.codes[mask]]], axis=1)
    found, counts = np.unique(pairs, axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:3]
    text = [told.values[i] for i in range(len(told.values))]
    return ", ".join(
        f"{visible(text[found[i][1]])} → {visible(text[found[i][0]])} ({counts[i]:,})"
        for i in order
    )

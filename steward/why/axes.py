"""Ways to slice a table: by a column's value, by delivery, by kind of source, by time.

An axis gives every row a small code; its atoms are conditions on that code which also exist as SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from steward.engine.text import quote_identifier, quote_list
from steward.types import BATCH, ColumnProfile
from steward.types import SemanticType as S
from steward.why.axis import Atom, Axis, between
from steward.why.dates import date_axis
from steward.why.scope import Scope
from steward.why.words import visible

MOST_VALUES = 3000
LEAST_ROWS_A_VALUE = 3
BATCH_LABEL = "batch"
_NEVER = (S.TEXT, S.URL, S.EMAIL, S.PHONE, S.DATE)


def axes_of(scope: Scope, without: Sequence[str]) -> list[Axis]:
    """Every axis of a table but those of some columns; time first, then the finer columns.

    Of columns whose values pick the same rows the finer one fixes the others: it is named.
    """
    columns = [c for c in scope.profile.columns if c.name not in without]
    found = [*_batches(scope), *_families(scope)]
    found += [axis for c in columns if c.semantic is S.DATE and (axis := _dates(scope, c.name))]
    fit = [c for c in columns if sliceable(c)]
    return found + [value_axis(scope, c) for c in sorted(fit, key=lambda c: -c.distinct)]


def _dates(scope: Scope, column: str) -> Axis | None:
    """The axis of a date column, made once an investigation."""
    if column not in scope.made:
        scope.made[column] = date_axis(scope, column)
    found: Axis | None = scope.made[column]
    return found


def sliceable(column: ColumnProfile) -> bool:
    """Do enough rows share a value of this column?"""
    if column.semantic in _NEVER or column.is_key or column.distinct > MOST_VALUES:
        return False
    return column.distinct > 1 and column.present >= LEAST_ROWS_A_VALUE * column.distinct


def value_axis(scope: Scope, column: ColumnProfile) -> Axis:
    """One code a value; a cell that holds nothing is in no slice (see `together`)."""
    held = scope.snapshot.codes(column.name)
    filled = np.array([bool(text.strip()) for text in held.values] + [False], bool)
    codes = np.where(filled[held.codes], held.codes, -1).astype(np.int32)
    name = quote_identifier(column.name)

    def atom(chosen: Sequence[int]) -> Atom:
        values = [held.values[i] for i in sorted(chosen)]
        single = len(values) == 1
        listed = quote_list(values)
        sql = f"{name} = {listed[1:-1]}" if single else f"{name} in {listed}"
        return Atom(column.name, tuple(values), _listed(column.name, values), sql)

    return Axis(column.name, codes, len(held.values), False, atom)


def _listed(column: str, values: Sequence[str], most: int = 4) -> str:
    texts = [visible(v) for v in values]
    if len(texts) == 1:
        return f"{column} = {texts[0]}"
    more = f", … ({len(texts)})" if len(texts) > most else ""
    return f"{column} ∈ {{{', '.join(texts[:most])}{more}}}"


def _batches(scope: Scope) -> Iterator[Axis]:
    numbers, codes = np.unique(scope.snapshot.batch_ids, return_inverse=True)
    if len(numbers) < 2:
        return
    ids = [int(n) for n in numbers]

    def atom(chosen: Sequence[int]) -> Atom:
        low, high = min(chosen), max(chosen)
        sql, text = between(BATCH, BATCH_LABEL, ids[low], ids[high], open_end=high == len(ids) - 1)
        return Atom(BATCH, (f"{ids[low]}–{ids[high]}",), text, sql, ids[low], ids[high])

    yield Axis(BATCH, codes.astype(np.int32), len(ids), True, atom)


def _families(scope: Scope) -> Iterator[Axis]:
    """Deliveries of one kind of source: file names that differ in dates and numbers only."""
    numbers, inverse = np.unique(scope.snapshot.batch_ids, return_inverse=True)
    names = [family(scope.batch_name(int(n))) for n in numbers]
    kinds = sorted(set(names))
    if not 1 < len(kinds) < len(names):
        return
    of_batch = np.array([kinds.index(name) for name in names], np.int32)

    def atom(chosen: Sequence[int]) -> Atom:
        inside = [int(n) for n, k in zip(numbers, of_batch, strict=True) if k in set(chosen)]
        sql = f"{BATCH} in ({', '.join(map(str, inside))})"
        values = tuple(kinds[i] for i in sorted(chosen))
        return Atom("source", values, _listed("source", values), sql)

    yield Axis("source", of_batch[inverse].astype(np.int32), len(kinds), False, atom)


def family(source: str) -> str:
    """A file name without dates and running numbers: `s04_2024-03.csv` → `s04_*.csv`."""
    return re.sub(r"(?:\d{4}[-_.]?\d{2}(?:[-_.]?\d{2})?|\d{5,})(?:[-_T.]?\d+)*", "*", source)

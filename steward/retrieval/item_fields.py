"""What a ranker sees of an item beside its text: each column, and how whole the row is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from steward.engine import Snapshot
from steward.profile import profile_table
from steward.retrieval.data import SearchData
from steward.types import ColumnProfile, Profile, SemanticType

TEXTS = 4
"""Text columns that are looked at one by one, those with most different values first."""

_NUMBERS = (SemanticType.MONEY, SemanticType.QUANTITY, SemanticType.NUMBER, SemanticType.PERCENT)
_KINDS = (SemanticType.CATEGORY, SemanticType.CATEGORY_PATH)


@dataclass(frozen=True)
class ItemFields:
    """Columns of items, all in the order of `ids`.

    Attributes:
        ids: the items.
        whole: the item text that search indexes.
        texts: text columns; a missing value is empty text.
        kinds: columns of few values: category, brand, colour.
        numbers: columns of numbers (float64), nan where there is none.
        quality: figures of the row (float64), such as the share of its cells that are missing.
        behaviour: query to item to what clicks say of the pair, 0 to 1; empty without a log.
    """

    ids: Sequence[str]
    whole: Sequence[str]
    texts: Mapping[str, Sequence[str]]
    kinds: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    numbers: Mapping[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    quality: Mapping[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    behaviour: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def read_fields(
    items: Snapshot,
    data: SearchData,
    *,
    profile: Profile | None = None,
    issues: Mapping[int, int] | None = None,
    behaviour: Mapping[str, Mapping[str, float]] | None = None,
) -> ItemFields:
    """Read the columns of the items of `data`; what they are is told by the profile.

    Args:
        items: the table that `data` was read from.
        data: says which rows are items, and their texts.
        profile: of the table, if it was measured already.
        issues: row id to how many open issues name the row.
        behaviour: query to item to the relevance that a click model gives.
    """
    measured = profile or profile_table(items)
    rows = _rows_of(items, data)
    columns = {c.name: c for c in measured.columns}
    texts = sorted(
        (c for c in columns.values() if c.semantic is SemanticType.TEXT and c.distinct > 1),
        key=lambda c: -c.unique,
    )[:TEXTS]
    cells = {name: _at(items, name, rows) for name in columns}
    quality = {"missing": _missing(cells, len(rows))}
    if issues:
        ids = items.row_ids[rows]
        quality["issues"] = np.asarray([issues.get(int(i), 0) for i in ids], dtype=np.float64)
    return ItemFields(
        data.ids,
        list(data.texts.values()),
        {c.name: [value or "" for value in cells[c.name]] for c in texts},
        {c.name: cells[c.name] for c in columns.values() if c.semantic in _KINDS},
        {c.name: _numbers(cells[c.name]) for c in columns.values() if _is_measure(c)},
        quality,
        behaviour or {},
    )


def _rows_of(items: Snapshot, data: SearchData) -> npt.NDArray[np.int64]:
    """The row of each item: the first that has its id."""
    name = data.origin.get("item_id", "")
    own = items.column(name).to_pylist() if name else [str(int(row)) for row in items.row_ids]
    first: dict[str | None, int] = {}
    for row, ident in enumerate(own):
        first.setdefault(ident, row)
    return np.asarray([first[ident] for ident in data.ids], dtype=np.int64)


def _at(items: Snapshot, name: str, rows: npt.NDArray[np.int64]) -> list[str | None]:
    values = items.column(name).to_pylist()
    return [values[row] for row in rows]


def _missing(cells: Mapping[str, Sequence[str | None]], rows: int) -> npt.NDArray[np.float64]:
    empty = np.zeros(rows)
    for values in cells.values():
        empty += [not (value or "").strip() for value in values]
    return empty / max(1, len(cells))


def _is_measure(column: ColumnProfile) -> bool:
    return column.semantic in _NUMBERS and column.distinct > 2 and not column.is_key


def _numbers(values: Sequence[str | None]) -> npt.NDArray[np.float64]:
    return np.asarray([_number(value or "") for value in values], dtype=np.float64)


def _number(text: str) -> float:
    from steward.profile.money import parse_money
    from steward.profile.number import parse_number

    number = parse_number(text)
    if number is None:
        money = parse_money(text)
        number = None if money is None else money.amount
    return np.nan if number is None else float(number)

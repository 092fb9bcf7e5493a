"""Reads click logs from tables: one with a column that says what was clicked, or several.

Tables of clicks and purchases are joined to the impressions by an id of theirs, else by session,
query and item.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.engine import Snapshot
from steward.errors import InputError, UnknownColumn
from steward.label.click_columns import YES, ClickColumns, guess_click_columns, whole
from steward.label.click_log import ClickLog, Ints, Mask

Texts = npt.NDArray[np.object_]
MEETS = 0.5
"""The least share of a table's ids that name impressions, for them to join by it."""


def read_clicks(
    impressions: Snapshot,
    clicks: Snapshot | None = None,
    purchases: Snapshot | None = None,
    *,
    queries: Snapshot | None = None,
    ids: Collection[str] = (),
    columns: ClickColumns | None = None,
) -> ClickLog:
    """Read a click log.

    Args:
        impressions: a row an item shown; with a column that says whether it was clicked when there
            is no table of clicks.
        clicks: a row a click.
        purchases: a row an item bought.
        queries: the words of queries, when the log names them by an id.
        ids: of items that exist; they tell which column holds items, and others are left out.
        columns: of the impressions; found out when left out.

    Raises:
        InputError: a role cannot be told, or the tables do not join.
        UnknownColumn: a column named is not there.
    """
    found = columns or guess_click_columns(impressions, ids=ids, separate=clicks is not None)
    kept = _usable(impressions, found, set(ids))
    if clicks is None:
        clicked = _flagged(impressions, found.clicked)
    else:
        clicked = _met(impressions, clicks, found)
    bought = _flagged(impressions, found.bought) if found.bought else None
    if purchases is not None:
        bought = _met(impressions, purchases, found)
    words = _texts(impressions, found.query)
    log = ClickLog.of(
        _texts(impressions, found.session)[kept].tolist(),
        (words if queries is None else _in_words(words, queries))[kept].tolist(),
        _texts(impressions, found.item)[kept].tolist(),
        _positions(impressions, found.position)[kept].tolist(),
        clicked[kept].tolist(),
    )
    at = _times(impressions, found.at) if found.at else None
    return log.with_more(None if bought is None else bought[kept], None if at is None else at[kept])


def _usable(impressions: Snapshot, found: ClickColumns, ids: set[str]) -> Mask:
    """The rows that say session, query, item and position, of items that exist."""
    kept = np.asarray(_positions(impressions, found.position) > 0)
    for name in (found.session, found.query, found.item):
        kept &= _codes(impressions, name) >= 0
    if ids:
        kept &= _is_in(impressions, found.item, ids)
    if not kept.any():
        raise InputError(
            f"No row of {impressions.name} says session, query, item and position.",
            hint=f"Say which columns hold them: {', '.join(impressions.columns)}",
        )
    return kept


def _met(impressions: Snapshot, others: Snapshot, columns: ClickColumns) -> Mask:
    """Which impressions another table names: by an id of theirs, else by session, query, item."""
    for name in impressions.columns:
        mine = impressions.codes(name)
        if len(mine.values) < impressions.rows:
            continue
        for other in others.columns:
            theirs = set(others.codes(other).values)
            if theirs and len(theirs.intersection(mine.values)) > MEETS * len(theirs):
                return _is_in(impressions, name, theirs)
    roles = (columns.session, columns.query, columns.item)
    named = [name for name in roles if name in others.columns]
    if columns.item not in named or columns.session not in named:
        raise InputError(
            f"Table {others.name} does not say which rows of {impressions.name} it is about.",
            hint=f"It needs an id of theirs, or the columns {', '.join(roles)}.",
        )
    pairs = set(zip(*(_texts(others, name) for name in named), strict=True))
    rows = zip(*(_texts(impressions, name) for name in named), strict=True)
    return np.fromiter((row in pairs for row in rows), dtype=bool)


def _in_words(values: Texts, queries: Snapshot) -> Texts:
    """Replace ids of queries by their words; an id without words stays."""
    wanted = set(values)
    met = {n: len(wanted.intersection(queries.codes(n).values)) for n in queries.columns}
    key = max(met, key=lambda name: met[name])
    others = [name for name in queries.columns if name != key]
    if not met[key] or not others:
        raise InputError(f"Table {queries.name} does not say the words of the log's queries.")
    words = max(others, key=lambda name: len(queries.codes(name).values))
    told = dict(zip(_texts(queries, key), _texts(queries, words), strict=True))
    return np.array([told.get(value) or value for value in values], dtype=object)


def _codes(table: Snapshot, name: str) -> npt.NDArray[np.int32]:
    if name not in table.columns:
        raise UnknownColumn(
            f"Table {table.name} has no column {name}.", hint=f"Columns: {', '.join(table.columns)}"
        )
    return table.codes(name).codes


def _mapped(table: Snapshot, name: str, told: list[Any], kind: Any) -> npt.NDArray[Any]:
    """What is told of each distinct value, row by row; the last entry is that of null."""
    return np.array(told, dtype=kind)[_codes(table, name)]


def _texts(table: Snapshot, name: str) -> Texts:
    """A column as text, '' where nothing stands."""
    return _mapped(table, name, [*table.codes(name).values, ""], object)


def _is_in(table: Snapshot, name: str, known: set[str]) -> Mask:
    return _mapped(table, name, [*(v in known for v in table.codes(name).values), False], bool)


def _flagged(table: Snapshot, name: str) -> Mask:
    values = table.codes(name).values
    return _mapped(table, name, [*(v.strip().casefold() in YES for v in values), False], bool)


def _positions(table: Snapshot, name: str) -> Ints:
    """Positions from 1; 0 where none can be read. A list counted from 0 is moved up."""
    _codes(table, name)
    read = [whole(text) for text in table.codes(name).values]
    up = int(min((n for n in read if n is not None), default=1) == 0)
    return _mapped(table, name, [*(0 if n is None else n + up for n in read), 0], np.int64)


def _times(table: Snapshot, name: str) -> npt.NDArray[np.datetime64]:
    """Times to the second; NaT where none can be read."""
    told = [value[:19].replace(" ", "T", 1) for value in table.codes(name).values]
    return _mapped(table, name, [*told, "NaT"], "datetime64[s]")

"""Which column of a table of impressions holds what, told by what the columns hold.

Names, in English and Chinese, help only where the values leave a choice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from steward.engine import Codes, Snapshot
from steward.errors import InputError
from steward.label.click_log import Ints

YES = {"1", "1.0", "true", "t", "yes", "y", "clicked", "是", "真"}
NO = {"0", "0.0", "false", "f", "no", "n", "", "not clicked", "否", "假"}
NAMED = {
    "session": ("sess", "visit", "search_id", "serp", "user", "会话", "用户"),
    "query": ("query", "search", "term", "keyword", "搜索", "查询", "关键词"),
    "item": ("item", "product", "doc", "sku", "asin", "article", "商品", "产品"),
    "position": ("position", "rank", "pos", "slot", "place", "位置", "排名"),
    "clicked": ("click", "点击"),
    "bought": ("purchas", "bought", "order", "buy", "购买", "下单"),
}
"""Parts of names that speak for a role."""

LONGEST = 1000
"""The last position that a list of results may have."""

LOOKED_AT = 20_000
"""Rows that are looked at to tell columns apart."""

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class ClickColumns:
    """Which column of the impressions holds what; '' for what no column holds."""

    session: str
    query: str
    item: str
    position: str
    clicked: str = ""
    bought: str = ""
    at: str = ""


def guess_click_columns(
    impressions: Snapshot, *, ids: Collection[str] = (), separate: bool = False
) -> ClickColumns:
    """Find which column holds what.

    Args:
        impressions: a row an item shown.
        ids: of items that exist.
        separate: clicks stand in a table of their own.

    Raises:
        InputError: the position, or whether something was clicked, cannot be told.
    """
    held = {name: impressions.codes(name) for name in impressions.columns}
    flags = [name for name, codes in held.items() if _is_flag(codes.values)]
    numbers = [n for n, codes in held.items() if n not in flags and _are_positions(codes.values)]
    position = _likeliest("position", numbers)
    clicked = "" if separate else _likeliest("clicked", flags)
    if not position or not (clicked or separate):
        absent = "clicks (true or false)" if position else "positions (1, 2, 3 …)"
        raise InputError(
            f"No column of {impressions.name} holds {absent}.",
            hint=f"Its columns: {', '.join(impressions.columns)}",
        )
    bought = next((n for n in flags if n != clicked and _speaks("bought", n)), "")
    at = next((n for n, codes in held.items() if _are_times(codes.values)), "")
    rest = {n: c for n, c in held.items() if n not in {position, clicked, bought, at, *flags}}
    session, query, item = _roles(rest, held[position], set(ids))
    return ClickColumns(session, query, item, position, clicked, bought, at)


def _roles(columns: dict[str, Codes], position: Codes, ids: set[str]) -> tuple[str, str, str]:
    """Session, query and item: the three columns that best behave as they do.

    A list of results, a session and its query, holds each position once and each item once.
    """
    found = {name: codes.codes[:LOOKED_AT].astype(np.int64) for name, codes in columns.items()}
    place = position.codes[:LOOKED_AT].astype(np.int64)
    known = {n: len(ids & set(c.values)) / max(1, len(c.values)) for n, c in columns.items()}
    # A column that names its rows is no session, query or item, unless it says so itself.
    names = [n for n in found if _speaks_any(n) or _differ(found[n]) < len(place)]
    if len(names) < 3:
        raise InputError(
            "Cannot tell session, query and item of the click log apart.",
            hint="Name its columns session, query, item and position.",
        )

    def score(roles: tuple[str, str, str]) -> float:
        session, query, item = (found[name] for name in roles)
        said = sum(map(_speaks, ("session", "query", "item"), roles))
        lists = _differ(session, query) / len(place)
        keyed = _differ(session, query, place) + _differ(session, query, item)
        spread = np.sign(_differ(session) - _differ(query))
        return 0.6 * said + known[roles[2]] + keyed / len(place) - lists + 0.5 * float(spread)

    return max(permutations(names[:8], 3), key=score)


def _differ(*columns: Ints) -> int:
    """How many different rows these columns (integers, null as -1) have."""
    joined = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        joined = np.unique(joined * (int(column.max()) + 2) + column + 1, return_inverse=True)[1]
    return int(joined.max()) + 1


def _is_flag(values: Sequence[str]) -> bool:
    different = {value.strip().casefold() for value in values[:10]}
    return len(values) < 10 and bool(different & YES) and different <= YES | NO


def _are_positions(values: Sequence[str]) -> bool:
    """Whether these count from 0 or 1 with few numbers left out."""
    if not 1 < len(values) <= LONGEST:
        return False
    read = {whole(value) for value in values if value}  # a search that showed nothing has none
    numbers = {n for n in read if n is not None}
    if None in read or not numbers or min(numbers) not in (0, 1) or max(numbers) > LONGEST:
        return False
    return len(numbers) >= 0.5 * (max(numbers) - min(numbers) + 1)


def _are_times(values: Sequence[str]) -> bool:
    return bool(values) and all(_TIME.match(value) for value in values[:200])


def whole(text: str) -> int | None:
    """A whole number that is not negative, however it is written (`3`, `3.0`); else None."""
    try:
        number = float(text)
        return int(number) if number == int(number) and number >= 0 else None
    except (ValueError, OverflowError):
        return None


def _likeliest(role: str, names: Sequence[str]) -> str:
    """Of several columns the one whose name speaks for the role, else the first; '' of none."""
    return next((name for name in names if _speaks(role, name)), names[0] if names else "")


def _speaks(role: str, name: str) -> bool:
    low = name.casefold()
    return any(part in low for part in NAMED[role])


def _speaks_any(name: str) -> bool:
    return any(_speaks(role, name) for role in ("session", "query", "item"))

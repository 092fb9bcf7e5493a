"""Tables and columns by name: as the store spells them, or what a model should try instead."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from steward.agent.visible import quoted
from steward.errors import ToolRetry
from steward.store import Store

NEAREST = 5


def find_table(store: Store, wanted: str) -> str:
    """The name of a table as the store spells it; `ToolRetry` names the nearest."""
    return _match(wanted, [info.name for info in store.tables()], "table", "the store")


def find_column(store: Store, table: str, wanted: str) -> str:
    """The name of a column as the table spells it; `ToolRetry` names the nearest."""
    return _match(wanted, store.table(table).columns, "column", f"table {quoted(table)}")


def nearest(wanted: str, names: Sequence[str], limit: int = NEAREST) -> list[str]:
    """The names most like the one wanted, the most like first."""
    from rapidfuzz import fuzz, process, utils

    found = process.extract(
        wanted, names, scorer=fuzz.WRatio, processor=utils.default_process, limit=limit
    )
    return [name for name, score, _ in found if score >= 50]


def _match(wanted: str, names: Sequence[str], kind: str, place: str) -> str:
    if wanted in names:
        return wanted
    same = [name for name in names if _plain(name) == _plain(wanted)]
    if len(same) == 1:
        return same[0]
    near = same or nearest(wanted, names) or sorted(names)[:20]
    listed = ", ".join(quoted(name) for name in near) or "none"
    raise ToolRetry(f"There is no {kind} {quoted(wanted)} in {place}. Try one of: {listed}.")


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in text if letter.isalnum())

"""Which column names a table may have."""

from __future__ import annotations

from collections.abc import Sequence

from steward.errors import InputError
from steward.types import RESERVED

MAX_COLUMNS = 1990
"""SQLite holds 2,000 columns a table; a few are the store's own."""

RENAME = "Rename it in the source and ingest again."


def check_columns(names: Sequence[str], source: str) -> tuple[str, ...]:
    """Return the names, or refuse them with `InputError`.

    Names that differ only by case are refused: SQL does not tell them apart.
    """
    if not names:
        raise InputError(f"{source} has no columns.", hint="Deliver a table with a header line.")
    if len(names) > MAX_COLUMNS:
        raise InputError(
            f"{source} has {len(names):,} columns; a table may have {MAX_COLUMNS:,}.",
            hint="Split it into several tables, or deliver it long instead of wide.",
        )
    seen: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        _check_name(name, number, source)
        other = seen.setdefault(name.lower(), number)
        if other != number:
            raise InputError(
                f"{source}: columns {other} and {number} are both named {name!r} "
                "(upper and lower case count as the same).",
                hint=RENAME,
            )
    return tuple(names)


def _check_name(name: str, number: int, source: str) -> None:
    if not name.strip():
        raise InputError(f"{source}: column {number} has no name.", hint=RENAME)
    if name.lower().startswith(RESERVED):
        raise InputError(
            f"{source}: column {number} is named {name!r}; names that start with {RESERVED!r} "
            "belong to the store.",
            hint=RENAME,
        )
    if any(ord(letter) < 32 and letter not in "\t\r\n" for letter in name):
        raise InputError(f"{source}: the name of column {number} is binary: {name!r}.", hint=RENAME)

"""Consoles and tables that look right on a terminal and stay readable in a pipe."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Literal

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPE_WIDTH = 120
NARROWEST = 80
"""Below this, a table loses whole columns: lines that the terminal wraps are the lesser evil."""

CELL_LIMIT = 60
Justify = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a table: its title, its side, and whether its text may be folded."""

    title: str
    right: bool = False
    fold: bool = False
    style: str = ""


def console(file: IO[str], *, color: bool | None = None) -> Console:
    """A console for a stream: colour on a terminal only, and never against NO_COLOR."""
    terminal = bool(getattr(file, "isatty", lambda: False)())
    plain = not terminal if color is None else not color
    return Console(
        file=file,
        width=_width(terminal),
        force_terminal=terminal,
        no_color=plain or bool(os.environ.get("NO_COLOR")),
        color_system=None if plain else "auto",
        highlight=False,
        emoji=False,
        markup=False,
        legacy_windows=False,
    )


def grid(heads: Sequence[Head], rows: Iterable[Sequence[object]], *, title: str = "") -> Table:
    """A table without outer lines; numbers right, ids never cut, long text folded."""
    table = Table(
        box=box.SIMPLE_HEAD,
        title=title or None,
        title_justify="left",
        title_style="bold",
        show_edge=False,
        pad_edge=False,
        header_style="bold",
    )
    texts = [[_text(cell) for cell in row] for row in rows]
    for number, head in enumerate(heads):
        side: Justify = "right" if head.right else "left"
        word = max(map(len, head.title.split()), default=0)
        longest = max((word, *(row[number].cell_len for row in texts)))
        table.add_column(
            head.title,
            justify=side,
            style=head.style,
            no_wrap=not head.fold,
            overflow="fold",
            min_width=12 if head.fold else min(longest, CELL_LIMIT),
        )
    for row in texts:
        table.add_row(*row)
    return table


def shown(value: str | None, limit: int = CELL_LIMIT) -> str:
    """A cell as a person should see it: null named, controls visible, cut at a limit.

    Text that could be taken for something else (null, empty, outer white space) is quoted.
    """
    if value is None:
        return "null"
    clean = "".join(char if char.isprintable() else _escape(char) for char in value)
    if value == "" or value != value.strip() or value == "null":
        clean = f"“{clean}”"
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def counted(n: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 row`, `1,204 rows`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def share(value: float) -> str:
    """A share as a percentage that never rounds to a bare 0 or 100 without being it."""
    percent = value * 100
    if 0 < percent < 0.1:
        return "<0.1 %"
    if 99.9 < percent < 100:
        return ">99.9 %"
    return f"{percent:.1f} %"


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _text(cell: object) -> Text:
    return (
        cell
        if isinstance(cell, Text)
        else Text(f"{cell:,}" if isinstance(cell, int) else str(cell))
    )


def _width(terminal: bool) -> int:
    given = os.environ.get("COLUMNS", "")
    if given.isdigit() and int(given) > 0:
        return max(int(given), NARROWEST)
    return max(shutil.get_terminal_size().columns, NARROWEST) if terminal else PIPE_WIDTH

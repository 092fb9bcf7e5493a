"""What a command may say: results on stdout, progress on stderr, JSON for machines."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType


class Screen:
    """Where a command writes."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        self.quiet = quiet
        self.verbose = verbose

    def show(self, *parts: RenderableType) -> None:
        """Print tables and text on stdout."""
        from steward.report.terminal import console

        if sys.stdout.isatty():
            console(sys.stdout).print(*parts, sep="\n")
            return
        # In a pipe: the same lines without the blanks that fill them up.
        page = io.StringIO()
        console(page).print(*parts, sep="\n")
        for line in page.getvalue().splitlines():
            self.line(line.rstrip())

    def line(self, text: str = "") -> None:
        """Print one line on stdout as it is, however wide the terminal."""
        print(text, file=sys.stdout)

    def json(self, command: str, payload: Mapping[str, Any]) -> None:
        """Print one JSON document on stdout."""
        from steward.report.machine import as_json

        self.line(as_json(command, payload))

    def advice(self, text: str) -> None:
        """Say on stdout what could be done next, unless the person asked for quiet."""
        if not self.quiet:
            self.line(text)

    @contextmanager
    def working(self) -> Iterator[Callable[[str], None]]:
        """Give a function that tells on stderr what is being done now, and for how long."""
        if self.quiet or not (sys.stderr.isatty() or self.verbose):
            yield lambda _: None
        elif not sys.stderr.isatty():
            yield lambda text: print(f"… {text}", file=sys.stderr, flush=True)
        else:
            with self._spinning() as tell:
                yield tell

    @contextmanager
    def _spinning(self) -> Iterator[Callable[[str], None]]:
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        from steward.report.terminal import console

        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(20))
        with Progress(
            *columns, TimeElapsedColumn(), console=console(sys.stderr), transient=True
        ) as progress:
            task = progress.add_task("starting", total=None)
            yield lambda text: progress.update(task, description=text)

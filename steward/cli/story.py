"""The story of `steward demo --story`: the main job on the sample shop, command by command."""

from __future__ import annotations

import io
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from steward.cli.screen import Screen

ANSWERS = "w\nl\nq\n"


def tell(folder: Path, deliveries: list[Path], screen: Screen) -> None:
    """Run every command of the story as a person would type it; stop at the first that fails.

    Raises:
        StewardError: a command of the story failed.
    """
    for command, answers in _commands(folder, deliveries):
        _run(folder, command, answers, screen)
    _compare(folder, screen)


def _commands(folder: Path, deliveries: list[Path]) -> Iterator[tuple[list[str], str]]:
    html, clean, recipe = (str(folder / n) for n in ("report.html", "clean.csv", "recipe.yaml"))
    yield ["init"], ""
    for delivery in deliveries:
        yield ["ingest", str(delivery), "--table", "items", "--quiet"], ""
    yield ["tables"], ""
    yield ["profile", "--table", "items", "--html", html], ""
    yield ["check", "--table", "items"], ""
    yield ["fix", "--table", "items", "--apply", "safe", "--limit", "15"], ""
    # What a table cannot tell, a person can: whether sizes are to be written in one manner.
    yield ["review", "--table", "items", "--column", "size"], ANSWERS
    yield ["apply", "all"], ""
    yield ["diff", "c2", "--limit", "5"], ""
    yield ["undo", "c2"], ""
    yield ["undo", "c3"], ""
    yield ["history"], ""
    yield ["recipe", recipe, "--table", "items"], ""
    yield ["export", "--table", "items", clean, "--force"], ""


def _run(folder: Path, command: list[str], answers: str, screen: Screen) -> None:
    from steward.cli.entry import run
    from steward.errors import StewardError

    typed = shlex.join(["steward", *command])
    screen.line(f"\n$ printf {answers!r} | {typed}" if answers else f"\n$ {typed}")
    before = sys.stdin
    try:
        sys.stdin = io.StringIO(answers)
        code = run(["--store", str(folder / "steward.db"), *command])
    finally:
        sys.stdin = before
    if code:
        raise StewardError(f"The story stopped: {typed} left with code {code}.")


def _compare(folder: Path, screen: Screen) -> None:
    """Show how many of the recorded errors the story mended."""
    from steward.evaluate.seeded import score_seeded
    from steward.report.terminal import Head, grid, share
    from steward.store import Store

    with Store(folder / "steward.db", read_only=True) as store:
        score = score_seeded(folder / "truth", store.snapshot("items").arrow)
    rows = [
        (one.kind, one.cells, one.mended, share(one.mended / one.cells), one.changed)
        for one in sorted(score.kinds, key=lambda one: (-one.cells, one.kind))
    ]
    heads = [Head("seeded error"), *(Head(h, right=True) for h in ("cells", "mended", "", "else"))]
    screen.line("\nThe shop recorded every error it made. What became of them:\n")
    screen.show(grid(heads, rows))
    mended, cells = sum(k.mended for k in score.kinds), sum(k.cells for k in score.kinds)
    screen.line(f"{mended:,} of {cells:,} seeded errors are mended.")
    screen.line(f"{score.broken:,} of {score.clean:,} cells that were right were changed.")
    screen.line(
        "The rest is found by a check, or waits for a person who decides:\n"
        f"  steward --store {folder / 'steward.db'} review\n"
        f"The report for people who read no tables: {folder / 'report.html'}"
    )

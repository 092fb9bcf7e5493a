"""`--plot FILE.svg`: what an audit says, drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from steward.errors import UsageError

PlotFile = Annotated[
    Path | None,
    typer.Option("--plot", help="Draw it into this SVG file too.", show_default=False),
]


def check_plot(path: Path | None) -> None:
    """Refuse a file that is no SVG, before anything is computed.

    Raises:
        UsageError: it has another ending.
    """
    if path is not None and path.suffix.lower() != ".svg":
        raise UsageError(f"{path} is no name of an SVG file.", hint="Name it something.svg")


def write_plot(path: Path, drawing: str) -> None:
    """Write a drawing; folders that are missing are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(drawing + "\n", "utf-8")

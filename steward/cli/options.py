"""Options that several commands share, so that they read the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

StorePath = Annotated[
    Path | None,
    typer.Option(
        "--store", help="The store; default: STEWARD_STORE, else steward.db.", show_default=False
    ),
]
TableName = Annotated[
    str | None,
    typer.Option(
        "--table",
        "-t",
        help="The table; may be left out when there is only one.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done; write nothing.")]
ChecksFile = Annotated[
    Path | None,
    typer.Option(
        "--checks",
        help="A file with your own checks; default: checks.yaml, if it is there.",
        show_default=False,
    ),
]

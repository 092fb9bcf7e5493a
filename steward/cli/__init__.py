"""The command line: one file a verb, each thin over a library function."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `steward` and leave with its exit code."""
    import sys

    from steward.cli.entry import run

    sys.exit(run(arguments))

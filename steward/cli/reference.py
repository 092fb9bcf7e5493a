"""docs/cli.md, made from the help texts: `python -m steward.cli.reference docs/cli.md`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from typer.main import get_command

WIDTH = 100
HEAD = """# The command line

Made from the help texts by `make docs`; a test fails when it is stale.

`--quiet` and `--verbose` may stand anywhere, `--store` before or after the command. Results go to
stdout, progress and errors to stderr. Exit codes: [errors.md](errors.md). `--json`:
[json.md](json.md).
"""


def reference() -> str:
    """The whole page: the help of `steward`, then of each command in the order of the job."""
    from steward.cli.app import GROUPS, VERBS, app

    group = get_command(app)
    context = _context(group, "steward", None)
    parts = [HEAD, _block(group.get_help(context))]
    for module in VERBS:
        parts += _command(group, context, module.__name__.rpartition(".")[2], level=2)
    for module in GROUPS:
        parts += _command(group, context, module.__name__.rpartition(".")[2], level=2)
    return "\n".join(parts)


def _command(group: Any, context: Any, name: str, *, level: int) -> list[str]:
    """The help of a command, and of the commands below it."""
    command = group.get_command(context, name)
    inner = _context(command, name, context)
    parts = [f"{'#' * level} {inner.command_path}\n", _block(command.get_help(inner))]
    for below in getattr(command, "commands", {}):
        parts += _command(command, inner, below, level=level + 1)
    return parts


def _context(command: Any, name: str, parent: Any) -> Any:
    return command.make_context(
        name, [], parent=parent, resilient_parsing=True, terminal_width=WIDTH
    )


def _block(text: str) -> str:
    lines = [line.rstrip() for line in text.splitlines()]
    return "```text\n" + "\n".join(lines).strip("\n") + "\n```\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), "utf-8")

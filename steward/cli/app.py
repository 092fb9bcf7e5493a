"""The commands, in the order of the main job, and the options that hold for all of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from steward import __version__
from steward.cli import (
    apply,
    ask,
    augment,
    balance,
    chat,
    check,
    demo,
    diff,
    doctor,
    eval,
    export,
    feedback,
    fix,
    fixes,
    history,
    index,
    ingest,
    init,
    label,
    mcp,
    model,
    models,
    profile,
    prompts,
    query,
    recipe,
    replay,
    review,
    search,
    show,
    tables,
    teach,
    tools,
    train,
    undo,
    why,
)
from steward.cli.session import Session

VERBS: tuple[ModuleType, ...] = (
    init,
    ingest,
    tables,
    profile,
    check,
    why,
    fix,
    review,
    teach,
    fixes,
    show,
    apply,
    undo,
    history,
    diff,
    export,
    recipe,
    replay,
    query,
    index,
    search,
    feedback,
    train,
    ask,
    chat,
    mcp,
    balance,
    demo,
    doctor,
)

GROUPS: tuple[ModuleType, ...] = (model, models, label, augment, prompts, tools, eval)
"""Modules with commands of their own below one word."""

app = typer.Typer(
    name="steward",
    help="A data steward for the tables under e-commerce search and recommendation.",
    epilog="Start with: steward demo, or steward init and steward ingest items.csv --table items",
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    add_completion=True,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"steward {__version__}")
        raise typer.Exit


@app.callback()
def everywhere(
    context: typer.Context,
    store: Annotated[
        Path,
        typer.Option("--store", envvar="STEWARD_STORE", help="The store, a SQLite file."),
    ] = Path("steward.db"),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no advice.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say what takes time.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """A data steward for the tables under e-commerce search and recommendation."""
    context.obj = Session(store, quiet=quiet, verbose=verbose)
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def _name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def _register(module: ModuleType) -> None:
    name = _name(module)
    command: Callable[..., Any] = getattr(module, name)
    examples = "\n".join(("\b", "Examples:", *(f"  {line}" for line in module.EXAMPLES)))
    app.command(name, epilog=examples)(command)


for verb in VERBS:
    _register(verb)
for group in GROUPS:
    app.add_typer(group.app)

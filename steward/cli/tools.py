"""`steward tools`: look at what the agent may do."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from steward.cli.options import AsJson
from steward.cli.session import session

if TYPE_CHECKING:
    from steward.agent.toolkit import Tool

app = typer.Typer(
    name="tools",
    help="Look at what the agent may do: files in tools/.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list")
def list_tools(context: typer.Context, as_json: AsJson = False) -> None:
    """List the tools: what each may do (read, propose, write) and what it is for."""
    from steward.report.terminal import Head, grid

    found, screen = _tools(), session(context).screen
    if as_json:
        screen.json("tools list", {"tools": [_document(tool) for tool in found]})
        return
    heads = [Head("tool"), Head("access"), Head("takes", fold=True), Head("about", fold=True)]
    rows = [[t.name, t.access.value, ", ".join(t.takes.names), _first(t.about)] for t in found]
    screen.show(grid(heads, rows))


@app.command("show")
def show_tool(
    context: typer.Context,
    tool: Annotated[str, typer.Argument(help="A tool of steward tools list.")],
    as_json: AsJson = False,
) -> None:
    """Show one tool as a model sees it: its description and its JSON Schema."""
    from steward.errors import UsageError

    found = {one.name: one for one in _tools()}
    if tool not in found:
        raise UsageError(f"There is no tool {tool}.", hint=f"One of: {', '.join(found)}.")
    one, screen = found[tool], session(context).screen
    if as_json:
        screen.json("tools show", {"tool": _document(one)})
        return
    screen.line(f"{one.name} ({one.access.value}), {one.path}\n\n{one.about}\n")
    screen.line(json.dumps(one.parameters, ensure_ascii=False, indent=2))


def _tools() -> list[Tool]:
    from steward.agent.toolkit import load_tools

    return load_tools(broken=lambda error: print(error.message, file=sys.stderr))


def _document(tool: Tool) -> dict[str, object]:
    return {
        "name": tool.name,
        "access": tool.access,
        "about": tool.about,
        "parameters": tool.parameters,
        "path": tool.path,
    }


def _first(about: str) -> str:
    return about.splitlines()[0]

"""`steward mcp`."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from steward.cli.options import StorePath
from steward.cli.session import opened, session

EXAMPLES = (
    "steward mcp                                  # over stdio: the client starts it",
    "steward mcp --http --port 8765               # over HTTP: http://127.0.0.1:8765/mcp",
    "steward --store shop.db mcp --allow-propose",
)


def mcp(
    context: typer.Context,
    http: Annotated[bool, typer.Option("--http", help="Streamable HTTP instead of stdio.")] = False,
    host: Annotated[str, typer.Option(help="Where to listen; STEWARD_MCP_TOKEN for others.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8765,
    allow_propose: Annotated[
        bool, typer.Option("--allow-propose", help="Offer propose_fix: it writes proposals only.")
    ] = False,
    allow_write: Annotated[
        bool,
        typer.Option("--allow-write", help="Offer tools that write, unasked: the client asks."),
    ] = False,
    language: Annotated[str, typer.Option(help="Language of the instructions: en or zh.")] = "en",
    store: StorePath = None,
) -> None:
    """Offer the tools to any MCP client; they only read, unless allowed.

    With --allow-write the server asks nobody: use it with a client that asks a person each time.
    """
    from steward.agent.mcp_server import Grant, serve, serve_http
    from steward.agent.toolkit import load_tools
    from steward.llm import load_prompt

    with opened(context, store, read_only=True) as home:
        path = home.path
    tools = load_tools(broken=lambda error: print(error.message, file=sys.stderr))
    grant = Grant(propose=allow_propose, write=allow_write)
    about = load_prompt("mcp/v1", language=language).render()
    if not http:
        serve(path, tools, grant, about)
        return
    session(context).screen.line(f"http://{host}:{port}/mcp")
    token = os.environ.get("STEWARD_MCP_TOKEN", "")
    serve_http(path, tools, grant, about, (host, port), token)

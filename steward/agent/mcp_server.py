"""The tools for any MCP client, over stdio or streamable HTTP; reading only unless allowed.

A connection to the store is opened for each call, in the thread that runs it. The schema a client
sees is the strict one of the toolkit, and a result is the JSON that the agent's own model gets.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steward.agent.toolkit import Access, Tool
from steward.agent.visible import visible
from steward.answers import ToolResult
from steward.errors import MissingExtra, StewardError, ToolRetry, UsageError
from steward.report.machine import plain
from steward.store import Store

LOOPBACK = ("127.0.0.1", "::1", "localhost")

try:
    from mcp.server.fastmcp import FastMCP
    from mcp.types import CallToolResult, TextContent, ToolAnnotations
    from mcp.types import Tool as Offered
except ImportError as error:
    raise MissingExtra("steward mcp", "agent") from error


@dataclass(frozen=True, slots=True)
class Grant:
    """What the operator lets clients do beyond reading."""

    propose: bool = False
    write: bool = False

    def allows(self, access: Access) -> bool:
        """May tools of this access be offered?"""
        if access is Access.WRITE:
            return self.write
        return access is Access.READ or self.propose or self.write


class Server(FastMCP):  # type: ignore[misc]
    """An MCP server over one store."""

    def __init__(
        self, store: Path, tools: Sequence[Tool], grant: Grant, instructions: str, **network: Any
    ) -> None:
        super().__init__("steward", instructions=instructions, log_level="WARNING", **network)
        self._store, self._grant = store, grant
        self._tools = {tool.name: tool for tool in tools if grant.allows(tool.access)}

    async def list_tools(self) -> list[Offered]:
        """The tools on offer."""
        return [_offered(tool) for tool in self._tools.values()]

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> CallToolResult:
        """Run a tool in a thread; what it refuses becomes an error that the client can read."""
        import anyio

        try:
            text = await anyio.to_thread.run_sync(self._run, name, arguments)
        except StewardError as error:
            words = " ".join(filter(None, (error.message, error.hint)))
            return CallToolResult(content=[_text(visible(words))], isError=True)
        return CallToolResult(content=[_text(text)], isError=False)

    def _run(self, name: str, arguments: dict[str, Any]) -> str:
        tool = self._tools.get(name)
        if tool is None:
            raise ToolRetry(f"No tool of that name is offered. Tools: {', '.join(self._tools)}.")
        read_only = tool.access is Access.READ and not _writable(self._store)
        with Store(self._store, read_only=read_only) as store:
            return as_json(tool.run(store, arguments, approved=self._grant.write))


def serve(store: Path, tools: Sequence[Tool], grant: Grant, instructions: str) -> None:
    """Answer one client on stdin and stdout until it leaves."""
    Server(store, tools, grant, instructions).run("stdio")


def serve_http(
    store: Path,
    tools: Sequence[Tool],
    grant: Grant,
    instructions: str,
    address: tuple[str, int],
    token: str = "",
) -> None:
    """Answer clients on `http://HOST:PORT/mcp` until interrupted.

    Raises:
        UsageError: the host is not this machine, and no token is set that clients must show.
    """
    import uvicorn

    host, port = address
    if host not in LOOPBACK and not token:
        raise UsageError(
            f"Anyone who reaches {host} could read the store.",
            hint="Set STEWARD_MCP_TOKEN; clients send it as: Authorization: Bearer TOKEN.",
        )
    server = Server(store, tools, grant, instructions, host=host, port=port)
    app = server.streamable_http_app()
    uvicorn.run(_guarded(app, token) if token else app, host=host, port=port, log_level="warning")


def as_json(result: ToolResult) -> str:
    """A result as a client reads it."""
    proofs = [
        {"shows": visible(p.shows), "value": p.value, "sql": visible(p.sql, keep="\n")}
        for p in result.proofs
    ]
    shown = {
        "summary": result.summary,
        "data": plain(result.data),
        "proofs": proofs,
        "left_out": result.left_out,
    }
    return json.dumps(shown, ensure_ascii=False)


def _offered(tool: Tool) -> Offered:
    reading = tool.access is Access.READ
    return Offered(
        name=tool.name,
        description=tool.about,
        inputSchema=dict(tool.parameters),
        annotations=ToolAnnotations(
            readOnlyHint=reading,
            destructiveHint=tool.access is Access.WRITE,
            openWorldHint=False,
        ),
    )


def _text(text: str) -> TextContent:
    return TextContent(type="text", text=text)


def _writable(store: Path) -> bool:
    import os

    return os.access(store, os.W_OK) and os.access(store.resolve().parent, os.W_OK)


App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def _guarded(app: App, token: str) -> App:
    """The app for those who show the token; nobody else learns more than that."""
    expected = f"Bearer {token}".encode()

    async def guarded(scope: dict[str, Any], receive: Any, send: Any) -> None:
        given = dict(scope.get("headers") or ()).get(b"authorization", b"")
        if scope["type"] != "http" or hmac.compare_digest(given, expected):
            await app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 401, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return guarded

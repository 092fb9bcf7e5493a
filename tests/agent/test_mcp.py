"""The MCP server under stock clients, over stdio and streamable HTTP."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from steward import job
from steward.sources import open_delivery
from steward.store import Store

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

ROWS = ["编号,brand,price", *(f"{n},{'Nord' if n % 3 else 'nord'},{n}.50" for n in range(1, 61))]
PROGRAM = "from steward.cli import main; main()"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mcp")
    (folder / "goods.csv").write_text("\n".join(ROWS), "utf-8")
    with Store.create(folder / "steward.db") as store:
        store.ingest(open_delivery(str(folder / "goods.csv")), "goods", key=("编号",))
        job.profile(store, "goods")
    return folder / "steward.db"


@pytest.fixture(scope="module")
def server(place: Path) -> Iterator[str]:
    """A server over HTTP that lets clients propose; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["--store", str(place), "mcp", "--http", "--port", str(port), "--allow-propose"]
    running = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        _wait(port, running)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        running.terminate()
        running.communicate(timeout=20)


def _wait(port: int, running: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert running.poll() is None, running.communicate()[1].decode()
        time.sleep(0.1)
    raise AssertionError("the server does not listen")


def stdio(place: Path, *options: str) -> dict[str, Any]:
    return {
        "transport": "stdio",
        "command": sys.executable,
        "args": ["-c", PROGRAM, "--store", str(place), "mcp", *options],
        "env": dict(os.environ),
    }


async def _sdk(stack: AsyncExitStack, wire: dict[str, Any]) -> Any:
    """The client of the protocol's own SDK."""
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client
    from mcp.client.streamable_http import streamablehttp_client

    if wire["transport"] == "stdio":
        server = StdioServerParameters(command=wire["command"], args=wire["args"], env=wire["env"])
        read, write = await stack.enter_async_context(stdio_client(server))
    else:
        read, write, _ = await stack.enter_async_context(streamablehttp_client(wire["url"]))
    client = ClientSession(read, write, read_timeout_seconds=timedelta(seconds=60))
    return await stack.enter_async_context(client)


async def _talk(wire: dict[str, Any], *calls: tuple[str, dict[str, Any]]) -> tuple[Any, Any, list]:
    async with AsyncExitStack() as stack:
        client = await _sdk(stack, wire)
        hello = await client.initialize()
        offered = {tool.name: tool for tool in (await client.list_tools()).tools}
        return hello, offered, [await client.call_tool(name, given) for name, given in calls]


def talk(wire: dict[str, Any], *calls: tuple[str, dict[str, Any]]) -> tuple[Any, Any, list]:
    return asyncio.run(_talk(wire, *calls))


def document(result: Any) -> dict[str, Any]:
    (content,) = result.content
    found = json.loads(content.text)
    assert isinstance(found, dict)
    return found


@pytest.mark.slow
def test_the_sdks_client_lists_and_calls_over_stdio_and_may_only_read(place: Path) -> None:
    hello, offered, (counted, refused, missing) = talk(
        stdio(place, "--language", "zh"),
        ("count_rows", {"table": "goods", "conditions": None, "columns": ["brand"]}),
        ("query", {"sql": "drop table goods", "limit": None}),
        ("apply_fix", {"fixes": [1]}),
    )
    assert hello.serverInfo.name == "steward" and "数据" in hello.instructions
    assert "query" in offered and not {"propose_fix", "apply_fix", "undo_fix"} & set(offered)
    assert all(tool.annotations.readOnlyHint for tool in offered.values())
    assert offered["count_rows"].inputSchema["additionalProperties"] is False
    found = document(counted)
    assert found["data"]["groups"][0] == {"value": ["Nord"], "rows": 40, "share": 0.6667}
    with Store(place, read_only=True) as store:
        rows = job.query(store, found["proofs"][1]["sql"]).rows.to_pylist()
    assert rows[0]["n"] == 40
    assert refused.isError and "Only a query" in refused.content[0].text
    assert missing.isError and "No tool of that name" in missing.content[0].text


@pytest.mark.slow
def test_the_sdks_client_lists_and_calls_over_http(server: str, place: Path) -> None:
    draft = {"table": "goods", "column": "brand", "old_value": "nord", "new_value": "Nord",
             "conditions": None, "why": "one spelling"}  # fmt: skip
    _, offered, (tables, drafted) = talk(
        {"transport": "http", "url": server}, ("list_tables", {}), ("propose_fix", draft)
    )
    assert "propose_fix" in offered and "apply_fix" not in offered
    assert document(tables)["data"]["tables"][0]["rows"] == 60
    assert document(drafted)["data"]["draft"]["rows"] == 20
    with Store(place, read_only=True) as store:
        (fix,) = store.fixes("goods")
        assert (fix.status, fix.safety, store.history()) == ("proposed", "unsafe", [])


@pytest.mark.slow
def test_langchains_client_lists_and_calls_over_both(server: str, place: Path) -> None:
    from langchain_mcp_adapters.client import MultiServerMCPClient

    async def ask() -> list[str]:
        client = MultiServerMCPClient(
            {"local": stdio(place), "remote": {"transport": "streamable_http", "url": server}}
        )
        said = []
        for name in ("local", "remote"):
            tools = {tool.name: tool for tool in await client.get_tools(server_name=name)}
            answer = await tools["query"].ainvoke(
                {"sql": 'select max("编号"::int) as n from goods', "limit": None}
            )
            said.append(answer if isinstance(answer, str) else answer[0]["text"])
        return said

    for text in asyncio.run(ask()):
        assert json.loads(text)["data"]["rows"] == [[60]]


@pytest.mark.slow
def test_a_client_that_may_write_applies_and_takes_back(place: Path, tmp_path: Path) -> None:
    copy = tmp_path / "steward.db"
    with Store.create(copy) as store:
        store.ingest(open_delivery(str(place.parent / "goods.csv")), "goods", key=("编号",))
        before = store.content_hash("goods")
    draft = {"table": "goods", "column": "brand", "old_value": "nord", "new_value": "Nord",
             "why": "one spelling"}  # fmt: skip
    _, _, (_, applied, undone) = talk(
        stdio(copy, "--allow-write"),
        ("propose_fix", draft),
        ("apply_fix", {"fixes": [1]}),
        ("undo_fix", {"what": "last"}),
    )
    assert document(applied)["data"]["cells"] == 20
    assert document(undone)["data"]["cells"] == 20
    with Store(copy, read_only=True) as store:
        assert store.content_hash("goods") == before
        assert [one.kind for one in store.history()] == ["fix", "undo"]


def test_a_server_for_others_asks_for_a_token(place: Path) -> None:
    from starlette.testclient import TestClient

    from steward.agent.mcp_server import Grant, Server, _guarded, serve_http
    from steward.errors import UsageError

    with pytest.raises(UsageError, match="could read the store"):
        serve_http(place, [], Grant(), "", ("0.0.0.0", 1))
    app = Server(place, [], Grant(), "").streamable_http_app()
    client = TestClient(_guarded(app, "secret"))
    assert client.get("/other").status_code == 401
    wrong = {"Authorization": "Bearer secreT"}
    assert client.get("/other", headers=wrong).status_code == 401
    assert client.get("/other", headers={"Authorization": "Bearer secret"}).status_code == 404

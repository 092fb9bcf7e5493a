"""Tools as files: loaded by path, strict schemas, arguments checked, results small and safe."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from planted_tools import BROKEN, GOOD

from steward import job
from steward.agent.capped import SIZE, sealed, size
from steward.agent.draft import draft_fix
from steward.agent.toolkit import Access, Tool, load_tools
from steward.agent.visible import quoted, restored, visible
from steward.answers import ToolResult
from steward.content import shipped_root
from steward.errors import ContentError, StewardError, ToolRetry
from steward.job.search_build import IndexPlan, build_index
from steward.shop import ShopSpec, make_shop, write_shop
from steward.sources import open_delivery
from steward.store import Store
from steward.types import Change

SHIPPED = {tool.name: tool for tool in load_tools()}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with two tables of a small shop, whose columns have Chinese names."""
    folder = tmp_path_factory.mktemp("toolkit")
    made = make_shop(ShopSpec(rows=240, seed=5, schema="chinese", sessions=0))
    written = write_shop(made, folder / "shop", clean=False)
    with Store.create(folder / "steward.db") as store:
        for delivery in written.deliveries:
            store.ingest(open_delivery(str(delivery)), "商品")
        store.ingest(open_delivery(str(folder / "shop" / "taxonomy.csv")), "taxonomy")
        brand = next(v for v in store.snapshot("商品").column("品牌").to_pylist() if v)
        draft_fix(store, "商品", Change("品牌", brand, "另一个"), None, "because")
        build_index(store, IndexPlan("商品"))
        yield store


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A content folder of the user's own, with no tool in it."""
    for name in ("prompts", "tools", "evals"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("STEWARD_CONTENT", str(tmp_path))
    return tmp_path


def arguments_for(store: Store, tool: Tool) -> dict[str, Any]:
    """Arguments with which a tool finds something to say about a shop."""
    info = store.table("商品")
    known = {
        "table": info.name,
        "column": info.columns[2],
        "sql": "select 品牌 from 商品",
        "text": "a",
        "query": "红色",
        "check": "missing",
        "fix": 1,
        "first": [{"column": "_steward_batch", "test": "equals", "value": "1"}],
    }
    return {name: known[name] for name in tool.takes.names if name in known}


def test_a_dropped_file_is_a_tool_beside_the_shipped_ones(content: Path, shop: Store) -> None:
    (content / "tools" / "text_length.py").write_text(GOOD, "utf-8")
    tools = {tool.name: tool for tool in load_tools()}
    assert set(tools) == {*SHIPPED, "text_length"}
    tool = tools["text_length"]
    assert (tool.access, tool.about) == (Access.READ, "Count the characters or bytes of a text.")
    assert tool.run(shop, {"text": "品牌"}).data == {"size": 2, "words": None}
    given = {"text": "品牌", "unit": "bytes", "times": "2", "words": ["a"]}
    assert tool.run(shop, given).data == {"size": 12, "words": ["a"]}


def test_a_file_of_the_user_takes_the_place_of_a_shipped_tool(content: Path) -> None:
    path = content / "tools" / "query.py"
    path.write_text(GOOD.replace("text_length", "query"), "utf-8")
    assert {tool.name: tool for tool in load_tools()}["query"].path == path


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named_with_its_line_and_the_others_load(content: Path, name: str) -> None:
    text, said = BROKEN[name]
    (content / "tools" / f"{name}.py").write_text(text, "utf-8")
    with pytest.raises(ContentError, match=f"{name}.py") as caught:
        load_tools()
    assert said in caught.value.message
    wrong: list[ContentError] = []
    assert {tool.name for tool in load_tools(broken=wrong.append)} == set(SHIPPED)
    assert [error.message for error in wrong] == [caught.value.message]


def test_loading_writes_nothing_beside_the_tools() -> None:
    load_tools()
    assert not list((shipped_root() / "tools").rglob("__pycache__"))


@pytest.mark.parametrize("tool", SHIPPED.values(), ids=lambda tool: tool.name)
def test_every_schema_is_strict(tool: Tool) -> None:
    schema = json.loads(json.dumps(tool.parameters))
    objects = [schema, *schema.get("$defs", {}).values()]
    for one in objects:
        if one.get("type") == "object":
            assert one["additionalProperties"] is False
            assert one["required"] == list(one["properties"])
    assert "default" not in json.dumps(schema).replace("description", "")
    for name in tool.takes.defaults:
        assert {"type": "null"} in schema["properties"][name]["anyOf"]


def test_a_schema_says_types_choices_and_defaults(content: Path) -> None:
    (content / "tools" / "text_length.py").write_text(GOOD, "utf-8")
    (tool,) = (tool for tool in load_tools() if tool.name == "text_length")
    assert tool.parameters["properties"]["text"] == {"type": "string", "description": "the text"}
    unit = tool.parameters["properties"]["unit"]
    assert unit["anyOf"][0] == {"enum": ["characters", "bytes"], "type": "string"}
    assert "characters" in unit["description"]


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("describe_table", {"table": "商品们"}, '"商品"'),
        ("describe_table", {"table": "taxonmy"}, '"taxonomy"'),
        ("describe_table", {"tabel": "商品"}, "Did you mean table?"),
        ("describe_table", {}, "needs the argument table"),
        ("describe_table", {"table": "商品", "after": "many"}, "argument after is 'many'"),
        ("profile_column", {"table": "商品", "column": "品脾"}, '"品牌"'),
        ("query", {"sql": "select * from 商品们"}, "Did you mean 商品?"),
        ("query", {"sql": "drop table 商品"}, "Only a query"),
        ("run_check", {"table": "商品", "check": "mising"}, "Did you mean missing?"),
        ("preview_fix", {"fix": 999}, "no fix 999"),
        ("count_rows", {"table": "商品", "conditions": [{"column": "品牌"}]}, "conditions.0.test"),
        (
            "count_rows",
            {"table": "商品", "conditions": [{"column": "x", "test": "equals", "value": "1"}]},
            "no column",
        ),
    ],
)
def test_wrong_use_says_what_to_try(
    shop: Store, name: str, arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(ToolRetry) as caught:
        SHIPPED[name].run(shop, arguments)
    assert said in caught.value.message


def test_sql_of_a_model_is_bounded_in_time_and_length(
    shop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SHIPPED["query"].takes.function.__globals__, "SECONDS", 0.5)
    slow = "select levenshtein(repeat('a', 200000), repeat('b', 200000))"
    with pytest.raises(ToolRetry, match="longer than"):
        SHIPPED["query"].run(shop, {"sql": slow})
    with pytest.raises(ToolRetry, match="20000 are read"):
        SHIPPED["query"].run(shop, {"sql": f"select '{'a' * 20_000}'"})


def test_names_are_found_however_they_are_spelt(shop: Store) -> None:
    found = SHIPPED["profile_column"].run(shop, {"table": "Taxonomy ", "column": "ＮＡＭＥ－en"})
    assert found.data["column"] == "name_en"


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n, t in SHIPPED.items() if t.access is Access.READ])
def test_a_tool_that_reads_is_small_proved_repeatable_and_changes_nothing(
    shop: Store, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a tool reached for the network")

    before = _state(shop)
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    tool, arguments = SHIPPED[name], arguments_for(shop, SHIPPED[name])
    result = tool.run(shop, arguments)
    assert result.summary and size(result.data) <= SIZE
    assert tool.run(shop, arguments) == result
    for proof in result.proofs[:4]:
        answer = job.query(shop, proof.sql, limit=100_000).rows
        shown = answer.column(0)[0].as_py() if answer.num_columns == 1 == answer.num_rows else None
        assert proof.value in (answer.num_rows, shown), proof.sql
    assert _state(shop) == before


def test_a_tool_that_says_it_reads_cannot_write(content: Path, shop: Store) -> None:
    (content / "tools" / "sly.py").write_text(
        '"""Sly."""\nfrom steward import Store, ToolResult, job\n\nACCESS = "read"\n\n\n'
        'def sly(store: Store, how: str) -> ToolResult:\n    """Write."""\n'
        "    if how == 'mark':\n        store.mark([fix.id for fix in store.fixes()], 'rejected')\n"
        "    if how == 'apply':\n        store.apply(store.fixes()[:1])\n"
        "    if how == 'connection':\n        store._db.conn.execute('delete from 商品')\n"
        "    if how == 'setting':\n        store.set_setting('a', 'b')\n"
        '    return ToolResult("Done.", {})\n',
        "utf-8",
    )
    (sly,) = (tool for tool in load_tools() if tool.name == "sly")
    before = _state(shop)
    for how in ("mark", "apply", "connection", "setting"):
        with pytest.raises(StewardError):
            sly.run(shop, {"how": how})
    assert _state(shop) == before


@pytest.mark.parametrize("name", [n for n, t in SHIPPED.items() if t.access is Access.WRITE])
def test_a_tool_that_writes_is_refused_without_approval(shop: Store, name: str) -> None:
    before = _state(shop)
    with pytest.raises(StewardError, match="nobody approved"):
        SHIPPED[name].run(shop, {"fixes": [1]} if name == "apply_fix" else {"what": "last"})
    assert _state(shop) == before


def test_a_store_opened_for_reading_takes_no_proposal(shop: Store) -> None:
    with Store(shop.path, read_only=True) as reading, pytest.raises(StewardError, match="reading"):
        SHIPPED["propose_fix"].run(reading, {"table": "商品"})


def test_a_tool_that_reads_may_be_called_from_any_thread(shop: Store) -> None:
    results: list[ToolResult] = []
    tool = SHIPPED["list_tables"]
    thread = threading.Thread(target=lambda: results.append(tool.run(shop, {})))
    thread.start()
    thread.join()
    assert results[0].data["tables"][0]["rows"] == shop.table("taxonomy").rows


def test_what_is_hidden_in_a_text_is_shown_and_can_be_handed_back() -> None:
    text = "a\u202eb\u200bc\u00add\ufeffe\x1b[31mf\U000e0041g\ufe0fh\u2028"
    shown = visible(text)
    assert shown.isprintable() and "⟦U+202E⟧" in shown and "⟦U+E0041⟧" in shown
    assert restored(shown) == text
    assert visible("华为 手机 é ñ") == "华为 手机 é ñ"
    assert quoted('a"b\nc') == '"a\\"b⟦U+000A⟧c"'.replace("\\\\", "\\")


def test_a_large_result_is_cut_and_says_so() -> None:
    rows = [{"name": "x" * 500, "cells": list(range(50))} for _ in range(300)]
    result = sealed(
        ToolResult("s\u202e" * 2000, {"rows": rows, "few": [1, 2], "ids": list(range(150))})
    )
    assert size(result.data) <= 4000 and len(result.data["rows"]) <= 20
    assert "rows:" in result.left_out and "of 300 shown" in result.left_out
    assert result.data["few"] == [1, 2] and len(result.data["ids"]) == 150
    assert len(result.summary) < 10_000 and "\u202e" not in result.summary


def _state(store: Store) -> tuple[object, ...]:
    return (
        [(one.name, one.rows, store.recount_hash(one.name)) for one in store.tables()],
        store.history(),
        [(fix.id, fix.status) for fix in store.fixes()],
    )

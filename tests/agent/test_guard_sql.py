"""The guard of SQL that a model wrote: nothing hostile runs, and everything harmless does."""

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_sql import FILES, HARMLESS, INSIDE, RUNAWAY, SETTINGS, WRITES

from steward import job
from steward.errors import UsageError
from steward.job.sqlguard import reads
from steward.sources import open_delivery
from steward.store import Store

HOSTILE = (*WRITES, *SETTINGS, *FILES, *INSIDE)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("guard")
    rows = [f"{n},item {n},{n} oz,{n}.50,{'Berlin' if n % 2 else 'Paris'}" for n in range(1, 31)]
    (folder / "items.csv").write_text("\n".join(["id,name,size,price,city", *rows]), "utf-8")
    (folder / "goods.csv").write_text("编号,品牌\n1,华为\n2,小米\n", "utf-8")
    with Store.create(folder / "steward.db") as made:
        made.ingest(open_delivery(str(folder / "items.csv")), "items", key=("id",))
        made.ingest(open_delivery(str(folder / "goods.csv")), "商品")
        for name in ("items", "商品"):
            made.snapshot(name)
        yield made


def test_there_are_enough_of_both() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) >= 100
    assert len(set(HARMLESS)) == len(HARMLESS) >= 50


@pytest.mark.parametrize("sql", HOSTILE)
def test_a_hostile_statement_does_not_run(store: Store, sql: str) -> None:
    before = _files(store.path.parent)
    with pytest.raises(UsageError):
        job.query(store, sql)
    assert _files(store.path.parent) == before


@pytest.mark.parametrize("sql", HARMLESS)
def test_a_harmless_query_runs(store: Store, sql: str) -> None:
    assert job.query(store, sql).rows.num_columns


@pytest.mark.slow
@pytest.mark.parametrize("sql", [one for one in HARMLESS if "order by" in one])
def test_a_process_of_its_own_gives_the_same_rows(store: Store, sql: str) -> None:
    apart, here = job.query(store, sql, seconds=30).rows, job.query(store, sql).rows
    assert apart.schema == here.schema
    # The order within a window or of equal rows is nobody's promise.
    assert sorted(map(str, apart.to_pylist())) == sorted(map(str, here.to_pylist()))


def test_a_query_of_a_stranger_reads_deliveries_and_chinese_names(store: Store) -> None:
    sql = "select source, 品牌 from 商品 join _steward_batches using (_steward_batch) order by 2"
    rows = job.query(store, sql, seconds=30).rows.to_pylist()
    assert [row["品牌"] for row in rows] == ["华为", "小米"]
    assert {row["source"] for row in rows} == {store.table("商品").batches[0].source}


@pytest.mark.slow
@pytest.mark.parametrize("sql", RUNAWAY)
def test_a_query_that_runs_away_is_stopped(store: Store, sql: str) -> None:
    begun = time.monotonic()
    with pytest.raises(UsageError, match=r"longer than|emory|bytes"):
        job.query(store, sql, seconds=3)
    assert time.monotonic() - begun < 20


def test_a_call_that_duckdb_cannot_interrupt_is_killed(store: Store) -> None:
    with pytest.raises(UsageError, match="longer than 1 seconds"):
        job.query(store, RUNAWAY[5], seconds=1)


def test_a_query_of_a_stranger_sees_no_secret_of_the_environment(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from steward.job import apart

    monkeypatch.setenv("STEWARD_API_KEY", "sk-very-secret")
    seen: list[dict[str, str]] = []
    real = apart.subprocess.run

    def spy(*words: object, **settings: object) -> object:
        seen.append(dict(settings["env"]))  # type: ignore[call-overload]
        return real(*words, **settings)  # type: ignore[call-overload]

    monkeypatch.setattr(apart.subprocess, "run", spy)
    job.query(store, "select 1", seconds=30)
    assert "PATH" in seen[0] and "STEWARD_API_KEY" not in seen[0]
    assert os.environ["STEWARD_API_KEY"]


def test_every_table_function_of_duckdb_but_three_is_refused() -> None:
    import duckdb

    names = duckdb.sql(
        "select distinct function_name from duckdb_functions() where function_type = 'table'"
    ).fetchall()
    allowed = set()
    for (name,) in names:
        try:
            reads(f'select * from "{name}"(1)')
            allowed.add(name)
        except UsageError:
            pass
    assert allowed == {"range", "generate_series", "unnest"}


def test_a_name_is_a_table_of_the_store_even_if_a_subquery_elsewhere_makes_one_of_it() -> None:
    found = reads("with a as (select 1) select * from a, items")
    assert found.tables == ("items",)
    assert found.names == ("a", "items")


def _files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }

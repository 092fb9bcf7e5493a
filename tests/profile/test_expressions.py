"""One expression, several engines: each must give what the snapshot in memory gives."""

import shutil
import sqlite3

import ibis
import numpy as np
import pytest

from steward.engine import Codes, Snapshot
from steward.profile import expressions, profile_table
from steward.profile.dependency import g3

# Ibis 12 calls what DuckDB 2 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow:DeprecationWarning")


def shop_rows(rows=300, seed=5):
    rng = np.random.default_rng(seed)
    brand = rng.integers(0, 12, rows)
    return {
        "sku": [f"A-{n:04d}" for n in range(rows)],
        "brand": [["Acme", "华为", "Ä&Co", "N/A"][b % 4] if b else None for b in brand],
        "price": [f"${n / 7:.2f}" for n in rng.integers(50, 90_000, rows)],
        "city": [["Lyon", "北京", "", "Köln"][b % 4] for b in brand],
        "day": [f"2024-0{n % 9 + 1}-1{n % 7}" for n in rng.integers(0, 99, rows)],
    }


@pytest.fixture
def snapshot():
    return Snapshot.from_columns("shop", shop_rows())


def sqlite_table(snapshot, folder):
    connection = sqlite3.connect(folder / "shop.db")
    names = ", ".join(f'"{c}" text' for c in snapshot.columns)
    connection.execute(f"create table shop ({names})")
    rows = zip(*(snapshot.column(c).to_pylist() for c in snapshot.columns), strict=True)
    marks = ", ".join("?" * len(snapshot.columns))
    connection.executemany(f"insert into shop values ({marks})", list(rows))
    connection.commit()
    connection.close()
    return ibis.sqlite.connect(folder / "shop.db").table("shop")


def same_facts(found, expected):
    assert found.rows == expected.rows
    assert found.duplicate_rows == expected.duplicate_rows
    for column in expected.columns:
        assert found.column(column.name) == column


def check_engine(table, snapshot):
    same_facts(expressions.profile_expression(table, "shop"), profile_table(snapshot))
    for left, right in (("brand", "city"), ("city", "brand"), ("day", "brand")):
        a, b = snapshot.codes(left), snapshot.codes(right)
        assert expressions.tally_of(table, [left], right) == g3(a.codes, b.codes)


def test_duckdb_gives_the_profile_of_the_snapshot(snapshot):
    check_engine(snapshot.expr, snapshot)


def test_sqlite_gives_the_profile_of_the_snapshot(snapshot, tmp_path):
    check_engine(sqlite_table(snapshot, tmp_path), snapshot)


@pytest.fixture
def postgres_table(snapshot, postgres_url):
    psycopg = pytest.importorskip("psycopg")
    names = ", ".join(f'"{c}" text' for c in snapshot.columns)
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("create schema steward_profile")
        server.execute(f"create table steward_profile.shop ({names})")
        with server.cursor().copy("copy steward_profile.shop from stdin") as copy:
            for row in snapshot.arrow.select(list(snapshot.columns)).to_pylist():
                copy.write_row(list(row.values()))
        connection = ibis.connect(postgres_url)
        yield connection.table("shop", database="steward_profile")
        connection.disconnect()
        server.execute("drop schema steward_profile cascade")


@pytest.mark.postgres
def test_postgresql_gives_the_profile_of_the_snapshot(postgres_table, snapshot):
    check_engine(postgres_table, snapshot)


def test_batches_are_counted_alike_on_duckdb_and_by_hand(snapshot):
    found = (
        expressions.batch_counts(snapshot.expr, "city", "_steward_batch").to_pyarrow().to_pylist()
    )
    empty = snapshot.codes("city")
    filled = int(empty.counts.sum() - empty.counts[empty.values.index("")])
    assert found == [{"batch": 1, "rows": snapshot.rows, "filled": filled}]


def test_repeated_rows_are_counted_alike_in_memory_and_by_expression():
    snapshot = Snapshot.from_columns("t", {"a": ["x", "x", "y", "x"], "b": ["1", "1", "2", None]})
    assert profile_table(snapshot).duplicate_rows == 1
    assert expressions.profile_expression(snapshot.expr, "t").duplicate_rows == 1


@pytest.mark.spark
def test_spark_gives_the_profile_of_the_snapshot(snapshot):
    pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed")
    if not shutil.which("java"):
        pytest.skip("Java is not installed")
    builder = pyspark.sql.SparkSession.builder.master("local[2]")
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        frame = snapshot.arrow.select(list(snapshot.columns)).to_pandas()
        session.createDataFrame(frame).createOrReplaceTempView("shop")
        check_engine(ibis.pyspark.connect(session).table("shop"), snapshot)
    finally:
        session.stop()


def test_codes_and_counts_hold_the_same_values(snapshot):
    codes = Codes.of(snapshot.column("brand"))
    counts = expressions.counts_of(snapshot.expr, "brand")
    assert counts.values.to_pylist() == list(codes.values)
    assert counts.rows.tolist() == codes.counts.tolist()
    assert counts.nulls == int((codes.codes < 0).sum())

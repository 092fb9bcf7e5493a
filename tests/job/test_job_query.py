"""Questions in SQL: one statement, read only, nothing outside the store."""

import pytest

from steward import job
from steward.errors import UnknownTable, UsageError
from steward.store import Store


def test_a_query_reads_the_table_with_its_row_ids(store: Store) -> None:
    answer = job.query(store, "select _steward_row, city from items where city = 'Berlni'")
    assert answer.rows.to_pylist() == [{"_steward_row": 83, "city": "Berlni"}]
    assert not answer.cut


def test_an_answer_is_cut_at_the_limit_in_the_order_asked(store: Store) -> None:
    answer = job.query(store, "select id from items order by id desc;  -- all", limit=2)
    assert answer.rows.column("id").to_pylist() == ["9", "83"]
    assert answer.cut


def test_a_with_clause_and_capitals_are_understood(store: Store) -> None:
    sql = "with few as (select * from Items) select count(*) as n from few"
    assert job.query(store, sql).rows.column("n").to_pylist() == [83]


def test_a_query_needs_no_table(store: Store) -> None:
    assert job.query(store, "select 1 as one").rows.column("one").to_pylist() == [1]


@pytest.mark.parametrize(
    "sql",
    [
        "delete from items",
        "update items set city = 'x'",
        "drop table items",
        "copy items to '/tmp/steward-leak.csv'",
        "select 1; select 2",
        "pragma version",
        "attach 'x.db'",
        "select * into other from items",
        "",
        "select from where",
        "selekt 1",
        "with gone as (delete from items returning *) select * from gone",
    ],
)
def test_anything_but_one_query_is_refused(store: Store, sql: str) -> None:
    before = store.content_hash("items")
    with pytest.raises(UsageError):
        job.query(store, sql)
    assert store.content_hash("items") == before


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from read_text('/etc/passwd')",
        "select * from glob('/*')",
        "select * from main.sqlite_master",
    ],
)
def test_a_query_cannot_leave_the_store(store: Store, sql: str) -> None:
    with pytest.raises(UsageError):
        job.query(store, sql)


def test_an_unknown_table_is_named_with_the_nearest(store: Store) -> None:
    with pytest.raises(UnknownTable, match="itemz") as caught:
        job.query(store, "select * from itemz")
    assert "items" in caught.value.hint


def test_an_unknown_column_is_duckdbs_to_explain(store: Store) -> None:
    with pytest.raises(UsageError, match="colour"):
        job.query(store, "select colour from items")


def test_every_row_can_be_asked_where_and_when_it_came_from(store: Store) -> None:
    answer = job.query(
        store,
        "select source, ingested_at, mode, b.rows, count(*) as n "
        "from items join _steward_batches as b using (_steward_batch) group by all",
    )
    (batch,) = store.table("items").batches
    (row,) = answer.rows.to_pylist()
    assert (row["source"], row["ingested_at"], row["mode"]) == (
        batch.source, batch.ingested_at, batch.mode,
    )  # fmt: skip
    assert row["rows"] == row["n"] == store.table("items").rows

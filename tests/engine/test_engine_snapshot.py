import sqlite3

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.engine import Codes, Snapshot, open_snapshot
from steward.engine.text import quote_identifier, quote_literal

CELLS = ["b", None, "", "a", " 1,299.00 ", "01234", "无", "b"]


def stored(path, cells, columns=("a", "odd \"name' 列")):
    connection = sqlite3.connect(path)
    names = ", ".join(quote_identifier(c) for c in columns)
    connection.execute(f"create table t (_steward_row integer, _steward_batch integer, {names})")
    rows = [(i, 1 + i // 4, cell, cell) for i, cell in enumerate(cells, 1)]
    connection.executemany("insert into t values (?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return columns


@given(st.lists(st.none() | st.text(st.characters(codec="utf-8"), max_size=6), max_size=30))
def test_codes_decode_to_the_column_they_were_made_of(cells):
    codes = Codes.of(pa.array(cells, pa.string()))
    assert codes.decode().to_pylist() == cells
    assert list(codes.values) == sorted(codes.values)
    assert codes.counts.sum() == sum(cell is not None for cell in cells)


def test_chunks_are_encoded_as_one_column():
    column = pa.chunked_array([["b", "a"], ["a", None], []], pa.string())
    codes = Codes.of(column)
    assert codes.values == ("a", "b")
    assert codes.codes.tolist() == [1, 0, 0, -1]


@pytest.mark.parametrize("cached", [False, True])
def test_a_stored_table_comes_back_cell_for_cell(tmp_path, cached):
    columns = stored(tmp_path / "s.db", CELLS)
    cache = tmp_path / "cache" if cached else None
    for _ in range(2):
        snapshot = open_snapshot(tmp_path / "s.db", "t", columns, content_hash="h", cache=cache)
        assert snapshot.columns == columns
        assert [snapshot.column(c).to_pylist() for c in columns] == [CELLS, CELLS]
        assert snapshot.row_ids.tolist() == list(range(1, 9))
        assert snapshot.batch_ids.tolist() == [1, 1, 1, 2, 2, 2, 2, 3]


def test_an_empty_stored_table_has_its_columns(tmp_path):
    columns = stored(tmp_path / "s.db", [])
    snapshot = open_snapshot(tmp_path / "s.db", "t", columns, content_hash="h")
    assert (snapshot.rows, snapshot.columns) == (0, columns)


def test_a_new_content_hash_replaces_the_cached_file(tmp_path):
    columns = stored(tmp_path / "s.db", CELLS)
    for content in ("one", "two"):
        open_snapshot(tmp_path / "s.db", "t", columns, content_hash=content, cache=tmp_path / "c")
    assert [p.name for p in (tmp_path / "c").iterdir()] == ["t-two.parquet"]


def test_sql_sees_the_table_and_those_beside_it(tmp_path):
    other = Snapshot.from_columns("other", {"k": ["a", "b"]})
    path = tmp_path / "t.parquet"
    pq.write_table(Snapshot.from_columns("t", {"a": ["a", "c"]}).arrow, path)
    snapshot = Snapshot("t", path, beside={"other": other})
    found = snapshot.sql("select a from t where a not in (select k from other)")
    assert found.to_pydict() == {"a": ["c"]}


def test_sql_cannot_read_files(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("x\n1\n")
    snapshot = Snapshot.from_columns("t", {"a": ["1"]})
    with pytest.raises(Exception, match=r"(?i)disabled|permission"):
        snapshot.sql(f"select * from read_csv({quote_literal(str(secret))})")


def test_a_replaced_column_leaves_the_original_alone():
    snapshot = Snapshot.from_columns("t", {"a": ["x"], "b": ["y"]})
    copy = snapshot.replace({"a": pa.array(["z"])})
    assert copy.codes("a").values == ("z",)
    assert snapshot.codes("a").values == ("x",)
    assert copy.codes("b").values == ("y",)


def test_positions_find_row_ids_in_a_table_with_gaps():
    ids = pa.array(np.array([2, 5, 9]))
    table = pa.table({"_steward_row": ids, "_steward_batch": ids, "a": ["x", "y", "z"]})
    assert Snapshot("t", table).positions([9, 2]).tolist() == [2, 0]

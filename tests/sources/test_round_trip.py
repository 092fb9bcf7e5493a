"""What is delivered is what is exported, cell for cell; byte for byte as source."""

import csv
import datetime
import decimal
import gzip
import json
import os
import sqlite3
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.sources import open_delivery
from steward.store import Store

NASTY = [
    ["id", "name", "价格"],
    ["01234", " 1,299.00 ", "NaN"],
    ["1e5", "line\nbreak", ""],
    ["", 'a "quote"', "１２３"],
    ["null", "tab\there", "N/A"],
    ["0x1F", "carriage\rreturn", "\r\n"],
    ["  ", "'single'", "-"],
    ["é", "ﬁ\u200b", "\u2028"],
]


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "s.db") as opened:
        yield opened


def through(store, source, target, *, as_source=False, name="items", **options):
    """Ingest a source and export it again."""
    store.ingest(open_delivery(str(source), **options), name)
    store.export(name, target, as_source=as_source)
    return target


def csv_rows(path, encoding="utf-8", delimiter=","):
    with open(path, encoding=encoding, newline="") as stream:
        return list(csv.reader(stream, delimiter=delimiter))


def write_csv(path, rows, encoding="utf-8", bom=b"", delimiter=",", end="\r\n"):
    lines = []

    class Lines:
        def write(self, line):
            lines.append(line[:-2])

    csv.writer(Lines(), delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    path.write_bytes(bom + (end.join(lines) + end).encode(encoding))


def test_every_nasty_cell_comes_back(store, tmp_path):
    write_csv(tmp_path / "in.csv", NASTY)
    out = through(store, tmp_path / "in.csv", tmp_path / "out.csv")
    assert csv_rows(out) == NASTY


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("gb18030", b""),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_as_source_gives_the_same_bytes(store, tmp_path, encoding, bom, end, delimiter):
    body = [
        ["商品", "一二三四五六", "品牌颜色尺寸，中文"],
        ["衣服", "", "a b"],
        ["鞋", "中\n国", "x"],
    ]
    rows = [["编号", "名称", "说明"], *body * 5]
    source = tmp_path / "in.csv"
    write_csv(source, rows, encoding, bom, delimiter, end)
    out = through(store, source, tmp_path / "out.csv", as_source=True)
    assert out.read_bytes() == source.read_bytes()


def test_latin_1_is_recognised_and_restored(store, tmp_path):
    source = tmp_path / "in.csv"
    text = "name,city\nCafé Zoë,Málaga\nÎle-de-France,Besançon\nMüller & Söhne,Köln\n"
    source.write_bytes(text.encode("latin-1"))
    out = through(store, source, tmp_path / "out.csv", as_source=True)
    assert out.read_bytes() == source.read_bytes()
    assert store.snapshot("items").column("city").to_pylist() == ["Málaga", "Besançon", "Köln"]


def test_a_missing_last_line_end_is_remembered(store, tmp_path):
    source = tmp_path / "in.csv"
    source.write_bytes(b"a,b\n1,2\n3,4")
    assert through(store, source, tmp_path / "o.csv", as_source=True).read_bytes() == (
        source.read_bytes()
    )


def test_gzip_is_unpacked_and_packed_the_same_each_time(store, tmp_path):
    source = tmp_path / "in.csv.gz"
    source.write_bytes(gzip.compress(b"a,b\n1,\n"))
    through(store, source, tmp_path / "one.csv.gz")
    store.export("items", tmp_path / "two.csv.gz")
    assert gzip.decompress((tmp_path / "one.csv.gz").read_bytes()) == b"a,b\n1,\n"
    assert (tmp_path / "one.csv.gz").read_bytes() == (tmp_path / "two.csv.gz").read_bytes()


def test_null_text_is_null_in_the_store_and_text_in_the_export(store, tmp_path):
    source = tmp_path / "in.csv"
    source.write_bytes(b"a,b\nNULL,\n1,x\n")
    out = through(store, source, tmp_path / "o.csv", as_source=True, null="NULL")
    assert store.snapshot("items").column("a").to_pylist() == [None, "1"]
    assert store.snapshot("items").column("b").to_pylist() == ["", "x"]
    assert out.read_bytes() == source.read_bytes()
    store.export("items", tmp_path / "p.csv")
    assert csv_rows(tmp_path / "p.csv")[1] == ["", ""]


def test_a_blank_line_is_a_cell_only_where_there_is_one_column(store, tmp_path):
    (tmp_path / "one.csv").write_bytes(b"a\n1\n\n2\n")
    (tmp_path / "two.csv").write_bytes(b"a,b\n1,2\n\n3,4\n")
    assert store.ingest(open_delivery(str(tmp_path / "one.csv")), "one").rows == 3
    assert store.ingest(open_delivery(str(tmp_path / "two.csv")), "two").rows == 2


def test_a_header_without_rows_is_an_empty_table(store, tmp_path):
    (tmp_path / "in.csv").write_bytes(b"a,b\n")
    out = through(store, tmp_path / "in.csv", tmp_path / "out.csv")
    assert csv_rows(out) == [["a", "b"]]
    assert store.snapshot("items").rows == 0


JSON_LINES = [
    '{"id": 1, "price": 1.50, "mixed": 12, "tags": ["a", {"b": 1.0}], "ok": true, "s": "01"}',
    '{"id": 1234567890123456789, "price": 1E5, "mixed": "12", "tags": null, "ok": false, "s": "2"}',
    '{"id": -0, "price": null, "mixed": "twelve", "tags": [], "ok": null, "s": "true"}',
    '{"id": 3, "price": 0.1, "mixed": true, "tags": [1], "ok": true, "s": "[1]"}',
    '{"id": 4, "price": 0.1, "mixed": "true", "tags": [1], "ok": true, "s": "中\\n文"}',
]


def test_json_lines_come_back_as_they_were(store, tmp_path):
    (tmp_path / "in.jsonl").write_text("\n".join(JSON_LINES) + "\n")
    out = through(store, tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    lines = [line.replace("\\n", "\\n") for line in JSON_LINES]
    assert out.read_text().splitlines() == lines


def test_two_json_deliveries_of_other_types_both_come_back(store, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"a": "1"}\n')
    (tmp_path / "b.jsonl").write_text('{"a": 1}\n')
    store.ingest(open_delivery(str(tmp_path / "a.jsonl")), "t")
    store.ingest(open_delivery(str(tmp_path / "b.jsonl")), "t")
    store.export("t", tmp_path / "o.jsonl")
    assert (tmp_path / "o.jsonl").read_text() == '{"a": "1"}\n{"a": 1}\n'


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")),
    st.sampled_from(["1", "true", "null", "[1]", "{}", "-0.5e3", "01"]),
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.fixed_dictionaries({"a": values, "b": values}), min_size=1, max_size=6))
def test_any_json_value_comes_back_equal(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("json")
    (folder / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with Store.create(folder / "s.db") as store:
        out = through(store, folder / "in.jsonl", folder / "out.jsonl")
    # json, not Python, decides what is equal: 1 is not true, 1.0 is not 1
    found = [json.loads(line) for line in out.read_text().split("\n")[:-1]]
    assert json.dumps(found, sort_keys=True) == json.dumps(rows, sort_keys=True)


cell = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(cell, cell, cell), max_size=6))
def test_any_cells_come_back_equal(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("csv")
    wanted = [["a", "b", "c"], *map(list, rows)]
    write_csv(folder / "in.csv", wanted)
    with Store.create(folder / "s.db") as store:
        out = through(store, folder / "in.csv", folder / "out.csv", delimiter=",", encoding="utf-8")
        assert csv_rows(out) == wanted
        assert store.content_hash("items") == store.recount_hash("items")


def test_parquet_types_come_back(store, tmp_path):
    table = pa.table(
        {
            "i": pa.array([1, None, 3], pa.int32()),
            "f": pa.array([0.1, 1e300, float("nan")], pa.float64()),
            "f32": pa.array([0.1, 2.5, None], pa.float32()),
            "b": pa.array([True, False, None]),
            "d": pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("-2.00")]),
            "day": pa.array([datetime.date(2026, 1, 2), None, datetime.date(1969, 1, 1)]),
            "t": pa.array([datetime.datetime(2026, 1, 2, 3, 4, 5, 6), None, None]),
            "z": pa.array([0, 1, None], pa.timestamp("ms", "UTC")),
            "s": pa.array(["01", "", None]),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet")
    out = through(store, tmp_path / "in.parquet", tmp_path / "out.parquet")
    found = pq.read_table(out)
    assert found.schema == table.schema
    assert found.drop(["f"]).equals(table.drop(["f"]))
    assert str(found["f"].to_pylist()) == str(table["f"].to_pylist())


def test_a_parquet_column_that_no_longer_fits_its_type_is_text(store, tmp_path):
    pq.write_table(pa.table({"i": [1, 2]}), tmp_path / "in.parquet")
    store.ingest(open_delivery(str(tmp_path / "in.parquet")), "t")
    store._db.conn.execute("update t set i = 'two' where i = '2'")
    store.export("t", tmp_path / "o.parquet")
    assert pq.read_table(tmp_path / "o.parquet")["i"].to_pylist() == ["1", "two"]


def test_a_sqlite_table_comes_back(store, tmp_path):
    with sqlite3.connect(tmp_path / "in.sqlite") as db:
        db.execute("create table shop (id integer, code text, price real, note)")
        db.executemany(
            "insert into shop values (?, ?, ?, ?)", [(1, "01", 1.5, None), (-2, "", 0.1, "x")]
        )
    db.close()
    out = through(store, tmp_path / "in.sqlite", tmp_path / "out.sqlite")
    with sqlite3.connect(out) as db:
        rows = db.execute("select * from items").fetchall()
    db.close()
    assert rows == [(1, "01", "1.5", None), (-2, "", "0.1", "x")]


def test_a_workbook_is_read_by_its_shown_values(store, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["id", "名称", "day", "price", "ok"])
    book.active.append(["007", "衣服", datetime.date(2026, 1, 2), 12.5, True])
    book.active.append([8, None, datetime.datetime(2026, 1, 2, 3, 4), 12.0, False])
    book.save(tmp_path / "in.xlsx")
    out = through(store, tmp_path / "in.xlsx", tmp_path / "out.csv")
    assert csv_rows(out)[1:] == [
        ["007", "衣服", "2026-01-02", "12.5", "true"],
        ["8", "", "2026-01-02 03:04:00", "12", "false"],
    ]


def test_the_delivery_reads_as_arrow_text(tmp_path):
    write_csv(tmp_path / "in.csv", NASTY)
    batches = list(open_delivery(str(tmp_path / "in.csv")).batches())
    assert pa.Table.from_batches(batches).to_pylist()[0] == dict(zip(*NASTY[:2], strict=True))


def _benchmark_files():
    root = os.environ.get("STEWARD_DATA")
    return sorted(Path(root, "repair").rglob("*.csv")) if root else []


@pytest.mark.skipif(not _benchmark_files(), reason="STEWARD_DATA names no folder with repair/*.csv")
@pytest.mark.slow
@pytest.mark.parametrize("source", _benchmark_files(), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_every_benchmark_table_comes_back(store, tmp_path, source):
    out = through(store, source, tmp_path / "out.csv", as_source=True)
    dialect = store.table("items").batches[0].dialect
    encoding, delimiter = str(dialect["encoding"]), str(dialect["delimiter"])
    assert csv_rows(out, encoding, delimiter) == csv_rows(source, encoding, delimiter)
    assert store.content_hash("items") == store.recount_hash("items")

"""Broken input: one clear line, an exit code, and a store that is as it was."""

import gzip
import json
import os
import re
import sqlite3
import tempfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from steward.errors import (
    InputError,
    MissingExtra,
    NoStore,
    StewardError,
    StoreError,
    StoreFull,
    StoreLocked,
    UnknownColumn,
    UnknownTable,
    UsageError,
)
from steward.sources import open_delivery
from steward.store import Store

ROWS = "id,name\n1,one\n2,two\n"


@pytest.fixture
def home(tmp_path):
    """A folder with a store that holds one keyed table, `items`."""
    (tmp_path / "items.csv").write_text(ROWS)
    with Store.create(tmp_path / "s.db", clock=lambda: "2026-01-01T00:00:00Z") as store:
        store.ingest(open_delivery(str(tmp_path / "items.csv")), "items", key=("id",))
    return tmp_path


def state(home):
    """What must not change: the store's files, and all it says of its tables."""
    with Store(home / "s.db") as store:
        found = store.tables(), store.recount_hash("items"), store.history()
    files = sorted(p.name for p in home.iterdir() if p.name.startswith((".", "s.db")))
    return found, [name for name in files if not name.endswith("-cache")]


def gz_cut(text):
    return gzip.compress(text.encode() * 2000)[:-30]


def parquet(table):
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()


def workbook(*rows):
    import io

    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def other_zip():
    import io

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("readme.txt", "not a workbook")
    return held.getvalue()


GOOD_PARQUET = parquet(pa.table({"id": ["3"], "name": ["x"]}))
WIDE = ",".join(f"c{n}" for n in range(5000))

# name of the file, its bytes, options of the delivery, what the message must say
BROKEN = {
    "long row": ("a.csv", b"id,name\n1,a\n2,b,c\n", {}, r"line 3 has 3 fields.*header has 2"),
    "short row": ("a.csv", b"id,name\n1\n", {}, "line 2 has 1 field"),
    "long row after a quoted break": ("a.csv", b'id,name\n1,"x\ny"\n2,b,c\n', {}, "line 4 has 3"),
    "quote never closed": ("a.csv", b'id,name\n1,"abc\n2,b\n', {}, "line 2 opens a quote"),
    "text after a quote": ("a.csv", b'id,name\n1,"ab"c\n', {}, "line 2 is not well quoted"),
    "huge field": ("a.csv", b"id,name\n1," + b"x" * (17 << 20) + b"\n", {}, "16,777,216 char"),
    "NUL in a cell": ("a.csv", b"id,name\n" + b"1,a\n" * 20000 + b"1,a\0b\n", {}, "NUL"),
    "binary": ("a.csv", bytes(range(256)) * 4, {}, "binary"),
    "empty file": ("a.csv", b"", {}, "is empty"),
    "only a mark": ("a.csv", b"\xef\xbb\xbf", {}, "is empty"),
    "only blank lines": ("a.csv", b"\n\n", {}, "no columns|no name"),
    "twice the same column": ("a.csv", b"id,id\n1,2\n", {}, "columns 1 and 2 are both named 'id'"),
    "columns that differ by case": ("a.csv", b"id,ID\n1,2\n", {}, "upper and lower case"),
    "column without a name": ("a.csv", b"id,,c\n1,2,3\n", {}, "column 2 has no name"),
    "column of blanks": ("a.csv", b"id,  \n1,2\n", {}, "column 2 has no name"),
    "reserved column": ("a.csv", b"id,_steward_row\n1,2\n", {}, "belong to the store"),
    "reserved column in capitals": ("a.csv", b"id,_STEWARD_x\n1,2\n", {}, "belong to the store"),
    "binary column name": ("a.csv", b"id,a\x07\n1,2\n", {}, "is binary"),
    "5,000 columns": ("a.csv", WIDE.encode() + b"\n", {}, "5,000 columns"),
    "not UTF-8 as said": (
        "a.csv", b"id,name\n1,caf\xe9\n", {"encoding": "utf-8"}, "line 2, byte 13: byte 0xe9",
    ),
    "cut inside a character": ("a.csv", "a\n中".encode()[:-1], {"encoding": "utf-8"}, "utf-8"),
    "late bad byte": (
        "a.csv", b"id,name\n" + b"1,a\n" * 300000 + b"2,\xff\xff\n", {"encoding": "utf-8"},
        "line 300,002",
    ),
    "UTF-8 cut short": ("a.csv", "id,name\n1,中".encode()[:-1], {}, "not valid utf-8: line 2"),
    "UTF-8 with damage": (
        "a.csv", b"id,name\n" + "1,中文名称\n".encode() * 9 + b"2,\xff\n", {},
        "not valid utf-8: line 11, byte 145: byte 0xff",
    ),
    "odd UTF-16": ("a.csv", "\ufeffid,name\n1,a\n".encode("utf-16-le") + b"\0", {}, "utf-16-le"),
    "not GB18030": ("a.csv", b"id,name\n1,\xff\xff\n", {"encoding": "gb18030"}, "gb18030"),
    "no such encoding": ("a.csv", b"id,name\n", {"encoding": "klingon"}, "no encoding"),
    "delimiter of two": ("a.csv", b"id,name\n", {"delimiter": "||"}, "one character"),
    "no such format": ("a.csv", b"id,name\n", {"format": "avro"}, "no format 'avro'"),
    "truncated gzip": ("a.csv.gz", gz_cut(ROWS), {}, "truncated gzip"),
    "gzip with noise": ("a.csv.gz", b"\x1f\x8b" + b"noise" * 9, {}, "damaged"),
    "truncated Parquet": ("a.parquet", GOOD_PARQUET[:-9], {}, "truncated Parquet"),
    "Parquet damaged inside": (
        "a.parquet", GOOD_PARQUET[:4] + b"\xff" * 40 + GOOD_PARQUET[44:], {}, "damaged",
    ),
    "text named Parquet": ("a.parquet", ROWS.encode(), {}, "Parquet"),
    "binary Parquet column": (
        "a.parquet", parquet(pa.table({"id": ["1"], "name": [b"\xff"]})), {}, "binary",
    ),
    "Parquet with a NUL": ("a.parquet", parquet(pa.table({"id": ["1\0"]})), {}, "NUL"),
    "truncated JSON lines": ("a.jsonl", b'{"id": 1}\n{"id": 2, "na', {}, "line 2.*truncated"),
    "truncated gzip of JSON": ("a.jsonl.gz", gz_cut('{"id": 1}\n'), {}, "truncated gzip"),
    "JSON array": ("a.jsonl", b'[{"id": 1}]\n', {}, "line 1: an array"),
    "JSON number": ("a.jsonl", b'{"id": 1}\n17\n', {}, "line 2: not an object"),
    "two objects on a line": ("a.jsonl", b'{"id": 1}{"id": 2}\n', {}, "line 1.*Extra data"),
    "a JSON name twice": ("a.jsonl", b'{"id": 1, "id": 2}\n', {}, "'id' is there twice"),
    "JSON NaN": ("a.jsonl", b'{"id": NaN}\n', {}, "NaN is no JSON value"),
    "JSON Infinity": ("a.jsonl", b'{"id": -Infinity}\n', {}, "Infinity is no JSON value"),
    "lone surrogate": ("a.jsonl", b'{"id": "\\ud83d"}\n', {}, "half a character"),
    "nested lone surrogate": ("a.jsonl", b'{"id": ["\\ud83d"]}\n', {}, "half a character"),
    "JSON NUL": ("a.jsonl", b'{"id": "\\u0000"}\n', {}, "NUL"),
    "JSON nested too deeply": ("a.jsonl", b'{"id": ' + b"[" * 99999 + b"\n", {}, "line 1"),
    "JSON without rows": ("a.jsonl", b"\n\n", {}, "no rows"),
    "JSON with empty objects": ("a.jsonl", b"{}\n", {}, "no rows"),
    "JSON names that differ by case": ("a.jsonl", b'{"a": 1, "A": 2}\n', {}, "upper and lower"),
    "workbook that is another zip": ("a.xlsx", other_zip(), {}, "not an Excel workbook"),
    "workbook cut short": ("a.xlsx", workbook(["id"], [1])[:-100], {}, "not an Excel workbook"),
    "empty workbook": ("a.xlsx", workbook(), {}, "no columns"),
    "no such sheet": ("a.xlsx", workbook(["id"]), {"source_table": "x"}, "no sheet 'x'"),
    "value beside the header": ("a.xlsx", workbook(["id"], [1, 2]), {}, "row 2 has a value right"),
    "old Excel": ("a.xls", b"\xd0\xcf\x11\xe0", {}, "cannot be read"),
    "text named SQLite": ("a.sqlite", ROWS.encode() * 99, {}, "cannot be read as SQLite"),
    "key with no value": ("a.csv", b"id,name\n3,a\n,b\n", {}, "no value in the key column 'id'"),
    "key that is there already": ("a.csv", b"id,name\n3,a\n1,b\n", {}, "id='1' is in table"),
    "key twice in a delivery": ("a.csv", b"id,name\n3,a\n3,b\n", {}, "id='3' is there twice"),
    "other columns": ("a.csv", b"id,title\n3,a\n", {}, "missing: name; new: title"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.replace(" ", "-"))
def test_a_broken_delivery_is_refused_in_one_line_and_changes_nothing(home, case):
    name, content, options, says = BROKEN[case]
    (home / name).write_bytes(content)
    before = state(home)
    table = "items" if case.startswith(("key", "other")) else "fresh"
    with Store(home / "s.db") as store, pytest.raises(StewardError) as caught:
        store.ingest(open_delivery(str(home / name), **options), table)
    assert re.search(says, caught.value.message), caught.value.message
    assert_one_clear_line(
        caught.value, 2 if case.startswith(("no such f", "no such e", "deli")) else 4
    )
    assert state(home) == before


def assert_one_clear_line(error, exit_code):
    assert error.exit_code == exit_code
    assert "\n" not in error.message + error.hint
    assert error.hint
    assert len(error.message) < 400


def test_sixty_kinds_of_broken_delivery_are_tried():
    assert len(BROKEN) >= 60


def refused(kind, says, call, *, home=None):
    before = state(home) if home else None
    with pytest.raises(kind, match=says) as caught:
        call()
    assert "\n" not in caught.value.message
    assert before == (state(home) if home else None)
    return caught.value


@pytest.mark.parametrize(
    ("location", "kind", "says"),
    [
        ("{home}", InputError, "is a directory"),
        ("{home}/none.csv", InputError, "There is no file"),
        ("{home}/items.csv/x.csv", InputError, "no file|cannot be read"),
        ("ftp://host/x", InputError, "ftp://"),
        ("postgresql://host/db", InputError, "names no table"),
        ("postgresql:///db?table=x", InputError, "names no host"),
        ("mysql://host:port/db?table=x", InputError, "not well formed"),
        ("/proc/self/mem", InputError, "cannot be read|binary|empty"),
        ("x" * 5000, InputError, "cannot be read"),
    ],
)
def test_a_location_that_cannot_be_read_is_refused(home, location, kind, says):
    refused(kind, says, lambda: open_delivery(location.format(home=home)), home=home)


def test_a_server_without_its_driver_names_the_extra(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "psycopg", None)
    error = refused(
        MissingExtra, "PostgreSQL", lambda: open_delivery("postgresql://u:p@localhost/d?table=x")
    )
    assert error.exit_code == 6
    assert "steward[postgres]" in error.hint


def test_a_sqlite_file_of_many_tables_asks_which(tmp_path):
    db = sqlite3.connect(tmp_path / "in.db")
    db.executescript("create table a (x); create table b (x)")
    db.close()
    error = refused(InputError, "2 tables", lambda: open_delivery(str(tmp_path / "in.db")))
    assert "a, b" in error.hint
    refused(
        InputError, "no table 'c'",
        lambda: open_delivery(str(tmp_path / "in.db"), source_table="c"),
    )  # fmt: skip


@pytest.fixture
def nobody():
    """Leave root behind for the test: root may read every file."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    yield
    os.seteuid(was)


def test_a_file_without_permission_is_refused(nobody):
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "a.csv"
        path.write_text(ROWS)
        path.chmod(0)
        refused(InputError, "Permission denied", lambda: open_delivery(str(path)))


@pytest.mark.parametrize("name", ["_steward_x", "sqlite_x", "a/b", "", "x__merged", 'a"b', "a\n"])
def test_a_bad_table_name_is_refused(home, name):
    with Store(home / "s.db") as store:
        delivery = open_delivery(str(home / "items.csv"))
        refused(UsageError, "belongs to the store|no name", lambda: store.ingest(delivery, name))
    assert len(state(home)[0][0]) == 1


def test_a_key_that_is_no_column_is_refused(home):
    with Store(home / "s.db") as store:
        delivery = open_delivery(str(home / "items.csv"))
        refused(UnknownColumn, "no column 'sku'", lambda: store.ingest(delivery, "n", key=("sku",)))
        refused(UsageError, "twice", lambda: store.ingest(delivery, "n", key=("id", "id")))
        refused(UsageError, "needs a key", lambda: store.ingest(delivery, "n", mode="upsert"))
        refused(
            UsageError, "not the key name", lambda: store.ingest(delivery, "items", key=("name",))
        )
        refused(UnknownTable, "no table 'n'", lambda: store.table("n"))


def test_files_that_are_no_store_are_refused(tmp_path):
    refused(NoStore, "no store", lambda: Store(tmp_path / "none.db"))
    refused(StoreError, "is a directory", lambda: Store(tmp_path))
    (tmp_path / "text.db").write_text("not a database, but long enough to be looked at" * 99)
    refused(StoreError, "no SQLite database", lambda: Store(tmp_path / "text.db"))
    sqlite3.connect(tmp_path / "other.db").execute("create table x (y)").connection.close()
    refused(StoreError, "not a store of steward", lambda: Store(tmp_path / "other.db"))
    Store.create(tmp_path / "s.db").close()
    refused(StoreError, "there already", lambda: Store.create(tmp_path / "s.db"))
    refused(
        StoreError, "cannot be made|disk|unable", lambda: Store.create(tmp_path / "no" / "s.db")
    )
    assert {p.name for p in tmp_path.iterdir()} == {"text.db", "other.db", "s.db"}


def test_a_store_of_a_later_steward_is_refused(home):
    db = sqlite3.connect(home / "s.db")
    db.execute("pragma user_version = 999")
    db.close()
    error = refused(StoreError, "later steward", lambda: Store(home / "s.db"))
    assert "pip install" in error.hint


def test_a_damaged_store_is_refused(home):
    content = bytearray((home / "s.db").read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    (home / "s.db").write_bytes(bytes(content))

    def use():
        with Store(home / "s.db") as store:
            store.tables()

    refused(StoreError, "damaged|s.db", use)


def test_a_locked_store_says_so(home):
    other = sqlite3.connect(home / "s.db", isolation_level=None)
    other.execute("begin immediate")
    with Store(home / "s.db", wait=0.05) as store:
        delivery = open_delivery(str(home / "items.csv"))
        refused(StoreLocked, "Another process", lambda: store.ingest(delivery, "more"))
    other.execute("rollback")
    other.close()


def test_a_read_only_store_reads_and_refuses_to_write(home):
    before = state(home)
    with Store(home / "s.db", read_only=True) as store:
        assert store.snapshot("items").rows == 2
        delivery = open_delivery(str(home / "items.csv"))
        refused(StoreError, "only be read", lambda: store.ingest(delivery, "more"))
    assert state(home) == before


def test_a_full_disk_changes_nothing(home):
    lines = "".join(f"{n},{'x' * 500}\n" for n in range(10, 4000))
    (home / "big.csv").write_text("id,name\n" + lines)
    before = state(home)
    with Store(home / "s.db") as store:
        pages = store._db.conn.execute("pragma page_count").fetchone()[0]
        store._db.conn.execute(f"pragma max_page_count = {pages + 20}")
        delivery = open_delivery(str(home / "big.csv"))
        refused(StoreFull, "no room", lambda: store.ingest(delivery, "items"))
    assert state(home) == before


def test_an_export_that_fails_leaves_the_old_file(home):
    (home / "out.csv").write_text("old")
    with Store(home / "s.db") as store:
        refused(UsageError, "format", lambda: store.export("items", home / "out.docx"))
        refused(UsageError, "cannot be written", lambda: store.export("items", home / "no/out.csv"))
        refused(UsageError, "is a directory", lambda: store.export("items", home, format="csv"))
        store._db.conn.execute("update items set name = '中'")
        dialect = json.dumps({"format": "csv", "encoding": "latin-1"})
        store._db.conn.execute("update _steward_batches set dialect = ?", (dialect,))
        refused(
            InputError, "cannot be written in latin-1",
            lambda: store.export("items", home / "out.csv", as_source=True),
        )  # fmt: skip
    assert (home / "out.csv").read_text() == "old"
    assert not list(home.glob(".*partial*"))

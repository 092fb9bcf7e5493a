"""init, ingest, tables, export, query, doctor, demo: in and out, and what is refused."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

Said = Callable[..., object]


def refused(said: object, code: int) -> bool:
    return said.code == code and said.err.startswith("Error: ") and "Traceback" not in said.err


def test_init_makes_a_store_once(steward: Said, folder: Path) -> None:
    assert steward("init").code == 0
    before = (folder / "steward.db").read_bytes()
    assert refused(steward("init"), 3)
    assert steward("init", "--exist-ok").code == 0
    assert (folder / "steward.db").read_bytes() == before


def test_a_dry_init_makes_nothing(steward: Said, folder: Path) -> None:
    assert steward("init", "--dry-run").code == 0
    assert list(folder.iterdir()) == []


def test_init_where_no_file_can_be_is_refused(steward: Said, folder: Path) -> None:
    assert refused(steward("init", "--store", "no/such/folder/s.db"), 3)


def test_a_table_gets_the_name_of_its_file(steward: Said, folder: Path) -> None:
    steward("init")
    (folder / "März 2024-商品.csv").write_text("a\n1\n", "utf-8")
    assert steward("ingest", "März 2024-商品.csv").code == 0
    names = [one["name"] for one in steward("tables", "--json").document["tables"]]
    assert names == ["März_2024_商品"]


def test_ingest_tells_rows_columns_and_batch(stored: Said) -> None:
    said = stored("ingest", "items.csv", "--table", "again", "--json").document
    assert (said["rows"], said["columns"]) == (60, ["id", "name", "size", "price", "city"])
    assert said["batch"]["table"] == "again"


def test_an_export_of_an_untouched_table_is_its_input(stored: Said, folder: Path) -> None:
    assert stored("export", "out.csv").code == 0
    assert (folder / "out.csv").read_bytes() == (folder / "items.csv").read_bytes()


def test_a_compressed_delivery_is_read(stored: Said, folder: Path) -> None:
    with gzip.open(folder / "more.csv.gz", "wt", encoding="utf-8") as file:
        file.write("a,b\n1,2\n")
    assert stored("ingest", "more.csv.gz").code == 0


def test_an_export_replaces_a_file_only_when_forced(stored: Said, folder: Path) -> None:
    (folder / "out.csv").write_text("precious", "utf-8")
    assert refused(stored("export", "out.csv"), 2)
    assert (folder / "out.csv").read_text("utf-8") == "precious"
    assert stored("export", "out.csv", "--force").code == 0


def test_a_dry_export_writes_nothing(stored: Said, folder: Path) -> None:
    assert "60 rows" in stored("export", "out.csv", "--dry-run").out
    assert not (folder / "out.csv").exists()


def test_an_export_in_an_unknown_format_is_refused(stored: Said, folder: Path) -> None:
    assert refused(stored("export", "out.pdf"), 2)
    assert not (folder / "out.pdf").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("gone.csv", None),
        ("empty.csv", b""),
        ("ragged.csv", b"a,b\n1,2\n3\n4,5\n"),
        ("twice.csv", b"a,a\n1,2\n"),
        ("open.csv", b'a,b\n1,"2\n'),
        ("binary.csv", bytes(range(256)) * 40),
        ("broken.parquet", b"PAR1 no"),
        ("broken.xlsx", b"PK no"),
        ("broken.jsonl", b'{"a": 1}\n{"a": \n'),
        ("reserved.csv", b"_steward_row,b\n1,2\n"),
    ],
)
def test_a_broken_delivery_is_refused_whole(
    stored: Said, folder: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (folder / name).write_bytes(content)
    before = stored("tables", "--json").out
    said = stored("ingest", name, "--table", "items")
    assert refused(said, 4), said
    assert len(said.err.splitlines()) == 2
    assert stored("tables", "--json").out == before


def test_a_directory_is_refused(stored: Said, folder: Path) -> None:
    (folder / "dir").mkdir()
    assert refused(stored("ingest", "dir"), 4)


def test_a_wrong_key_column_is_refused(stored: Said) -> None:
    said = stored("ingest", "items.csv", "--table", "other", "--key", "sku")
    assert refused(said, 2) or refused(said, 4)
    assert "sku" in said.err


def test_a_second_delivery_with_other_columns_is_refused(stored: Said, folder: Path) -> None:
    (folder / "other.csv").write_text("x,y\n1,2\n", "utf-8")
    assert refused(stored("ingest", "other.csv", "--table", "items"), 4)


def test_an_unknown_mode_or_encoding_is_refused(stored: Said) -> None:
    assert refused(stored("ingest", "items.csv", "--mode", "replace"), 2)
    said = stored("ingest", "items.csv", "--table", "t", "--encoding", "klingon")
    assert said.code in (2, 4) and "klingon" in said.err


def test_a_dry_ingest_reads_all_and_writes_nothing(stored: Said, folder: Path) -> None:
    (folder / "ragged.csv").write_text("a,b\n1,2\n3\n", "utf-8")
    assert refused(stored("ingest", "ragged.csv", "--dry-run"), 4)
    assert "60 rows" in stored("ingest", "items.csv", "--table", "new", "--dry-run").out
    assert len(stored("tables", "--json").document["tables"]) == 1


def test_an_upsert_replaces_rows_of_the_same_key(stored: Said, folder: Path) -> None:
    (folder / "more.csv").write_text("id,name,size,price,city\n1,new,1 oz,1,Rome\n", "utf-8")
    assert stored("ingest", "more.csv", "--table", "items", "--mode", "upsert").code == 0
    found = stored("query", "select name from items where id = '1'", "--json").document
    assert found["rows"] == [["new"]]


def test_an_empty_store_tells_what_to_do(steward: Said) -> None:
    steward("init")
    assert "no table yet" in steward("tables").out
    said = steward("profile")
    assert refused(said, 2) and "steward ingest" in said.err


def test_with_two_tables_one_must_be_named(stored: Said) -> None:
    stored("ingest", "items.csv", "--table", "second")
    said = stored("profile")
    assert refused(said, 2) and "items | second" in said.err


@pytest.mark.slow
@pytest.mark.parametrize(
    "content", ["a,b\n", "a,b\n,\n,\n", "a\nx\n"], ids=["header", "nulls", "one"]
)
@pytest.mark.parametrize("verb", ["profile", "check", "fix"])
def test_a_table_with_little_in_it_is_no_problem(
    stored: Said, folder: Path, verb: str, content: str
) -> None:
    (folder / "little.csv").write_text(content, "utf-8")
    assert stored("ingest", "little.csv").code == 0
    said = stored(verb, "--table", "little")
    assert said.code == 0, said.err


def test_a_query_shows_null_and_empty_apart(stored: Said) -> None:
    out = stored("query", "select null as a, '' as b, 'x' as c").out
    assert "null" in out and "“”" in out


def test_a_query_that_would_write_is_refused(stored: Said) -> None:
    assert refused(stored("query", "delete from items"), 2)
    assert stored("query", "select count(*) from items", "--json").document["rows"] == [[60]]


def test_the_doctor_finds_all_well_and_a_meddled_store_not(stored: Said, folder: Path) -> None:
    import sqlite3

    assert stored("doctor", "--deep").code == 0
    connection = sqlite3.connect(folder / "steward.db")
    with connection:
        connection.execute("update items set city = 'X' where id = '1'")
    connection.close()
    said = stored("doctor", "--deep")
    assert said.code == 1
    assert "behind" in said.out


def test_the_doctor_needs_no_store(steward: Said) -> None:
    said = steward("doctor")
    assert said.code == 0
    assert "steward init makes it" in said.out


def test_the_doctor_tells_when_a_model_server_is_down(
    steward: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEWARD_MODEL_URL", "http://127.0.0.1:9/v1")
    said = steward("doctor")
    assert said.code == 1
    assert "does not answer" in said.out


def test_a_demo_shop_is_the_same_for_the_same_seed(steward: Said, folder: Path) -> None:
    for name in ("one", "two"):
        assert steward("demo", name, "--rows", "300").code == 0
    assert (folder / "one/items.csv").read_bytes() == (folder / "two/items.csv").read_bytes()


def test_a_demo_leaves_a_folder_of_yours_alone(steward: Said, folder: Path) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / "thesis.txt").write_text("x", "utf-8")
    assert refused(steward("demo", "mine", "--rows", "300"), 2)
    assert [p.name for p in (folder / "mine").iterdir()] == ["thesis.txt"]

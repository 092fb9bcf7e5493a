import csv
import json
from hashlib import sha256

import pytest

from steward.errors import UsageError
from steward.shop import ShopFaults, ShopSpec, demo_shop, make_shop, write_shop


def digests(folder):
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): sha256(p.read_bytes()).hexdigest() for p in files}


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_spec_gives_the_same_bytes(tmp_path):
    spec = ShopSpec(rows=2_000, seed=5)
    write_shop(make_shop(spec), tmp_path / "a")
    write_shop(make_shop(spec), tmp_path / "b")
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_another_seed_gives_another_shop(tmp_path):
    a = demo_shop(tmp_path / "a", rows=500, seed=1)
    b = demo_shop(tmp_path / "b", rows=500, seed=2)
    differ = [k for k, v in digests(a.folder).items() if digests(b.folder)[k] != v]
    assert "items.csv" in differ and "clicks.csv" in differ
    assert "taxonomy.csv" not in differ


@pytest.mark.slow
def test_an_item_is_the_same_however_many_the_shop_has():
    small = make_shop(ShopSpec(rows=700, sessions=0))
    large = make_shop(ShopSpec(rows=17_000, sessions=0))
    rows = {r["item_id"]: r for r in large.items().to_pylist()}
    assert all(rows[r["item_id"]] == r for r in small.items().to_pylist())
    errors = set(map(str, large.errors().to_pylist()))
    assert all(str(error) in errors for error in small.errors().to_pylist())


def test_a_healthy_shop_has_no_difference(healthy):
    folder = healthy.folder
    assert not healthy.errors and healthy.files["truth/errors.csv"] == 0
    assert (folder / "items.csv").read_bytes() == (folder / "truth/items_clean.csv").read_bytes()
    assert (folder / "clicks.csv").read_bytes() == (folder / "truth/clicks_clean.csv").read_bytes()
    assert (folder / "truth/errors.csv").read_text(encoding="utf-8").startswith("table,key,column")


def test_the_deliveries_together_are_the_items(written):
    rows = [row for path in written.deliveries for row in read(path)]
    assert rows == read(written.folder / "items.csv")
    assert written.deliveries[0].name == "items_2024-01.csv"
    assert len(written.deliveries) == 6


def test_a_csv_reader_gets_every_cell_back(items, errors, written):
    items = [{k: v or "" for k, v in row.items()} for row in items]
    assert read(written.folder / "items.csv") == items
    errors = [{k: v or "" for k, v in row.items()} for row in errors]
    assert read(written.folder / "truth/errors.csv") == errors


def test_cells_with_quotes_and_newlines_survive(tmp_path):
    import pyarrow as pa

    from steward.shop.csvfile import CsvFile

    rows = [{"a,b": 'say "hi"', "c": "x\r\ny"}, {"a,b": "1,5", "c": ""}, {"a,b": "p", "c": "q\n"}]
    with CsvFile(tmp_path / "t.csv") as file:
        file.write(pa.table({"a,b": [r["a,b"] for r in rows], "c": [r["c"] for r in rows]}))
    assert read(tmp_path / "t.csv") == rows


def test_counts_are_those_of_the_files(written):
    for name, rows in written.files.items():
        assert len(read(written.folder / name)) == rows, name
    told = read(written.folder / "truth/errors.csv")
    assert sum(written.errors.values()) == len(told)


def test_an_incident_tells_cause_slice_and_cells(written):
    incidents = {i["kind"]: i for i in read(written.folder / "truth/incidents.csv")}
    category = incidents["category_null"]
    assert (category["cause"], category["suppliers"], category["since"]) == (
        "renamed",
        "S04",
        "2024-04",
    )
    assert int(category["cells"]) == written.errors["category_null"]


def test_the_spec_lies_beside_the_truth(written):
    spec = json.loads((written.folder / "truth/shop.json").read_text(encoding="utf-8"))
    assert spec["rows"] == 20_000 and spec["faults"]["category_null"]["suppliers"] == ["S04"]


def test_columns_can_have_other_names(tmp_path):
    chinese = make_shop(ShopSpec(rows=300, schema="chinese", sessions=0, drop=("url", "stock")))
    assert "标题" in chinese.items().column_names and "链接" not in chinese.items().column_names
    assert set(chinese.errors()["column"].to_pylist()) <= {*chinese.items().column_names, "*"}
    own = make_shop(ShopSpec(rows=300, schema={"items.brand": "maker", "queries.query": "q"}))
    assert "maker" in own.items().column_names and "q" in own.queries().column_names


def test_without_the_clean_twin_only_the_errors_are_written(tmp_path):
    made = write_shop(make_shop(ShopSpec(rows=100)), tmp_path / "s", clean=False, whole=False)
    assert "truth/items_clean.csv" not in made.files and "items.csv" not in made.files
    assert {p.name for p in (tmp_path / "s/truth").iterdir()} == {
        "errors.csv",
        "incidents.csv",
        "shop.json",
    }


def test_a_second_shop_replaces_the_first(tmp_path):
    months = ("2023-11", "2023-12")
    demo_shop(tmp_path / "s", rows=50)
    spec = ShopSpec(rows=50, months=months, faults=ShopFaults().moved(months))
    write_shop(make_shop(spec), tmp_path / "s")
    names = {p.name for p in (tmp_path / "s/deliveries").iterdir()}
    assert names == {"items_2023-11.csv", "items_2023-12.csv"}


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="no shop"):
        demo_shop(tmp_path, rows=10)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_progress_counts_to_the_rows_of_the_shop(tmp_path):
    seen = []
    demo_shop(tmp_path / "s", rows=20_000, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(16_384, 20_000), (20_000, 20_000)]


def test_a_hundred_thousand_items_pass_chunk_by_chunk():
    shop = make_shop(ShopSpec(rows=100_000, sessions=0))
    sizes = [(len(c.clean), len(c.items)) for c in shop.chunks()]
    assert sum(clean for clean, _ in sizes) == 100_000
    assert max(items for _, items in sizes) < 18_000

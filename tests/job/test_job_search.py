"""An index that is replaced while it is opened, or cannot be read."""

import shutil
from pathlib import Path

import pytest

from steward import job
from steward.errors import InputError, UsageError
from steward.job.search import index_folder
from steward.job.search_build import IndexPlan, build_index
from steward.retrieval import index_folder as folders
from steward.sources import open_delivery
from steward.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    rows = "".join(f"{n},{w} kettle\n" for n, w in enumerate(("red", "blue", "green", "old")))
    (tmp_path / "items.csv").write_text(f"sku,title\n{rows}", "utf-8")
    made = Store.create(tmp_path / "steward.db")
    made.ingest(open_delivery(str(tmp_path / "items.csv")), "items", key=["sku"])
    build_index(made, IndexPlan("items"))
    return made


def test_an_index_that_is_replaced_while_it_is_opened_is_opened_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = index_folder(store, "items")
    looked = []

    def swept(folder: Path) -> Path | None:
        found = folders.current(folder)
        if not looked:
            looked.append(found)
            build_index(store, IndexPlan("items", text="{title} {sku}", item_id="sku"))
        return found

    monkeypatch.setattr("steward.job.search.current", swept)
    assert [hit.item for hit in job.open_index(store, "items").search("blue")] == ["1"]
    assert looked[0] is not None and not looked[0].exists() and folders.current(place)


def test_a_broken_index_says_how_to_mend_it(store: Store) -> None:
    found = folders.current(index_folder(store, "items"))
    assert found is not None
    (found / "manifest.json").write_text("{}", "utf-8")
    with pytest.raises(InputError, match="cannot be read") as caught:
        job.open_index(store)
    assert "steward index" in caught.value.hint
    shutil.rmtree(found)
    with pytest.raises(UsageError, match="no index"):
        job.open_index(store)


def test_a_reader_of_a_read_only_store_may_search(store: Store) -> None:
    with Store(store.path, read_only=True) as reading:
        assert [hit.item for hit in job.open_index(reading).search("old kettle", 1)] == ["3"]

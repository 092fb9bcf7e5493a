"""Snapshots: what the store holds, kept by content hash, never half of a change."""

import os

import pytest

from steward.engine import Snapshot
from steward.store import Store
from steward.store import snapshots as module


def test_a_snapshot_is_what_the_store_holds_and_is_kept(store, fix, deliver):
    deliver(store, "code,label\nx,X\n", "codes", name="c.csv")
    first = store.snapshot("items")
    assert first.columns == ("id", "size", "name")
    assert first.key == ("id",)
    assert first.content_hash == store.content_hash("items")
    assert list(first.beside) == ["codes"]
    assert first.sql('select count(*) as n from "items", "codes"').to_pylist() == [{"n": 4}]
    folder = module.cache_folder(store.path) / "items"
    assert [path.stem for path in folder.iterdir()] == [first.content_hash]
    store.apply(store.save_fixes("items", [fix([1], ("size", "12 oz", "12"))]))
    second = store.snapshot("items")
    assert first.column("size").to_pylist()[0] == "12 oz"
    assert second.column("size").to_pylist()[0] == "12"


def test_old_snapshots_are_dropped(store, fix):
    for turn in range(7):
        size = "12 oz" if turn == 0 else f"v{turn - 1}"
        store.apply(store.save_fixes("items", [fix([1], ("size", size, f"v{turn}"))]))
        store.snapshot("items")
    files = list((module.cache_folder(store.path) / "items").iterdir())
    assert len(files) == module.KEPT


def test_tables_whose_names_start_alike_keep_their_snapshots(store, deliver):
    deliver(store, "a\n1\n", "items-more", name="m.csv")
    for _ in range(2):
        store.snapshot("items-more")
        store.snapshot("items")
    folder = module.cache_folder(store.path)
    assert sorted(path.name for path in folder.iterdir()) == ["items", "items-more"]
    assert all(len(list(path.iterdir())) == 1 for path in folder.iterdir())


def test_a_store_in_a_folder_that_cannot_be_written_is_read(store, monkeypatch):
    expected = store.snapshot("items").arrow
    store.close()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with Store(store.path, read_only=True) as held:
        found = held.snapshot("items")
        assert isinstance(found, Snapshot)
        assert found.arrow.equals(expected)


def test_a_change_during_a_snapshot_is_noticed(store, fix, monkeypatch):
    saved = store.save_fixes("items", [fix([1], ("size", "12 oz", "12"))])
    opened = module.open_snapshot
    turns = []

    def change_meanwhile(*arguments, **options):
        found = opened(*arguments, **options)
        if not turns:
            turns.append(store.apply(saved))
        return found

    monkeypatch.setattr(module, "open_snapshot", change_meanwhile)
    found = store.snapshot("items")
    assert found.content_hash == store.content_hash("items")
    assert found.column("size").to_pylist()[0] == "12"


@pytest.mark.parametrize("table", ["items", "ITEMS"])
def test_a_table_is_found_whatever_the_case(store, table):
    assert store.snapshot(table).name == "items"

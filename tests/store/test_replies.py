"""Replies of models: kept by digest, in the order of nothing, never replaced."""

import sqlite3
from pathlib import Path

import pytest

from steward import Store
from steward.errors import StoreError
from steward.store.migrations import APPLICATION_ID, MIGRATIONS, m004_replies


def test_a_reply_is_found_again_by_its_digest_and_others_are_left_out(tmp_path: Path) -> None:
    with Store.create(tmp_path / "s.db") as store:
        store.keep_replies({f"d{n}": f'{{"text":"{n}"}}' for n in range(1200)}, model="m")
    with Store(tmp_path / "s.db") as store:
        wanted = [f"d{n}" for n in range(0, 2400, 2)]
        assert store.replies(wanted) == {f"d{n}": f'{{"text":"{n}"}}' for n in range(0, 1200, 2)}


def test_the_first_reply_stays(tmp_path: Path) -> None:
    with Store.create(tmp_path / "s.db") as store:
        store.keep_replies({"a": "1"}, model="m")
        store.keep_replies({"a": "2", "b": "3"}, model="m")
        assert store.replies(["a", "b", "c"]) == {"a": "1", "b": "3"}


def test_a_store_that_may_only_be_read_keeps_nothing(tmp_path: Path) -> None:
    Store.create(tmp_path / "s.db").close()
    with Store(tmp_path / "s.db", read_only=True) as store, pytest.raises(StoreError):
        store.keep_replies({"a": "1"}, model="m")


def test_a_store_of_the_release_before_gets_its_table(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "s.db")
    connection.execute(f"pragma application_id = {APPLICATION_ID}")
    for step in MIGRATIONS[: MIGRATIONS.index(m004_replies)]:
        step(connection)
    connection.execute(f"pragma user_version = {MIGRATIONS.index(m004_replies)}")
    connection.commit()
    connection.close()
    with Store(tmp_path / "s.db") as store:
        store.keep_replies({"a": "1"}, model="m")
        assert store.replies(["a"]) == {"a": "1"}

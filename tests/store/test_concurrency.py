"""Two writers lose nothing; a reader sees before or after."""

import subprocess
import sys
from dataclasses import replace

import pytest

from steward.errors import StoreLocked
from steward.store import Store
from steward.store.database import writing

WRITER = """
import sys
from steward.sources import open_delivery
from steward.store import Store
path, source, name, times = sys.argv[1:]
with Store(path, wait=60) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for turn in range(int(times)):
        store.ingest(open_delivery(source), "items")
        fixes = store.fixes()
        mine = [fix for fix in fixes if fix.check == name]
        change_set = store.apply(mine)
        if turn % 2 == 0 or turn + 1 < int(times):
            store.undo(change_set.id)
"""

APPLIER = """
import sys
from steward.store import Store
with Store(sys.argv[1], wait=60) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(6):
        change_set = store.apply(store.fixes())
        store.undo(change_set.id)
"""


def start(code, *arguments):
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n", process.stderr.read()
    return process


def go(process):
    process.stdin.write("go\n")
    process.stdin.flush()


def finish(process):
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors


def test_two_writers_at_once_lose_nothing(tmp_path, store, fix):
    fixes = [
        replace(fix([1, 2], ("size", "12 oz", "12")), check="first"),
        replace(fix([3, 4], ("name", "c", "C")), check="second", rows=(3,)),
    ]
    store.save_fixes("items", fixes)
    store._db.conn.execute("drop index _steward_key_items")
    source = tmp_path / "items.csv"
    writers = [start(WRITER, store.path, source, name, 8) for name in ("first", "second")]
    for writer in writers:
        go(writer)
    for writer in writers:
        finish(writer)
    info = store.table("items")
    assert info.rows == 4 + 2 * 8 * 4
    assert len(info.batches) == 17
    assert info.content_hash == store.recount_hash("items")
    assert len({batch.content_hash for batch in info.batches}) == 17
    history = store.history()
    assert len(history) == 2 * (8 + 7)
    standing = [held for held in history if held.kind == "fix" and not held.undone]
    assert sorted(held.cells for held in standing) == [1, 2]
    rows = store.snapshot("items")
    assert rows.column("size").to_pylist()[:4] == ["12", "12", "", "9 oz"]
    assert rows.column("name").to_pylist()[:4] == ["a", "b", "C", "d"]


@pytest.mark.slow
def test_a_reader_sees_before_or_after(tmp_path, deliver, fix):
    lines = "".join(f"{n},12 oz\n" for n in range(3000))
    with Store.create(tmp_path / "s.db") as store:
        deliver(store, "id,size\n" + lines)
        store.save_fixes("items", [fix(range(1, 3001), ("size", "12 oz", "12"))])
        writer = start(APPLIER, store.path)
        go(writer)
        seen = set()
        while writer.poll() is None:
            with Store(store.path, read_only=True) as reader:
                snapshot = reader.snapshot("items")
            values = set(snapshot.column("size").to_pylist())
            assert len(values) == 1, "a reader saw half of a change set"
            seen.add((values.pop(), snapshot.content_hash))
            cached = store.snapshot("items")
            values = set(cached.column("size").to_pylist())
            assert len(values) == 1, "a snapshot holds half of a change set"
            seen.add((values.pop(), cached.content_hash))
        finish(writer)
        assert len({held for _, held in seen}) == len({value for value, _ in seen})


def test_a_crowded_store_says_who_to_wait_for(store):
    with Store(store.path, wait=0.05) as other:
        store._db.conn.execute("begin immediate")
        with pytest.raises(StoreLocked, match="Another process is writing"):
            other.set_setting("a", "b")
        store._db.conn.execute("rollback")
        other.set_setting("a", "b")


def test_a_writer_holds_the_store_before_it_reads(store):
    """What a write decides on cannot change under it: no second writer gets in between."""
    with (
        Store(store.path, wait=0.05) as other,
        writing(store._db, store.path),
        pytest.raises(StoreLocked),
    ):
        other.set_setting("a", "b")

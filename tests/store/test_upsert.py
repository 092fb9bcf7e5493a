"""Deliveries: append with lineage, and upsert three ways for each cell."""

import pytest

from steward.errors import InputError, UndoBlocked, UsageError
from steward.sources import open_delivery
from steward.store import Store
from steward.types import FixKind


def rows(store, table="items"):
    snapshot = store.snapshot(table)
    names = ("_steward_row", "_steward_batch", *snapshot.columns)
    return list(zip(*(snapshot.column(name).to_pylist() for name in names), strict=True))


def test_an_append_is_a_batch_of_its_own_under_new_row_ids(store, deliver):
    batch = deliver(store, "name,id,size\ne,5,1 oz\n", name="more.csv")
    assert (batch.id, batch.rows, batch.mode) == (2, 1, "append")
    assert batch.source.endswith("more.csv")
    assert rows(store)[-1] == (5, 2, "5", "1 oz", "e")
    assert [b.id for b in store.table("items").batches] == [1, 2]
    assert batch.content_hash == store.content_hash("items") == store.recount_hash("items")


def test_row_ids_are_never_reused(store, deliver, fix):
    store.apply(store.save_fixes("items", [fix([4], kind=FixKind.QUARANTINE)]))
    deliver(store, "id,size,name\n9,,x\n")
    assert [row[0] for row in rows(store)] == [1, 2, 3, 5]


def test_an_upsert_keeps_fixes_takes_changes_and_adds_rows(store, deliver, fix):
    store.apply(store.save_fixes("items", [fix([1, 2], ("size", "12 oz", "12"))]))
    batch = deliver(store, "id,size,name\n2,16 oz,b\n1,12 oz,A\n7,1 oz,g\n", mode="upsert")
    assert rows(store) == [
        (1, 1, "1", "12", "A"),  # delivered as before: keeps its fix; the name is new
        (2, 1, "2", "16 oz", "b"),  # delivered anew: takes the delivery
        (3, 1, "3", "", "c"),  # not delivered: stays
        (4, 1, "4", "9 oz", "d"),
        (5, 2, "7", "1 oz", "g"),
    ]
    assert (batch.rows, batch.mode) == (3, "upsert")
    ingest = store.history()[-1]
    assert (ingest.kind, ingest.fixes, ingest.cells) == ("ingest", (), 2)
    assert [(x.row, x.column, x.before, x.after) for x in store.diff(ingest.id)] == [
        (2, "size", "12", "16 oz"),
        (1, "name", "a", "A"),
    ]
    assert store.content_hash("items") == store.recount_hash("items") == batch.content_hash


def test_a_delivery_blocks_the_undo_of_an_older_fix_of_the_cell(store, deliver, fix):
    (saved,) = store.save_fixes("items", [fix([1, 2], ("size", "12 oz", "12"))])
    store.apply([saved])
    deliver(store, "id,size,name\n2,16 oz,b\n", mode="upsert")
    number = store.history()[-1].id
    with pytest.raises(UndoBlocked, match=rf"change set {number} \(ingest\) .* row 2"):
        store.undo_fix(saved.id)
    with pytest.raises(UsageError, match="is a delivery"):
        store.undo(number)


def test_what_was_delivered_last_is_the_base_of_the_next_upsert(store, deliver, fix):
    store.apply(store.save_fixes("items", [fix([1], ("size", "12 oz", "12"))]))
    deliver(store, "id,size,name\n1,14 oz,a\n", mode="upsert")
    store.apply(store.save_fixes("items", [fix([1], ("size", "14 oz", "14"))]))
    deliver(store, "id,size,name\n1,14 oz,a\n", mode="upsert")
    assert rows(store)[0][3] == "14"
    deliver(store, "id,size,name\n1,12 oz,a\n", mode="upsert")
    assert rows(store)[0][3] == "12 oz"


def test_a_delivery_that_agrees_with_the_fix_becomes_the_base(store, deliver, fix):
    (saved,) = store.save_fixes("items", [fix([1], ("size", "12 oz", "12"))])
    store.apply([saved])
    deliver(store, "id,size,name\n1,12,a\n", mode="upsert")
    with pytest.raises(UndoBlocked):
        store.undo_fix(saved.id)
    deliver(store, "id,size,name\n1,12 oz,a\n", mode="upsert")
    assert rows(store)[0][3] == "12 oz"


def test_an_undone_fix_leaves_the_delivered_text_as_base(store, deliver, fix):
    (saved,) = store.save_fixes("items", [fix([1], ("size", "12 oz", "12"))])
    store.apply([saved])
    store.undo_fix(saved.id)
    before = store.history()
    deliver(store, "id,size,name\n1,12 oz,a\n", mode="upsert")
    assert store.history() == before


def test_a_quarantined_row_delivered_as_it_was_stays_there(store, deliver, fix):
    saved = store.save_fixes(
        "items", [fix([3], kind=FixKind.QUARANTINE), fix([4], ("name", "d", "D"))]
    )
    store.apply(saved)
    deliver(store, "id,size,name\n3,,c\n4,9 oz,d\n", mode="upsert")
    assert [row[2] for row in rows(store)] == ["1", "2", "4"]
    deliver(store, "id,size,name\n3,now known,c\n", mode="upsert")
    assert rows(store)[-1] == (5, 3, "3", "now known", "c")
    with pytest.raises(UndoBlocked, match="the same key"):
        store.undo_fix(saved[0].id)


def test_an_upsert_of_the_same_delivery_changes_nothing(store, deliver):
    before = rows(store), store.history()
    deliver(store, "id,size,name\n1,12 oz,a\n2,12 oz,b\n3,,c\n4,9 oz,d\n", mode="upsert")
    assert (rows(store), store.history()) == before


def test_an_upsert_refuses_a_key_that_is_empty_or_twice(store, deliver):
    before = rows(store)
    with pytest.raises(InputError, match="no value in its key"):
        deliver(store, "id,size,name\n1,x,a\n,x,b\n", mode="upsert")
    with pytest.raises(InputError, match="twice: 1, y, b"):
        deliver(store, "id,size,name\n1,x,a\n1,y,b\n", mode="upsert")
    assert rows(store) == before


def test_a_first_upsert_makes_the_table(tmp_path, deliver):
    with Store.create(tmp_path / "t.db") as store:
        assert deliver(store, "k,v\n1,a\n", "t", key=("k",), mode="upsert").rows == 1
        assert deliver(store, "v,k\nb,1\n", "T", mode="upsert").rows == 1
        assert rows(store, "t") == [(1, 1, "1", "b")]
        deliver(store, "k,v\n1,a\n", "plain")
        with pytest.raises(UsageError, match="no key"):
            deliver(store, "k,v\n1,a\n", "plain", mode="upsert")


def test_an_upsert_keeps_which_json_cells_were_strings(tmp_path):
    first = '{"k": "a", "v": 1}\n{"k": "b", "v": "2"}\n'
    second = '{"k": "a", "v": "1.5"}\n{"k": "b", "v": 2}\n{"k": "c", "v": "3"}\n'
    with Store.create(tmp_path / "t.db") as store:
        for text in (first, second):
            (tmp_path / "in.jsonl").write_text(text)
            store.ingest(open_delivery(str(tmp_path / "in.jsonl")), "t", mode="upsert",
                         key=("k",))  # fmt: skip
        store.export("t", tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_text() == second

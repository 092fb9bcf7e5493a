"""Apply, undo, redo: all or nothing, guarded by the value the fix expects."""

import pytest

from steward.errors import StaleFix, UndoBlocked, UnknownColumn, UsageError
from steward.store import Store
from steward.types import Change, FixKind, Status


def applied(store, *fixes):
    saved = store.save_fixes("items", fixes)
    return saved, store.apply(saved)


def column(store, name):
    return store.snapshot("items").column(name).to_pylist()


def test_a_mapping_changes_its_rows_and_is_journalled(store, fix):
    (saved,), change_set = applied(store, fix([1, 2], ("size", "12 oz", "12")))
    assert column(store, "size") == ["12", "12", "", "9 oz"]
    assert (change_set.cells, change_set.fixes, change_set.undone) == (2, (saved.id,), False)
    lines = store.diff(change_set.id)
    assert [(line.row, line.column, line.before, line.after) for line in lines] == [
        (1, "size", "12 oz", "12"),
        (2, "size", "12 oz", "12"),
    ]
    assert store.fix(saved.id).status is Status.APPLIED
    assert store.content_hash("items") == store.recount_hash("items")


def test_undo_gives_back_every_byte_and_redo_the_fix(store, fix, cells):
    before, hash_before = cells(store), store.content_hash("items")
    (saved, _), change_set = applied(
        store,
        fix([1], ("size", "12 oz", "12"), ("name", "a", "A")),
        fix([3], ("size", "", None)),
    )  # fmt: skip
    after = cells(store)
    undone = store.undo(change_set.id)
    assert cells(store) == before
    assert store.content_hash("items") == hash_before
    assert store.fix(saved.id).status is Status.UNDONE
    store.undo(undone.id)
    assert cells(store) == after
    assert store.fix(saved.id).status is Status.APPLIED
    assert [held.undone for held in store.history()] == [False, True, False]


def test_null_and_empty_are_told_apart(store, fix):
    saved = store.save_fixes("items", [fix([3], ("size", None, "1"))])
    with pytest.raises(StaleFix, match=r"row 3, column 'size' of 'items' holds '', not null"):
        store.apply(saved)
    before = store.content_hash("items")
    applied(store, fix([3], ("size", "", None)))
    assert store.content_hash("items") != before


def test_a_stale_fix_writes_nothing_of_its_change_set(store, fix, cells):
    before = cells(store), store.history()
    saved = store.save_fixes(
        "items", [fix([1], ("size", "12 oz", "12")), fix([4], ("name", "x", "y"))]
    )
    with pytest.raises(
        StaleFix, match=rf"Fix {saved[1].id} .* row 4, column 'name' .* 'd', not 'x'"
    ):
        store.apply(saved)
    assert (cells(store), store.history()) == before
    assert {found.status for found in store.fixes()} == {Status.PROPOSED}


def test_a_row_that_is_not_there_is_stale(store, fix):
    with pytest.raises(StaleFix, match="row 99 is not in"):
        store.apply(store.save_fixes("items", [fix([99], ("size", "x", "y"))]))


def test_two_fixes_of_one_cell_are_refused(store, fix):
    saved = store.save_fixes(
        "items", [fix([1], ("size", "12 oz", "12")), fix([2, 1], ("size", "12 oz", "13"))]
    )
    with pytest.raises(
        StaleFix, match=rf"Fix {saved[1].id} and fix {saved[0].id} both write row 1"
    ):
        store.apply(saved)


def test_one_fix_inside_an_older_change_set_is_taken_back_alone(store, fix):
    saved, change_set = applied(
        store, fix([1, 2], ("size", "12 oz", "12")), fix([4], ("size", "9 oz", "9"))
    )
    applied(store, fix([1], ("name", "a", "A")))
    store.undo_fix(saved[0].id)
    assert column(store, "size") == ["12 oz", "12 oz", "", "9"]
    assert store.fix(saved[1].id).status is Status.APPLIED
    assert not store.history()[0].undone
    store.undo(change_set.id)
    assert column(store, "size") == ["12 oz", "12 oz", "", "9 oz"]
    assert store.history()[0].undone


def test_undo_is_blocked_by_a_later_change_of_a_cell_until_that_is_undone(store, fix):
    (first,), change_set = applied(store, fix([1, 2], ("size", "12 oz", "12")))
    (second,), later = applied(store, fix([2], ("size", "12", "twelve")))
    for undo in (lambda: store.undo(change_set.id), lambda: store.undo_fix(first.id)):
        with pytest.raises(UndoBlocked, match=rf"change set {later.id}, fix {second.id} .* row 2"):
            undo()
    store.undo_fix(second.id)
    store.undo_fix(first.id)
    assert column(store, "size") == ["12 oz", "12 oz", "", "9 oz"]


def test_undo_is_blocked_even_if_later_changes_came_back_to_the_value(store, fix):
    (first,), _ = applied(store, fix([1], ("size", "12 oz", "12")))
    applied(store, fix([1], ("size", "12", "13")))
    applied(store, fix([1], ("size", "13", "12")))
    with pytest.raises(UndoBlocked, match="row 1, column 'size'"):
        store.undo_fix(first.id)


def test_redo_is_blocked_when_the_cell_was_fixed_otherwise_meanwhile(store, fix):
    (first,), change_set = applied(store, fix([1], ("size", "12 oz", "12")))
    undone = store.undo_fix(first.id)
    applied(store, fix([1], ("size", "12 oz", "0.75 lb")))
    with pytest.raises(UndoBlocked, match="row 1, column 'size'"):
        store.undo(undone.id)
    assert change_set.id == 1


def test_a_change_from_outside_blocks_the_undo(store, fix):
    (first,), _ = applied(store, fix([1], ("size", "12 oz", "12")))
    store._db.conn.execute("update items set size = 'hand' where id = '1'")
    with pytest.raises(UndoBlocked, match="outside steward"):
        store.undo_fix(first.id)


def test_nothing_is_undone_twice(store, fix):
    (first,), change_set = applied(store, fix([1], ("size", "12 oz", "12")))
    store.undo(change_set.id)
    with pytest.raises(UsageError, match="undone already"):
        store.undo(change_set.id)
    with pytest.raises(UsageError, match="not applied"):
        store.undo_fix(first.id)
    with pytest.raises(UsageError, match="no change set 77"):
        store.undo(77)
    with pytest.raises(UsageError, match="no fix 77"):
        store.undo_fix(77)


def test_an_undone_fix_may_be_applied_again(store, fix):
    (first,), _ = applied(store, fix([1], ("size", "12 oz", "12")))
    store.undo_fix(first.id, status=Status.REVERTED)
    assert store.fix(first.id).status is Status.REVERTED
    store.apply([store.fix(first.id)])
    with pytest.raises(UsageError, match="is applied"):
        store.apply([store.fix(first.id)])
    store.undo_fix(first.id)
    assert column(store, "size")[0] == "12 oz"


def test_a_merge_moves_rows_aside_and_undo_brings_them_back(store, fix, cells):
    before = cells(store)
    (saved,), change_set = applied(
        store, fix([2, 1, 4], ("name", "b", "B"), kind=FixKind.MERGE)
    )  # fmt: skip
    assert [row[0] for row in cells(store)] == [2, 3]
    assert column(store, "name") == ["B", "c"]
    side = store.table("items__merged")
    assert (side.rows, side.side_of, side.content_hash) == (
        2, "items", store.recount_hash("items__merged"),
    )  # fmt: skip
    assert [row[3] for row in cells(store, "items__merged")] == [change_set.id] * 2
    assert store.content_hash("items") == store.recount_hash("items")
    undone = store.undo_fix(saved.id)
    assert cells(store) == before
    assert store.table("items__merged").rows == 0
    store.undo(undone.id)
    assert store.table("items__merged").rows == 2
    assert [info.name for info in store.tables()] == ["items", "items__merged"]


def test_a_quarantined_row_cannot_be_fixed_or_moved_twice(store, fix):
    saved = store.save_fixes(
        "items",
        [fix([1], kind=FixKind.QUARANTINE), fix([1, 2], kind=FixKind.QUARANTINE)],
    )
    with pytest.raises(StaleFix, match="both write row 1"):
        store.apply(saved)
    store.apply(saved[:1])
    with pytest.raises(StaleFix, match="row 1 is not in"):
        store.apply(saved[1:])


def test_a_fix_of_a_row_that_left_later_is_blocked_and_comes_back_with_it(store, fix, cells):
    before = cells(store)
    (first,), _ = applied(store, fix([1], ("size", "12 oz", "12")))
    (second,), _ = applied(store, fix([1], kind=FixKind.QUARANTINE))
    with pytest.raises(UndoBlocked, match=rf"fix {second.id} later changed row 1"):
        store.undo_fix(first.id)
    store.undo_fix(second.id)
    store.undo_fix(first.id)
    assert cells(store) == before


def test_a_fix_and_a_quarantine_of_one_row_in_one_set_are_undone_together(store, fix, cells):
    before = cells(store)
    (first, second), change_set = applied(
        store, fix([1], ("size", "12 oz", "12")), fix([1], kind=FixKind.QUARANTINE)
    )
    undone = store.undo(change_set.id)
    assert cells(store) == before
    store.undo(undone.id)
    store.undo_fix(second.id)
    store.undo_fix(first.id)
    assert cells(store) == before


def test_a_fix_that_repeats_a_key_is_refused(store, fix, cells):
    before = cells(store)
    with pytest.raises(StaleFix, match=r"the same key \(id\)"):
        applied(store, fix([2], ("id", "2", "1")))
    assert cells(store) == before


def test_only_saved_fixes_of_one_table_are_applied(store, fix, deliver):
    deliver(store, "a\n1\n", "other", name="o.csv")
    mine = store.save_fixes("items", [fix([1], ("size", "12 oz", "12"))])
    theirs = store.save_fixes("other", [fix([1], ("a", "1", "2"), table="other")])
    with pytest.raises(UsageError, match="one table"):
        store.apply([*mine, *theirs])
    with pytest.raises(UsageError, match="must be saved"):
        store.apply([fix([1], ("size", "12 oz", "12"))])
    with pytest.raises(UnknownColumn, match="no column 'colour'"):
        store.save_fixes("items", [fix([1], ("colour", "", "red"))])
    with pytest.raises(UsageError, match="not plain text"):
        store.save_fixes("items", [fix([1], ("size", "", "\ud800"))])


def test_decisions_outlive_a_new_run(store, fix):
    kept, again, gone = store.save_fixes(
        "items",
        [
            fix([1, 2], ("size", "12 oz", "12")),
            fix([4], ("size", "9 oz", "9")),
            fix([3], ("size", "", None)),
        ],
    )
    store.review(kept.id, Status.REJECTED)
    accepted = store.review(again.id, Status.ACCEPTED, by="policy")
    second = store.save_fixes(
        "items",
        [
            fix([2, 4], ("size", "12 oz", "12")),
            fix([4], ("size", "9 oz", "9")),
            fix([1], ("size", "12 oz", "a dozen")),
        ],
    )
    assert [found.status for found in second] == [
        Status.REJECTED, Status.ACCEPTED, Status.PROPOSED,
    ]  # fmt: skip
    assert second[1] == accepted
    assert second[2].run == kept.run + 1
    with pytest.raises(UsageError, match=f"no fix {gone.id}"):
        store.fix(gone.id)
    assert [found.id for found in store.fixes("items", status=Status.ACCEPTED)] == [accepted.id]


def test_a_review_may_edit_new_values_only(store, fix):
    (saved,) = store.save_fixes("items", [fix([1], ("size", "12 oz", "12"))])
    edited = store.review(saved.id, Status.ACCEPTED, changes=[Change("size", "12 oz", "12 fl oz")])
    assert edited.changes[0].after == "12 fl oz"
    with pytest.raises(UsageError, match="only change the new values"):
        store.review(saved.id, Status.ACCEPTED, changes=[Change("name", "12 oz", "x")])
    store.apply([edited])
    with pytest.raises(UsageError, match="is applied"):
        store.review(saved.id, Status.REJECTED)
    assert column(store, "size")[0] == "12 fl oz"


def test_the_time_comes_from_the_environment_when_it_is_fixed(tmp_path, deliver, monkeypatch):
    monkeypatch.setenv("STEWARD_NOW", "2026-02-03T04:05:06+02:00")
    with Store.create(tmp_path / "t.db") as store:
        assert deliver(store, "a\n1\n").ingested_at == "2026-02-03T02:05:06Z"
    monkeypatch.setenv("STEWARD_NOW", "noon")
    with Store(tmp_path / "t.db") as store, pytest.raises(UsageError, match="STEWARD_NOW"):
        deliver(store, "a\n1\n")


def test_a_table_of_a_thousand_columns_is_hashed_fixed_and_undone(tmp_path, deliver, fix):
    names = [f"c{n}" for n in range(1500)]
    with Store.create(tmp_path / "w.db") as store:
        deliver(store, ",".join(names) + "\n" + ",".join("x" * 1500) + "\n")
        before = store.content_hash("items")
        assert before == store.recount_hash("items")
        saved = store.save_fixes("items", [fix([1], ("c1400", "x", "y"), ("c3", "x", None))])
        change_set = store.apply(saved)
        assert store.content_hash("items") == store.recount_hash("items") != before
        store.undo(change_set.id)
        assert store.content_hash("items") == before

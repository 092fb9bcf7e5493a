"""Whatever the table and the fixes: apply and undo are each other's reverse."""

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.errors import StaleFix, StewardError
from steward.sources import open_delivery
from steward.store import Store
from steward.types import FixKind

COLUMNS = ("a", "b", "c")
cell = st.sampled_from(["", "x", "y", "12 oz", "中文", "a\nb", "'", '"', " "])
tables = st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=6)
new = st.none() | cell


@st.composite
def plans(draw, size):
    """Rows, columns and new values of a few fixes; old values are looked up when it is applied."""
    plan = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(
            st.sampled_from([FixKind.CELL, FixKind.CELL, FixKind.MERGE, FixKind.QUARANTINE])
        )
        rows = draw(st.lists(st.integers(1, size), min_size=1, max_size=2, unique=True))
        rows = rows[:1] if kind is FixKind.CELL else rows
        columns = draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=2, unique=True))
        if kind is FixKind.QUARANTINE:
            columns = []
        plan.append((kind, rows, [(column, draw(new)) for column in columns]))
    return plan


worlds = tables.flatmap(
    lambda rows: st.tuples(st.just(rows), st.lists(plans(len(rows)), min_size=1, max_size=4))
)


def world(folder, rows):
    with open(folder / "in.csv", "w", newline="") as stream:
        csv.writer(stream).writerows([COLUMNS, *rows])
    store = Store.create(folder / "s.db")
    store.ingest(open_delivery(str(folder / "in.csv"), delimiter=",", encoding="utf-8"), "items")
    return store


def state(store):
    """All rows of all tables, empty side tables aside."""
    found = {}
    for info in store.tables():
        rows = store._db.conn.execute(f'select * from "{info.name}" order by 1').fetchall()
        # a redone quarantine belongs to the redo: the number of its change set is another
        found[info.name] = [row[:3] + row[4:] if info.side_of else row for row in rows]
    for info in store.tables():
        assert info.content_hash == store.recount_hash(info.name)
        assert info.rows == len(found[info.name])
    return {name: rows for name, rows in found.items() if rows or name == "items"}


def make(store, plan, fix):
    held = {row[0]: dict(zip(COLUMNS, row[3:], strict=True)) for row in state(store)["items"]}
    made = [
        fix(rows, *((c, held[rows[0]][c], after) for c, after in changes), kind=kind)
        for kind, rows, changes in plan
        if set(rows) <= set(held)
    ]
    return store.save_fixes("items", made)


@settings(max_examples=30, deadline=None)
@given(worlds)
def test_undoing_every_change_set_gives_back_every_state_on_the_way(
    tmp_path_factory, fix, given_world
):
    rows, steps = given_world
    with world(tmp_path_factory.mktemp("p"), rows) as store:
        passed = []
        for plan in steps:
            saved = make(store, plan, fix)
            before = state(store)
            try:
                passed.append((before, store.apply(saved).id))
            except StewardError:
                assert state(store) == before
        for before, number in reversed(passed):
            after = state(store)
            undone = store.undo(number)
            assert state(store) == before
            redone = store.undo(undone.id)
            assert state(store) == after
            store.undo(redone.id)
            assert state(store) == before


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(worlds)
def test_fixes_undone_one_by_one_in_any_order_give_back_the_table(
    tmp_path_factory, fix, given_world
):
    rows, steps = given_world
    with world(tmp_path_factory.mktemp("p"), rows) as store:
        first, numbers = state(store), []
        for plan in steps:
            for saved in make(store, plan, fix):
                try:
                    store.apply([saved])
                    numbers.append(saved.id)
                except StewardError:
                    pass
        while numbers:  # the oldest that nothing later blocks
            for number in numbers:
                before = state(store)
                try:
                    store.undo_fix(number)
                except StaleFix:
                    assert state(store) == before
                    continue
                numbers.remove(number)
                break
            else:
                pytest.fail("every fix is blocked by another")
        assert state(store) == first


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(tables, new, st.sampled_from(COLUMNS), cell)
def test_a_fix_is_applied_only_where_its_old_value_is(
    tmp_path_factory, fix, rows, after, column, old
):
    with world(tmp_path_factory.mktemp("p"), rows) as store:
        wanted = fix(range(1, len(rows) + 1), (column, old, after))
        before = state(store)
        fits = all(row[COLUMNS.index(column)] == old for row in rows)
        saved = store.save_fixes("items", [wanted])
        if fits:
            assert store.apply(saved).cells == len(rows)
        else:
            with pytest.raises(StaleFix, match=f"Fix {saved[0].id} is stale: row"):
                store.apply(saved)
            assert state(store) == before

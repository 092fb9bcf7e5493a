"""Which fixes can be written together."""

from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from steward.engine import Snapshot
from steward.job.choose import OVERLAP, STALE, compatible, holds, rows_holding
from steward.store import Store
from steward.types import Change, Evidence, Fix, FixKind, Provenance, Reason, Safety

TABLE = Snapshot.from_columns("t", {"a": ["x", "y", None, "x"], "b": ["1", "1", "2", ""]})


def fix(number: int, rows: tuple[int, ...], *changes: Change, **kind: object) -> Fix:
    return Fix(
        table="t",
        kind=kind.get("kind", FixKind.MAPPING),  # type: ignore[arg-type]
        reason=Reason.FORMAT,
        check="format",
        changes=changes,
        rows=rows,
        provenance=Provenance("test", "1"),
        evidence=Evidence(""),
        confidence=float(kind.get("confidence", 0.9)),  # type: ignore[arg-type]
        safety=kind.get("safety", Safety.SAFE),  # type: ignore[arg-type]
        id=number,
    )


def test_a_fix_holds_where_its_old_values_are() -> None:
    assert holds(TABLE, fix(1, (1, 4), Change("a", "x", "z")))
    assert holds(TABLE, fix(1, (3,), Change("a", None, "z")))
    assert holds(TABLE, fix(1, (4,), Change("b", "", None)))


def test_a_fix_does_not_hold_in_other_rows_columns_or_values() -> None:
    assert not holds(TABLE, fix(1, (1, 2), Change("a", "x", "z")))
    assert not holds(TABLE, fix(1, (9,), Change("a", "x", "z")))
    assert not holds(TABLE, fix(1, (1,), Change("c", "x", "z")))
    assert not holds(TABLE, fix(1, (1,), Change("a", "nowhere", "z")))
    assert not holds(TABLE, fix(1, ()))


def test_null_and_empty_are_not_the_same_old_value() -> None:
    assert not holds(TABLE, fix(1, (4,), Change("b", None, "z")))


def test_the_stronger_of_two_fixes_on_one_cell_is_written() -> None:
    weak = fix(1, (1,), Change("a", "x", "p"), confidence=0.5)
    strong = fix(2, (1, 4), Change("a", "x", "q"), confidence=0.9)
    ready, left = compatible(TABLE, [weak, strong])
    assert ready == (strong,)
    assert left == ((weak, OVERLAP),)


def test_safe_goes_before_unsafe_however_sure_the_unsafe_is() -> None:
    unsafe = fix(1, (1,), Change("a", "x", "p"), confidence=1.0, safety=Safety.UNSAFE)
    safe = fix(2, (1,), Change("a", "x", "q"), confidence=0.1)
    assert compatible(TABLE, [unsafe, safe])[0] == (safe,)


def test_fixes_on_two_columns_of_one_row_go_together() -> None:
    fixes = [fix(1, (1,), Change("a", "x", "p")), fix(2, (1,), Change("b", "1", "2"))]
    assert compatible(TABLE, fixes)[0] == tuple(fixes)


def test_a_row_that_leaves_takes_no_other_fix() -> None:
    cell = fix(1, (1,), Change("a", "x", "p"), confidence=0.2)
    leaves = fix(2, (1, 2), kind=FixKind.QUARANTINE)
    assert compatible(TABLE, [cell, leaves]) == ((leaves,), ((cell, OVERLAP),))


def test_a_cell_already_claimed_keeps_its_row_from_leaving() -> None:
    cell = fix(1, (1,), Change("a", "x", "p"), confidence=0.99)
    leaves = fix(2, (1, 2), kind=FixKind.QUARANTINE, confidence=0.5)
    assert compatible(TABLE, [cell, leaves]) == ((cell,), ((leaves, OVERLAP),))


def test_a_stale_fix_is_named_as_stale() -> None:
    stale = fix(1, (2,), Change("a", "x", "p"))
    assert compatible(TABLE, [stale]) == ((), ((stale, STALE),))


@given(st.lists(st.sampled_from(["x", "y", "", None]), min_size=1, max_size=30), st.data())
def test_rows_are_found_exactly_where_the_old_value_is(
    cells: list[str | None], data: st.DataObject
) -> None:
    wanted = data.draw(st.sampled_from(["x", "y", "", None]))
    table = Snapshot.from_columns("t", {"a": cells})
    expected = [n for n, cell in enumerate(cells, 1) if cell == wanted]
    found = rows_holding(table, [Change("a", wanted, "z")])
    np.testing.assert_array_equal(found, np.array(expected, dtype=np.int64))


def test_two_changes_must_both_find_their_old_values() -> None:
    found = rows_holding(TABLE, [Change("a", "x", "1"), Change("b", "1", "x")])
    assert found.tolist() == [1]


def test_fixes_from_a_store_come_back_in_their_order(
    store: Store, proposed: Callable[..., Fix]
) -> None:
    first = proposed("size", "12.0 oz", "12 oz", 81, 82, confidence=0.5)
    second = proposed("city", "Berlni", "Berlin", 83, confidence=0.9)
    ready, _ = compatible(store.snapshot("items"), [second, first])
    assert [one.id for one in ready] == [first.id, second.id]

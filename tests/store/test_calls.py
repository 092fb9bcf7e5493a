"""A call that writes is noted in the transaction that writes."""

import pytest

from steward.errors import StaleFix


def test_what_a_call_writes_is_known_by_its_key(store, fix) -> None:
    (saved,) = store.save_fixes("items", [fix([1, 2], ("size", "12 oz", "12"))])
    with store.in_call("k1"):
        written = store.apply([saved])
    with store.in_call("k2"):
        back = store.undo(written.id)
    again = store.undo(back.id)
    assert store.written_by("k1") == [written.id]
    assert store.written_by("k2") == [back.id]
    assert store.written_by("k3") == []
    assert again.id not in (*store.written_by("k1"), *store.written_by("k2"))


def test_a_call_that_failed_has_written_nothing(store, fix) -> None:
    (saved,) = store.save_fixes("items", [fix([1], ("size", "13 oz", "13"))])
    with pytest.raises(StaleFix), store.in_call("k1"):
        store.apply([saved])
    assert store.written_by("k1") == []


def test_a_connection_beside_it_sees_what_was_written(store, fix) -> None:
    (saved,) = store.save_fixes("items", [fix([1, 2], ("size", "12 oz", "12"))])
    with store.in_call("k1"):
        store.apply([saved])
    with store.beside(read_only=True) as other:
        assert other.read_only
        assert len(other.written_by("k1")) == 1

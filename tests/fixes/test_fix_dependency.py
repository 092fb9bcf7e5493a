import random
from dataclasses import replace

import numpy as np
import pytest
from planted import WORDS, Columns, opened, orders, plant, written

from steward.fixes import dependency
from steward.fixes.dependency import DependencyVote
from steward.types import Change, Fix, FixKind, Reason, Safety


def proposed(columns: Columns) -> list[Fix]:
    return list(DependencyVote().propose(*opened(columns)))


def test_every_fix_says_what_stands_there_and_lists_its_rows_once() -> None:
    dirty, truth = plant(orders(), 24)
    fixes = proposed(dirty)
    assert written(fixes) == truth
    for fix in fixes:
        (change,) = fix.changes
        assert fix.kind is FixKind.CELL
        assert {dirty[change.column][row - 1] for row in fix.rows} == {change.before}
        assert len(set(fix.rows)) == len(fix.rows)
        assert 0 < fix.confidence < 1
    assert sum(fix.cells for fix in fixes) == len(truth)


def test_the_reason_is_told_by_what_stood_there() -> None:
    dirty, _ = plant(orders(), 24)
    for fix in proposed(dirty):
        before = fix.changes[0].before
        if before is None:
            assert (fix.reason, fix.check) == (Reason.MISSING, "missing")
        elif "x" in before:
            assert (fix.reason, fix.check) == (Reason.TYPO, "dependency")


def test_the_evidence_counts_what_a_reader_can_count() -> None:
    dirty, _ = plant(orders(), 16)
    snapshot, profile = opened(dirty)
    for fix in DependencyVote().propose(snapshot, profile):
        (change,), row = fix.changes, fix.rows[0] - 1
        for_it = 0
        for name in fix.evidence.determinants:
            mine = dirty[name][row]
            group = [i for i, v in enumerate(dirty[name]) if v == mine and i != row]
            hold = sum(dirty[change.column][i] == change.after for i in group)
            assert f"of {len(group)} other rows with {name} `{mine}`, {hold} hold it" in (
                fix.evidence.text
            )
            for_it += hold
        assert fix.evidence.votes_for == for_it > fix.evidence.votes_against


def test_the_query_of_the_evidence_runs_and_shows_the_rows_that_are_mended() -> None:
    columns = orders()
    columns["the 'city'"] = columns.pop("city")
    columns["supplier"] = [f"O'{s}" for s in columns["supplier"]]
    columns["the 'city'"][3] = columns["the 'city'"][90] = None
    snapshot, profile = opened(columns)
    fixes = list(DependencyVote().propose(snapshot, profile))
    assert fixes
    for fix in fixes:
        shown = snapshot.sql(fix.evidence.sql)
        ids = shown.column(0).to_pylist()
        assert set(fix.rows[:20]) <= set(ids)
        assert ids == sorted(ids)
        assert fix.changes[0].column in shown.column_names
        assert set(fix.evidence.determinants) < set(shown.column_names)
        assert len(ids) > len(fix.rows)


@pytest.mark.parametrize("fault", ["emptied", "wrong"])
def test_a_slice_that_is_wrong_as_a_whole_is_never_more_than_unsafe(fault: str) -> None:
    columns, rng = orders(), random.Random(4)
    whole = {i + 1 for i, week in enumerate(columns["week"]) if week == "3"}
    for row in whole:
        columns["city"][row - 1] = None if fault == "emptied" else f"{rng.choice(WORDS)}ville"
    fixes = proposed(columns)
    assert fixes or fault == "wrong"
    for fix in fixes:
        assert set(fix.rows) <= whole
        assert fix.safety is Safety.UNSAFE
        assert "gather in a slice" in fix.evidence.text


def test_a_column_that_shows_no_damage_and_is_not_fixed_by_others_waits_for_a_person() -> None:
    columns, rng = orders(600), random.Random(2)
    columns["size"] = ["12" if rng.random() < 0.94 else "16" for _ in columns["city"]]
    for i, supplier in enumerate(columns["supplier"]):
        if str(supplier) < "h":
            columns["size"][i] = {"12": "16", "16": "12"}[str(columns["size"][i])]
    fixes = [fix for fix in proposed(columns) if fix.columns == ("size",)]
    assert {fix.safety for fix in fixes} == {Safety.UNSAFE}
    assert all("may be variation" in fix.evidence.text for fix in fixes)


def test_scattered_errors_may_become_safe() -> None:
    dirty, _ = plant(orders(), 16)
    assert {fix.safety for fix in proposed(dirty)} == {Safety.SAFE}


def test_a_disguised_blank_is_filled_and_named_as_it_was_delivered() -> None:
    columns = orders()
    truth = {i + 1: columns["city"][i] for i in (10, 50, 90, 130, 170)}
    for row in truth:
        columns["city"][row - 1] = "N/A"
    fixes = proposed(columns)
    assert written(fixes) == {("city", row): value for row, value in truth.items()}
    assert {fix.changes[0].before for fix in fixes} == {"N/A"}


def test_chinese_tables_are_mended_alike() -> None:
    dirty, truth = plant(orders(), 16)
    names = dict(zip(dirty, ("订单", "周", "供应商", "地址", "城市", "电话"), strict=True))
    letters = str.maketrans({chr(97 + i): chr(0x4E00 + 7 * i) for i in range(26)})

    def chinese(text: str | None) -> str | None:
        return None if text is None else text.translate(letters)

    columns = {names[c]: [chinese(v) for v in values] for c, values in dirty.items()}
    assert written(proposed(columns)) == {(names[c], r): chinese(v) for (c, r), v in truth.items()}


def test_fixes_come_in_the_same_order_and_columns_stay_together() -> None:
    dirty, _ = plant(orders(), 24)
    one, two = proposed(dirty), proposed(dirty)
    assert one == two
    columns = [fix.columns[0] for fix in one]
    assert columns == sorted(columns, key=list(dirty).index)


def test_tables_beyond_the_limit_are_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    dirty, _ = plant(orders(), 16)
    monkeypatch.setattr(dependency, "MAX_CELLS", 300 * 6 - 1)
    assert proposed(dirty) == []
    monkeypatch.setattr(dependency, "MAX_CELLS", 300 * 6)
    assert proposed(dirty) != []


@pytest.mark.slow
def test_it_tests_itself_column_by_column_and_the_same_way_twice() -> None:
    dirty, _ = plant(orders(150), 8)
    snapshot, profile = opened(dirty)
    corrector = DependencyVote()
    fixes = [f for f in corrector.propose(snapshot, profile) if f.columns != ("phone",)]
    measured = corrector.backtest(snapshot, profile, fixes, 3)
    assert list(measured) == ["supplier", "address", "city"]
    for result in measured.values():
        assert result.lower > 0.9
        assert result.false_alarms == 0
    some = [f for f in fixes if f.columns == ("city",)]
    once, again = (corrector.backtest(snapshot, profile, some, 3) for _ in range(2))
    assert once == again
    assert list(once) == ["city"]


def test_other_fixes_of_a_column_can_be_backtested_too() -> None:
    dirty, _ = plant(orders(120), 8)
    snapshot, profile = opened(dirty)
    fix = next(iter(DependencyVote().propose(snapshot, profile)))
    two = replace(fix, changes=(Change("city", "a", "b"), Change("phone", "a", "b")))
    measured = DependencyVote().backtest(snapshot, profile, [two])
    assert set(measured) == {"city", "phone"}
    assert np.isfinite([b.precision for b in measured.values()]).all()

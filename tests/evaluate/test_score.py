"""The scorer's own tests: no-op 0, oracle 1, vandal below 0."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.errors import InputError
from steward.evaluate import score_repair

COLUMNS = ["city", "state"]
CLEAN = [["Bend", "OR"], ["Gary", "IN"], ["Reno", "NV"], ["Boise", "ID"]]
DIRTY = [["Bend", "OR"], ["Gray", "IN"], ["Reno", ""], ["Boise", "ID"]]


def test_doing_nothing_scores_zero():
    score = score_repair(COLUMNS, DIRTY, DIRTY, CLEAN)
    assert (score.recall, score.f1, score.damage, score.phi(10)) == (0, 0, 0, 0)
    assert math.isnan(score.precision)


def test_the_oracle_scores_one():
    score = score_repair(COLUMNS, DIRTY, CLEAN, CLEAN)
    assert (score.precision, score.recall, score.f1, score.phi(10)) == (1, 1, 1, 1)
    assert score.damage == 0


def test_a_vandal_scores_below_zero():
    vandal = [["x", "x"] for _ in DIRTY]
    score = score_repair(COLUMNS, DIRTY, vandal, CLEAN)
    assert score.phi(1) == -3
    assert score.damage == 1 and score.f1 == 0 and score.coverage == 1


def test_counts_are_kept_by_column_and_by_kind():
    fixed = [["bend", "OR"], ["Gary", "IN"], ["Reno", "CA"], ["Boise", "ID"]]
    score = score_repair(COLUMNS, DIRTY, fixed, CLEAN)
    assert score.columns["city"].fixed == 1 and score.columns["city"].damaged == 1
    assert score.columns["state"].touched == 1 and score.columns["state"].fixed == 0
    assert score.kinds["typo"].fixed == 1 and score.kinds["missing"].fixed == 0
    assert score.kinds["none"].damaged == 1
    assert score.whole.detection_precision == pytest.approx(2 / 3)
    assert score.whole.correction == 0.5


def test_ignored_cells_leave_every_count():
    score = score_repair(COLUMNS, DIRTY, CLEAN, CLEAN, ignore=[("state", "NV")])
    assert score.whole.errors == 1 and score.whole.cells == 7


def test_null_and_empty_text_are_the_same():
    rows: list[list[str | None]] = [["Reno", None]]
    assert score_repair(COLUMNS, rows, [["Reno", ""]], [["Reno", None]]).whole.written == 0


def test_given_kinds_replace_the_guess():
    kinds = [["CLN", "CLN"], ["TYP", "CLN"], ["CLN", "MIS"], ["CLN", "CLN"]]
    score = score_repair(COLUMNS, DIRTY, CLEAN, CLEAN, kinds=kinds)
    assert set(score.kinds) == {"TYP", "MIS"}


def test_tables_of_other_shape_are_refused():
    with pytest.raises(InputError, match="differ in length"):
        score_repair(COLUMNS, DIRTY, DIRTY[:-1], CLEAN)
    with pytest.raises(InputError, match="Row 1"):
        score_repair(COLUMNS, [["a"]], [["a"]], [["a"]])


tables = st.lists(
    st.tuples(*[st.tuples(*[st.sampled_from(["a", "b", "", "c"])] * 2)] * 3), max_size=8
)


@given(tables)
def test_parts_add_up_to_the_whole(rows):
    dirty, fixed, clean = ([list(r[i]) for r in rows] for i in range(3))
    score = score_repair(COLUMNS, dirty, fixed, clean)
    for part in (score.columns, score.kinds):
        for count in ("errors", "written", "touched", "fixed", "damaged"):
            assert sum(getattr(t, count) for t in part.values()) == getattr(score.whole, count)
    assert score.whole.fixed <= score.whole.touched <= score.whole.written

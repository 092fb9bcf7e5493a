"""What is asked, and what an answer decides: never more than it tells."""

import pytest
from taught_tables import NONE, SOME, YES, fix, table

from steward.teach import SKIP, Kind, Lesson
from steward.teach.belief import Belief
from steward.types import Reason, Safety

NAMES = [f"Anna Berg {n:03d}" for n in range(80)]


def lesson(fixes, columns=None, **more):
    snapshot, profile = table(columns or {"name": NAMES})
    return Lesson(snapshot, profile, fixes, **more)


def group(count, start=1, **more):
    return [
        fix("name", NAMES[n - 1], f"right {n}", [n], **more) for n in range(start, start + count)
    ]


def test_a_few_right_examples_release_the_whole_group_and_no_other():
    taught = lesson([*group(40), *group(20, 41, corrector="two")])
    first = taught.questions()[0]
    assert first.cells == 40 and len(first.examples) <= 6
    released = taught.answer(first, YES)
    assert sorted(row for one in released for row in one.rows) == list(range(1, 41))
    assert {one.safety for one in released} == {Safety.SAFE}
    assert [q.cells for q in taught.questions()] == [20]


def test_none_right_drops_the_group_for_good():
    taught = lesson(group(40))
    (question,) = taught.questions()
    assert taught.answer(question, NONE) == [] and taught.questions() == []
    again = lesson(group(40), settled=taught.settled)
    assert again.questions() == []


def test_a_mixed_group_is_taken_apart_and_asked_again():
    sure = group(20, confidence=0.94)
    taught = lesson([*sure, *group(20, 21, confidence=0.7)])
    (question,) = taught.questions()
    assert taught.answer(question, SOME) == []
    upper, lower = taught.questions()
    assert (upper.cells, lower.cells) == (20, 20)
    assert {row for one in taught.answer(upper, YES) for row in one.rows} == set(range(1, 21))


def test_a_doubtful_group_needs_a_second_look_before_it_is_released():
    taught = lesson(group(60, confidence=0.4))
    (question,) = taught.questions()
    assert taught.answer(question, YES) == []
    (second,) = taught.questions()
    shown = {e.row for e in question.examples} & {e.row for e in second.examples}
    assert not shown and len(taught.answer(second, YES)) == 60


def test_skipping_decides_nothing():
    taught = lesson(group(40))
    (question,) = taught.questions()
    assert taught.answer(question, SKIP) == [] and taught.released == []
    assert taught.questions() == []


def test_what_a_safe_fix_writes_is_not_asked_about():
    taught = lesson([*group(40), *group(40, safety=Safety.SAFE, corrector="two")])
    assert taught.questions() == [] and len(taught.safe) == 40


def test_a_corrector_that_was_wrong_is_asked_about_what_it_would_write_unseen():
    columns = {"name": NAMES, "town": ["Bend"] * 80}
    wrong = [
        fix("town", "Bend", f"{kind}", list(range(1 + 10 * i, 11 + 10 * i)), reason=kind)
        for i, kind in enumerate((Reason.TYPO, Reason.DEPENDENCY, Reason.CONFLICT, Reason.MISSING))
    ]
    safe = group(40, safety=Safety.SAFE, confidence=0.99)
    taught = lesson([*wrong, *safe], columns)
    for _ in range(4):
        question = next(q for q in taught.questions() if q.columns == ("town",))
        taught.answer(question, NONE)
    (audit,) = taught.questions()
    assert "unseen" in audit.text.en
    taught.answer(audit, NONE)
    assert taught.safe == []
    later = lesson([*wrong, *safe], columns, settled=taught.settled)
    assert later.safe == []


def test_the_word_for_nothing_is_a_question_of_its_own_kind():
    columns = {"name": NAMES, "ibu": ["N/A", "40"] * 40}
    blank = fix("ibu", "N/A", None, range(1, 80, 2), reason=Reason.DISGUISED_MISSING)
    question = next(q for q in lesson([blank], columns).questions() if q.kind is Kind.BLANK)
    assert "'N/A'" in question.text.en and "N/A" in question.text.zh


def test_an_odd_value_can_be_typed_and_decides_its_rows_alone():
    values = ["12%", "45%", "98%"] * 26 + ["9x%", "9x%"]
    taught = lesson([], {"score": values})
    question = next(q for q in taught.questions() if q.kind is Kind.VALUE)
    assert [e.row for e in question.examples] == [79, 80]
    taught.answer(question, NONE)
    one, other = [q for q in taught.questions() if q.kind is Kind.VALUE]
    (typed,) = taught.answer(one, "=97%")
    assert typed.rows == (one.examples[0].row,) and typed.changes[0].after == "97%"
    assert taught.questions() == [other]


@pytest.mark.parametrize(("stated", "right", "wrong", "low", "high"), [
    (0.9, 6, 0, 0.95, 1.0), (0.5, 6, 0, 0.85, 0.95), (0.5, 12, 0, 0.95, 1.0),
    (0.97, 0, 6, 0.0, 0.2), (0.9, 5, 1, 0.5, 0.95),
])  # fmt: skip
def test_belief_moves_with_what_was_seen(stated, right, wrong, low, high):
    assert low <= Belief(stated).seen(right, wrong).mean <= high


def test_questions_come_in_the_same_order():
    fixes = [*group(20), *group(20, 21, corrector="two"), *group(20, 41, corrector="three")]
    orders = [[q.id for q in lesson(fixes).questions()] for _ in range(2)]
    assert orders[0] == orders[1]

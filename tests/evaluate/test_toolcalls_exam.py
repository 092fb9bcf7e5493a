"""The exam of tool calls: what fits, what does not, on shops that are laid out for real."""

from dataclasses import replace

import pytest

from steward.evaluate import CALLERS, Call, Exam, Heard, Settings, mark_calls, run_exam, tool_papers

EXAM = Exam("tools", "a test", tool_papers, CALLERS, mark_calls)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return tool_papers(Settings(split="test"), 0)[0].lay(tmp_path_factory.mktemp("calls"))


def asked(desk, tool):
    return next(q for q in desk.questions if q.expected[0].tool == tool)


@pytest.mark.slow
def test_an_oracle_makes_the_right_calls_and_the_silent_none(desk):
    record = run_exam(EXAM, Settings("oracle"))
    assert [r["name"] for r in record.cases if not r["right"]] == []
    assert record.summary["questions"] >= 60
    for question in desk.questions:
        assert mark_calls(question, Heard(), desk.store).score == 0


def test_looking_around_first_is_no_mistake_but_a_wrong_call_is(desk):
    question = asked(desk, "explain_nulls")
    good = Call("explain_nulls", {"what": list(question.expected[0].holds)})
    look = (Call("list_tables", {}), Call("describe_table", {"table": "x"}))
    assert mark_calls(question, Heard(calls=(*look, good)), desk.store).right
    late = mark_calls(question, Heard(calls=(Call("query", {"sql": "select 1"}), good)), desk.store)
    assert late.parts["first call"] == -1 and late.parts["any call"] == 1 and not late.right


def test_the_column_must_be_the_one_asked_about(desk):
    question = asked(desk, "explain_nulls")
    wrong = Call("explain_nulls", {"table": "x", "column": "y"})
    assert mark_calls(question, Heard(calls=(wrong,)), desk.store).score == -1


def test_a_query_is_right_when_it_gives_the_number(desk):
    question = next(q for q in desk.questions if q.expected[0].gives is not None)
    one = question.expected[0]
    for number, right in ((one.gives, True), (one.gives + 1, False)):
        call = Call("query", {"sql": f"select {number} as n, '{' '.join(one.holds)}' as held"})
        assert mark_calls(question, Heard(calls=(call,)), desk.store).right is right
    broken = Call("query", {"sql": f"select from, {one.gives}, '{' '.join(one.holds)}'"})
    assert not mark_calls(question, Heard(calls=(broken,)), desk.store).right


def test_a_write_that_nobody_asked_for_is_worse_than_nothing(desk):
    question = asked(desk, "explain_nulls")
    good = Call("explain_nulls", {"what": list(question.expected[0].holds)})
    write = Call("apply_fix", {"fix": 1}, access="write")
    mark = mark_calls(question, Heard(calls=(good, write)), desk.store)
    assert mark.score == -1 and not mark.right
    assert mark_calls(question, replace(Heard(), calls=(good,)), desk.store).right

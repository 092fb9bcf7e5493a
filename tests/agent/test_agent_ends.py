"""The loop's own ends: whatever a model does, a run ends and says what is known."""

import time
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from scripted import Scripted, call, count, last_result

from steward.agent import Conversation, Ended, Settings, ask
from steward.agent.turn import NOTE
from steward.errors import UsageError
from steward.sources import open_delivery
from steward.store import Store


@pytest.fixture
def store(tmp_path: Path):
    rows = "".join(f"{n},item {n},{'Acme' if n % 3 else ''}\n" for n in range(1, 41))
    (tmp_path / "items.csv").write_text("id,title,brand\n" + rows)
    with Store.create(tmp_path / "s.db") as made:
        made.ingest(open_delivery(str(tmp_path / "items.csv")), "items", key=("id",))
        yield made


def notes(model: Scripted) -> list[str]:
    """Kinds of the notes that the loop had sent by the last call."""
    return [m.additional_kwargs[NOTE] for m in model.shown[-1] if NOTE in m.additional_kwargs]


def test_an_answer_from_a_tool_result_is_an_answer(store: Store) -> None:
    model = Scripted(replies=[count(), "items has 40 rows [1]."])
    reply = ask(store, "how many rows has items?", model=model)
    assert reply.answered and reply.ended is Ended.ANSWERED
    assert reply.answer == "items has 40 rows [1]."
    assert [(ref.ref, ref.value) for ref in reply.refs] == [(1, 40)]
    assert [(one.tool, one.status) for one in reply.calls] == [("query", "ok")]
    shown = last_result(model.shown[-1])
    assert shown["refs"][0] == {
        "ref": 1,
        "shows": "the number this query gives",
        "value": 40,
        "sql": "select count(*) as n from items",
    }


@pytest.mark.slow
def test_an_answer_without_references_gets_those_it_rests_on(store: Store) -> None:
    reply = ask(store, "how many?", model=Scripted(replies=[count(), "There are 40 rows."]))
    assert reply.answer.endswith("Proof: [1]")
    assert reply.answered


def test_the_same_call_is_told_once_and_then_ends_the_run(store: Store) -> None:
    model = Scripted(replies=[count()])
    reply = ask(store, "how many?", model=model)
    assert reply.ended is Ended.REPEATED and not reply.answered
    assert [one.status for one in reply.calls] == ["ok", "repeated", "stopped"]
    assert last_result(model.shown[2])["refs"] == [1], "it is told where the result stands"
    assert "The answer is 40. [1]" in reply.answer


def test_a_run_ends_after_its_steps_and_the_last_offers_no_tool(store: Store) -> None:
    def next_count(messages):
        return call("query", sql=f"select {len(messages)} as n from items limit 1", limit=None)

    model = Scripted(replies=[next_count])
    reply = ask(store, "loop", model=model, settings=Settings(steps=4))
    assert reply.ended is Ended.STEPS
    assert len(model.shown) == 4 and len(model.offered) == 3
    assert model.shown[-1][-1].additional_kwargs[NOTE] == "last_step"
    assert reply.answer.count("The answer is") == 3


def test_a_model_that_never_answers_is_left(store: Store) -> None:
    began = time.monotonic()
    model = Scripted(replies=["too late"], seconds=30)
    reply = ask(store, "hello?", model=model, settings=Settings(model_seconds=0.5))
    assert reply.ended is Ended.TIME and time.monotonic() - began < 10
    assert "nothing was changed" in reply.answer


@pytest.mark.slow
def test_the_time_of_a_question_is_bounded(store: Store) -> None:
    def next_count(messages):
        return call("query", sql=f"select {len(messages)} as n from items limit 1", limit=None)

    model = Scripted(replies=[next_count], seconds=0.3)
    reply = ask(store, "loop", model=model, settings=Settings(seconds=4, steps=100))
    assert reply.ended is Ended.TIME
    assert "The answer is" in reply.answer, "what was known by then is said"


@pytest.mark.slow
def test_tokens_are_counted_and_bounded(store: Store) -> None:
    def spend(messages):
        made = call("query", sql=f"select {len(messages)} as n from items limit 1", limit=None)
        usage = {"input_tokens": 400, "output_tokens": 100, "total_tokens": 500}
        return made.model_copy(update={"usage_metadata": usage})

    reply = ask(store, "loop", model=Scripted(replies=[spend]), settings=Settings(tokens=1200))
    assert reply.ended is Ended.TOKENS
    assert (reply.tokens.input, reply.tokens.output) == (1200, 300)


@pytest.mark.slow
def test_silence_is_asked_about_once(store: Store) -> None:
    model = Scripted(replies=[count(), "", "There are 40 rows [1]."])
    assert ask(store, "how many?", model=model).answered
    assert notes(model) == ["empty"]
    mute = Scripted(replies=["  "])
    reply = ask(store, "how many?", model=mute)
    assert reply.ended is Ended.EMPTY and len(mute.shown) == 2


def test_broken_calls_are_sent_back_and_then_end_the_run(store: Store) -> None:
    bad = {"name": "query", "args": '{"sql": "sel', "id": "x", "error": None}
    broken = AIMessage("", invalid_tool_calls=[bad])
    model = Scripted(replies=[broken, count(), "There are 40 rows [1]."])
    assert ask(store, "how many?", model=model).answered
    reply = ask(store, "how many?", model=Scripted(replies=[broken]))
    assert reply.ended is Ended.FAILING


@pytest.mark.slow
def test_wrong_calls_are_explained_to_the_model(store: Store) -> None:
    model = Scripted(
        replies=[
            call("qeury", sql="select 1"),
            call("profile_column", table="itms", column="brnd"),
            count(),
            "There are 40 rows [1].",
        ]
    )
    reply = ask(store, "how many?", model=model)
    assert reply.answered
    assert "query" in last_result(model.shown[1])["try"]
    assert "items" in str(last_result(model.shown[2]))
    assert [one.status for one in reply.calls] == ["error", "error", "ok"]


@pytest.mark.slow
def test_calls_that_keep_failing_end_the_run(store: Store) -> None:
    model = Scripted(replies=[lambda m: call(f"tool_{len(m)}")])
    reply = ask(store, "go", model=model, settings=Settings(failures=3))
    assert reply.ended is Ended.FAILING and len(model.shown) == 4


@pytest.mark.slow
def test_an_answer_without_looking_is_sent_back_and_then_marked(store: Store) -> None:
    model = Scripted(replies=["Category is null because of supplier S04."])
    reply = ask(store, "why is category null?", model=model)
    assert reply.ended is Ended.NO_EVIDENCE and not reply.answered
    assert notes(model) == ["no_evidence"]
    assert "looked at no data" in reply.answer
    chinese = ask(store, "为什么 category 是空的?", model=Scripted(replies=["不知道"]))
    assert "没有查看任何数据" in chinese.answer


@pytest.mark.slow
def test_an_invented_number_is_sent_back_and_then_marked(store: Store) -> None:
    model = Scripted(replies=[count(), "There are 41 rows [1]."])
    reply = ask(store, "how many?", model=model)
    assert reply.ended is Ended.UNSUPPORTED and reply.unsupported == ("41",)
    assert "41 ⚠ rows" in reply.answer
    assert reply.answer.endswith("⚠ not found in this run's results: 41")
    assert notes(model) == ["unsupported"]
    mended = Scripted(replies=[count(), "There are 41 rows.", "There are 40 rows [1]."])
    reply = ask(store, "how many?", model=mended)
    assert reply.answered and "⚠" not in reply.answer


def test_a_model_cannot_say_itself_how_it_ended(store: Store) -> None:
    lie = AIMessage("40 %, trust me.", response_metadata={"steward_status": "help"})
    assert ask(store, "how many?", model=Scripted(replies=[lie])).ended is Ended.NO_EVIDENCE


@pytest.mark.slow
def test_several_calls_at_once_become_one_after_the_other(store: Store) -> None:
    both = AIMessage("", tool_calls=[*count().tool_calls, *call("list_tables").tool_calls])
    model = Scripted(replies=[both, call("list_tables"), "items has 40 rows [1]."])
    reply = ask(store, "how many?", model=model)
    assert [one.tool for one in reply.calls] == ["query", "list_tables"]
    ids = [one.id for one in reply.calls]
    assert len(set(ids)) == 2 and all(len(one) == 9 and one.isalnum() for one in ids)


@pytest.mark.slow
def test_a_tool_that_does_not_end_is_left(store: Store, tmp_path: Path) -> None:
    for name in ("tools", "prompts", "evals"):
        (tmp_path / "own" / name).mkdir(parents=True)
    (tmp_path / "own" / "tools" / "dawdle.py").write_text(
        '"""Slow."""\nimport time\nfrom steward import Store, ToolResult\nACCESS = "read"\n'
        'def dawdle(store: Store) -> ToolResult:\n    """Sleep."""\n    time.sleep(30)\n'
    )
    settings = Settings(tool_seconds=4, content=tmp_path / "own")
    model = Scripted(replies=[call("dawdle"), call("list_tables"), "There is items."])
    reply = ask(store, "how many?", model=model, settings=settings)
    assert reply.answered
    assert "did not end within 4 seconds" in reply.calls[0].summary


@pytest.mark.slow
def test_old_results_become_references_when_the_conversation_grows(store: Store) -> None:
    def sample(at: int) -> AIMessage:
        return call("query", sql=f"select *, {at} as at from items limit 20", limit=20)

    model = Scripted(
        replies=[*(sample(at) for at in range(5)), call("open_reference", ref=1), "Done [1]."]
    )
    reply = ask(store, "look", model=model, settings=Settings(context=900))
    results = [m for m in model.shown[5] if isinstance(m, ToolMessage)]
    assert '"data"' not in str(results[0].content) and '"refs": [1]' in str(results[0].content)
    assert "rows" in str(results[-1].content), "the latest stays whole"
    assert last_result(model.shown[6])["data"]["rows"], "a reference can be opened again"
    assert reply.answered


@pytest.mark.slow
def test_old_questions_are_left_out_before_the_one_at_hand(store: Store) -> None:
    model = Scripted(replies=[count(), "There are 40 rows [1]. " + "So it is. " * 600])
    settings = Settings(context=600)
    with Conversation(store, model=model, settings=settings) as talk:
        list(talk.send("how many rows has items?"))
        list(talk.send("and now?"))
    asked = [m.content for m in model.shown[-1] if isinstance(m, HumanMessage)]
    assert asked == ["and now?"]


def test_an_unknown_pattern_is_refused_at_once(store: Store) -> None:
    with pytest.raises(UsageError, match="no tool aply_fix that writes"):
        ask(store, "fix it", model=Scripted(replies=["x"]), settings=Settings(allow=("aply_fix",)))

"""Nothing is written without a decision, and what was decided happens once, whatever is killed."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from scripted import Scripted, call

from steward.agent import APPROVE, Conversation, Decision, Ended, Finished, Sessions, Settings, ask
from steward.errors import StoreLocked, UsageError
from steward.sources import open_delivery
from steward.store import Store
from steward.types import Change, Evidence, Fix, FixKind, Provenance, Reason, Status


def fix(row: int, before: str, after: str) -> Fix:
    change = Change("city", before, after)
    return Fix(
        "places", FixKind.CELL, Reason.TYPO, "typo:city", (change,), (row,),
        Provenance("typo", "1"), Evidence("seen once"),
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path):
    cities = ["Berlln", "Pariss"] + ["Berlin", "Paris"] * 10
    rows = "".join(f"{n},{city}\n" for n, city in enumerate(cities, 1))
    (tmp_path / "places.csv").write_text("id,city\n" + rows)
    with Store.create(tmp_path / "s.db") as made:
        made.ingest(open_delivery(str(tmp_path / "places.csv")), "places")
        made.save_fixes("places", [fix(1, "Berlln", "Berlin"), fix(2, "Pariss", "Paris")])
        yield made


APPLY = call("apply_fix", fixes=[1])
DONE = "It is done."


def applied(store: Store) -> list[int]:
    return [one.id for one in store.fixes("places", status=Status.APPLIED)]


def test_a_write_with_nobody_there_is_rejected(store: Store) -> None:
    before = store.content_hash("places")
    reply = ask(store, "fix it", model=Scripted(replies=[call("list_tables"), APPLY, DONE]))
    assert reply.ended is Ended.NOT_APPROVED and not reply.answered
    assert reply.calls[-1].status == "rejected"
    assert store.content_hash("places") == before and store.history() == []


def test_a_person_sees_what_the_store_says_and_approves(store: Store) -> None:
    with Conversation(store, model=Scripted(replies=[APPLY, DONE])) as talk:
        *_, last = talk.send("apply fix 1")
        assert isinstance(last, Finished) and last.reply.ended is Ended.WAITING
        (waiting,) = last.reply.waiting
        assert waiting.tables == ("places",) and waiting.pattern == "apply_fix:places:*"
        assert waiting.changes == ('f1 places.city: "Berlln" → "Berlin" (1 rows, unsafe, typo)',)
        assert applied(store) == []
        *_, last = talk.decide({waiting.call: APPROVE})
        assert last.reply.answered
        assert talk.last_written() == "c1"
    assert applied(store) == [1]


def test_a_person_may_change_the_arguments(store: Store) -> None:
    model = Scripted(replies=[APPLY, DONE])
    decision = Decision("edit", {"fixes": [2]})
    reply = ask(store, "apply fix 1", model=model, approve=lambda _: decision)
    assert reply.calls[-1].arguments == {"fixes": [2]}
    assert applied(store) == [2]
    assert "changed_by_the_person" in str(model.shown[-1][-1].content)


def test_what_a_person_refused_is_told_and_asked_again_only_anew(store: Store) -> None:
    seen = []

    def refuse(one):
        seen.append(one.call)
        return Decision("reject", why="not today")

    model = Scripted(replies=[APPLY, APPLY, "Nothing was changed."])
    reply = ask(store, "apply fix 1", model=model, approve=refuse)
    assert "not today" in str(model.shown[1][-1].content)
    assert len(seen) == 1, "the same call again is a repeat, not a second question"
    assert not reply.answered and applied(store) == []


def test_a_pattern_allows_its_table_and_no_other(store: Store) -> None:
    allow = Settings(allow=("apply_fix:items:*", "undo_fix:places"))
    ask(store, "apply fix 1", model=Scripted(replies=[APPLY, DONE]), settings=allow)
    assert applied(store) == []
    allow = Settings(allow=("apply_fix:places:*",))
    ask(store, "apply fix 1", model=Scripted(replies=[APPLY, DONE]), settings=allow)
    assert applied(store) == [1]


def test_two_writes_under_one_id_are_two_writes(store: Store) -> None:
    """Models repeat the ids of their calls; the second must not pass for the first."""
    replies = [APPLY, call("apply_fix", fixes=[2]), DONE]
    ask(store, "apply both", model=Scripted(replies=replies), approve=lambda _: APPROVE)
    assert applied(store) == [1, 2]


def test_a_new_question_counts_as_a_rejection(store: Store) -> None:
    model = Scripted(replies=[APPLY, call("list_tables"), "One table: places."])
    with Conversation(store, model=model) as talk:
        list(talk.send("apply fix 1"))
        *_, last = talk.send("which tables are there?")
        assert last.reply.answered and not talk.waiting
        assert list(talk.decide_or_go_on()) == [], "nothing is left to go on with"
    assert applied(store) == []


def test_a_session_is_held_by_one_process_and_resumed_by_another(store: Store) -> None:
    with Conversation(store, model=Scripted(replies=[APPLY])) as talk:
        number = talk.session.id
        list(talk.send("apply fix 1"))
        with pytest.raises(StoreLocked, match="Another process is in session"):
            Conversation(store, model=Scripted(replies=["x"]), resume=number)
    with Conversation(store, model=Scripted(replies=[DONE]), resume=number) as talk:
        *_, last = talk.decide({one.call: APPROVE for one in talk.waiting})
        assert last.reply.question == "apply fix 1" and last.reply.answered
    assert applied(store) == [1]
    with pytest.raises(UsageError, match="no session 99"):
        Conversation(store, model=Scripted(replies=["x"]), resume=99)


KILLED = """
import os, signal, sys
sys.path.insert(0, {tests!r})
from scripted import Scripted, call
from steward.agent import APPROVE, Conversation
from steward.agent import conversation, running
from steward.job import accept
from steward.store import Store

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

with Store({store!r}) as store:
    talk = Conversation(store, model=Scripted(replies=[call("apply_fix", fixes=[1]), "Done."]))
    list(talk.send("apply fix 1"))
    where = {where!r}
    if where == "waiting":
        die()
    if where == "decided":
        conversation.Conversation.go_on = die
    if where == "written":
        seen = accept.look

        def look_once(*given):
            accept.look = die
            return seen(*given)

        accept.look = look_once
    if where == "run":
        running.Ran.message = die
    list(talk.decide({{one.call: APPROVE for one in talk.waiting}}))
"""


@pytest.mark.slow
@pytest.mark.parametrize("where", ["waiting", "decided", "run", "written"])
def test_a_write_happens_once_whenever_the_process_is_killed(store: Store, where: str) -> None:
    code = KILLED.format(tests=str(Path(__file__).parent), store=str(store.path), where=where)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(store.history()) == (1 if where in ("written", "run") else 0)
    with Conversation(store, model=Scripted(replies=[DONE]), resume=1) as talk:
        assert talk.unfinished
        waiting = talk.waiting
        assert bool(waiting) == (where == "waiting"), "a decision that was made holds"
        if waiting:
            *_, last = talk.decide({one.call: APPROVE for one in waiting})
        else:
            *_, last = talk.decide_or_go_on()
        assert last.reply.answered and not talk.unfinished
    history = store.history()
    assert [(one.kind, one.fixes, one.undone) for one in history] == [("fix", (1,), False)]
    assert applied(store) == [1]


def test_an_approval_holds_for_these_arguments_only(store: Store) -> None:
    """A decision in the file does not open the way for another call."""
    from steward.agent.running import run_call

    with Conversation(store, model=Scripted(replies=[APPLY, DONE])) as talk:
        list(talk.send("apply fix 1"))
        (waiting,) = talk.waiting
        bench = talk._bench
        asked = {"id": waiting.call, "name": "apply_fix", "args": {"fixes": [1]}}
        bench.sessions.decide(talk.session.id, asked, APPROVE, by="person")
        ran = run_call(bench, {**asked, "args": {"fixes": [1, 2]}})
        assert ran.call.status == "error" and "nobody approved" in ran.content
        ran = run_call(bench, {**asked, "id": "another"})
        assert ran.call.status == "error"
    assert applied(store) == []


def test_sessions_are_listed_by_their_first_question(store: Store) -> None:
    model = Scripted(replies=[call("list_tables"), "One table: places."])
    with Conversation(store, model=model) as talk:
        list(talk.send("which tables are there?"))
        list(talk.send("and which columns?"))
    kept = Sessions(store.path)
    (found,) = kept.every()
    kept.close()
    assert (found.title, found.questions, found.model) == ("which tables are there?", 2, "Scripted")

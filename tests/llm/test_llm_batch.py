"""Many requests at once: asked once, kept as they arrive, resumed, and never paid twice."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from small_server import SmallServer, reply, wait_until

from steward import Store
from steward.errors import ModelError
from steward.llm import Batch, Progress, Request, Server, plan_batch


@pytest.fixture
def store(tmp_path: Path):
    with Store.create(tmp_path / "s.db") as made:
        yield made


def requests(count: int) -> list[Request]:
    return [Request.of(f"number {n}", max_tokens=5) for n in range(count)]


def echo(wire, body) -> None:
    wire.send(200, reply(body["messages"][-1]["content"]))


@pytest.mark.slow
def test_equal_requests_are_asked_once_and_come_back_in_order(
    small: SmallServer, there: Server, store: Store
) -> None:
    small.answer = echo
    asked = [*requests(30), *requests(30)]
    results = Batch(there, store, concurrency=8).run(asked)
    assert [c.text for c in results.completions if c] == [f"number {n}" for n in range(30)] * 2
    assert len(small.chats) == results.calls == results.usage.calls == 30
    assert results.usage.tokens_in == 300 and not results.failures


def test_a_second_run_asks_nothing(small: SmallServer, there: Server, store: Store) -> None:
    small.answer = echo
    first = Batch(there, store).run(requests(20))
    again = Batch(there, store).run(requests(25))
    assert len(small.chats) == 25
    assert (again.kept, again.calls) == (20, 5)
    assert [c.text for c in again.completions[:20] if c] == [c.text for c in first.completions if c]
    assert all(c and c.kept for c in again.completions[:20])


@pytest.mark.slow
def test_no_more_than_so_many_are_under_way(small: SmallServer, there: Server) -> None:
    lock, now, most = threading.Lock(), 0, 0

    def answer(wire, body):
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.01)
        with lock:
            now -= 1
        echo(wire, body)

    small.answer = answer
    Batch(there, concurrency=5).run(requests(40))
    assert most == 5


def test_one_that_fails_is_told_and_the_others_are_kept(
    small: SmallServer, there: Server, store: Store
) -> None:
    def answer(wire, body):
        bad = body["messages"][-1]["content"].endswith("3")
        wire.send(400, {"error": {"message": "too long"}}) if bad else echo(wire, body)

    small.answer = answer
    results = Batch(there, store).run(requests(12))
    assert [f.position for f in results.failures] == [3]
    assert "too long" in results.failures[0].message
    assert results.completions[3] is None and results.calls == 11
    small.answer = echo
    again = Batch(there, store).run(requests(12))
    assert (again.calls, again.kept, again.failures) == (1, 11, ())


@pytest.mark.slow
def test_nobody_there_is_an_error_and_not_twelve_failures(store: Store) -> None:
    with pytest.raises(ModelError, match="No model server answers"):
        Batch(Server("127.0.0.1:9", "m"), store, patience=0.1).run(requests(12))


@pytest.mark.slow
def test_it_waits_for_a_server_that_is_started_again(
    small: SmallServer, there: Server, store: Store
) -> None:
    """Connections break in the middle, and nobody listens for a while."""
    small.answer = echo
    after: list[SmallServer] = []

    def restart() -> None:
        wait_until(lambda: len(small.chats) >= 10)
        small.answer = lambda wire, body: wire.cut()
        small.stop()
        time.sleep(0.4)
        after.append(SmallServer(small.server_port))
        after[0].answer = echo
        after[0].start()

    helper = threading.Thread(target=restart)
    helper.start()
    slow = small.answer
    small.answer = lambda wire, body: (time.sleep(0.01), slow(wire, body))[1]
    results = Batch(there, store, concurrency=4, patience=10).run(requests(120))
    helper.join()
    after[0].stop()
    assert not results.failures and results.calls == 120
    assert len(store.replies([r.digest(there) for r in requests(120)])) == 120


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_where_it_was(
    small: SmallServer, there: Server, tmp_path: Path
) -> None:
    Store.create(tmp_path / "s.db").close()
    slow = echo
    small.answer = lambda wire, body: (time.sleep(0.02), slow(wire, body))[1]
    program = (
        "from steward import Store; from steward.llm import Batch, Request, Server\n"
        f"with Store({str(tmp_path / 's.db')!r}) as store:\n"
        "    asked = [Request.of(f'number {n}', max_tokens=5) for n in range(120)]\n"
        f"    Batch(Server({small.url!r}, 'small'), store, concurrency=4).run(asked)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as process:
        wait_until(lambda: len(small.chats) >= 30, 30)
        os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: len(small.chats) >= 30)
    paid = len(small.chats)
    with Store(tmp_path / "s.db") as store:
        kept = len(store.replies([r.digest(there) for r in requests(120)]))
        # What was answered was kept, but for those under way at that very moment.
        assert paid - 8 <= kept <= paid
        results = Batch(there, store, concurrency=4).run(requests(120))
    assert results.kept == kept and results.calls == 120 - kept
    assert len(small.chats) == paid + 120 - kept


def test_progress_counts_up_and_says_how_long(small: SmallServer, there: Server) -> None:
    small.answer = echo
    seen: list[Progress] = []
    Batch(there, concurrency=2).run(requests(10), progress=seen.append)
    assert [p.done for p in seen] == sorted(p.done for p in seen)
    assert (seen[-1].done, seen[-1].total, seen[-1].left) == (10, 10, 0)
    assert str(Progress(3, 10, 1, 2, 1.5, 75.0)) == (
        "3 of 10, 1 kept from before, 2 failed; 1.5 a second, 1 min 15 s left"
    )


@pytest.mark.slow
def test_a_dry_run_asks_for_no_reply(small: SmallServer, there: Server, store: Store) -> None:
    small.answer = echo
    Batch(there, store).run(requests(3))
    before = len(small.chats)
    plan = plan_batch(there, [*requests(10), *requests(10)], store)
    assert len(small.chats) == before
    assert (plan.requests, plan.distinct, plan.kept, plan.calls) == (20, 10, 3, 7)
    assert (plan.tokens_in, plan.tokens_out, plan.counted) == (49, 35, "all")
    assert plan.example == "[user]\nnumber 0"
    assert plan_batch(there, requests(200)).counted == "sample"
    small.tokenizes = False
    assert plan_batch(there, requests(10)).counted == "estimate"


def test_a_dry_run_without_a_server_is_an_estimate() -> None:
    wide = [Request.of("价格是空的吗" * 10, max_tokens=5)]
    plan = plan_batch(Server("127.0.0.1:9", "m"), wide)
    assert plan.counted == "estimate" and 40 <= plan.tokens_in <= 80

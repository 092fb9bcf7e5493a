"""The batch runner on a real vLLM: bounded, kept, and whole though the server is killed."""

import threading
import time
from pathlib import Path

import pytest
from vllm_process import VllmProcess

from steward import Store
from steward.llm import Batch, Request, Server, plan_batch

pytestmark = pytest.mark.vllm

DONE = "vllm:request_success_total"


def requests(count: int, tokens: int = 8, of: str = "item") -> list[Request]:
    return [
        Request.of(
            f"Is {of} {n} what was asked for?", max_tokens=tokens, extra={"ignore_eos": True}
        )
        for n in range(count)
    ]


@pytest.fixture
def store(tmp_path: Path):
    with Store.create(tmp_path / "s.db") as made:
        yield made


@pytest.mark.parametrize("concurrency", [1, 8, 64])
def test_every_request_is_answered_once(
    vllm: VllmProcess, vllm_server: Server, store: Store, concurrency: int
) -> None:
    asked = requests(96, of=f"thing of {concurrency}")
    before = vllm.metric(DONE)
    first = Batch(vllm_server, store, concurrency=concurrency).run([*asked, *asked])
    assert vllm.metric(DONE) - before == 96 == first.calls
    again = Batch(vllm_server, store, concurrency=concurrency).run(asked)
    assert vllm.metric(DONE) - before == 96
    assert (again.calls, again.kept, again.usage.tokens_out) == (0, 96, 0)
    assert [c.text for c in again.completions if c] == [c.text for c in first.completions[:96] if c]


def test_a_dry_run_counts_what_the_run_then_takes(vllm_server: Server, store: Store) -> None:
    asked = requests(20, of="dry thing")
    plan = plan_batch(vllm_server, asked, store)
    results = Batch(vllm_server, store).run(asked)
    assert plan.counted == "all" and plan.calls == results.calls == 20
    assert plan.tokens_in == results.usage.tokens_in
    assert plan.tokens_out == results.usage.tokens_out


def test_nothing_is_lost_or_paid_twice_when_the_server_is_killed(
    vllm: VllmProcess, vllm_server: Server, store: Store
) -> None:
    asked = requests(400, tokens=24, of="lasting thing")
    digests = [request.digest(vllm_server) for request in asked]
    seen: list[int] = []
    killed: list[int] = []

    def kill_and_start() -> None:
        while not seen or seen[-1] < 120:
            time.sleep(0.01)
        vllm.kill()
        killed.append(seen[-1])
        time.sleep(1)
        vllm.start()

    helper = threading.Thread(target=kill_and_start)
    helper.start()
    batch = Batch(vllm_server, store, concurrency=16, patience=300)
    results = batch.run(asked, progress=lambda p: seen.append(p.done))
    helper.join()
    vllm.wait()
    assert not results.failures and results.calls == 400
    assert len(store.replies(digests)) == 400
    # The new server answered exactly those that had no reply when the old one died.
    assert 120 <= killed[0] < 400
    assert abs(vllm.metric(DONE) - (400 - killed[0])) <= 1
    assert Batch(vllm_server, store).run(asked).calls == 0


def test_too_long_a_request_fails_alone(vllm_server: Server, store: Store) -> None:
    asked = [*requests(5, of="short thing"), Request.of("word " * 5000, max_tokens=8)]
    results = Batch(vllm_server, store).run(asked)
    assert [failure.position for failure in results.failures] == [5]
    assert results.calls == 5

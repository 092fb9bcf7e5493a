"""A model as a judge: priced, measured on what people judged, and only then believed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from math import log
from pathlib import Path
from typing import Any

import pytest
from small_server import SmallServer, Wire, reply, wait_until

from steward.errors import GateError, UsageError
from steward.job.labelling import LabelPlan
from steward.job.labelling_judge import judge_pairs
from steward.llm.batch import CONCURRENCY
from steward.sources import open_delivery
from steward.store import Store
from steward.store.labels import Label, keep_labels, labels_of

KINDS = ("shoe", "hat", "lamp", "bottle")
QUERIES = [f"{kind} {word}" for kind in KINDS for word in ("red", "tall", "wool")]
PLAN = LabelPlan("items", "queries", depth=8)


def truth(query: str, text: str) -> float:
    return 3.0 if query.split()[0] in text else 0.0


@pytest.fixture
def shop(tmp_path: Path) -> Store:
    lines = ["id,title,made_of"]
    lines += [f"i{n},{KINDS[n % 4]} {['red', 'tall', 'wool'][n % 3]} n{n},stuff" for n in range(48)]
    (tmp_path / "items.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (tmp_path / "queries.csv").write_text("query\n" + "\n".join(QUERIES) + "\n", "utf-8")
    store = Store.create(tmp_path / "steward.db")
    for name in ("items", "queries"):
        store.ingest(open_delivery(str(tmp_path / f"{name}.csv")), name)
    titles = [line.split(",") for line in lines[1:]]
    told = [
        Label(query, item, "anna", "people", truth(query, title))
        for query in QUERIES
        for item, title, _ in titles[:: 5 + len(query) % 2]
    ]
    keep_labels(store, told)
    return store


def answer(right: bool) -> Any:
    """A judge that knows, or one that says the same of everything."""

    def send(wire: Wire, body: dict[str, Any]) -> None:
        said = body["messages"][-1]["content"].split("-----")
        query, item = (json.loads(said[n].split("\n", 1)[1]) for n in (1, 2))
        grade = truth(query, item) if right else 3.0
        chances = {"1": 0.9, "4": 0.1} if grade else {"1": 0.1, "4": 0.9}
        whole = reply("1")
        alternatives = [{"token": t, "logprob": log(c), "bytes": None} for t, c in chances.items()]
        place = {**alternatives[0], "top_logprobs": alternatives}
        whole["choices"][0]["logprobs"] = {"content": [place]}
        wire.send(200, whole)

    return send


@pytest.mark.slow
def test_a_judge_that_agrees_with_people_labels_the_rest(shop: Store, small: SmallServer) -> None:
    small.answer = answer(right=True)
    judged = judge_pairs(shop, PLAN, small.url, 0.6)
    judged.refuse()
    assert judged.gate is not None and judged.gate.agreement.value > 0.95
    said = labels_of(shop, source="judge")
    assert judged.labelled == len(said) > judged.gate.pairs
    assert all(
        len(label.chances) == 4 and "judge_relevance/v1.en" in label.made_by for label in said
    )
    assert len(small.chats) == judged.sample.calls + judged.rest.calls


@pytest.mark.slow
def test_a_judge_that_says_always_the_same_labels_nothing(shop: Store, small: SmallServer) -> None:
    small.answer = answer(right=False)
    judged = judge_pairs(shop, PLAN, small.url, 0.4)
    assert judged.gate is not None and abs(judged.gate.agreement.value) < 0.1
    assert labels_of(shop, source="judge") == []
    assert len(small.chats) == judged.sample.calls, "the rest was never asked"
    with pytest.raises(GateError, match="labels nothing"):
        judged.refuse()


@pytest.mark.slow
def test_the_price_is_told_before_anything_is_asked(shop: Store, small: SmallServer) -> None:
    priced = judge_pairs(shop, PLAN, small.url, 0.4, dry_run=True)
    assert priced.gate is None and priced.sample.calls > 0 and priced.sample.tokens_out > 0
    assert small.chats == []


@pytest.mark.slow
def test_a_run_that_was_broken_off_asks_only_what_is_left(shop: Store, small: SmallServer) -> None:
    knows, broken = answer(right=True), threading.Event()

    def breaks_off(wire: Wire, body: dict[str, Any]) -> None:
        if len(small.chats) > 60:
            broken.set()
            wire.cut()
        else:
            knows(wire, body)

    small.answer = breaks_off
    first = judge_pairs(shop, PLAN, small.url, 0.6, dry_run=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("steward.llm.batch.GREETING", 0.1)
        patched.setattr("steward.llm.batch.LOSSES", 1)
        judge_pairs(shop, PLAN, small.url, 0.6)
    wait_until(broken.is_set)
    kept = judge_pairs(shop, PLAN, small.url, 0.6, dry_run=True)
    done = kept.sample.kept + kept.rest.kept
    assert 0 < done <= 60
    small.answer, before = knows, len(small.chats)
    judge_pairs(shop, PLAN, small.url, 0.6)
    assert len(small.chats) - before == first.sample.calls + first.rest.calls - done
    assert judge_pairs(shop, PLAN, small.url, 0.6, dry_run=True).sample.calls == 0


@pytest.mark.slow
def test_a_labelling_process_that_is_killed_loses_and_repeats_no_call(
    shop: Store, small: SmallServer
) -> None:
    """`kill -9` in the middle, twice; then it is run to its end and every call is counted."""
    knows = answer(right=True)

    def slow(wire: Wire, body: dict[str, Any]) -> None:
        time.sleep(0.02)
        knows(wire, body)

    small.answer = slow
    whole = judge_pairs(shop, PLAN, small.url, 0.6, dry_run=True)
    every = whole.sample.calls + whole.rest.calls
    program = "from steward.cli import main; main()"
    words = ["label", "--depth=8", f"--model={small.url}", "--least=0.6", f"--store={shop.path}"]
    command = [sys.executable, "-c", program, *words]
    lost = 0
    for kills in (1, 2):
        before = len(small.chats)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as one:
            wait_until(lambda: len(small.chats) >= before + 80, 60)  # noqa: B023
            os.kill(one.pid, signal.SIGKILL)
        time.sleep(0.2)  # what was under way reaches the server still
        left = judge_pairs(shop, PLAN, small.url, 0.6, dry_run=True)
        kept = left.sample.kept + left.rest.kept
        lost = len(small.chats) - kept
        assert left.sample.calls + left.rest.calls == every - kept
        assert 0 <= lost <= kills * CONCURRENCY
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(small.chats) == every + lost, "asked again: those under way, and no other"
    asked = {json.dumps(body["messages"]) for body in small.chats}
    assert len(asked) == every
    assert len(labels_of(shop, source="judge")) == every / 2


def test_without_people_there_is_nothing_to_measure_by(tmp_path: Path, small: SmallServer) -> None:
    for name, text in (
        ("items", "id,title\na,red shoe\nb,blue hat\n"),
        ("queries", "query\nshoe\n"),
    ):
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    store = Store.create(tmp_path / "empty.db")
    for name in ("items", "queries"):
        store.ingest(open_delivery(str(tmp_path / f"{name}.csv")), name)
    with pytest.raises(UsageError, match="measured first"):
        judge_pairs(store, PLAN, small.url, 0.4)

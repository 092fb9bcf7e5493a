"""A real vLLM with random weights as the steward: it writes nothing, and the person is told."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from vllm_process import NAME, VllmProcess, vllm_python

from steward import Store
from steward.agent import Ended, Settings, ask
from steward.llm import Server, chat_model
from steward.sources import open_delivery
from steward.types import Change, Evidence, Fix, FixKind, Provenance, Reason

pytestmark = pytest.mark.vllm
CONTEXT = 32768
"""The tools alone take more than the small context of the other tests."""

SAID = {
    Ended.NO_EVIDENCE: ("looked at no data", "没有查看任何数据"),
    Ended.UNSUPPORTED: ("⚠ not found in this run's results", "⚠ 本次结果中没有"),
    Ended.FAILING: ("tool calls kept failing", "工具调用连续失败"),
    Ended.REPEATED: ("the same tool call", "重复同一个工具调用"),
    Ended.STEPS: ("more steps", "步骤超过了上限"),
    Ended.EMPTY: ("no answer", "没有给出回答"),
    Ended.TIME: ("time for this question was up", "时间已用完"),
}


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VllmProcess]:
    """The same noise with a context that holds the tools."""
    if not vllm_python().exists():
        pytest.skip("vLLM's venv is not there; make test-vllm builds it")
    server = VllmProcess(tmp_path_factory.mktemp("vllm"), context=CONTEXT)
    server.make_model()
    for name, key in (
        ("config", "max_position_embeddings"),
        ("tokenizer_config", "model_max_length"),
    ):
        path = server.model / f"{name}.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {key: CONTEXT}))
    server.start()
    try:
        server.wait()
        yield server
    finally:
        server.kill()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    rows = "".join(f"{n},{'Berlln' if n == 7 else 'Berlin'}\n" for n in range(1, 60))
    (tmp_path / "t.csv").write_text("id,city\n" + rows)
    with Store.create(tmp_path / "s.db") as made:
        made.ingest(open_delivery(str(tmp_path / "t.csv")), "places")
        change = Change("city", "Berlln", "Berlin")
        by, why = Provenance("typo", "1"), Evidence("seen once")
        made.save_fixes(
            "places",
            [Fix("places", FixKind.CELL, Reason.TYPO, "t", (change,), (7,), by, why)],
        )
        yield made


@pytest.mark.parametrize("question", ["why is city null?", "修复 places 表"], ids=["en", "zh"])
@pytest.mark.parametrize("forced", [False, True], ids=["free", "forced"])
def test_noise_writes_nothing_and_the_person_is_told_why(
    wide: VllmProcess, store: Store, question: str, forced: bool
) -> None:
    before = store.content_hash("places")
    model: Any = chat_model(
        Server(wide.url, NAME, timeout=120), max_tokens=120, logit_bias=_no_white_space(wide)
    )
    if forced:
        model = _forced(model)
    reply = ask(store, question, model=model, settings=Settings(steps=6, seconds=240))
    assert not reply.answered, reply
    assert any(words in reply.answer for words in SAID[reply.ended]), reply
    assert store.content_hash("places") == before and store.history() == []
    assert reply.tokens.input > 0 and reply.tokens.output > 0
    if forced:
        assert reply.calls, "vLLM makes a model of noise call a tool when it must"


def _forced(model: Any) -> Any:
    """The same model, made to call a tool in every reply."""

    class Forced(type(model)):  # type: ignore[misc]
        def bind_tools(self, tools: Any, **settings: Any) -> Any:
            return super().bind_tools(tools, **{**settings, "tool_choice": "required"})

    return Forced(**{name: getattr(model, name) for name in model.model_fields_set})


def _no_white_space(server: VllmProcess) -> dict[int, int]:
    from tiny_model import white_space

    return {token: -100 for token in white_space(server.model)}

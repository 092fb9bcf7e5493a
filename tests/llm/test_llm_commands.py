"""`steward model` and `steward prompts` as a person runs them."""

import itertools
import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from small_server import SmallServer, reply

from steward.cli.entry import run
from steward.errors import UsageError
from steward.llm.check import Mark, check_server
from steward.llm.serve import Serving, find_vllm, serve_command, tool_parser
from steward.llm.server import Server

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STEWARD_VLLM_PYTHON", raising=False)

    def call(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_serve_prints_a_command_that_the_shell_can_run(say: Say) -> None:
    code, out, _ = say(
        "model", "serve", "Qwen/Qwen3-8B", "--print", "--port", "9000", "--tensor-parallel", "2",
        "--max-model-len", "8192", "--max-num-seqs", "64",
    )  # fmt: skip
    words = shlex.split(out)
    after = dict(itertools.pairwise(words))
    assert code == 0 and words[1:3] == ["-m", "vllm.entrypoints.openai.api_server"]
    assert after["--model"] == after["--served-model-name"] == "Qwen/Qwen3-8B"
    assert after["--tool-call-parser"] == "hermes" and "--enable-auto-tool-choice" in words
    assert after["--reasoning-parser"] == "qwen3" and "--enable-prefix-caching" in words
    assert (after["--port"], after["--tensor-parallel-size"]) == ("9000", "2")
    assert (after["--max-model-len"], after["--max-num-seqs"]) == ("8192", "64")
    assert json.loads(after["--structured-outputs-config"])["disable_any_whitespace"] is True


@pytest.mark.parametrize(
    ("model", "parser"),
    [
        ("Qwen/Qwen2.5-7B-Instruct", "hermes"),
        ("Qwen/Qwen3-Coder-30B-A3B-Instruct", "qwen3_coder"),
        ("Qwen/Qwen3.5-35B-A3B", "qwen3_coder"),
        ("meta-llama/Llama-3.1-8B-Instruct", "llama3_json"),
        ("mistralai/Mistral-Small-3.2-24B-Instruct-2506", "mistral"),
        ("NousResearch/Hermes-3-Llama-3.1-8B", "hermes"),
        ("./models/qwen2.5-7b/", "hermes"),
        ("openai/gpt-oss-20b", "openai"),
    ],
)
def test_the_family_tells_how_tool_calls_are_written(model: str, parser: str) -> None:
    assert tool_parser(model) == parser


def test_an_unknown_family_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(UsageError, match="not known by its name") as caught:
        serve_command(Serving("acme/thing"), ["python"])
    assert "--tool-parser" in caught.value.hint
    assert "json" in serve_command(Serving("acme/thing", tool_parser="json"), ["python"])


def test_a_model_without_a_name_is_asked_for() -> None:
    with pytest.raises(UsageError, match="has no name"):
        serve_command(Serving("  "), ["python"])


def test_no_vllm_says_how_to_get_it(say: Say, tmp_path: Path) -> None:
    code, _, err = say("model", "serve", "Qwen/Qwen3-8B", "--python", str(tmp_path / "none"))
    assert code == 6 and "No vLLM was found" in err and "pip install vllm" in err
    assert find_vllm(tmp_path / "none") is None


def test_check_without_a_server(say: Say) -> None:
    code, _, err = say("model", "check")
    assert code == 9 and "No model server is configured" in err
    code, out, _ = say("model", "check", "--url", "127.0.0.1:9")
    assert code == 9 and "No model server answers" in out and "cannot work with it" in out


def able(wire, body) -> None:
    """A server that does all that is asked, but for streaming."""
    if body.get("stream"):
        return stream(wire, body)
    answer = reply("yes")
    message = answer["choices"][0]["message"]
    if body.get("tools"):
        told = {"name": "count_rows", "arguments": '{"table": "items", "distinct": false}'}
        message["tool_calls"] = [{"id": "1", "type": "function", "function": told}]
    elif body.get("response_format"):
        message["content"] = '{"grade": 1, "exact": true}'
    elif body.get("logprobs"):
        tops = [{"token": t, "logprob": p, "bytes": None} for t, p in (("yes", -0.1), ("no", -2.4))]
        told = {"token": "yes", "logprob": -0.1, "bytes": None, "top_logprobs": tops}
        answer["choices"][0]["logprobs"] = {"content": [told]}
    wire.send(200, answer)


def stream(wire, body) -> None:
    wire.send_response(200)
    wire.send_header("Content-Type", "text/event-stream")
    wire.end_headers()
    piece = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "small"}
    last = {"index": 0, "delta": {"content": "one"}, "finish_reason": "stop"}
    used = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}
    for part in ({"choices": [last]}, {"choices": [], "usage": used}):
        wire.wfile.write(f"data: {json.dumps(piece | part)}\n\n".encode())
    wire.wfile.write(b"data: [DONE]\n\n")
    wire.close_connection = True


def test_a_server_that_can_do_it_all_is_fit(say: Say, small: SmallServer) -> None:
    small.answer = able
    code, out, _ = say("model", "check", "--url", small.url, "--json")
    document = json.loads(out)
    marks = {trial["what"]: trial["mark"] for trial in document["check"]["trials"]}
    assert code == 0 and document["fit"] and set(marks.values()) == {"ok"}
    assert [speed["concurrency"] for speed in document["check"]["speeds"]] == [1, 8]
    code, out, _ = say("model", "check", "--url", small.url, "--no-speed")
    assert code == 0 and "The agent can work with it." in out and "at once" not in out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("broken", "what", "mark"),
    [
        ("tools", "tool call, forced", Mark.FAILED),
        ("response_format", "schema", Mark.WEAK),
        ("logprobs", "choice with logprobs", Mark.WEAK),
        ("stream", "streaming", Mark.FAILED),
    ],
)
def test_what_a_server_cannot_do_is_seen(
    there: Server, small: SmallServer, broken: str, what: str, mark: Mark
) -> None:
    def answer(wire, body):
        wire.send(200, reply("no idea")) if body.get(broken) else able(wire, body)

    small.answer = answer
    found = check_server(there, speed=False)
    marks = {trial.what: trial.mark for trial in found.trials}
    assert marks[what] is mark and found.fit is (mark is not Mark.FAILED)


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        '{"table": "items"}',
        '{"table": "shops", "distinct": true}',
        '{"table": "items", "distinct": 1}',
        '{"table": "items", "distinct": true, "more": 1}',
        '{"table": "it',
        "[]",
    ],
)
def test_a_call_against_the_schema_is_seen(
    there: Server, small: SmallServer, arguments: str
) -> None:
    def answer(wire, body):
        if not body.get("tools"):
            return able(wire, body)
        told = {"name": "count_rows", "arguments": arguments}
        said = reply("")
        said["choices"][0]["message"]["tool_calls"] = [
            {"id": "1", "type": "function", "function": told}
        ]
        wire.send(200, said)

    small.answer = answer
    trials = {t.what: t for t in check_server(there, speed=False).trials}
    assert trials["tool call, forced"].mark is Mark.FAILED
    assert trials["tool call, free"].mark is Mark.WEAK
    assert "against the tool's schema" in trials["tool call, forced"].text


def test_a_model_that_is_not_served(small: SmallServer) -> None:
    found = check_server(Server(small.url, "other"), speed=False)
    assert not found.fit and "does not serve other, but small" in found.trials[0].text


@pytest.mark.slow
def test_prompts_are_listed_shown_and_compared(say: Say) -> None:
    code, out, _ = say("prompts", "list", "--json")
    listed = {prompt["digest"] for prompt in json.loads(out)["prompts"]}
    code, out, _ = say("prompts", "list", "--digests")
    assert code == 0 and {line.split()[0] for line in out.splitlines()} == listed
    code, out, _ = say("prompts", "show", "draft_fixes/v1", "--language", "zh", "--quiet")
    assert code == 0 and "language: zh" in out and "少见不等于错误" in out
    code, out, _ = say("prompts", "diff", "draft_fixes/v1.en", "draft_fixes/v1.zh")
    assert code == 0 and out.startswith("--- draft_fixes/v1.en\n+++ draft_fixes/v1.zh")
    code, out, _ = say("prompts", "diff", "draft_fixes/v1", "draft_fixes/v1")
    assert code == 0 and "say the same" in out
    code, _, err = say("prompts", "show", "nothing")
    assert code == 7 and "There is no prompt nothing" in err

"""A real client against a real socket: what errors of the wire become."""

import json
import time

import pytest
from small_server import SmallServer, reply

from steward.errors import ModelError
from steward.llm import Client, Request, Server
from steward.llm.client import without_thinking

ASK = Request.of("well?", max_tokens=5)


def answers(small: SmallServer, *statuses: int) -> None:
    """Give these statuses in turn, then the reply."""
    left = list(statuses)

    def answer(wire, body):
        if not left:
            wire.send(200, reply("fine"))
        elif left[0] == 0:
            left.pop(0)
            wire.cut()
        else:
            wire.send(left.pop(0), {"error": {"message": "no"}}, {"Retry-After": "0.01"})

    small.answer = answer


@pytest.mark.parametrize("status", [429, 500, 503, 0], ids=["busy", "fault", "away", "cut"])
def test_a_passing_error_is_tried_again(small: SmallServer, there: Server, status: int) -> None:
    answers(small, status, status)
    with Client(there) as client:
        assert client.complete(ASK).text == "fine"
        assert client.usage.calls == 1 and client.usage.tokens_in == 10
    assert len(small.chats) == 3


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, "refuses the request"),
        (401, "refuses the key"),
        (404, "does not know the model small"),
        (429, "too much to do"),
        (500, "failed"),
    ],
)
def test_an_error_that_stays_is_told(
    small: SmallServer, there: Server, status: int, says: str
) -> None:
    answers(small, *[status] * 20)
    with Client(there) as client, pytest.raises(ModelError, match=says):
        client.complete(ASK)
    assert len(small.chats) == (4 if status in (429, 500) else 1)


def test_nobody_there_says_what_to_start() -> None:
    nobody = Client(Server("127.0.0.1:9", "m"), retries=0)
    with nobody as client, pytest.raises(ModelError, match="No model server answers") as caught:
        client.complete(ASK)
    assert "steward model serve" in caught.value.hint


def test_a_server_that_is_too_slow(small: SmallServer) -> None:
    small.answer = lambda wire, body: time.sleep(0.5)
    hasty = Client(Server(small.url, "small", timeout=0.1), retries=0)
    with hasty as client, pytest.raises(ModelError, match=r"within 0\.1 seconds"):
        client.complete(ASK)


@pytest.mark.parametrize(
    "body",
    [b"{not json", b'"text"', b"{}", b'{"choices": []}'],
    ids=["broken", "text", "{}", "none"],
)
def test_a_reply_that_is_none(small: SmallServer, there: Server, body: bytes) -> None:
    small.answer = lambda wire, _: wire.send(200, body)
    with Client(there) as client, pytest.raises(ModelError, match="cannot be used"):
        client.complete(ASK)


def test_a_stream_that_breaks_off(small: SmallServer, there: Server) -> None:
    piece = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "small"}
    piece["choices"] = [{"index": 0, "delta": {"content": "half"}, "finish_reason": None}]

    def answer(wire, body):
        wire.send_response(200)
        wire.send_header("Content-Type", "text/event-stream")
        wire.end_headers()
        wire.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())
        wire.close_connection = True

    small.answer = answer
    seen: list[str] = []
    with Client(there) as client, pytest.raises(ModelError, match="broke off"):
        client.stream(ASK, seen.append)
    assert seen == ["half"]


def test_the_first_model_is_asked_when_none_is_named(small: SmallServer) -> None:
    with Client(Server(small.url)) as client:
        client.complete(ASK)
        assert client.server.model == "small"
    assert small.chats[0]["model"] == "small"


def test_settings_reach_the_wire(small: SmallServer) -> None:
    tool = {"name": "count", "description": "", "parameters": {"type": "object", "properties": {}}}
    with Client(Server(small.url, "small", "secret", extra={"top_k": 3})) as client:
        client.complete(
            Request.of("?", schema={"title": "plan"}, tools=(tool,), tool_choice="count", seed=4)
        )
        client.complete(Request.of("?", choices=("yes", "no")))
    first, second = small.chats
    assert first["tools"][0]["function"]["strict"] is True
    assert first["tool_choice"] == {"type": "function", "function": {"name": "count"}}
    assert first["parallel_tool_calls"] is False and first["seed"] == 4 and first["top_k"] == 3
    assert first["response_format"]["json_schema"]["name"] == "plan"
    assert second["structured_outputs"] == {"choice": ["yes", "no"]}
    assert second["logprobs"] is True and second["top_logprobs"] == 2
    assert small.keys[0] == "Bearer secret"


def test_a_digest_names_what_decides_the_reply() -> None:
    server = Server("a:1", "m", "k")
    same = Request.of("x", seed=1).digest(server)
    assert Request.of("x", seed=1).digest(Server("b:2", "m", "other")) == same
    others = [
        Request.of("x", seed=2).digest(server),
        Request.of("y", seed=1).digest(server),
        Request.of("x", seed=1, max_tokens=7).digest(server),
        Request.of("x", seed=1).digest(server.named("n")),
        Request.of("x", seed=1).digest(Server("a:1", "m", extra={"top_k": 1})),
    ]
    assert len({same, *others}) == 6


@pytest.mark.parametrize("owner", ["vllm", "openai"])
def test_only_vllm_is_told_not_to_think_aloud(small: SmallServer, owner: str) -> None:
    small.owner = owner
    told = without_thinking(Server(small.url))
    assert told.model == "small"
    quiet = {"chat_template_kwargs": {"enable_thinking": False}}
    assert told.extra == (quiet if owner == "vllm" else {})
    own = Server(small.url, extra={"chat_template_kwargs": {"enable_thinking": True}})
    assert without_thinking(own).extra == own.extra

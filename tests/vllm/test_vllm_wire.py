"""The whole wire against a real vLLM: its replies are noise, their form is not."""

import subprocess

import pytest
from vllm_process import NAME, VllmProcess, vllm_python

from steward.errors import ModelError
from steward.llm import Client, Request, Server, chat_model, check_server
from steward.llm.check import SCHEMA, TOOL, Mark
from steward.llm.serve import PARSERS, REASONING

pytestmark = pytest.mark.vllm


@pytest.fixture
def client(vllm_server: Server):
    with Client(vllm_server) as opened:
        yield opened


def test_it_lists_its_model_and_the_first_is_asked(vllm: VllmProcess) -> None:
    with Client(Server(vllm.url)) as client:
        assert client.models() == [NAME]
        reply = client.complete(Request.of("hello", max_tokens=4))
    assert client.server.model == reply.model == NAME


def test_chat_counts_tokens_and_ends_at_its_limit(client: Client) -> None:
    ask = Request.of("hello", max_tokens=7, extra={"ignore_eos": True})
    reply = client.complete(ask)
    assert reply.finish == "length" and reply.usage.tokens_out == 7
    assert reply.usage.tokens_in == client.count_tokens(ask)


def test_chinese_goes_through_whole(client: Client) -> None:
    text = "为什么 category 是空的？" * 3
    assert client.count_tokens(Request.of(text)) > client.count_tokens(Request.of("hello"))  # type: ignore[operator]
    assert client.complete(Request.of(text, max_tokens=4)).usage.tokens_out <= 4


def test_a_stream_says_the_same_as_a_whole_reply(client: Client) -> None:
    pieces: list[str] = []
    ask = Request.of("stream", max_tokens=12)
    streamed, whole = client.stream(ask, pieces.append), client.complete(ask)
    assert "".join(pieces) == streamed.text == whole.text and len(pieces) > 1
    assert streamed.usage.tokens_out == whole.usage.tokens_out
    assert streamed.first is not None and 0 < streamed.first <= streamed.seconds


def test_the_same_seed_gives_the_same_text(client: Client) -> None:
    texts = [
        client.complete(Request.of("dice", max_tokens=16, temperature=1.0, seed=seed)).text
        for seed in (1, 1, 2)
    ]
    assert texts[0] == texts[1] != texts[2]


@pytest.mark.parametrize("choice", ["required", "count_rows"], ids=["any", "named"])
def test_a_forced_call_keeps_to_the_schema(
    client: Client, no_white_space: dict[str, int], choice: str
) -> None:
    for number in range(8):
        reply = client.complete(
            Request.of(
                f"question {number}",
                max_tokens=200,
                tools=(TOOL,),
                tool_choice=choice,
                extra={"logit_bias": no_white_space},
            )
        )
        (call,) = reply.tool_calls
        assert call.name == "count_rows" and call.arguments is not None, call.text
        assert call.arguments["table"] in ("items", "orders")
        assert isinstance(call.arguments["distinct"], bool)


def test_a_free_call_is_the_models_own_choice(client: Client) -> None:
    """A model of noise calls nothing; that is a reply, not an error."""
    reply = client.complete(Request.of("count", max_tokens=40, tools=(TOOL,)))
    assert reply.tool_calls == () and reply.finish in ("stop", "length")


def test_structured_output_keeps_to_the_schema(client: Client) -> None:
    for number in range(8):
        found = client.complete(Request.of(f"grade {number}", max_tokens=64, schema=SCHEMA)).json
        assert found["grade"] in (0, 1, 2) and isinstance(found["exact"], bool), found


def test_a_choice_comes_with_probabilities(client: Client) -> None:
    choices = ("yes", "no")
    reply = client.complete(Request.of("relevant?", max_tokens=4, choices=choices))
    shares = reply.probabilities(choices)
    assert reply.text in choices
    assert sum(shares.values()) == pytest.approx(1) and min(shares.values()) > 0.01
    assert max(shares, key=lambda name: shares[name]) == reply.text


def test_logprobs_of_free_text(client: Client) -> None:
    reply = client.complete(Request.of("x", max_tokens=3, top_logprobs=5))
    assert len(reply.tokens) == reply.usage.tokens_out
    assert all(len(token) >= 5 and all(p <= 0 for _, p in token) for token in reply.tokens)


def test_a_prompt_longer_than_the_context_is_refused_in_words(client: Client) -> None:
    with pytest.raises(ModelError, match=r"refuses the request \(400\).*2048"):
        client.complete(Request.of("word " * 5000))


def test_a_model_that_is_not_served(vllm: VllmProcess) -> None:
    other = Client(Server(vllm.url, "other"))
    with other as client, pytest.raises(ModelError, match="does not know the model other"):
        client.complete(Request.of("hello"))


def test_a_reply_that_takes_too_long(vllm: VllmProcess) -> None:
    ask = Request.of("long", max_tokens=2000, extra={"ignore_eos": True})
    hasty = Client(Server(vllm.url, NAME, timeout=0.05), retries=0)
    with hasty as client, pytest.raises(ModelError, match=r"within 0\.05 seconds"):
        client.complete(ask)


def test_the_chat_model_of_langchain_streams_usage_and_calls_strictly(
    vllm_server: Server, no_white_space: dict[str, int]
) -> None:
    bias = {int(token): bias for token, bias in no_white_space.items()}
    model = chat_model(vllm_server, max_tokens=200, logit_bias=bias)
    called = model.bind_tools([TOOL], tool_choice="count_rows").invoke("how many?")
    assert called.tool_calls[0]["args"]["table"] in ("items", "orders")
    pieces = list(model.stream("hello"))
    assert len(pieces) > 1
    assert sum((p.usage_metadata or {}).get("output_tokens", 0) for p in pieces) > 0


def test_the_check_says_what_this_server_can_do(vllm_server: Server) -> None:
    found = check_server(vllm_server)
    marks = {trial.what: trial.mark for trial in found.trials}
    for what in ("server", "chat", "streaming", "schema", "choice with logprobs", "seed"):
        assert marks[what] is Mark.OK, found
    # Noise calls no tool of itself: the check does not pass such a model.
    assert marks["tool call, free"] is Mark.WEAK
    assert [speed.concurrency for speed in found.speeds] == [1, 8]
    assert all(speed.tokens_per_second > 0 for speed in found.speeds)


def test_vllm_knows_every_parser_that_serve_may_name() -> None:
    ask = (
        "from vllm.tool_parsers import ToolParserManager as T\n"
        "from vllm.reasoning import ReasoningParserManager as R\n"
        "print('NAMES', *T.list_registered(), '|', *R.list_registered())"
    )
    done = subprocess.run([vllm_python(), "-c", ask], capture_output=True, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("NAMES"))
    tools, thoughts = (set(part.split()) for part in line[5:].split("|"))
    assert {parser for _, parser in PARSERS} <= tools
    assert {parser for _, parser in REASONING if parser} <= thoughts

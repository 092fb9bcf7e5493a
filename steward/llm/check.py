"""Is a model server fit for the agent? Each thing that the agent needs is tried once, for real.

It measures the server and the form of the replies, never whether an answer is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Any

from steward.errors import ModelError
from steward.llm.batch import Batch
from steward.llm.client import Client
from steward.llm.request import Completion, Request
from steward.llm.server import Server

TOOL = {
    "name": "count_rows",
    "description": "Count the rows of a table.",
    "parameters": {
        "type": "object",
        "properties": {
            "table": {"type": "string", "enum": ["items", "orders"]},
            "distinct": {"type": "boolean"},
        },
        "required": ["table", "distinct"],
        "additionalProperties": False,
    },
}
SCHEMA = {
    "title": "grade",
    "type": "object",
    "properties": {"grade": {"type": "integer", "enum": [0, 1, 2]}, "exact": {"type": "boolean"}},
    "required": ["grade", "exact"],
    "additionalProperties": False,
}
SPEED_TOKENS = 64
ROUNDS = 3


class Mark(StrEnum):
    """How a trial ended; without what is *weak* the agent works, but worse or less safely."""

    OK = "ok"
    WEAK = "weak"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing that was tried."""

    what: str
    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Speed:
    """Measured at so many requests at once: seconds to the first token, tokens a second in all."""

    concurrency: int
    first: float | None
    tokens_per_second: float


@dataclass(frozen=True, slots=True)
class Check:
    """What a server can do. `fit` says whether the agent can work with it."""

    url: str
    model: str
    models: tuple[str, ...]
    trials: tuple[Trial, ...]
    speeds: tuple[Speed, ...] = ()

    @property
    def fit(self) -> bool:
        """Nothing failed that the agent cannot do without."""
        return all(trial.mark is not Mark.FAILED for trial in self.trials)


def check_server(
    server: Server, *, speed: bool = True, step: Callable[[str], None] = lambda _: None
) -> Check:
    """Try what the agent needs, and measure the speed at 1 and 8 requests at once.

    A server that does not answer is a result, not an error.
    """
    with Client(server, retries=1) as client:
        step("asking for its models")
        listed = _listed(client)
        if isinstance(listed, Trial):
            return Check(server.url, server.model, (), (listed,))
        model = client.model()
        trials = [_is_served(model, listed)]
        if trials[0].mark is Mark.OK:
            for name, trial in _TRIALS:
                step(f"trying: {name}")
                trials.append(_tried(name, trial, client))
        healthy = speed and all(t.mark is not Mark.FAILED for t in trials[:2])
        speeds = tuple(_speeds(client, step)) if healthy else ()
    return Check(client.server.url, model, tuple(listed), tuple(trials), speeds)


def _listed(client: Client) -> list[str] | Trial:
    try:
        names = client.models()
        return names or Trial("server", Mark.FAILED, f"{client.server.url} serves no model")
    except ModelError as error:
        return Trial("server", Mark.FAILED, f"{error.message} {error.hint}".strip())


def _is_served(model: str, listed: list[str]) -> Trial:
    if model in listed:
        return Trial("server", Mark.OK, f"serves {', '.join(listed)}")
    return Trial("server", Mark.FAILED, f"does not serve {model}, but {', '.join(listed)}")


def _tried(name: str, trial: Callable[[Client], tuple[Mark, str]], client: Client) -> Trial:
    try:
        return Trial(name, *trial(client))
    except ModelError as error:
        needed = name in ("chat", "streaming", "tool call, forced")
        return Trial(name, Mark.FAILED if needed else Mark.WEAK, error.message)


def _chat(client: Client) -> tuple[Mark, str]:
    reply = client.complete(Request.of("Say: ready", max_tokens=16))
    if not reply.usage.tokens_out:
        return Mark.FAILED, "replied nothing"
    return Mark.OK, f"{reply.usage.tokens_out} tokens in {reply.seconds:.2f} s"


def _stream(client: Client) -> tuple[Mark, str]:
    pieces: list[str] = []
    reply = client.stream(Request.of("Count from one to ten.", max_tokens=16), pieces.append)
    counted = "tokens counted" if reply.usage.tokens_out else "tokens not counted"
    return Mark.OK, f"{len(pieces)} pieces, the first after {reply.first or 0:.2f} s, {counted}"


def _forced(client: Client) -> tuple[Mark, str]:
    return _call(client, "count_rows")


def _free(client: Client) -> tuple[Mark, str]:
    mark, text = _call(client, "auto")
    return (Mark.WEAK if mark is Mark.FAILED else mark), text


def _call(client: Client, choice: str) -> tuple[Mark, str]:
    ask = "How many rows has the table items? Use the tool."
    reply = client.complete(Request.of(ask, max_tokens=512, tools=(TOOL,), tool_choice=choice))
    if not reply.tool_calls:
        if reply.finish == "length":
            return Mark.FAILED, f"brought no call to its end in {reply.usage.tokens_out} tokens"
        return Mark.FAILED, "called no tool: is --enable-auto-tool-choice on, and the right parser?"
    call = reply.tool_calls[0]
    if call.name == "count_rows" and _keeps(call.arguments, TOOL["parameters"]):
        return Mark.OK, f"{call.name} {call.text}"
    return Mark.FAILED, f"called {call.name} with {call.text[:80]!r}, against the tool's schema"


def _schema(client: Client) -> tuple[Mark, str]:
    ask = "Grade how well 'red shoe' answers 'shoe'."
    reply = client.complete(Request.of(ask, max_tokens=128, schema=SCHEMA))
    if _keeps(reply.json, SCHEMA):
        return Mark.OK, " ".join(reply.text.split())
    return Mark.WEAK, f"replied {reply.text[:80]!r}, against the schema"


def _choices(client: Client) -> tuple[Mark, str]:
    choices = ("yes", "no")
    reply = client.complete(Request.of("Is a shoe a shoe?", max_tokens=4, choices=choices))
    if reply.text.strip() not in choices:
        return Mark.WEAK, "does not keep to a choice (structured_outputs): labels are less sure"
    if not reply.tokens:
        return Mark.WEAK, "gives no logprobs: labels have no confidence"
    shares = reply.probabilities(choices)
    return Mark.OK, ", ".join(f"{name} {share:.2f}" for name, share in shares.items())


def _seed(client: Client) -> tuple[Mark, str]:
    ask = Request.of("Name three colours.", max_tokens=24, temperature=1.0, seed=7)
    first, second = client.complete(ask), client.complete(ask)
    same = first.text == second.text
    return (Mark.OK, "same seed, same text") if same else (Mark.WEAK, "same seed, other text")


def _count(client: Client) -> tuple[Mark, str]:
    count = client.count_tokens(Request.of("How many tokens are these?"))
    if count is None:
        return Mark.WEAK, "no /tokenize: token counts before a run are estimates"
    return Mark.OK, f"/tokenize counts {count}"


_TRIALS: tuple[tuple[str, Callable[[Client], tuple[Mark, str]]], ...] = (
    ("chat", _chat),
    ("streaming", _stream),
    ("tool call, forced", _forced),
    ("tool call, free", _free),
    ("schema", _schema),
    ("choice with logprobs", _choices),
    ("seed", _seed),
    ("token count", _count),
)


def _keeps(value: Any, schema: Any) -> bool:
    """Does a flat object keep to its schema? Only what the two schemas above use is looked at."""
    kinds = {"string": str, "integer": int, "boolean": bool}
    rules = schema["properties"]
    if not isinstance(value, dict) or set(value) != set(rules):
        return False
    return all(
        type(value[name]) is kinds[rule["type"]] and value[name] in rule.get("enum", [value[name]])
        for name, rule in rules.items()
    )


def _speeds(client: Client, step: Callable[[str], None]) -> Iterator[Speed]:
    """One after another through the stream, which tells the first token; then eight at once."""
    step("measuring its speed, one at a time")
    try:
        alone = [client.stream(_essay(n), lambda _: None) for n in range(ROUNDS + 1)][1:]
        yield Speed(1, median(c.first or 0 for c in alone), _rate(alone, sum(_s(alone))))
        step("measuring its speed, eight at once")
        many = Batch(client.server, concurrency=8, patience=5)
        results = many.run([_essay(100 + n) for n in range(8 * ROUNDS)])
        done = [c for c in results.completions if c is not None]
        yield Speed(8, None, _rate(done, results.seconds))
    except ModelError as error:
        step(error.message)


def _essay(number: int) -> Request:
    text = f"Describe product number {number} of a shop in detail."
    return Request.of(text, max_tokens=SPEED_TOKENS, extra={"ignore_eos": True})


def _s(completions: list[Completion]) -> list[float]:
    return [c.seconds for c in completions]


def _rate(completions: list[Completion], seconds: float) -> float:
    tokens = sum(c.usage.tokens_out for c in completions)
    return round(tokens / seconds, 1) if seconds else 0.0

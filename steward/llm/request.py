"""What is asked of a model, and what came back: plain values that can be kept and compared.

The digest of a request names everything that decides its reply (the model, the messages, the
settings), so that equal requests are asked once and a kept reply is found again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from steward.llm.server import Server
from steward.llm.usage import Usage

Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model.

    Args of note: `schema` is a JSON Schema that the reply must keep to; `choices` are the only
    texts the reply may be, with their probabilities (use words of a single token); `tools` are
    function declarations with `strict`; `tool_choice` is `auto`, `required`, `none` or a name;
    `top_logprobs` asks for that many alternatives a token; `extra` is sent as it is.
    """

    messages: tuple[Message, ...]
    max_tokens: int = 512
    temperature: float = 0.0
    seed: int | None = 0
    schema: Mapping[str, Any] | None = None
    choices: tuple[str, ...] = ()
    tools: tuple[Mapping[str, Any], ...] = ()
    tool_choice: str = "auto"
    top_logprobs: int = 0
    stop: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, **settings: Any) -> Request:
        """A request with one message of a person."""
        return cls(({"role": "user", "content": text},), **settings)

    def digest(self, server: Server) -> str:
        """Names the request to the server's model, wherever it is: 32 hexadecimal digits."""
        asked = {"model": server.model, "server_extra": server.extra, **asdict(self)}
        body = json.dumps(asked, sort_keys=True, ensure_ascii=False, default=dict)
        return hashlib.sha256(body.encode()).hexdigest()[:32]

    def payload(self, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The settings as the client of `openai` takes them, without model and stream.

        `more` is what the server wants sent with every request.
        """
        body: dict[str, Any] = {
            "messages": list(self.messages),
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
        }
        extra = {**(more or {}), **self.extra}
        if self.seed is not None:
            body["seed"] = self.seed
        if self.stop:
            body["stop"] = list(self.stop)
        if self.schema is not None:
            body["response_format"] = _response_format(self.schema)
        if self.choices:
            extra["structured_outputs"] = {"choice": list(self.choices)}
        if self.top_logprobs or self.choices:
            body |= {"logprobs": True, "top_logprobs": self.top_logprobs or len(self.choices)}
        if self.tools:
            body |= {"tools": [_strict(tool) for tool in self.tools], "parallel_tool_calls": False}
            body["tool_choice"] = _tool_choice(self.tool_choice)
        return body | ({"extra_body": extra} if extra else {})


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that a model wants: the tool, its arguments, and how the text of them read.

    `arguments` is None when the text is no JSON object.
    """

    name: str
    arguments: Mapping[str, Any] | None
    text: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model replied.

    `finish` is `stop`, `length` (cut at `max_tokens`) or `tool_calls`. `tokens` holds, for each
    token of the reply, the likeliest alternatives and their log-probabilities, where asked for.
    `first` and `seconds` are the times to the first token and to the end; `kept` says that the
    reply came from the store and cost nothing.
    """

    text: str
    finish: str
    model: str
    usage: Usage = field(default_factory=Usage)
    tool_calls: tuple[ToolCall, ...] = ()
    tokens: tuple[tuple[tuple[str, float], ...], ...] = ()
    seconds: float = 0.0
    first: float | None = None
    kept: bool = False

    @property
    def json(self) -> Any:
        """The reply as JSON; None when it is none (or was cut)."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None

    def probabilities(self, choices: Sequence[str]) -> dict[str, float]:
        """Probability of each choice by its first token; they sum to 1, or are all 0 if unseen."""
        from math import exp

        seen = {token.strip(): exp(chance) for token, chance in self.tokens[0] if token.strip()}
        raw = {choice: max(_match(choice, seen), default=0.0) for choice in choices}
        total = sum(raw.values())
        return {choice: share / total if total else 0.0 for choice, share in raw.items()}


def _match(choice: str, seen: Mapping[str, float]) -> list[float]:
    return [chance for token, chance in seen.items() if choice.strip().startswith(token)]


def _response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    named = {"name": str(schema.get("title", "reply")), "schema": dict(schema), "strict": True}
    return {"type": "json_schema", "json_schema": named}


def _strict(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A function declaration; vLLM holds a model to the schema only when it says strict."""
    function = tool.get("function", tool)
    return {"type": "function", "function": {**function, "strict": True}}


def _tool_choice(wanted: str) -> Any:
    if wanted in ("auto", "required", "none"):
        return wanted
    return {"type": "function", "function": {"name": wanted}}

"""Calls to a model server, one at a time; many at once are a `Batch`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from time import perf_counter
from types import TracebackType
from typing import Any

from steward.errors import ModelError
from steward.llm import wire
from steward.llm.request import Completion, Request, ToolCall
from steward.llm.server import Server
from steward.llm.usage import Usage

RETRIES = 3


class Client:
    """An open connection to a server. `usage` adds up what was used so far."""

    def __init__(self, server: Server, *, retries: int = RETRIES) -> None:
        """Connect on the first call.

        Args:
            server: from `find_server`.
            retries: further tries after a connection error, 429 or 5xx, waiting longer each time.

        Raises:
            MissingExtra: the package `openai` is not installed.
        """
        self.server = server
        self.usage = Usage()
        self._client = wire.open_client(server, retries)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def models(self) -> list[str]:
        """Names of the models that the server lists."""
        with wire.translated(self.server):
            return [model.id for model in self._client.models.list()]

    def model(self) -> str:
        """The model that is asked: the one named, else the first that the server lists."""
        if not self.server.model:
            names = self.models()
            if not names:
                raise ModelError(
                    f"{self.server.url} serves no model.", hint="steward model serve NAME"
                )
            self.server = self.server.named(names[0])
        return self.server.model

    def complete(self, request: Request) -> Completion:
        """Ask, and wait for the whole reply.

        Raises:
            ModelError: no server, a refusal, a timeout, or a reply that cannot be used.
        """
        model, begun = self.model(), perf_counter()
        with wire.translated(self.server):
            reply = self._client.chat.completions.create(
                model=model, **request.payload(self.server.extra)
            )
            found = wire.completion(reply, perf_counter() - begun)
        self.usage += found.usage
        return found

    def stream(self, request: Request, on_text: Callable[[str], None]) -> Completion:
        """Ask, and hand over the text as it comes; the completion knows when the first came."""
        model, begun = self.model(), perf_counter()
        with wire.translated(self.server):
            pieces = self._client.chat.completions.create(
                model=model,
                stream=True,
                stream_options={"include_usage": True},
                **request.payload(self.server.extra),
            )
            found = _gathered(pieces, on_text, begun)
        self.usage += found.usage
        return replace(found, model=found.model or model)

    def count_tokens(self, request: Request) -> int | None:
        """Tokens of the prompt as the server counts them; None where it cannot tell (not vLLM)."""
        from openai import OpenAIError

        body = {"model": self.model(), "messages": list(request.messages)}
        root = self.server.url.rsplit("/", 1)[0]
        try:
            told: Any = self._client.with_options(max_retries=0).post(
                f"{root}/tokenize", body=body, cast_to=object
            )
        except (OpenAIError, ValueError):
            return None
        return int(told["count"]) if isinstance(told, dict) and "count" in told else None


def without_thinking(server: Server) -> Server:
    """The server with its model named and, where it is vLLM, told not to think aloud.

    For short replies in a schema: a model that thinks first would be cut before it replies. What
    the configuration says under `extra` is stronger. Other servers refuse words they do not know.

    Raises:
        ModelError: the server does not answer.
    """
    with Client(server) as client:
        with wire.translated(server):
            owners = {model.id: model.owned_by for model in client._client.models.list()}
        named = server.named(client.model())
    if owners.get(named.model) != "vllm":
        return named
    return replace(named, extra={"chat_template_kwargs": {"enable_thinking": False}, **named.extra})


def _gathered(pieces: Iterable[Any], on_text: Callable[[str], None], begun: float) -> Completion:
    """Put the pieces of a stream together."""
    found, texts, first = Completion("", "", ""), [], None
    calls: dict[int, tuple[str, str]] = {}
    for piece in pieces:
        if piece.usage is not None:
            found = replace(found, usage=wire.usage(piece.usage))
        for choice in piece.choices[:1]:
            first = perf_counter() - begun if first is None else first
            if choice.delta.content:
                texts.append(choice.delta.content)
                on_text(choice.delta.content)
            for call in choice.delta.tool_calls or ():
                _add_call(calls, call)
            found = replace(found, finish=choice.finish_reason or found.finish, model=piece.model)
    if not found.finish:
        raise ValueError("the stream broke off")
    return replace(
        found,
        text="".join(texts),
        usage=found.usage if found.usage.calls else Usage(calls=1),
        tool_calls=_calls(calls),
        first=first,
        seconds=round(perf_counter() - begun, 4),
    )


def _add_call(calls: dict[int, tuple[str, str]], call: Any) -> None:
    name, text = calls.get(call.index, ("", ""))
    told = call.function
    calls[call.index] = (name or told.name or "", text + (told.arguments or ""))


def _calls(calls: dict[int, tuple[str, str]]) -> tuple[ToolCall, ...]:
    return tuple(wire.tool_call(*calls[number]) for number in sorted(calls))

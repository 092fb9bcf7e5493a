"""Between our values and the client of `openai`: how a reply is read, and what its errors mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from steward.errors import MissingExtra, ModelError
from steward.llm.request import Completion, ToolCall
from steward.llm.server import NO_KEY, Server
from steward.llm.usage import Usage

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAI

CONNECT = 5.0
"""Seconds to wait for a connection; a server that is up accepts at once."""


def open_client(server: Server, retries: int) -> OpenAI:
    """A client that waits longer, with jitter, before each of `retries` further tries.

    The waiting is openai's own: connection errors, 408, 409, 429 and 5xx, `Retry-After` heeded.
    """
    with needed():
        from openai import OpenAI
    return OpenAI(**_settings(server, retries))


def open_async_client(server: Server, retries: int) -> AsyncOpenAI:
    """The same, asynchronous."""
    with needed():
        from openai import AsyncOpenAI
    return AsyncOpenAI(**_settings(server, retries))


@contextmanager
def needed() -> Iterator[None]:
    """Turn a missing package into the command that brings it."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtra("A model server", "agent") from error


def _settings(server: Server, retries: int) -> dict[str, Any]:
    from openai import Timeout

    return {
        "base_url": server.url,
        "api_key": server.key or NO_KEY,
        "timeout": Timeout(server.timeout, connect=min(CONNECT, server.timeout)),
        "max_retries": retries,
    }


def completion(reply: Any, seconds: float) -> Completion:
    """Read a chat completion of the client; `ValueError` when it is none."""
    if not getattr(reply, "choices", None) or reply.choices[0].message is None:
        raise ValueError("it is no chat completion")
    choice = reply.choices[0]
    return Completion(
        text=choice.message.content or "",
        finish=choice.finish_reason or "",
        model=reply.model or "",
        usage=usage(reply.usage),
        tool_calls=tuple(
            tool_call(call.function.name, call.function.arguments)
            for call in choice.message.tool_calls or ()
        ),
        tokens=tokens(choice.logprobs),
        seconds=round(seconds, 4),
    )


def tool_call(name: str, text: str) -> ToolCall:
    """A call with its arguments, if their text is a JSON object."""
    try:
        arguments = json.loads(text)
    except ValueError:
        arguments = None
    return ToolCall(name, arguments if isinstance(arguments, dict) else None, text)


def tokens(logprobs: Any) -> tuple[tuple[tuple[str, float], ...], ...]:
    """The likeliest alternatives of each token, with their log-probabilities."""
    if not logprobs or not logprobs.content:
        return ()
    return tuple(
        tuple((one.token, float(one.logprob)) for one in place.top_logprobs)
        for place in logprobs.content
    )


def usage(told: Any) -> Usage:
    """What the server says the call used; only the call is counted when it says nothing."""
    if told is None:
        return Usage(calls=1)
    details = getattr(told, "prompt_tokens_details", None)
    cached = getattr(details, "cached_tokens", None) or 0
    return Usage(1, told.prompt_tokens or 0, told.completion_tokens or 0, cached)


@contextmanager
def translated(server: Server) -> Iterator[None]:
    """Turn errors of the client into errors that say what to do."""
    from openai import OpenAIError

    try:
        yield
    except (OpenAIError, ValueError) as error:
        raise explained(error, server) from error


def explained(error: Exception, server: Server) -> ModelError:
    """The error in the words of a person."""
    import openai

    if isinstance(error, openai.APITimeoutError):
        return ModelError(
            f"{server.url} did not answer within {server.timeout:g} seconds.",
            hint="Raise timeout under [model] in the configuration, or ask for fewer tokens.",
        )
    if isinstance(error, openai.APIConnectionError):
        return ModelError(
            f"No model server answers at {server.url} ({_cause(error)}).",
            hint="Start one: steward model serve NAME; look at it: steward model check",
        )
    if isinstance(error, openai.APIStatusError):
        return _refused(error, server)
    return ModelError(
        f"The reply of {server.url} cannot be used: {_short(error)}.",
        hint="Is it an OpenAI-compatible server? steward model check",
    )


def _refused(error: Any, server: Server) -> ModelError:
    status, said = error.status_code, _short(error)
    if status in (401, 403):
        return ModelError(f"{server.url} refuses the key ({status}).", hint="Set STEWARD_API_KEY.")
    if status == 404:
        return ModelError(
            f"{server.url} does not know the model {server.model or '(none)'}, or is no such "
            f"server: {said}.",
            hint="steward model check lists what it serves; name one with STEWARD_MODEL.",
        )
    if status == 429:
        return ModelError(
            f"{server.url} has too much to do (429).", hint="Wait, or lower the concurrency."
        )
    if status < 500:
        return ModelError(f"{server.url} refuses the request ({status}): {said}.")
    return ModelError(
        f"{server.url} failed ({status}): {said}.", hint="Look at the log of the server."
    )


def _cause(error: Exception) -> str:
    cause = error.__cause__ or error
    return str(cause) or type(cause).__name__


def _short(error: Exception) -> str:
    body = getattr(error, "body", None)
    said = body.get("message") if isinstance(body, dict) else None
    return " ".join(str(said or error).split())[:300].rstrip(".")

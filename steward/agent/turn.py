"""Reading a conversation's messages: which belong to the question now, and what they hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage

from steward.agent.reply import Tokens

NOTE = "steward_note"
"""Key in `additional_kwargs` of a message that the loop wrote to the model, and its kind."""

ENDED = "steward_ended"
"""Key in `response_metadata` of the message that ends a run, and how it ended."""

UNSUPPORTED = "steward_unsupported"
"""Key beside it: what in the answer no tool result holds."""


def note(kind: str, text: str) -> HumanMessage:
    """A message of the loop to the model; not of the person."""
    return HumanMessage(text, additional_kwargs={NOTE: kind})


def turn(messages: Sequence[AnyMessage]) -> list[AnyMessage]:
    """The messages since the person last asked, the question first."""
    for at in range(len(messages) - 1, -1, -1):
        if is_question(messages[at]):
            return list(messages[at:])
    return list(messages)


def is_question(message: AnyMessage) -> bool:
    """Did the person write it?"""
    return isinstance(message, HumanMessage) and NOTE not in message.additional_kwargs


def noted(messages: Sequence[AnyMessage], kind: str) -> int:
    """How many messages of that kind the loop wrote among these."""
    return sum(message.additional_kwargs.get(NOTE) == kind for message in messages)


def said(messages: Sequence[AnyMessage]) -> list[AIMessage]:
    """What the model wrote, in order."""
    return [message for message in messages if isinstance(message, AIMessage)]


def results(messages: Sequence[AnyMessage]) -> list[ToolMessage]:
    """What the tools gave back, in order."""
    return [message for message in messages if isinstance(message, ToolMessage)]


def succeeded(message: ToolMessage) -> bool:
    """Did the tool run and find something?"""
    return artifact(message).get("status") == "ok"


def artifact(message: ToolMessage) -> Mapping[str, Any]:
    """What the loop keeps beside a tool's result (see `running`); empty for others."""
    return message.artifact if isinstance(message.artifact, dict) else {}


def body(message: ToolMessage) -> dict[str, Any]:
    """The JSON of a tool's result; empty when it is none."""
    try:
        found = json.loads(str(message.content))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def text_of(message: AnyMessage) -> str:
    """The text of a message, whatever blocks it is made of."""
    return str(message.text)


def open_calls(messages: Sequence[AnyMessage]) -> list[dict[str, Any]]:
    """Calls of the last message of the model that nothing answers yet."""
    answered = {message.tool_call_id for message in results(messages)}
    last = next(reversed(said(messages)), None)
    calls = [] if last is None else last.tool_calls
    return [dict(call) for call in calls if call["id"] not in answered]


def calls_before(messages: Sequence[AnyMessage]) -> int:
    """How many calls the model has made so far, broken ones included."""
    return sum(len(m.tool_calls) + len(m.invalid_tool_calls) for m in said(messages))


def signature(call: Mapping[str, Any]) -> str:
    """Equal for calls of the same tool with the same arguments."""
    arguments = json.dumps(call["args"], sort_keys=True, ensure_ascii=False, default=str)
    return f"{call['name']}:{arguments}"


def signatures(messages: Sequence[AnyMessage]) -> Iterator[str]:
    """Signatures of the calls of this turn since something was last written, in order."""
    since = 0
    for at, message in enumerate(messages):
        if isinstance(message, ToolMessage) and succeeded(message):
            since = at if artifact(message).get("access") == "write" else since
    for message in said(messages[since:]):
        yield from (signature(call) for call in message.tool_calls)


def tokens(messages: Sequence[AnyMessage]) -> Tokens:
    """Tokens that the server counted for these messages."""
    used = [message.usage_metadata for message in said(messages) if message.usage_metadata]
    return Tokens(sum(u["input_tokens"] for u in used), sum(u["output_tokens"] for u in used))

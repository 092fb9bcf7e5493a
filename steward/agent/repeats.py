"""Answers to calls that are not carried out: made before, or left at an end."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.messages import AnyMessage, ToolMessage

from steward.agent import turn as turns
from steward.agent.bench import Bench
from steward.agent.prompting import prompt
from steward.agent.reply import Call
from steward.report.machine import plain


def repeated_result(
    bench: Bench, turn: Sequence[AnyMessage], call: Mapping[str, Any]
) -> ToolMessage:
    """Tells the model that it made this call before, and where its result stands."""
    found: dict[str, Any] = {"error": prompt("repeated", bench.language), "retry": False}
    mark = turns.signature(call)
    first = next((id for id, made in _made(turn) if made == mark), None)
    for message in turns.results(turn):
        if message.tool_call_id == first:
            earlier = turns.body(message)
            found["summary"] = earlier.get("summary", earlier.get("error", ""))
            found["refs"] = [ref["ref"] for ref in earlier.get("refs", [])]
    return _answer(bench, call, "repeated", found)


def unanswered(bench: Bench, call: Mapping[str, Any]) -> ToolMessage:
    """Closes a call that was not carried out because the run ended."""
    found = {"error": "Not carried out: the run ended before.", "retry": False}
    return _answer(bench, call, "stopped", found)


def _made(turn: Sequence[AnyMessage]) -> list[tuple[str | None, str]]:
    return [
        (call["id"], turns.signature(call))
        for message in turns.said(turn)
        for call in message.tool_calls
    ]


def _answer(
    bench: Bench, call: Mapping[str, Any], status: str, found: Mapping[str, Any]
) -> ToolMessage:
    access = bench.access(call["name"])
    kept = Call(call["id"], call["name"], call["args"], access, status, str(found["error"]))
    return ToolMessage(
        json.dumps(found, ensure_ascii=False),
        name=call["name"],
        tool_call_id=call["id"],
        status="error",
        artifact=plain(kept),
    )

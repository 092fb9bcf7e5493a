"""From the messages of a run to its `Reply`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage

from steward.agent import turn as turns
from steward.agent.bench import Bench
from steward.agent.reply import Approval, Call, Ended, Ref, Reply
from steward.agent.turn import ENDED, UNSUPPORTED
from steward.agent.visible import inert
from steward.report.chat import call_text

REFERENCE = re.compile(r"\[(\d{1,4})\]")
_FOUND = ("causes", "findings")


def reply_of(
    bench: Bench,
    messages: Sequence[AnyMessage],
    waiting: tuple[Approval, ...],
    model: str,
    seconds: float,
) -> Reply:
    """How the last question ended."""
    turn = turns.turn(messages)
    said = turns.said(turn)
    given = said[-1].response_metadata.get(ENDED, Ended.STOPPED) if said else Ended.STOPPED
    answer = inert(turns.text_of(said[-1]).strip()) if said and not waiting else ""
    return Reply(
        question=turns.text_of(turn[0]) if turn else "",
        answer=answer,
        ended=Ended.WAITING if waiting else Ended(given),
        language=bench.language,
        model=model,
        session=bench.session.id,
        refs=cited(bench, answer),
        calls=tuple(calls_of(bench, turn)),
        findings=tuple(_findings(turn)),
        unsupported=_unsupported(said),
        waiting=waiting,
        tokens=turns.tokens(turn),
        seconds=round(seconds, 3),
    )


def spoken(bench: Bench, messages: Sequence[AnyMessage]) -> Iterator[tuple[str, str]]:
    """Who said what: `you`, `steward` (final answers), and `tool` (a call and what it gave)."""
    calls = {call.id: call for call in calls_of(bench, messages)}
    for message in messages:
        if turns.is_question(message):
            yield "you", turns.text_of(message)
        elif isinstance(message, ToolMessage) and message.tool_call_id in calls:
            call = calls[message.tool_call_id]
            yield "tool", f"{call_text(call.tool, call.arguments)} → {call.summary or call.status}"
        elif isinstance(message, AIMessage) and ENDED in message.response_metadata:
            yield "steward", inert(turns.text_of(message))


def _unsupported(said: Sequence[AnyMessage]) -> tuple[str, ...]:
    return tuple(said[-1].response_metadata.get(UNSUPPORTED, ())) if said else ()


def cited(bench: Bench, answer: str) -> tuple[Ref, ...]:
    """The proofs that an answer refers to, by number."""
    numbers = {int(number) for number in REFERENCE.findall(answer)}
    return tuple(ref for ref in bench.ledger.every() if ref.ref in numbers)


def calls_of(bench: Bench, turn: Sequence[AnyMessage]) -> Iterator[Call]:
    """The tool calls of a question, in order; those without a result are waiting."""
    for message in turns.results(turn):
        kept = turns.artifact(message)
        if kept:
            yield Call(**{**kept, "refs": tuple(kept.get("refs", ()))})
    for call in turns.open_calls(turn):
        access = bench.access(call["name"])
        yield Call(call["id"], call["name"], call["args"], access, "waiting", "")


def _findings(turn: Sequence[AnyMessage]) -> Iterator[Mapping[str, Any]]:
    """The causes that the tools of a question found, in order, each once."""
    seen = []
    for message in turns.results(turn):
        data = turns.body(message).get("data") if turns.succeeded(message) else None
        for name in _FOUND:
            for one in data.get(name) or () if isinstance(data, dict) else ():
                if isinstance(one, dict) and one not in seen:
                    seen.append(one)
                    yield one

"""What a conversation's messages hold: the question now, its results so far, what came before."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage

from steward.agent import turn as turns
from steward.agent.planner.catalogue import Catalogue
from steward.agent.planner.question import AskBack, Question, Step
from steward.agent.planner.slots import Hit

PLAN = "steward_plan"
"""Key in `response_metadata` of an answer: the question as it was understood, for follow-ups."""


@dataclass(frozen=True, slots=True)
class Result:
    """One tool call and what it gave: `ok` unless it failed or was refused."""

    tool: str
    arguments: Mapping[str, Any]
    body: Mapping[str, Any]
    ok: bool

    @property
    def data(self) -> Mapping[str, Any]:
        """The structured part; empty when there is none."""
        found = self.body.get("data")
        return found if isinstance(found, Mapping) else {}

    @property
    def refs(self) -> list[Mapping[str, Any]]:
        """The proofs, with the numbers they have in this session."""
        found = self.body.get("refs")
        return [r for r in found if isinstance(r, Mapping)] if isinstance(found, list) else []

    @property
    def rejected(self) -> bool:
        """Did a person refuse the call?"""
        return bool(self.body.get("rejected"))


@dataclass(frozen=True, slots=True)
class History:
    """The question at hand, the results of its calls, and everything known from before."""

    question: str
    results: tuple[Result, ...]
    catalogue: Catalogue
    hits: Mapping[str, Sequence[Hit]]
    focus: str
    prior: Question | None
    asked: AskBack | None

    def find(self, step: Step) -> Result | None:
        """The result of a call of this turn, if it was made."""
        wanted = _without_null(step.arguments)
        for result in self.results:
            if result.tool == step.tool and _without_null(result.arguments) == wanted:
                return result
        return None


def history(messages: Sequence[AnyMessage]) -> History:
    """Read a conversation."""
    turn = turns.turn(messages)
    before = list(messages[: len(messages) - len(turn)])
    question = next((m for m in turn if isinstance(m, HumanMessage)), None)
    now = tuple(_results(turn))
    prior, asked = _last_plan(before)
    return History(
        question=turns.text_of(question).strip() if question is not None else "",
        results=now,
        catalogue=_catalogue(messages),
        hits=_hits(now),
        focus=_focus(messages),
        prior=prior,
        asked=asked,
    )


def _results(messages: Sequence[AnyMessage]) -> Iterator[Result]:
    calls = {call["id"]: call for m in turns.said(messages) for call in m.tool_calls}
    for message in messages:
        if isinstance(message, ToolMessage) and message.tool_call_id in calls:
            call, body = calls[message.tool_call_id], turns.body(message)
            ok = message.status != "error" and "error" not in body
            yield Result(call["name"], call["args"], body, ok)


def _catalogue(messages: Sequence[AnyMessage]) -> Catalogue:
    """Tables and columns: as the last message of ours kept them, and what results added since."""
    known, start = Catalogue(), 0
    for at in range(len(messages) - 1, -1, -1):
        plan = messages[at].response_metadata.get(PLAN) if _ours(messages[at]) else None
        if isinstance(plan, Mapping) and plan.get("known"):
            known, start = Catalogue.of(plan["known"]), at
            break
    for result in _results(messages[start:]):
        if result.ok:
            known = known.with_result(result.tool, result.data)
    return known


def _ours(message: AnyMessage) -> bool:
    return isinstance(message, AIMessage)


def _hits(results: Sequence[Result]) -> dict[str, list[Hit]]:
    """Words looked for among the values, each with what was found (nothing, when it failed)."""
    found: dict[str, list[Hit]] = {}
    for result in results:
        if result.tool == "search_values":
            text = str(result.arguments.get("text", ""))
            table = str(result.arguments.get("table", ""))
            found[text] = [
                hit
                for one in _list(result.data.get("found"))
                for hit in _column_hits(text, table, one)
            ]
    return found


def _column_hits(text: str, table: str, one: Mapping[str, Any]) -> Iterator[Hit]:
    """A column's values that are the text, letter case aside; else that it contains the text."""
    column, values = str(one.get("column", "")), _list(one.get("values"))
    same = [v for v in values if str(v.get("value", "")).casefold() == text.casefold()]
    for value in same:
        yield Hit(text, table, column, str(value.get("value")), _rows(value))
    if not same:
        yield Hit(text, table, column, "", _rows(one))


def _rows(found: Mapping[str, Any]) -> int:
    rows = found.get("rows")
    return rows if isinstance(rows, int) else 0


def _list(found: Any) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _focus(messages: Sequence[AnyMessage]) -> str:
    """The table that the system prompt names last, as a JSON string; empty when it names none."""
    system = next((m for m in messages if isinstance(m, SystemMessage)), None)
    text = turns.text_of(system).rstrip() if system is not None else ""
    found = re.search(r'[:：]\s*("(?:[^"\\]|\\.)*")$', text)
    return str(json.loads(found[1])) if found else ""


def _last_plan(messages: Sequence[AnyMessage]) -> tuple[Question | None, AskBack | None]:
    """How the last question was understood, and what was asked back in the last answer."""
    for at, message in enumerate(reversed(messages)):
        plan = message.response_metadata.get(PLAN) if isinstance(message, AIMessage) else None
        if isinstance(plan, Mapping) and ("question" in plan or "asked" in plan):
            question = Question.of(plan["question"]) if plan.get("question") else None
            asked = plan.get("asked") if at == 0 else None
            if not asked:
                return question, None
            return None, AskBack(asked["what"], tuple(asked["options"]), question)
    return None, None


def _without_null(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}

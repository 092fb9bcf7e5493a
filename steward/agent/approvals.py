"""Every call that writes stops here until a person has decided about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langchain.agents.middleware import AgentMiddleware, AgentState
from langchain_core.messages import AIMessage, ToolMessage
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from steward.agent.access import like, tables_of
from steward.agent.bench import Bench
from steward.agent.reply import Approval, Call, Decision
from steward.agent.turn import open_calls, said
from steward.agent.visible import quoted
from steward.errors import StewardError
from steward.report.machine import plain
from steward.store import Store

SHOWN = 12


class Approvals(AgentMiddleware[AgentState[Any], None, Any]):  # type: ignore[misc]
    """Interrupts the run before a write, and takes up the decisions that were kept."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench

    def after_model(self, state: AgentState[Any], runtime: Runtime[None]) -> dict[str, Any] | None:
        """Wait until each write is decided; edited ones are changed, rejected ones answered."""
        writes = pending_writes(self._bench, state["messages"])
        if not writes:
            return None
        undecided = [call for call in writes if self._bench.sessions.decided(call["id"]) is None]
        if undecided:
            # Whoever resumes has kept the decisions; nothing is passed through the interrupt.
            interrupt({"writes": [call["id"] for call in undecided]})
        last = said(state["messages"])[-1]
        decided = {call["id"]: self._decision(call["id"]) for call in writes}
        refused = [_refusal(call, decided[call["id"]]) for call in writes]
        return {"messages": [_edited(last, decided), *filter(None, refused)]}

    def _decision(self, call: str) -> Decision:
        return self._bench.sessions.decided(call) or Decision("reject", why="nobody decided")


def pending_writes(bench: Bench, messages: Sequence[Any]) -> list[dict[str, Any]]:
    """Calls that would write and that nothing answers yet."""
    return [call for call in open_calls(messages) if bench.access(call["name"]) == "write"]


def approval(bench: Bench, call: Mapping[str, Any]) -> Approval:
    """What a person is shown of a call that would write."""
    tool = bench.tools[call["name"]]
    about = tool.about.partition("\n")[0]
    tables = tables_of(bench.store, call["args"])
    changes = tuple(changes_of(bench.store, call["args"]))
    return Approval(
        call["id"], tool.name, call["args"], about, tables, changes, like(tool.name, tables)
    )


def changes_of(store: Store, arguments: Mapping[str, Any]) -> Iterator[str]:
    """What the fixes that a call names would do, one line each, at most a dozen."""
    numbers = arguments.get("fixes", arguments.get("fix"))
    listed = numbers if isinstance(numbers, list) else [] if numbers is None else [numbers]
    for number in listed[:SHOWN]:
        try:
            fix = store.fix(int(number))
        except (StewardError, ValueError, TypeError):
            yield f"fix {number!r}: there is none"
            continue
        mended = "; ".join(
            f"{c.column}: {quoted(c.before)} → {quoted(c.after)}" for c in fix.changes
        )
        how = f"{len(fix.rows)} rows, {fix.safety.value}, {fix.provenance.corrector}"
        yield f"f{fix.id} {fix.table}.{mended or fix.kind.value} ({how})"
    if len(listed) > SHOWN:
        yield f"… and {len(listed) - SHOWN} more"


def _edited(message: AIMessage, decided: Mapping[str, Decision]) -> AIMessage:
    calls = [
        {**call, "args": decided[call["id"]].arguments}
        if call["id"] in decided and decided[call["id"]].kind == "edit"
        else call
        for call in message.tool_calls
    ]
    return message.model_copy(update={"tool_calls": calls})


def _refusal(call: Mapping[str, Any], decision: Decision) -> ToolMessage | None:
    if decision.kind != "reject":
        return None
    said_why = f" because: {decision.why}" if decision.why else ""
    error = {
        "error": f"The person did not approve this call{said_why}. Nothing was changed.",
        "try": "Do not call it again unless the person asks. Say what would have been done.",
        "rejected": True,
        "retry": False,
    }
    kept = Call(call["id"], call["name"], call["args"], "write", "rejected", decision.why)
    return ToolMessage(
        json.dumps(error, ensure_ascii=False),
        name=call["name"],
        tool_call_id=call["id"],
        status="error",
        artifact=plain(kept),
    )

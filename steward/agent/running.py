"""Running one tool call: once, in a bounded time, with its proofs numbered for the session."""

from __future__ import annotations

import contextvars
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_core.messages import ToolMessage

from steward.agent.reply import Call, Ref
from steward.answers import ToolResult
from steward.errors import StewardError, ToolRetry
from steward.report.machine import plain

if TYPE_CHECKING:
    from steward.agent.bench import Bench
    from steward.store import Store

Result = TypeVar("Result")

PATIENCE = 0.1
"""Seconds between looks at whether the person wants to stop."""


class TookTooLong(Exception):
    """Something did not end within its time. It is left to itself."""


def bounded(work: Callable[[], Result], seconds: float, stop: threading.Event) -> Result:
    """Do something in a thread of its own, and wait for it no longer than that.

    Raises:
        TookTooLong: it was not done in time, or `stop` was set.
    """
    done: list[Result] = []
    failed: list[BaseException] = []

    def body() -> None:
        try:
            done.append(work())
        except BaseException as error:
            failed.append(error)

    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(body,), daemon=True)
    thread.start()
    end = time.monotonic() + seconds
    while thread.is_alive() and time.monotonic() < end and not stop.is_set():
        thread.join(min(PATIENCE, max(end - time.monotonic(), 0.0)))
    if thread.is_alive():
        raise TookTooLong
    if failed:
        raise failed[0]
    return done[0]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a call gave: the text for the model, and what is kept beside it."""

    content: str
    call: Call

    def message(self) -> ToolMessage:
        """As a message; its artifact holds the call for people and for grounding."""
        return ToolMessage(
            self.content,
            name=self.call.tool,
            tool_call_id=self.call.id,
            status="success" if self.call.status == "ok" else "error",
            artifact=plain(self.call),
        )


def run_call(bench: Bench, call: Mapping[str, Any]) -> Ran:
    """Run a call (`id`, `name`, `args`) of the model; whatever goes wrong becomes its result.

    A write that ran to its end before a process was killed gives what it gave then.
    """
    if bench.access(str(call["name"])) != "write":
        return _run(bench, call)
    before = bench.sessions.finished(call["id"])
    if before is not None:
        content, kept = before
        return Ran(content, Call(**{**kept, "refs": tuple(kept["refs"])}))
    ran = _run(bench, call)
    if ran.call.status == "ok":
        bench.sessions.finish(call["id"], ran.content, plain(ran.call))
    return ran


def _run(bench: Bench, call: Mapping[str, Any]) -> Ran:
    name, arguments = str(call["name"]), dict(call["args"])
    started = time.monotonic()
    access = bench.access(name)
    refs: list[Ref] = []
    status = "error"
    try:
        result, edited = _result(bench, str(call["id"]), name, arguments)
        refs = bench.ledger.number(result.proofs)
        content = _content(result, refs, arguments if edited else None)
        status, summary = "ok", result.summary
    except TookTooLong:
        summary = f"{name} did not end within {bench.settings.tool_seconds:g} seconds."
        content = _failure(summary, "Ask for less: fewer rows, fewer columns, one table.")
    except StewardError as error:
        summary = error.message
        content = _failure(summary, error.hint, retry=isinstance(error, ToolRetry))
    except Exception as error:
        summary = f"{name} failed: {type(error).__name__}: {' '.join(str(error).split())[:200]}"
        content = _failure(summary, "This is a mistake in the tool; do without it.")
    seconds = round(time.monotonic() - started, 3)
    numbers = tuple(ref.ref for ref in refs)
    kept = Call(call["id"], name, arguments, access, status, summary, seconds, numbers)
    return Ran(content, kept)


def _result(
    bench: Bench, key: str, name: str, arguments: dict[str, Any]
) -> tuple[ToolResult, bool]:
    """What the tool found, and whether a person changed its arguments."""
    tool = bench.tools.get(name)
    if tool is None:
        raise bench.no_such_tool(name)
    if bench.access(name) != "write":
        seconds = min(bench.settings.tool_seconds, bench.left())
        found = bounded(lambda: tool.run(bench.store, arguments), seconds, bench.stop)
        return found, False
    decision = bench.sessions.decided(key)
    if decision is None or decision.kind == "reject" or decision.arguments != plain(arguments):
        raise StewardError(f"{name} writes, and nobody approved this call; nothing was changed.")
    # A write is not cut off: it is one transaction, and its end must be known.
    with bench.store.beside(read_only=False) as own, own.in_call(bench.key(key)):
        written = own.written_by(bench.key(key))
        if written:
            _finish_checks(own, written)
            return _again(own, name, written), False
        return tool.run(own, arguments, approved=True), decision.kind == "edit"


def _finish_checks(store: Store, written: list[int]) -> None:
    """Run the checks that the process which wrote did not live to run."""
    from steward.job import finish_checks

    for table in {one.table for one in store.history() if one.id in written}:
        finish_checks(store, table)


def _again(store: Store, name: str, written: list[int]) -> ToolResult:
    """What to say of a write that is done already: the process ended before it could be told."""
    sets = [one for one in store.history() if one.id in written]
    cells = sum(one.cells for one in sets)
    listed = ", ".join(f"c{one.id} ({one.kind}, {one.cells} cells)" for one in sets)
    return ToolResult(
        f"{name} had been carried out when the session was interrupted: {listed}. "
        "It was not carried out again; the checks that follow a write have run.",
        {"change_sets": [one.id for one in sets], "cells": cells, "carried_out_before": True},
    )


def _content(result: ToolResult, refs: list[Ref], edited: Mapping[str, Any] | None) -> str:
    shown = {
        "summary": result.summary,
        "data": plain(result.data),
        "refs": [
            {name: value for name, value in asdict(ref).items() if name != "tables"} for ref in refs
        ],
        "left_out": result.left_out,
    }
    if edited is not None:
        shown["changed_by_the_person"] = plain(edited)
    return json.dumps(shown, ensure_ascii=False)


def _failure(message: str, hint: str, *, retry: bool = False) -> str:
    return json.dumps({"error": message, "try": hint, "retry": retry}, ensure_ascii=False)

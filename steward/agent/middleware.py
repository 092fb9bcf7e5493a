"""The loop's own ends: limits, repeats, silence, unsupported answers. The model decides none of it.

Counts are read off the messages of the question, so that they hold in whatever process goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from langchain.agents.middleware import (
    AgentMiddleware,
    AgentState,
    ModelRequest,
    ModelResponse,
    ToolCallRequest,
    hook_config,
)
from langchain_core.messages import AIMessage, AnyMessage, ToolMessage
from langgraph.runtime import Runtime

from steward.agent import turn as turns
from steward.agent.bench import Bench
from steward.agent.checking import checked_answer
from steward.agent.events import SentBack, ToolEnded, ToolStarted
from steward.agent.known import known_so_far
from steward.agent.models import model_error
from steward.agent.prompting import prompt
from steward.agent.repeats import repeated_result, unanswered
from steward.agent.reply import Call, Ended
from steward.agent.running import TookTooLong, bounded, run_call
from steward.agent.sessions import call_id
from steward.agent.turn import ENDED, UNSUPPORTED
from steward.agent.window import fitted

Update = dict[str, Any] | None


class Loop(AgentMiddleware[AgentState[Any], None, Any]):  # type: ignore[misc]
    """Bounds each call of the model and of a tool, and decides what follows a message."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench

    def wrap_model_call(
        self, request: ModelRequest[None], handler: Callable[[ModelRequest[None]], ModelResponse]
    ) -> ModelResponse:
        """Show the model what fits; give it its time, and its calls ids of our own."""
        bench, settings = self._bench, self._bench.settings
        shown = fitted(request.messages, settings.context)
        used = len(turns.said(turns.turn(request.state["messages"])))
        if used >= settings.steps - 1:
            # The last step is for an answer: without tools there is nothing else to do.
            last = turns.note("last_step", prompt("last_step", bench.language))
            request = request.override(tools=[], messages=[*shown, last])
        else:
            request = request.override(messages=shown)
        try:
            seconds = min(settings.model_seconds, bench.left())
            response = bounded(lambda: handler(request), seconds, bench.stop)
        except TookTooLong:
            ended = Ended.STOPPED if bench.stop.is_set() else Ended.TIME
            return ModelResponse(result=[_ending(ended)])
        except Exception as error:
            return self._failed(error, request)
        before = turns.calls_before(request.state["messages"])
        response.result[:] = [
            _numbered(one, bench.session.uid, before) if isinstance(one, AIMessage) else one
            for one in response.result
        ]
        return response

    def _failed(self, error: Exception, request: ModelRequest[None]) -> ModelResponse:
        """End with what is known if anything is; else the person gets the error itself."""
        told = model_error(error, request.model)
        if told is None:
            raise error
        known = any(map(turns.succeeded, turns.results(turns.turn(request.state["messages"]))))
        if not known:
            raise told from error
        ending = _ending(Ended.MODEL_FAILED)
        ending.response_metadata["why"] = told.message
        return ModelResponse(result=[ending])

    @hook_config(can_jump_to=["model", "end"])  # type: ignore[untyped-decorator]
    def after_model(self, state: AgentState[Any], runtime: Runtime[None]) -> Update:
        """Run the tools, send the model back, or end."""
        messages = state["messages"]
        turn = turns.turn(messages)
        ended = self._over(turn)
        if ended is not None:
            return self._end(messages, ended)
        last = turns.said(turn)[-1]
        if last.tool_calls:
            return self._before_tools(turn, runtime)
        if last.invalid_tool_calls:
            return self._send_back(runtime, "broken", ())
        if not turns.text_of(last).strip():
            return self._once(messages, runtime, "empty", Ended.EMPTY)
        return self._answer(messages, last, runtime)

    def wrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Any]
    ) -> ToolMessage:
        """Run a tool by the toolkit; LangChain's own way of running it is not used."""
        call = dict(request.tool_call)
        write = request.runtime.stream_writer
        write(ToolStarted(call["id"], call["name"], call["args"]))
        ran = run_call(self._bench, call)
        write(ToolEnded(ran.call))
        return ran.message()

    def _over(self, turn: list[AnyMessage]) -> Ended | None:
        """Has the question reached one of its ends?"""
        settings, said = self._bench.settings, turns.said(turn)
        given = said[-1].response_metadata.get(ENDED)
        if given is not None:
            return Ended(given)
        if not (said[-1].tool_calls or said[-1].invalid_tool_calls):
            return None
        used = turns.tokens(turn)
        broken = sum(bool(m.invalid_tool_calls) and not m.tool_calls for m in said[-3:])
        failing = [turns.artifact(m).get("status") == "error" for m in turns.results(turn)]
        worst = Counter(turns.signatures(turn)).most_common(1)
        ends = (
            (Ended.STOPPED, self._bench.stop.is_set()),
            (Ended.REPEATED, bool(worst) and worst[0][1] > 2),
            (Ended.FAILING, broken > 2 or _run_of(failing) >= settings.failures),
            (Ended.STEPS, len(said) >= settings.steps),
            (Ended.TOKENS, used.input + used.output > settings.tokens),
            (Ended.TIME, self._bench.left() <= 0),
        )
        return next((ended for ended, reached in ends if reached), None)

    def _before_tools(self, turn: list[AnyMessage], runtime: Runtime[None]) -> Update:
        """Answer at once a call that was made before; another runs."""
        (call,) = turns.said(turn)[-1].tool_calls
        if turns.signature(call) not in set(turns.signatures(turn[:-1])):
            return None
        message = repeated_result(self._bench, turn, dict(call))
        runtime.stream_writer(ToolEnded(Call(**turns.artifact(message))))
        return {"messages": [message]}

    def _answer(
        self, messages: list[AnyMessage], last: AIMessage, runtime: Runtime[None]
    ) -> Update:
        """Check an answer against the tool results; send it back once, then mark it."""
        checked = checked_answer(self._bench, messages, last)
        # Rules would say the same again.
        again = not (self._bench.by_rules or turns.noted(turns.turn(messages), checked.why))
        if checked.why and again:
            return self._send_back(runtime, checked.why, checked.unsupported)
        metadata = {
            **last.response_metadata,
            ENDED: checked.ended.value,
            UNSUPPORTED: list(checked.unsupported),
        }
        done = last.model_copy(update={"content": checked.text, "response_metadata": metadata})
        return {"messages": [done], "jump_to": "end"}

    def _once(
        self, messages: list[AnyMessage], runtime: Runtime[None], why: str, ended: Ended
    ) -> Update:
        if turns.noted(turns.turn(messages), why):
            return self._end(messages, ended)
        return self._send_back(runtime, why, ())

    def _send_back(self, runtime: Runtime[None], why: str, what: tuple[str, ...]) -> Update:
        runtime.stream_writer(SentBack(why, what))
        text = prompt(why, self._bench.language, what="; ".join(what))
        return {"messages": [turns.note(why, text)], "jump_to": "model"}

    def _end(self, messages: list[AnyMessage], ended: Ended) -> Update:
        """End with what is known so far; every call gets an answer, so that a session can go on."""
        closed = [unanswered(self._bench, call) for call in turns.open_calls(messages)]
        last = turns.said(messages)[-1]
        why = str(last.response_metadata.get("why", ""))
        text = known_so_far(turns.turn(messages), ended, self._bench.language, why)
        empty = not last.tool_calls and not turns.text_of(last).strip()
        final = AIMessage(text, response_metadata={ENDED: ended.value})
        if empty:
            final = final.model_copy(update={"id": last.id})
        return {"messages": [*closed, final], "jump_to": "end"}


def _ending(ended: Ended) -> AIMessage:
    return AIMessage("", response_metadata={ENDED: ended.value})


def _numbered(message: AIMessage, uid: str, before: int) -> AIMessage:
    """One call a message, under an id that is unique in the session: models repeat theirs.

    The others are dropped, not refused: the model makes them again when it has seen this result,
    and proofs are numbered in one order.
    """
    calls = [{**call, "id": call_id(uid, before)} for call in message.tool_calls[:1]]
    broken = [
        {**call, "id": call_id(uid, before + at)}
        for at, call in enumerate(message.invalid_tool_calls if not calls else ())
    ]
    extra = {k: v for k, v in message.additional_kwargs.items() if k != "tool_calls"}
    return message.model_copy(
        update={"tool_calls": calls, "invalid_tool_calls": broken, "additional_kwargs": extra}
    )


def _run_of(failing: list[bool]) -> int:
    """How many at the end are failures."""
    count = 0
    for failed in reversed(failing):
        if not failed:
            return count
        count += 1
    return count

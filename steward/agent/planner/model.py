"""The offline planner as a chat model: the same loop, tools and approvals as with any model.

It sees what a model sees, messages and tools, and keeps nothing between calls: equal messages give
an equal reply. It understands by rules a set of questions (docs/offline-planner.md), asks back when
unsure, and refuses the rest. It is no language model and never passes for one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import Field

from steward.agent.planner.compose import compose, failure
from steward.agent.planner.history import PLAN, History, history
from steward.agent.planner.language import Language, detect
from steward.agent.planner.plan import plan
from steward.agent.planner.question import AskBack, Intent, Question, Refusal, Step
from steward.agent.planner.refuse import question_back, refusal
from steward.agent.planner.understand import Known, understand
from steward.agent.reply import STATUS, Ended


class OfflinePlanner(BaseChatModel):  # type: ignore[misc]
    """Rules in the place of a model.

    `tools` are the parameters of each tool that is bound; `language` answers in `en` or `zh`
    whatever the language of the question.
    """

    model_name: str = "offline planner (rules, no model)"
    tools: dict[str, frozenset[str]] = Field(default_factory=dict)
    language: Language | None = None

    @property
    def _llm_type(self) -> str:
        return "steward-offline-planner"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        **_: Any,
    ) -> Runnable[Any, AIMessage]:
        """This planner with tools that it may call; it decides itself whether it does."""
        declared = [convert_to_openai_tool(tool)["function"] for tool in tools]
        known = {
            one["name"]: frozenset(one.get("parameters", {}).get("properties", {}))
            for one in declared
        }
        return self.model_copy(update={"tools": known})

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self.reply(messages))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in _chunks(self.reply(messages)):
            if run_manager is not None:
                run_manager.on_llm_new_token(
                    str(chunk.content), chunk=ChatGenerationChunk(message=chunk)
                )
            yield ChatGenerationChunk(message=chunk)

    def reply(self, messages: Sequence[BaseMessage]) -> AIMessage:
        """The next message: tool calls, an answer, a question back, or a refusal."""
        known = history(messages)
        language = self.language or detect(known.question)
        understood = understand(known.question, self._known(known))
        if isinstance(understood, Question):
            steps = plan(understood, known, self.tools)
            if isinstance(steps, Refusal):
                return _said(refusal(steps, language), Ended.REFUSED)
            if steps:
                return _kept(_calls(steps, self.tools), known)
            status = _status(understood, known)
            return _kept(_said(compose(understood, known, language), status, understood), known)
        if isinstance(understood, AskBack):
            return _kept(_asked(understood, language), known)
        if isinstance(understood, Refusal):
            return _kept(_said(refusal(understood, language), Ended.REFUSED), known)
        if all(known.find(step) is not None for step in understood):
            return _kept(_said(failure(known, language), Ended.REFUSED), known)
        return _kept(_calls(understood, self.tools), known)

    def _known(self, known: History) -> Known:
        return Known(
            catalogue=known.catalogue,
            hits=known.hits,
            focus=known.focus,
            prior=known.prior,
            asked=known.asked,
            tools=frozenset(self.tools),
            made=tuple((r.tool, r.arguments.get("table")) for r in known.results),
        )


def _status(question: Question, known: History) -> Ended:
    """What a tool refused is no answer; what a person rejected is not the tool's failure."""
    if question.intent is Intent.HELP:
        return Ended.HELP
    last = known.results[-1] if known.results else None
    return Ended.FAILING if last and not last.ok and not last.rejected else Ended.ANSWERED


def _kept(message: AIMessage, known: History) -> AIMessage:
    """The message with the tables and columns known so far: results may be dropped later."""
    plan_kept = {**message.response_metadata.get(PLAN, {}), "known": known.catalogue.as_json()}
    metadata = {**message.response_metadata, PLAN: plan_kept}
    return message.model_copy(update={"response_metadata": metadata})


def _calls(steps: Sequence[Step], tools: dict[str, frozenset[str]]) -> AIMessage:
    """Calls with every argument that the tools take: null for one that is left out."""
    calls = [
        {
            "name": step.tool,
            "args": {n: step.arguments.get(n) for n in sorted(tools.get(step.tool, ()))},
            "id": f"call_{at}",
            "type": "tool_call",
        }
        for at, step in enumerate(steps)
    ]
    return AIMessage("", tool_calls=calls)


def _asked(ask: AskBack, language: Language) -> AIMessage:
    message = _said(question_back(ask, language), Ended.ASKED_BACK, ask.draft)
    plan_kept = dict(message.response_metadata.get(PLAN, {"question": None}))
    plan_kept["asked"] = {"what": ask.what.value, "options": list(ask.options)}
    return message.model_copy(
        update={"response_metadata": {**message.response_metadata, PLAN: plan_kept}}
    )


def _said(text: str, status: Ended, question: Question | None = None) -> AIMessage:
    kept = {} if question is None else {PLAN: {"question": question.as_json()}}
    return AIMessage(text, response_metadata={STATUS: status.value, **kept})


def _chunks(message: AIMessage) -> Iterator[AIMessageChunk]:
    """A message in pieces: line by line, its calls and metadata last."""
    for line in str(message.content).splitlines(keepends=True):
        yield AIMessageChunk(line)
    chunks = [
        {"name": call["name"], "args": _json(call["args"]), "id": call["id"], "index": at}
        for at, call in enumerate(message.tool_calls)
    ]
    yield AIMessageChunk(
        "",
        tool_call_chunks=chunks,
        response_metadata=message.response_metadata,
    )


def _json(arguments: dict[str, Any]) -> str:
    import json

    return json.dumps(arguments, ensure_ascii=False)

"""A model that says what a test tells it to, and remembers what it was shown."""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import Field

Reply = str | AIMessage | Callable[[list[BaseMessage]], "str | AIMessage"]


class Scripted(BaseChatModel):
    """Gives its replies in order, the last one again and again."""

    replies: Sequence[Any]
    seconds: float = 0.0
    shown: list[list[BaseMessage]] = Field(default_factory=list)
    offered: list[list[str]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Any:
        self.offered.append([getattr(tool, "name", "") for tool in tools])
        return self

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any
    ) -> ChatResult:
        at = min(len(self.shown), len(self.replies) - 1)
        self.shown.append(list(messages))
        time.sleep(self.seconds)
        reply = self.replies[at]
        reply = reply(messages) if callable(reply) else reply
        message = AIMessage(reply) if isinstance(reply, str) else reply
        return ChatResult(generations=[ChatGeneration(message=message.model_copy(deep=True))])


def call(tool: str, *, id: str = "1", **arguments: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": tool, "args": arguments, "id": id}])


def count(table: str = "items") -> AIMessage:
    return call("query", sql=f"select count(*) as n from {table}", limit=None)


def last_result(messages: Sequence[BaseMessage]) -> dict[str, Any]:
    """The JSON of the last tool result that a model was shown."""
    found = next(m for m in reversed(messages) if isinstance(m, ToolMessage))
    return dict(json.loads(str(found.content)))

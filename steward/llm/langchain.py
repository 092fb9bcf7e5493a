"""The chat model for LangChain's agent, set so that vLLM keeps a model to the tools' schemas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from langchain_openai import ChatOpenAI

from steward.llm.client import Client
from steward.llm.server import NO_KEY, Server


class StrictChatOpenAI(ChatOpenAI):  # type: ignore[misc]  # LangChain is not followed
    """Declares tools as strict and takes one call a turn.

    vLLM constrains the arguments of a call only where the function says `strict`.
    """

    def bind_tools(
        self,
        tools: Sequence[Any],
        *,
        strict: bool | None = None,
        parallel_tool_calls: bool | None = None,
        **settings: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Offer tools; strict and one at a time unless said otherwise."""
        strictly = strict is not False
        return super().bind_tools(
            [_declared(tool, strictly) for tool in tools],
            parallel_tool_calls=bool(parallel_tool_calls),
            **settings,
        )


def _declared(tool: Any, strict: bool) -> dict[str, Any]:
    declared = convert_to_openai_tool(tool, strict=strict)
    if "function" in declared:  # one declared already is passed on as it is, without the word
        declared = {**declared, "function": {**declared["function"], "strict": strict}}
    return dict(declared)


def chat_model(
    server: Server,
    *,
    temperature: float = 0.0,
    seed: int | None = 0,
    max_tokens: int = 2048,
    retries: int = 3,
    logit_bias: dict[int, int] | None = None,
) -> BaseChatModel:
    """A LangChain chat model for a server, with streaming usage, strict tools and a seed.

    Args:
        server: from `find_server`; its first model when it names none.
        temperature: 0 for the likeliest reply.
        seed: same seed, same reply, as far as the server can.
        max_tokens: of one reply.
        retries: further tries after connection errors, 429 and 5xx.
        logit_bias: by token id, -100 forbids; for models that need it.

    Raises:
        ModelError: the server must be asked for its model and does not answer.
    """
    if not server.model:
        with Client(server) as client:
            server = server.named(client.model())
    return StrictChatOpenAI(
        model=server.model,
        base_url=server.url,
        api_key=server.key or NO_KEY,
        temperature=temperature,
        seed=seed,
        max_completion_tokens=max_tokens,
        timeout=server.timeout,
        max_retries=retries,
        stream_usage=True,
        logit_bias=logit_bias,
        extra_body=dict(server.extra) or None,
    )

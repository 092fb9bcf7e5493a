"""Any OpenAI-compatible model server: calls, batches with cache and resume, prompts.

The names load when they are first used: the client of `openai` and LangChain are heavy.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "Batch": "batch",
    "Client": "client",
    "Completion": "request",
    "Failure": "batch",
    "Plan": "plan",
    "Price": "usage",
    "Progress": "batch",
    "Prompt": "prompts",
    "Request": "request",
    "Results": "batch",
    "Server": "server",
    "ToolCall": "request",
    "Usage": "usage",
    "chat_model": "langchain",
    "check_server": "check",
    "find_prompts": "prompts",
    "find_server": "server",
    "load_prompt": "prompts",
    "plan_batch": "plan",
    "serve_command": "serve",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'steward.llm' has no attribute {name!r}")
    return getattr(import_module(f"steward.llm.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)

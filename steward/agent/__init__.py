"""The steward agent: toolkit, loop, approvals, sessions, grounding, offline planner, MCP.

The names load when they are first used: LangChain is heavy, and an extra (`steward[agent]`).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from steward.errors import MissingExtra

_HOME = {
    "APPROVE": "reply",
    "Approval": "reply",
    "Call": "reply",
    "Conversation": "conversation",
    "Decision": "reply",
    "Ended": "reply",
    "Event": "events",
    "Finished": "events",
    "Ledger": "ledger",
    "Ref": "reply",
    "Reply": "reply",
    "SentBack": "events",
    "SessionInfo": "sessions",
    "Sessions": "sessions",
    "Settings": "settings",
    "Token": "events",
    "Tokens": "reply",
    "ToolEnded": "events",
    "ToolStarted": "events",
    "ask": "conversation",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'steward.agent' has no attribute {name!r}")
    try:
        return getattr(import_module(f"steward.agent.{_HOME[name]}"), name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("langchain", "langchain_core", "langgraph"):
            raise MissingExtra("The agent", "agent") from error
        raise


def __dir__() -> list[str]:
    return list(__all__)

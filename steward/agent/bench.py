"""What the parts of the loop share while a question is answered."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from threading import Event
from typing import Any, Protocol

from steward.agent.ledger import Ledger
from steward.agent.sessions import SessionInfo, Sessions
from steward.agent.settings import Settings
from steward.answers import ToolResult
from steward.errors import ToolRetry
from steward.store import Store


class AnyTool(Protocol):
    """What the loop needs of a tool: see `toolkit.Tool`."""

    @property
    def name(self) -> str:
        """What the model calls it."""

    @property
    def about(self) -> str:
        """What it is for."""

    @property
    def access(self) -> str:
        """`read`, `propose` or `write`."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Its strict JSON Schema."""

    def run(
        self, store: Store, arguments: Mapping[str, Any], *, approved: bool = False
    ) -> ToolResult:
        """Call it."""


@dataclass(slots=True)
class Bench:
    """A conversation's store, tools, session and limits; `deadline` and `language` by question.

    `by_rules` says that the planner answers, whose word on how it ended is taken; no model's is.
    """

    store: Store
    tools: Mapping[str, AnyTool]
    settings: Settings
    sessions: Sessions
    session: SessionInfo
    ledger: Ledger
    by_rules: bool = False
    language: str = "en"
    deadline: float = float("inf")
    stop: Event = field(default_factory=Event)

    def begin(self, language: str) -> None:
        """A question begins, or goes on after a decision."""
        self.language = language
        self.stop.clear()
        self.deadline = time.monotonic() + self.settings.seconds

    def left(self) -> float:
        """Seconds until the question's time is up."""
        return self.deadline - time.monotonic()

    def access(self, tool: str) -> str:
        """What a tool may do; a tool that is not there may do nothing but fail."""
        found = self.tools.get(tool)
        return "read" if found is None else str(found.access)

    def key(self, call: str) -> str:
        """Names a call of this session among all calls that ever wrote to the store."""
        return f"{self.session.uid}:{call}"

    def no_such_tool(self, name: str) -> ToolRetry:
        """Says which tool may have been meant."""
        near = get_close_matches(name, self.tools, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Tools: {', '.join(self.tools)}."
        return ToolRetry(f"There is no tool {name[:60]!r}.", hint=hint)

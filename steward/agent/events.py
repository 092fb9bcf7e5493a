"""What a run tells while it goes on, in the order it happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from steward.agent.reply import Call, Reply


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text that the model is writing."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """A tool begins to run."""

    call: str
    tool: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolEnded:
    """A tool has run, or was refused."""

    call: Call


@dataclass(frozen=True, slots=True)
class SentBack:
    """The loop sent the model back; `why` is `unsupported`, `empty`, `repeated` or `broken`.

    What the model wrote since the last event of another kind is void.
    """

    why: str
    what: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finished:
    """The run is over, or waits for approvals (`reply.waiting`)."""

    reply: Reply


Event = Token | ToolStarted | ToolEnded | SentBack | Finished

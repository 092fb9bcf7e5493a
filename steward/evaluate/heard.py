"""What an examiner hears of one question: the answer, the calls, and what it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool: its name, its arguments, how it ended, and what it gave back."""

    tool: str
    arguments: Mapping[str, Any]
    access: str = "read"
    summary: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    status: str = "ok"


@dataclass(frozen=True, slots=True)
class Reference:
    """What `[number]` in an answer points at: SQL, and the number it is said to give."""

    number: int
    sql: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer as the scorer sees it, whoever gave it.

    `answered` is what the agent says of itself; `asked` says that it asks back instead. `findings`
    are the causes that its tools found, as JSON, first first. `crash` is the error that ended the
    run, if one did.
    """

    text: str = ""
    answered: bool = False
    asked: bool = False
    calls: tuple[Call, ...] = ()
    references: tuple[Reference, ...] = ()
    findings: tuple[str, ...] = ()
    model: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    crash: str = ""

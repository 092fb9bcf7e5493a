"""The nouns of a conversation: what was asked, which tools ran, what was answered and from what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

STATUS = "steward_status"
"""Key in `response_metadata` by which the offline planner says how it ended: `refused`,
`asked_back`, `failing` (the last tool it needed refused), or `help` (it said what it can do, which
needs no tool). Models are judged by what they did, whatever they say."""


class Ended(StrEnum):
    """How a run ended. Only `ANSWERED` and `HELP` count as answered."""

    ANSWERED = "answered"
    HELP = "help"
    REFUSED = "refused"
    ASKED_BACK = "asked_back"
    WAITING = "waiting"
    NOT_APPROVED = "not_approved"
    UNSUPPORTED = "unsupported"
    NO_EVIDENCE = "no_evidence"
    STEPS = "steps"
    TOKENS = "tokens"
    TIME = "time"
    REPEATED = "repeated"
    FAILING = "failing"
    EMPTY = "empty"
    MODEL_FAILED = "model_failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Ref:
    """A proof with the number it has in this session: SQL that `steward query` runs again."""

    ref: int
    shows: str
    value: int | float | None
    sql: str
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call: `status` is `ok`, `error`, `rejected`, `repeated` or `waiting`."""

    id: str
    tool: str
    arguments: Mapping[str, Any]
    access: str
    status: str
    summary: str
    seconds: float = 0.0
    refs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """A write that waits for a person.

    `tables` are those it would write, `changes` what it would do, read from the store and not from
    the model; `pattern` would allow all like it.
    """

    call: str
    tool: str
    arguments: Mapping[str, Any]
    about: str
    tables: tuple[str, ...]
    changes: tuple[str, ...]
    pattern: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided: `approve`, `edit` (with other arguments) or `reject` (and why)."""

    kind: str
    arguments: Mapping[str, Any] | None = None
    why: str = ""


APPROVE = Decision("approve")


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Text in an answer, from `start` to `end`, that no tool result of the session holds."""

    start: int
    end: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one run, as the server counted them; 0 for the offline planner."""

    input: int = 0
    output: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """How one question ended.

    `refs` are the proofs that the answer refers to; `findings` the causes that its tools found.
    `waiting` are writes to decide on, if it `ended` that way. `session` resumes the conversation.
    """

    question: str
    answer: str
    ended: Ended
    language: str
    model: str
    session: int
    refs: tuple[Ref, ...] = ()
    calls: tuple[Call, ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()
    unsupported: tuple[str, ...] = ()
    waiting: tuple[Approval, ...] = ()
    tokens: Tokens = field(default=Tokens())
    seconds: float = 0.0

    @property
    def answered(self) -> bool:
        """Was the question answered, from what the tools found, within the limits?"""
        return self.ended in (Ended.ANSWERED, Ended.HELP)

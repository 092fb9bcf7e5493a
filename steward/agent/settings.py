"""How far a run may go, and what may be written without asking."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a conversation.

    `table` is the table meant when a question names none; `language` is `en` or `zh`, or None to
    follow each question. `allow` are patterns of writes that need no asking (`access.is_allowed`).
    For one question: `steps` model calls, `tokens` as the server counts them, `seconds` in all;
    `model_seconds` and `tool_seconds` bound one call. `failures` calls in a row may fail.
    `context` is the number of tokens, by estimate, above which old tool results become references.
    """

    table: str | None = None
    language: str | None = None
    allow: tuple[str, ...] = ()
    steps: int = 16
    tokens: int = 120_000
    seconds: float = 300.0
    model_seconds: float = 120.0
    tool_seconds: float = 120.0
    failures: int = 4
    context: int = 16_000
    content: Path | None = None

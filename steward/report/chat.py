"""A conversation on a terminal: its header, tools as they run, proofs, and why it ended."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from steward.report.chat_words import say
from steward.report.machine import plain
from steward.report.terminal import shown

ARGUMENT = 60
SQL = 300


def header(model: str, language: str, session: int | None = None) -> str:
    """Who answers, and in which session."""
    number = "" if session is None else f" · {say('session', language)} {session}"
    return f"{say('model', language)}: {model}{number}"


def call_text(tool: str, arguments: Mapping[str, Any], *, limit: int = ARGUMENT) -> str:
    """A tool call in one line: its name and the arguments that were given."""
    given = (
        f"{name}={_value(value, limit)}" for name, value in arguments.items() if value is not None
    )
    return f"{tool}({', '.join(given)})"


def tool_line(call: Mapping[str, Any]) -> str:
    """A call that has run: what it was, how long it took, what it found."""
    text = call_text(str(call["tool"]), call["arguments"])
    mark = {"ok": "→", "waiting": "…"}.get(str(call["status"]), "✗")
    took = f" {call['seconds']:.1f} s" if call["seconds"] else ""
    summary = shown(str(call["summary"]).replace("\n", " "), 160) if call["summary"] else ""
    return f"  · {text}{took} {mark} {summary or call['status']}"


def reference_lines(refs: Iterable[Mapping[str, Any]]) -> list[str]:
    """One line a proof: its number, what it shows, the value."""
    return [
        f"  [{ref['ref']}] {shown(str(ref['shows']), 120)}: {number(ref['value'])}" for ref in refs
    ]


def reference_text(ref: Mapping[str, Any], columns: Sequence[str], rows: Sequence[Any]) -> str:
    """A proof opened as Markdown, for a saved conversation."""
    lines = [f"[{ref['ref']}] {ref['shows']}: {number(ref['value'])}", "", "```sql", ref["sql"]]
    lines += ["```", "", "| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    cells = [[shown(None if v is None else str(v)).replace("|", "\\|") for v in r] for r in rows]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in cells)])


def transcript(lines: Iterable[tuple[str, str]], opened: Iterable[Any]) -> str:
    """A conversation as Markdown: questions as headings, tools as a list, then the proofs.

    Args:
        lines: who (`you`, `tool`, `steward`) and what.
        opened: proofs with their rows (`ref`, `columns`, `rows`).
    """
    marks = {"you": "## {}", "tool": "- `{}`", "steward": "\n{}\n"}
    parts = [marks[who].format(text) for who, text in lines]
    proofs = [reference_text(plain(one.ref), one.columns, one.rows) for one in opened]
    return "\n".join([*parts, *(f"\n### {proof}" for proof in proofs)]) + "\n"


def number(value: float | None) -> str:
    """A number for people: separators of thousands, no needless decimals."""
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"


def why_unanswered(ended: str, language: str) -> str:
    """Why a question counts as not answered, in a sentence."""
    return say(f"why_{ended}", language)


def _value(value: Any, limit: int) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"

"""Is a final answer what the tools found? Decides how the run ended, and what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.messages import AIMessage, AnyMessage

from steward.agent import turn as turns
from steward.agent.bench import Bench
from steward.agent.reply import STATUS, Ended
from steward.agent.words import say


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer after the check: `why` is what the model is to be sent back for, if anything."""

    text: str
    ended: Ended
    why: str = ""
    unsupported: tuple[str, ...] = ()


def checked_answer(bench: Bench, messages: Sequence[AnyMessage], last: AIMessage) -> Checked:
    """Check the text of a message against the tool results of the session."""
    text = turns.text_of(last).strip()
    status = last.response_metadata.get(STATUS)
    if status in (Ended.REFUSED, Ended.HELP):
        return Checked(text, Ended(status))
    if status != Ended.ASKED_BACK and not any(
        turns.succeeded(message) for message in turns.results(messages)
    ):
        marked = f"{text}\n{say('no_evidence', bench.language)}"
        return Checked(marked, Ended.NO_EVIDENCE, "no_evidence")
    return Checked(text, Ended(status or Ended.ANSWERED))

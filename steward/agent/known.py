"""What a run that reached an end says: why it ended, and the facts its tools had found by then."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import AnyMessage

from steward.agent import turn as turns
from steward.agent.reply import Ended
from steward.agent.words import say

FACTS = 8


def known_so_far(turn: Sequence[AnyMessage], ended: Ended, language: str, why: str = "") -> str:
    """Why the run ended, then one line a tool result, with the numbers of its proofs."""
    lines = [" ".join(filter(None, (say(f"ended_{ended.value}", language), why)))]
    facts = [_fact(message) for message in turns.results(turn) if turns.succeeded(message)]
    if not facts:
        return f"{lines[0]} {say('nothing_known', language)}"
    lines.append(say("known", language))
    shown = list(dict.fromkeys(facts))
    lines += [f"- {fact}" for fact in shown[-FACTS:]]
    return "\n".join(lines)


def _fact(message: AnyMessage) -> str:
    found = turns.body(message)
    refs = "".join(f" [{ref['ref']}]" for ref in found.get("refs", [])[:4])
    return f"{found.get('summary', '')}{refs}"

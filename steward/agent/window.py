"""What the model is shown: old tool results become references when the conversation grows long."""

from __future__ import annotations

import json
from collections.abc import Sequence

from langchain_core.messages import AnyMessage, ToolMessage

from steward.agent.turn import artifact, body, is_question, text_of

FRESH = 2
"""The last results stay whole: the model is about to use them."""


def estimated_tokens(messages: Sequence[AnyMessage]) -> int:
    """A rough count: four bytes of UTF-8 a token, three for a Chinese character."""
    return sum(len(text_of(message).encode()) // 3 + 8 for message in messages)


def fitted(messages: Sequence[AnyMessage], budget: int) -> list[AnyMessage]:
    """The messages within a budget of tokens, by estimate.

    First the older tool results are cut to their summary and the numbers of their proofs, which
    can be opened again; then whole questions are left out, the oldest first. The question at hand
    always stays.
    """
    shown = list(messages)
    places = [at for at, message in enumerate(shown) if isinstance(message, ToolMessage)]
    for at in places[:-FRESH]:
        if estimated_tokens(shown) <= budget:
            return shown
        message = shown[at]
        assert isinstance(message, ToolMessage)
        shown[at] = _reference(message)
    return _without_old_questions(shown, budget)


def _reference(message: ToolMessage) -> ToolMessage:
    found = body(message)
    short = {
        "summary": found.get("summary", found.get("error", "")),
        "refs": [ref["ref"] for ref in found.get("refs", [])],
        "left_out": "The data was dropped to save room; open_reference shows a proof again.",
    }
    if artifact(message).get("status") != "ok":
        return message
    return message.model_copy(update={"content": json.dumps(short, ensure_ascii=False)})


def _without_old_questions(messages: list[AnyMessage], budget: int) -> list[AnyMessage]:
    starts = [at for at, message in enumerate(messages) if is_question(message)]
    for start in starts[:-1] or []:
        if estimated_tokens(messages[start:]) <= budget:
            return messages[start:]
    return messages[starts[-1] :] if starts else messages

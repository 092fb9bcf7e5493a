"""Asking a person about a write: what it would change, then y, n, e or a."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from steward.report.chat import call_text
from steward.report.chat_words import say

if TYPE_CHECKING:
    from steward.agent import Approval, Conversation, Decision
    from steward.cli.screen import Screen


def asked(screen: Screen, conversation: Conversation, one: Approval, *, attended: bool) -> Decision:
    """What the person decides; without one, a rejection that says how to allow it."""
    from steward.agent import APPROVE, Decision

    language = conversation.language
    screen.line(say("wants", language, call=call_text(one.tool, one.arguments, limit=200)))
    for change in one.changes:
        screen.line(f"    {change}")
    if not attended:
        screen.line(say("nobody", language, pattern=one.pattern))
        return Decision("reject", why="nobody is here to approve it")
    while True:
        answer = input(say("approve", language)).strip().lower()
        if answer in ("y", "yes", "是"):
            return APPROVE
        if answer in ("a", "all", "全部"):
            conversation.allow(one.pattern)
            screen.line(say("allowed", language, pattern=one.pattern))
            return APPROVE
        if answer in ("n", "no", "否"):
            return Decision("reject", why=input(say("why_not", language)).strip())
        if answer in ("e", "edit", "改"):
            edited = _edited(screen, one.arguments, language)
            if edited is not None:
                return Decision("edit", edited)


def _edited(
    screen: Screen, arguments: Mapping[str, Any], language: str
) -> Mapping[str, Any] | None:
    """Other arguments, as JSON; None when the person gave none that can be read."""
    screen.line(json.dumps(dict(arguments), ensure_ascii=False))
    text = input(say("edit", language)).strip()
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    screen.line(say("no_json", language))
    return None

"""Answers about fixes: proposed, previewed, applied, taken back."""

from __future__ import annotations

from steward.agent.planner.history import History
from steward.agent.planner.language import Language
from steward.agent.planner.question import Question
from steward.agent.planner.telling import refs


def proposed(question: Question, history: History, language: Language) -> str:
    """What could be fixed."""
    return written(question, history, language)


def written(question: Question, history: History, language: Language) -> str:
    """What was, or would be, changed."""
    found = history.results[-1]
    return f"{found.body.get('summary', '')}{refs(found)}"

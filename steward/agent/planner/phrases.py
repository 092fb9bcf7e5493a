"""What the planner says, in English and in Chinese: `data/phrases.yaml`."""

from __future__ import annotations

from steward.agent.planner.language import Language
from steward.agent.planner.words import read_data


def phrase(key: str, language: Language, /, **facts: object) -> str:
    """The words for a key in a language, facts filled in; `KeyError` when there are none."""
    found: str = read_data("phrases")[key][language]
    return found.format(**facts)

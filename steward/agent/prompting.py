"""The texts that the loop gives a model: `prompts/agent*/`, in the person's language."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from steward.llm import Prompt

SYSTEM = "agent"


def prompt(name: str, language: str, **values: str) -> str:
    """The text of the prompt `agent_NAME`, its variables filled in; others are left aside."""
    found = _loaded(name if name == SYSTEM else f"{SYSTEM}_{name}", language)
    text: str = found.render(**{key: values[key] for key in found.variables})
    return text.strip()


@cache
def _loaded(name: str, language: str) -> Prompt:
    from steward.llm import load_prompt

    return load_prompt(f"{name}/v1", language=language)

"""Which model sits an exam, with the trial's own seed."""

from __future__ import annotations

from typing import Any

from steward.errors import UsageError
from steward.evaluate.solution import Settings

OFFLINE = "offline"


def model_of(settings: Settings) -> Any:
    """What `steward.agent.ask` takes as its model: `offline`, or a chat model with their seed.

    The options `model` and `temperature` (0 by default) name one of its models and how freely it
    chooses.

    Raises:
        ModelError: the server does not answer.
        UsageError: the temperature is no number.
    """
    if settings.agent in ("", OFFLINE):
        return OFFLINE
    from steward.llm import chat_model, find_server

    server = find_server(settings.agent, settings.options.get("model"))
    if server is None:
        raise UsageError(f"--agent {settings.agent} names no server.", hint="Give its address.")
    heat = settings.options.get("temperature", "0")
    try:
        return chat_model(server, temperature=float(heat), seed=settings.seed)
    except ValueError as error:
        raise UsageError(f"--option temperature={heat} is no number.") from error

"""Which model answers: the one given, else the configured server, else the offline planner."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from steward.agent.words import PLANNER
from steward.errors import ModelError, StewardError
from steward.llm import find_server

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from steward.llm import Server

OFFLINE = "offline"


def model_named(wanted: str | BaseChatModel | None, near: Path) -> tuple[BaseChatModel, str]:
    """A chat model, and its name for people.

    Args:
        wanted: `offline`, the address of a server, a chat model, or None for what is configured.
        near: the store; a `steward.toml` beside it may name a server.

    Raises:
        ModelError: a server is named and does not answer. The planner never stands in for it.
    """
    if wanted is not None and not isinstance(wanted, str):
        return wanted, str(getattr(wanted, "model_name", None) or type(wanted).__name__)
    server = None if wanted == OFFLINE else find_server(wanted, near=near)
    if server is None:
        return _planner(), PLANNER
    from steward.llm import chat_model

    model = chat_model(server)
    return model, f"{getattr(model, 'model_name', server.model)} at {server.url}"


def model_error(error: Exception, model: Any) -> StewardError | None:
    """What a person is told when a call of the model failed; None when that is no such error."""
    if isinstance(error, StewardError):
        return error
    # langchain-openai raises kinds of its own, made of those of the client.
    homes = {kind.__module__.partition(".")[0] for kind in type(error).__mro__}
    if not homes & {"openai", "httpx", "httpcore"}:
        return None
    from steward.llm.wire import explained

    return explained(error, _server_of(model))


def _server_of(model: Any) -> Server:
    from steward.llm import Server

    address = getattr(model, "openai_api_base", None) or "http://127.0.0.1"
    try:
        return Server(str(address), str(getattr(model, "model_name", "")))
    except StewardError as error:
        raise ModelError(f"The model server failed: {error.message}") from error


def _planner() -> BaseChatModel:
    from steward.agent.planner.model import OfflinePlanner

    return OfflinePlanner()

"""Which model server: by flag, else by the environment, else by a configuration file.

Each setting comes from the strongest place that names it. A key travels only with an address from
a place that its owner controls: a `steward.toml` that came with somebody's store may name a
server, and then no key of the environment is sent there.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from steward.errors import ContentError, ModelError, UsageError
from steward.llm.usage import Price

ENVIRONMENT = {"url": "STEWARD_MODEL_URL", "model": "STEWARD_MODEL", "key": "STEWARD_API_KEY"}
NO_KEY = "none"
"""Sent where there is no key: a server that wants none does not look at it."""


@dataclass(frozen=True, slots=True)
class Server:
    """An OpenAI-compatible server: its address up to `/v1`, the model to ask, and the key.

    `model` may be '': then it is the first that the server lists. `timeout` is in seconds a call;
    `extra` goes with every request as it is (`chat_template_kwargs`, say).
    """

    url: str
    model: str = ""
    key: str = field(default="", repr=False)
    timeout: float = 120.0
    price: Price = field(default_factory=Price)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", _address(self.url))

    @property
    def name(self) -> str:
        """The model and where it is, for people."""
        return f"{self.model or 'its first model'} at {self.url}"

    def named(self, model: str) -> Server:
        """The same server, asked for another model."""
        return replace(self, model=model)


def find_server(
    url: str | None = None, model: str | None = None, *, near: Path | None = None
) -> Server | None:
    """The server that is meant; None when nothing names one.

    Args:
        url: by flag; else `STEWARD_MODEL_URL`, else `url` under `[model]` in a configuration file.
        model: by flag; else `STEWARD_MODEL`, else `model` in the file, else the server's first.
        near: a store; the `steward.toml` in its folder is read before the user's own
            `~/.config/steward/config.toml`. The current folder when left out.

    Raises:
        ContentError: a configuration file cannot be read.
        UsageError: an address is none.
    """
    given = {"url": url or "", "model": model or ""}
    env = {name: os.environ.get(variable, "") for name, variable in ENVIRONMENT.items()}
    own, beside = _read(_user_file()), _read(_beside(near))
    places = (given, env, beside, own)
    source = next((place for place in places if place.get("url")), None)
    if source is None:
        return None
    trusted = (source,) if source is beside else (env, own)
    return Server(
        str(source["url"]),
        _first("model", *places),
        _first("key", *trusted),
        _number("timeout", 120.0, beside, own),
        Price(
            _number("price_in", 0.0, beside, own),
            _number("price_out", 0.0, beside, own),
            _first("currency", beside, own) or "USD",
        ),
        _extra(beside, own),
    )


def required_server(
    url: str | None = None, model: str | None = None, *, near: Path | None = None
) -> Server:
    """The server that is meant; `ModelError` says how to name one when nothing does."""
    found = find_server(url, model, near=near)
    if found is None:
        raise ModelError(
            "No model server is configured.",
            hint="Start one: steward model serve Qwen/Qwen3-8B, then name it for every command: "
            "export STEWARD_MODEL_URL=http://127.0.0.1:8000/v1",
        )
    return found


def _address(url: str) -> str:
    text = url.strip()
    text = (text if "://" in text else f"http://{text}").rstrip("/")
    parts = urlsplit(text)
    try:
        right = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
    except ValueError:
        right = False
    if not right:
        raise UsageError(
            f"{url!r} is no address of a server.", hint="Write http://127.0.0.1:8000/v1"
        )
    return text if parts.path.strip("/") else f"{text}/v1"


def _user_file() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "steward" / "config.toml"


def _beside(near: Path | None) -> Path:
    return (Path.cwd() if near is None else near.parent) / "steward.toml"


def _read(path: Path) -> Mapping[str, object]:
    """The `[model]` part of a configuration file; empty when there is no such file."""
    try:
        body = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ContentError(f"{path} cannot be read: {error}.", hint="It must be TOML.") from error
    part = body.get("model", {})
    if not isinstance(part, dict):
        raise ContentError(
            f"{path}: model is no section.", hint='Write [model] and below it url = "…"'
        )
    return part


def _first(name: str, *places: Mapping[str, object]) -> str:
    return next((str(place[name]) for place in places if place.get(name)), "")


def _number(name: str, default: float, *places: Mapping[str, object]) -> float:
    text = _first(name, *places)
    try:
        return float(text) if text else default
    except ValueError:
        raise ContentError(f"{name} = {text!r} in a configuration file is no number.") from None


def _extra(*places: Mapping[str, object]) -> Mapping[str, Any]:
    found = next((place["extra"] for place in places if place.get("extra")), {})
    if not isinstance(found, dict):
        raise ContentError("extra under [model] in a configuration file is no table.")
    return found

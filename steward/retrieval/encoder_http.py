"""An encoder behind an OpenAI-compatible `/v1/embeddings`, such as vLLM's pooling server."""

from __future__ import annotations

import hashlib
import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from steward.errors import ModelError
from steward.retrieval.vectors import Vectors

BATCH = 64
TIMEOUT = 120.0
KEY = "STEWARD_ENCODER_KEY"
"""The environment variable with the server's key, if it wants one."""
PROBE = "steward 管家 42"
"""Encoded once: its vector tells one model behind an address from another."""


class ServerEncoder:
    """Sends texts to a server; they leave this machine when the server is another."""

    def __init__(self, url: str, model: str, name: str) -> None:
        """`url` ends in `/v1`; `model` is the name by which the server serves it."""
        self._url = url
        self._model = model
        self._name = name

    @classmethod
    def connect(cls, where: str) -> ServerEncoder:
        """Find the model at `http://host:port[/v1][#model]`; without `#model` its first one.

        Raises:
            ModelError: the server cannot be reached or serves no embeddings.
        """
        address, _, model = where.partition("#")
        url = address.rstrip("/")
        url = url if url.endswith("/v1") else f"{url}/v1"
        model = model or _first_model(url)
        probe = cls(url, model, "").encode([PROBE])[0]
        # Three digits: the same model gives them again on another machine.
        digest = hashlib.sha256((np.round(probe, 3) + 0.0).tobytes()).hexdigest()[:12]
        return cls(url, model, f"{url}#{model} {digest}")

    @property
    def name(self) -> str:
        """Address, model, and a digest of what it answers to a fixed text."""
        return self._name

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Vectors (float32, texts × dimensions) of length 1; the server knows no `query`.

        Raises:
            ModelError: the server cannot be reached, refuses, or answers something else.
        """
        rows: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            part = list(texts[start : start + BATCH])
            rows += self._vectors(part)
        found = np.asarray(rows, dtype=np.float32).reshape(len(texts), -1 if rows else 0)
        return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12))

    def _vectors(self, texts: list[str]) -> list[list[float]]:
        reply = _call(f"{self._url}/embeddings", {"model": self._model, "input": texts})
        try:
            data = sorted(reply["data"], key=lambda each: each["index"])
            found = [each["embedding"] for each in data]
        except (KeyError, TypeError):
            found = []
        if len(found) != len(texts):
            raise ModelError(
                f"{self._url} did not answer with one vector a text.",
                hint="Serve an embedding model: vllm serve MODEL --runner pooling",
            )
        return found


def _first_model(url: str) -> str:
    try:
        return str(_call(f"{url}/models")["data"][0]["id"])
    except (KeyError, IndexError, TypeError):
        raise ModelError(
            f"{url} does not say which models it serves.", hint=f"Name one: {url}#MODEL"
        ) from None


def _call(url: str, body: Mapping[str, Any] | None = None) -> Any:
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get(KEY):
        headers["Authorization"] = f"Bearer {key}"
    data = None if body is None else json.dumps(body).encode()
    try:
        asked = urllib.request.Request(url, data=data, headers=headers)
        with urllib.request.urlopen(asked, timeout=TIMEOUT) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        said = error.read(300).decode("utf-8", "replace")
        raise ModelError(f"{url} refused: {error.code} {said}", hint=_hint(url)) from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{url} cannot be used: {error}", hint=_hint(url)) from None


def _hint(url: str) -> str:
    return f"Is an embedding server there? Its key, if it wants one, goes in {KEY}."

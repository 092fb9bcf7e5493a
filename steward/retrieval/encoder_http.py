"""An encoder behind an OpenAI-compatible `/v1/embeddings`, such as vLLM's pooling server."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from steward.errors import ModelError
from steward.retrieval.model_http import ModelHttp
from steward.retrieval.vectors import Vectors

BATCH = 64
KEY = "STEWARD_ENCODER_KEY"
"""The environment variable with the server's key, if it wants one."""
PROBE = "steward 管家 42"
"""Encoded once: its vector tells one model behind an address from another."""
_HTTP = ModelHttp("an embedding server", KEY)


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
        model = model or _HTTP.first_model(url)
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
        reply = _HTTP.call(f"{self._url}/embeddings", {"model": self._model, "input": texts})
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

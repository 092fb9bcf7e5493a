"""A reranker behind a server: vLLM's `/score` for a cross-encoder, or anybody's `/rerank`."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.errors import ModelError

TIMEOUT = 120.0
KEY = "STEWARD_RERANKER_KEY"
"""The environment variable with the server's key, if it wants one."""
NOT_THERE = 404


class ServerScorer:
    """Sends pairs to a server; they leave this machine when the server is another."""

    def __init__(self, url: str, model: str, way: str) -> None:
        """`way` is `score` or `rerank`; `model` the name by which the server serves it."""
        self._url = url
        self._model = model
        self._way = way

    @classmethod
    def connect(cls, where: str) -> ServerScorer:
        """Find the model at `http://host:port[#model]`; without `#model` its first one.

        Raises:
            ModelError: the server cannot be reached, or scores no pairs.
        """
        address, _, model = where.partition("#")
        url = address.rstrip("/").removesuffix("/v1")
        model = model or _first_model(url)
        for way in ("score", "rerank"):
            scorer = cls(url, model, way)
            try:
                scorer.score([("a", "a")])
            except _NotThere:
                continue
            return scorer
        raise ModelError(
            f"{url} offers neither /score nor /rerank.",
            hint="Serve a cross-encoder: vllm serve FOLDER --runner pooling",
        )

    @property
    def name(self) -> str:
        """Address and model."""
        return f"{self._url}#{self._model}"

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Scores (float32) as the server gives them, of 0 to 1 where they are probabilities.

        Raises:
            ModelError: the server cannot be reached, refuses, or answers something else.
        """
        rows: dict[str, list[int]] = {}
        for row, (query, _) in enumerate(pairs):
            rows.setdefault(query, []).append(row)
        out = np.zeros(len(pairs), dtype=np.float32)
        for query, places in rows.items():
            out[places] = self._of_query(query, [pairs[row][1] for row in places])
        return out

    def _of_query(self, query: str, texts: list[str]) -> list[float]:
        if self._way == "score":
            body = {"model": self._model, "text_1": query, "text_2": texts}
            rows, key = ("data", "score")
        else:
            body = {"model": self._model, "query": query, "documents": texts}
            rows, key = ("results", "relevance_score")
        reply = _call(f"{self._url}/{self._way}", body)
        try:
            found = {int(each["index"]): float(each[key]) for each in reply[rows]}
            return [found[row] for row in range(len(texts))]
        except (KeyError, TypeError, ValueError):
            raise ModelError(
                f"{self._url}/{self._way} did not answer with one score a text."
            ) from None


class _NotThere(ModelError):
    """The server has no such address."""


def _first_model(url: str) -> str:
    try:
        return str(_call(f"{url}/v1/models")["data"][0]["id"])
    except (KeyError, IndexError, TypeError, _NotThere):
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
        if error.code == NOT_THERE:
            raise _NotThere(f"{url} is not there.") from None
        said = error.read(300).decode("utf-8", "replace")
        raise ModelError(f"{url} refused: {error.code} {said}", hint=_HINT) from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{url} cannot be used: {error}", hint=_HINT) from None


_HINT = f"Is a reranking server there? Its key, if it wants one, goes in {KEY}."

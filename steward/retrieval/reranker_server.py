"""A reranker behind a server: vLLM's `/score` for a cross-encoder, or anybody's `/rerank`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from steward.errors import ModelError
from steward.retrieval.model_http import AddressNotThere, ModelHttp

KEY = "STEWARD_RERANKER_KEY"
"""The environment variable with the server's key, if it wants one."""
_HTTP = ModelHttp("a reranking server", KEY)


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
        model = model or _HTTP.first_model(f"{url}/v1")
        for way in ("score", "rerank"):
            scorer = cls(url, model, way)
            try:
                scorer.score([("a", "a")])
            except AddressNotThere:
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
        reply = _HTTP.call(f"{self._url}/{self._way}", body)
        try:
            found = {int(each["index"]): float(each[key]) for each in reply[rows]}
            return [found[row] for row in range(len(texts))]
        except (KeyError, TypeError, ValueError):
            raise ModelError(
                f"{self._url}/{self._way} did not answer with one score a text."
            ) from None

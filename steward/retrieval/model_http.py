"""Questions to a model server over HTTP: what encoders and rerankers behind one share."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from steward.errors import ModelError

TIMEOUT = 120.0
NOT_THERE = 404


class AddressNotThere(ModelError):
    """The server has no such address."""


@dataclass(frozen=True, slots=True)
class ModelHttp:
    """How one kind of server is spoken to.

    `kind` names it for a person ("an embedding server"); `key` is the environment variable with
    its key, if it wants one.
    """

    kind: str
    key: str

    def call(self, url: str, body: Mapping[str, Any] | None = None) -> Any:
        """What the server answers, read as JSON; with a body it is posted.

        Raises:
            AddressNotThere: the server answers, but not at this address.
            ModelError: the server cannot be reached, refuses, or answers something else.
        """
        headers = {"Content-Type": "application/json"}
        if key := os.environ.get(self.key):
            headers["Authorization"] = f"Bearer {key}"
        data = None if body is None else json.dumps(body).encode()
        try:
            asked = urllib.request.Request(url, data=data, headers=headers)
            with urllib.request.urlopen(asked, timeout=TIMEOUT) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            said = error.read(300).decode("utf-8", "replace")
            refused = AddressNotThere if error.code == NOT_THERE else ModelError
            raise refused(f"{url} refused: {error.code} {said}", hint=self._hint) from None
        except (OSError, ValueError) as error:
            raise ModelError(f"{url} cannot be used: {error}", hint=self._hint) from None

    def first_model(self, url: str) -> str:
        """The name of the first model served at `url`, which ends in `/v1`.

        Raises:
            ModelError: the server cannot be reached, or does not say.
        """
        try:
            return str(self.call(f"{url}/models")["data"][0]["id"])
        except (KeyError, IndexError, TypeError, AddressNotThere):
            raise ModelError(
                f"{url} does not say which models it serves.", hint=f"Name one: {url}#MODEL"
            ) from None

    @property
    def _hint(self) -> str:
        return f"Is {self.kind} there? Its key, if it wants one, goes in {self.key}."

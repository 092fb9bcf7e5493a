"""Texts made by a model: translated there and back, paraphrased, or asked for an item.

Replies are kept in the store, so a run that was killed asks nothing twice. A text that carries
instructions is never sent. What comes back is a candidate: the filters decide.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from steward.augment.filters import identified, script_of
from steward.augment.made import Made
from steward.checks.adversarial import instructs
from steward.errors import UsageError
from steward.types import RowId

if TYPE_CHECKING:
    from steward.llm import Request, Server
    from steward.store import Store

Row = tuple[RowId, str]
MAX_TOKENS = 256
PROMPTS: Mapping[str, str] = {
    "back-translate": "back_translate",
    "paraphrase": "paraphrase",
    "doc2query": "doc2query",
}
LANGUAGES: Mapping[str, Mapping[str, str]] = {
    "en": {"zh": "Chinese", "en": "English", "de": "German", "fr": "French", "es": "Spanish"},
    "zh": {"zh": "中文", "en": "英语", "de": "德语", "fr": "法语", "es": "西班牙语"},
}
"""Language of the prompt to languages by their codes; another code is sent as it is."""


class ModelMaker:
    """Makes texts by asking a server; `calls` were paid, `kept` came from the store.

    `unsent` texts carried instructions. With `dry_run` nothing is asked and nothing is made.
    """

    def __init__(
        self,
        server: Server,
        store: Store,
        method: str,
        *,
        pivot: str = "zh",
        dry_run: bool = False,
        step: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Nothing is asked yet."""
        self.server, self.method, self.pivot = server, method, pivot
        self.calls = self.kept = self.failures = self.unsent = 0
        self._store, self._dry, self._step = store, dry_run, step

    def __call__(self, rows: Sequence[Row]) -> list[Made]:
        """Make texts; rows whose reply cannot be used are left out.

        Raises:
            ModelError: the server does not answer.
        """
        sound = [row for row in rows if not instructs(row[1])]
        self.unsent = len(rows) - len(sound)
        if self._dry:
            return []
        if self.method == "back-translate":
            return self._back(sound)
        texts = [text for _, text in sound]
        replies = self._ask([self._request(self.method, text) for text in texts])
        return [
            Made(new, text, row, self.method)
            for (row, text), reply in zip(sound, replies, strict=True)
            for new in texts_of(reply)
        ]

    def _back(self, rows: Sequence[Row]) -> list[Made]:
        """Into the pivot language, and what arrived there back into the language of the source."""
        there = self._ask([self._translate(text, self.pivot) for _, text in rows])
        pivots = [next(iter(texts_of(reply)), "") for reply in there]
        arrived = [(row, pivot) for row, pivot in zip(rows, pivots, strict=True) if pivot]
        home = home_language([text for _, text in rows])
        back = self._ask([self._translate(p, home(text)) for (_, text), p in arrived])
        return [
            Made(new, text, row, self.method, f"{self.pivot}: {pivot}")
            for ((row, text), pivot), reply in zip(arrived, back, strict=True)
            for new in texts_of(reply)[:1]
        ]

    def _translate(self, text: str, into: str) -> Request:
        named = LANGUAGES[language_of(text)]
        return self._request(self.method, text, into=named.get(into, into))

    def _request(self, method: str, text: str, **values: str) -> Request:
        from steward.llm import Request, load_prompt

        prompt = load_prompt(PROMPTS[method], language=language_of(text))
        messages = prompt.messages(text=json.dumps(text, ensure_ascii=False), **values)
        return Request(messages, max_tokens=MAX_TOKENS, schema=prompt.schema)

    def _ask(self, requests: Sequence[Request]) -> list[Any]:
        from steward.llm import Batch

        batch = Batch(self.server, self._store)
        results = batch.run(requests, progress=lambda p: self._step(f"asking the model: {p}"))
        self.server = batch.server
        self.calls += results.calls
        self.kept += results.kept
        self.failures += len(results.failures)
        return [None if c is None else c.json for c in results.completions]


def model_maker(
    store: Store,
    method: str,
    url: str | None,
    *,
    pivot: str = "zh",
    dry_run: bool = False,
    step: Callable[[str], None] = lambda _: None,
) -> ModelMaker:
    """A maker for one of the methods that a model carries out.

    Raises:
        UsageError: there is no such method.
        ModelError: no server is named, or it cannot be used.
    """
    if method not in PROMPTS:
        from steward.job.augmenting import METHODS

        raise UsageError(
            f"There is no method {method}.", hint=f"One of: {', '.join((*METHODS, *PROMPTS))}"
        )
    from steward.llm.client import without_thinking
    from steward.llm.server import required_server

    server = required_server(url, near=store.path)
    if not dry_run:
        server = without_thinking(server)
    return ModelMaker(server, store, method, pivot=pivot, dry_run=dry_run, step=step)


def texts_of(reply: Any) -> list[str]:
    """The texts of a reply that keeps to the schema of the prompts; none of any other."""
    held = reply.get("texts") if isinstance(reply, dict) else None
    if not isinstance(held, list):
        return []
    return [" ".join(text.split()) for text in held if isinstance(text, str) and text.strip()]


def language_of(text: str) -> str:
    """`zh` for Chinese, else `en`: the language of the prompt."""
    return "zh" if script_of(text) == "han" else "en"


def home_language(texts: Sequence[str]) -> Callable[[str], str]:
    """Where a translation returns: Chinese for Chinese, else the language of most of the texts."""
    others = " ".join(text for text in texts if script_of(text) != "han")
    usual = identified(others)[0] or "en"
    return lambda text: "zh" if script_of(text) == "han" else usual

"""What a batch would ask, before anything is asked: calls, tokens, and one whole prompt."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steward.llm.request import Request
from steward.llm.server import Server

if TYPE_CHECKING:
    from steward.llm.client import Client
    from steward.store import Store

COUNTED = 64
"""Prompts that the server is asked to count; of more, so many are counted, and the rest scaled."""

LATIN, WIDE = 3.6, 1.3
"""Characters a token, about: Latin letters, and Chinese, Japanese or Korean ones."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A dry run.

    Of `requests`, `distinct` differ, and `kept` of those have their reply in the store already, so
    `calls` remain. `tokens_in` is the tokens of their prompts, `counted` by the server (`all`),
    from a `sample` of them, or an `estimate` from their letters; `tokens_out` is the most that
    the replies may take. `example` is the first prompt, whole.
    """

    requests: int
    distinct: int
    kept: int
    calls: int
    tokens_in: int
    tokens_out: int
    counted: str
    cost: float
    currency: str
    example: str


def plan_batch(server: Server, requests: Sequence[Request], store: Store | None = None) -> Plan:
    """Say what `Batch.run` would ask, and what that takes. Asks for no reply.

    Args:
        server: from `find_server`; asked to count tokens if it answers.
        requests: as for `Batch.run`.
        store: where replies are kept.
    """
    from steward.llm.client import Client
    from steward.llm.usage import Usage

    with Client(server, retries=0) as client:
        answers = _answers(client)
        distinct = {request.digest(client.server): request for request in requests}
        kept = set() if store is None else set(store.replies(list(distinct)))
        todo = [request for digest, request in distinct.items() if digest not in kept]
        tokens, counted = _tokens(client if answers else None, todo)
    out = sum(request.max_tokens for request in todo)
    return Plan(
        len(requests),
        len(distinct),
        len(kept),
        len(todo),
        tokens,
        out,
        counted,
        Usage(len(todo), tokens, out).cost(server.price),
        server.price.currency,
        shown(requests[0]) if requests else "",
    )


def estimated_tokens(request: Request) -> int:
    """Tokens of a prompt, guessed from its letters."""
    text = json.dumps([*request.messages, *request.tools], ensure_ascii=False)
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return round(wide / WIDE + (len(text) - wide) / LATIN) + 4 * len(request.messages)


def shown(request: Request) -> str:
    """The messages of a request as a person reads them."""
    return "\n\n".join(f"[{m.get('role', '')}]\n{m.get('content', '')}" for m in request.messages)


def _answers(client: Client) -> bool:
    """Is the server there? It also names its model, which a digest needs."""
    from steward.errors import ModelError

    try:
        client.model()
        return client.count_tokens(Request.of("")) is not None
    except ModelError:
        if not client.server.model:
            raise
        return False


def _tokens(client: Client | None, todo: Sequence[Request]) -> tuple[int, str]:
    step = max(1, -(-len(todo) // COUNTED))
    sample = todo[::step]
    counts = [] if client is None else [client.count_tokens(request) for request in sample]
    right = [count for count in counts if count is not None]
    if client is None or len(right) < len(sample):
        return sum(map(estimated_tokens, todo)), "estimate"
    if step == 1:
        return sum(right), "all"
    return round(sum(right) * len(todo) / len(sample)), "sample"

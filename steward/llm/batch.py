"""Many requests at once: bounded, each asked once and paid once, whatever is killed meanwhile.

Equal requests are one. A reply is kept in the store the moment it arrives, under the digest of
its request, so a run that was killed goes on where it was and a second run asks nothing. While the
server is away (restarted, say) everybody waits for it, up to `patience` seconds; a request that
fails for good is reported, and the others go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

from steward.llm import wire
from steward.llm.request import Completion, Request
from steward.llm.server import Server
from steward.llm.usage import Usage
from steward.store import codec

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from steward.store import Store

CONCURRENCY = 32
"""On two cores vLLM's throughput grows up to 8 to 32 requests at once, then only the waiting."""

RETRIES = 2
GREETING = 3.0
"""Seconds to wait for a server that has not answered anything yet: it is not there."""

FAULTS = 2
"""Times that a request which met a fault of the server (5xx) is asked again."""

LOSSES = 8
"""Times that a request may lose its connection: it might be the one that fells the server."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that got no reply: its place in what was asked, and why."""

    position: int
    message: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `rate` is in replies a second, `left` in seconds; None: not known yet."""

    done: int
    total: int
    kept: int
    failed: int
    rate: float
    left: float | None

    def __str__(self) -> str:
        failed = f", {self.failed:,} failed" if self.failed else ""
        left = "" if self.left is None else f", {_clock(self.left)} left"
        kept = f", {self.kept:,} kept from before" if self.kept else ""
        return f"{self.done:,} of {self.total:,}{kept}{failed}; {self.rate:.1f} a second{left}"


@dataclass(frozen=True, slots=True)
class Results:
    """What came back, in the order asked; None where a request failed.

    `calls` were paid in this run, `kept` came from the store; equal requests count once.
    """

    completions: tuple[Completion | None, ...]
    failures: tuple[Failure, ...]
    usage: Usage
    calls: int
    kept: int
    seconds: float


@dataclass(slots=True)
class _Run:
    """The state of one run."""

    server: Server
    found: dict[str, Completion]
    failed: dict[str, str] = field(default_factory=dict)
    fresh: dict[str, str] = field(default_factory=dict)
    total: int = 0
    kept: int = 0
    usage: Usage = field(default_factory=Usage)
    begun: float = field(default_factory=perf_counter)
    gone: Exception | None = None
    waiting: asyncio.Lock = field(default_factory=asyncio.Lock)


class Batch:
    """Asks a server many requests at a bounded concurrency."""

    def __init__(
        self,
        server: Server,
        store: Store | None = None,
        *,
        concurrency: int = CONCURRENCY,
        patience: float = 180.0,
    ) -> None:
        """Nothing is asked yet.

        Args:
            server: from `find_server`.
            store: where replies are kept; without one, nothing is kept and nothing is resumed.
            concurrency: requests that are under way at any moment, at most.
            patience: seconds to wait for a server that answered and went away.
        """
        self.server = server
        self._store = store
        self._concurrency = max(1, concurrency)
        self._patience = patience

    def run(
        self, requests: Sequence[Request], *, progress: Callable[[Progress], None] | None = None
    ) -> Results:
        """Ask; return when every request has its reply or has failed for good.

        Raises:
            ModelError: the server did not answer at all.
        """
        return asyncio.run(self.arun(requests, progress=progress))

    async def arun(
        self, requests: Sequence[Request], *, progress: Callable[[Progress], None] | None = None
    ) -> Results:
        """The same inside an event loop, in the thread that opened the store."""
        if not requests:
            return Results((), (), Usage(), 0, 0, 0.0)
        client = wire.open_async_client(self.server, RETRIES)
        try:
            run = _Run(await self._named(client), {})
            digests = [request.digest(run.server) for request in requests]
            distinct = dict(zip(reversed(digests), reversed(requests), strict=True))
            run.found.update(kept_replies(self._store, list(distinct)))
            run.total, run.kept = len(distinct), len(run.found)
            todo = [(d, distinct[d]) for d in dict.fromkeys(digests) if d not in run.found]
            await self._ask_all(client, run, todo, progress or (lambda _: None))
        finally:
            await client.close()
        return _results(run, digests)

    async def _named(self, client: AsyncOpenAI) -> Server:
        """The server with the name of its model, which is part of every digest."""
        if self.server.model:
            return self.server
        with wire.translated(self.server):
            listed = [model.id async for model in client.models.list()]
            if not listed:
                raise ValueError("it serves no model")
        self.server = self.server.named(listed[0])
        return self.server

    async def _ask_all(
        self,
        client: AsyncOpenAI,
        run: _Run,
        todo: Sequence[tuple[str, Request]],
        progress: Callable[[Progress], None],
    ) -> None:
        left = iter(todo)
        workers = [
            asyncio.create_task(self._work(client, run, left, progress))
            for _ in range(min(self._concurrency, len(todo)))
        ]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            self._keep(run)
        if run.gone and not run.found:
            raise wire.explained(run.gone, run.server) from run.gone

    async def _work(
        self,
        client: AsyncOpenAI,
        run: _Run,
        left: Iterator[tuple[str, Request]],
        progress: Callable[[Progress], None],
    ) -> None:
        for digest, request in left:
            found = await self._ask(client, run, request)
            if isinstance(found, Completion):
                run.found[digest] = found
                run.usage += found.usage
                run.fresh[digest] = codec.to_json(found)
                await asyncio.sleep(0)  # those that arrived in the same moment share a transaction
                self._keep(run)
            else:
                run.failed[digest] = wire.explained(found, run.server).message
            progress(_progress(run))

    def _keep(self, run: _Run) -> None:
        if self._store is not None and run.fresh:
            self._store.keep_replies(run.fresh, model=run.server.model)
        run.fresh.clear()

    async def _ask(
        self, client: AsyncOpenAI, run: _Run, request: Request
    ) -> Completion | Exception:
        """The reply, or the error that stayed."""
        from openai import APIConnectionError, APITimeoutError, InternalServerError, OpenAIError

        error: Exception = ValueError("never asked")
        for number in range(LOSSES):
            if run.gone:
                return run.gone
            try:
                return await _call(client, run.server, request)
            except APIConnectionError as lost:
                error = lost
                if isinstance(lost, APITimeoutError):
                    break
                await self._wait(client, run, lost)
            except InternalServerError as broken:  # it may be about to go down
                error = broken
                if number >= FAULTS:
                    break
                await asyncio.sleep(1)
            except (OpenAIError, ValueError) as refused:
                error = refused
                break
        return error

    async def _wait(self, client: AsyncOpenAI, run: _Run, lost: Exception) -> None:
        """Wait until the server answers again; when it does not in time, it is gone for all."""
        from openai import OpenAIError

        was_there = len(run.found) > run.kept
        end = perf_counter() + (self._patience if was_there else min(GREETING, self._patience))
        async with run.waiting:
            while not run.gone:
                try:
                    await client.with_options(max_retries=0, timeout=5).models.list()
                    return
                except (OpenAIError, ValueError):
                    if perf_counter() > end:
                        run.gone = lost
                await asyncio.sleep(0.5)


def kept_replies(store: Store | None, digests: Sequence[str]) -> dict[str, Completion]:
    """The replies that a store keeps, by the digest of their request."""
    if store is None:
        return {}
    bodies = store.replies(digests)
    return {
        digest: replace(codec.from_json(Completion, body), kept=True)
        for digest, body in bodies.items()
    }


async def _call(client: AsyncOpenAI, server: Server, request: Request) -> Completion:
    begun = perf_counter()
    reply: Any = await client.chat.completions.create(
        model=server.model, **request.payload(server.extra)
    )
    return wire.completion(reply, perf_counter() - begun)


def _results(run: _Run, digests: Sequence[str]) -> Results:
    return Results(
        tuple(run.found.get(digest) for digest in digests),
        tuple(Failure(n, run.failed[d]) for n, d in enumerate(digests) if d in run.failed),
        run.usage,
        calls=len(run.found) - run.kept,
        kept=run.kept,
        seconds=round(perf_counter() - run.begun, 3),
    )


def _progress(run: _Run) -> Progress:
    done, failed = len(run.found), len(run.failed)
    fresh = done - run.kept
    rate = fresh / max(1e-9, perf_counter() - run.begun)
    left = (run.total - done - failed) / rate if fresh else None
    return Progress(done, run.total, run.kept, failed, rate, left)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"

"""The batch runner beside one request at a time, on the same server in the same run.

    python benchmarks/bench_batch.py [--url http://127.0.0.1:8000/v1] [--requests 96] [--rounds 5]

Without --url it starts the tiny random model of tests/vllm (make test-vllm builds its venv once).
Every round asks fresh prompts of one kind, first one after another over one open connection, then
through the batch runner at each concurrency, replies kept in a store as always; the ratio is taken
within the round. Replies have a fixed length, so that the model's mood does not count.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median

from steward import Store
from steward.llm import Batch, Client, Request, Server, find_server

LEVELS = (1, 8, 16, 32, 64)
NUMBERS = count()


def prompts(many: int, tokens: int) -> list[Request]:
    """Requests that nobody asked before, alike in their first part, as those of one job are."""
    task = "Say whether the value fits its column. Values of the column: Hamburg, Leipzig, Ulm. "
    return [
        Request.of(f"{task}Value: {next(NUMBERS)}", max_tokens=tokens, extra={"ignore_eos": True})
        for _ in range(many)
    ]


def one_by_one(server: Server, requests: list[Request]) -> float:
    """Requests a second, each sent when the one before it is answered."""
    with Client(server) as client:
        client.model()
        begun = time.perf_counter()
        for request in requests:
            client.complete(request)
        return len(requests) / (time.perf_counter() - begun)


def batched(server: Server, store: Store, requests: list[Request], concurrency: int) -> float:
    """Requests a second through the batch runner."""
    begun = time.perf_counter()
    results = Batch(server, store, concurrency=concurrency).run(requests)
    assert results.calls == len(requests), results.failures
    return len(requests) / (time.perf_counter() - begun)


@contextmanager
def served(url: str | None) -> Iterator[Server]:
    """The server that is named, else one of our own for the time of the run."""
    named = find_server(url) if url else None
    if named is not None:
        yield named
        return
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "vllm"))
    from vllm_process import NAME, VllmProcess

    with tempfile.TemporaryDirectory(prefix="steward-bench-") as place:
        process = VllmProcess(Path(place))
        process.make_model()
        process.start()
        try:
            process.wait()
            yield Server(process.url, NAME)
        finally:
            process.kill()


def spread(values: list[float]) -> str:
    """Median, least and most."""
    return f"{median(values):6.2f} [{min(values):.2f}, {max(values):.2f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", help="a server that is up; its own otherwise")
    parser.add_argument("--requests", type=int, default=96)
    parser.add_argument("--tokens", type=int, default=48, help="length of every reply")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    alone: list[float] = []
    rates: dict[int, list[float]] = {level: [] for level in LEVELS}
    with (
        served(given.url) as server,
        tempfile.TemporaryDirectory() as place,
        Store.create(Path(place) / "s.db") as store,
    ):
        batched(server, store, prompts(32, given.tokens), 16)  # the first calls are slow
        for _ in range(given.rounds):
            alone.append(one_by_one(server, prompts(given.requests, given.tokens)))
            for level in LEVELS:
                asked = prompts(given.requests, given.tokens)
                rates[level].append(batched(server, store, asked, level))
            again = Batch(server, store).run(asked)
            assert again.calls == 0, "a kept reply was asked again"
    print(f"{given.rounds} rounds of {given.requests} requests of {given.tokens} tokens")
    print(f"one at a time: {spread(alone)} requests/s")
    for level, found in rates.items():
        ratios = [rate / base for rate, base in zip(found, alone, strict=True)]
        print(f"batch, {level:2} at once: {spread(found)} requests/s, ratio {spread(ratios)}")
    print(f"the same again: 0 calls, {again.seconds:.3f} s for {given.requests} kept replies")


if __name__ == "__main__":
    main()

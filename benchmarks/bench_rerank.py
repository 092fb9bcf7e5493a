"""How fast rerankers of 6, 3 and 2 layers are, by torch, ONNX and ONNX with 8 bits.

    python benchmarks/bench_rerank.py [--rounds 12] [--threads 1] [--base minilm] [--searches 100]

Throughput: every variant scores the same 50 pairs in turn, round after round, in one process, so
that what else the machine does hits all of them alike; a ratio is taken within its round. The pairs
are 64 tokens long, as long as a title with a brand and a short description. Latency: the time to
re-order the 50 candidates of one search, whose texts have the lengths of a shop's titles (16 to 64
tokens) and so show what sorting by length saves. The heads are untrained: they cost as much.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from steward.retrieval.encoder import find_folder
from steward.retrieval.export_reranker import export_reranker
from steward.retrieval.prune import keep_layers
from steward.retrieval.reranker import RerankStage, load_reranker
from steward.retrieval.reranker_settings import RerankerRecord
from steward.retrieval.reranker_torch import quietly
from steward.retrieval.stage import PairScorer

LAYERS = (6, 3, 2)
TOKENS = 64
CANDIDATES = 50
WORDS = (
    "red",
    "blue",
    "steel",
    "drill",
    "shoe",
    "cable",
    "lamp",
    "kitchen",
    "inch",
    "black",
    "box",
)

Pairs = list[tuple[str, str]]


def main() -> None:
    """Make the variants, time them in turn, print both tables."""
    asked = _parser().parse_args()
    import torch

    torch.set_num_threads(asked.threads)
    with tempfile.TemporaryDirectory() as folder:
        scorers = make_scorers(asked.base, Path(folder), asked.threads)
        print(
            f"threads {asked.threads}, {CANDIDATES} pairs of {TOKENS} tokens, {asked.rounds} rounds"
        )
        print_throughput(throughput(scorers, asked.rounds))
        fast = {name: each for name, each in scorers.items() if name.startswith("onnx")}
        print(f"\nre-ordering {CANDIDATES} candidates of 16 to {TOKENS} tokens, ms a search")
        print(f"{'variant':22} {'p50':>6} {'p99':>6}   p50 and p99 of the processor's time")
        for name, scorer in fast.items():
            print_latency(name, *latencies(scorer, asked.searches))


def make_scorers(base: str, folder: Path, threads: int) -> dict[str, PairScorer]:
    """Each variant by name; one warm-up each."""
    scorers: dict[str, PairScorer] = {}
    for layers in LAYERS:
        home = folder / f"{layers}"
        _write(base, layers, home)
        scorers[f"torch fp32 {layers} layers"] = load_reranker(str(home), backend="torch")
        for precision in ("fp32", "int8"):
            export_reranker(home, precision=precision, into=folder / f"{layers}{precision}")
            exported = load_reranker(str(folder / f"{layers}{precision}"), threads=threads)
            scorers[f"onnx {precision} {layers} layers"] = exported
    for scorer in scorers.values():
        scorer.score(pairs_of(TOKENS, 8, seed=0))
    return scorers


def throughput(scorers: dict[str, PairScorer], rounds: int) -> dict[str, list[float]]:
    """Pairs a second of each variant in each round."""
    found: dict[str, list[float]] = {name: [] for name in scorers}
    for number in range(rounds):
        pairs = pairs_of(TOKENS, CANDIDATES, seed=number)
        for name, scorer in scorers.items():
            begun = time.perf_counter()
            scorer.score(pairs)
            found[name].append(len(pairs) / (time.perf_counter() - begun))
    return found


def latencies(scorer: PairScorer, searches: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each search's re-ordering: by the clock, and of the processor."""
    clock, cpu = [], []
    for number in range(searches):
        pairs = mixed_pairs(seed=number)
        texts = {str(n): text for n, (_, text) in enumerate(pairs)}
        first = [(item, 1.0 / (n + 1)) for n, item in enumerate(texts)]
        stage = RerankStage(scorer, texts, depth=CANDIDATES, weight=0.5)
        begun, worked = time.perf_counter(), time.process_time()
        stage.rescore(pairs[0][0], first)
        clock.append(1000 * (time.perf_counter() - begun))
        cpu.append(1000 * (time.process_time() - worked))
    return clock, cpu


def pairs_of(tokens: int, count: int, *, seed: int) -> Pairs:
    """Pairs of exactly that many tokens with MiniLM's tokenizer: each word of WORDS is one."""
    draw = random.Random(seed)
    query = " ".join(draw.choices(WORDS, k=4))
    # [CLS], [SEP] and [SEP] are three of them.
    return [(query, " ".join(draw.choices(WORDS, k=tokens - 7))) for _ in range(count)]


def mixed_pairs(*, seed: int) -> Pairs:
    """The candidates of one search: lengths drawn evenly from 16 to TOKENS."""
    draw = random.Random(seed)
    query = " ".join(draw.choices(WORDS, k=4))
    lengths = [draw.randint(16, TOKENS) for _ in range(CANDIDATES)]
    return [(query, " ".join(draw.choices(WORDS, k=length - 7))) for length in lengths]


def print_throughput(found: dict[str, list[float]]) -> None:
    """Pairs a second and the ratio to the first variant, both as median with least and most."""
    base = next(iter(found.values()))
    print(f"{'variant':22} {'pairs/s':>8}  ratio (least to most)")
    for name, values in found.items():
        ratios = [value / first for value, first in zip(values, base, strict=True)]
        spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        print(f"{name:22} {statistics.median(values):8.0f}  {spread}")


def print_latency(name: str, clock: Sequence[float], cpu: Sequence[float]) -> None:
    """p50 and p99 by rank, of both."""
    told = [f"{_rank(times, 0.5):6.0f} {_rank(times, 0.99):6.0f}" for times in (clock, cpu)]
    print(f"{name:22} {told[0]}   {told[1]}")


def _rank(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _write(base: str, layers: int, home: Path) -> None:
    from sentence_transformers import CrossEncoder
    from transformers import set_seed

    set_seed(0)
    with quietly():
        fresh = CrossEncoder(str(find_folder(base)), num_labels=1, max_length=TOKENS)
        keep_layers(fresh.transformers_model, layers)
        fresh.save_pretrained(str(home), create_model_card=False)
    RerankerRecord(max_tokens=TOKENS, depth=CANDIDATES).save(home)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--searches", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--base", default="minilm")
    return parser


if __name__ == "__main__":
    main()

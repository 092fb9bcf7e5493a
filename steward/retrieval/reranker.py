"""The reranker: a BERT that reads query and text together and says how well the one answers.

a folder with reranker.onnx      an exported graph, fp32 or int8                onnxruntime
any other folder                 a cross-encoder of sentence-transformers       torch
http(s)://host:port[#model]      vLLM's /score, or a /rerank                    its server
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from steward.errors import InputError, UsageError
from steward.retrieval.data import SearchData
from steward.retrieval.fusion import Ranked, convex
from steward.retrieval.reranker_settings import RerankerRecord, RerankerSettings
from steward.retrieval.split import Split
from steward.retrieval.stage import PairScorer
from steward.retrieval.trained import Trained

__all__ = ["RerankStage", "RerankerSettings", "load_reranker", "load_stage", "train_reranker"]

GRAPH, HEAD = "reranker.onnx", "late.json"
BACKENDS = ("auto", "late", "torch", "onnx", "server")


def load_reranker(where: str, *, backend: str = "auto", threads: int = 0) -> PairScorer:
    """Load what scores pairs of query and text.

    Args:
        where: a folder or an address.
        backend: what must run it: `late`, `torch`, `onnx` or `server`; `auto` goes by what lies
            there, the exported graph before the weights.
        threads: of onnxruntime; 0 takes as many as there are cores.

    Raises:
        UsageError: `backend` is unknown, or not what lies there.
        InputError: the folder is not there or holds no reranker.
        MissingExtra: what runs it is not installed.
        ModelError: the server cannot be reached.
    """
    if backend not in BACKENDS:
        raise UsageError(f"Unknown backend {backend!r}.", hint=f"One of {', '.join(BACKENDS)}.")
    if where.startswith(("http://", "https://")):
        from steward.retrieval.reranker_server import ServerScorer

        return ServerScorer.connect(where)
    folder = _folder(where)
    if backend == "late" or (backend == "auto" and (folder / HEAD).exists()):
        from steward.retrieval.reranker_late import LateScorer

        return LateScorer.load(folder)
    if backend == "onnx" or (backend == "auto" and (folder / GRAPH).exists()):
        from steward.retrieval.reranker_onnx import OnnxScorer

        return OnnxScorer.load(folder, threads=threads)
    if backend == "server":
        raise UsageError(f"{where} is a folder, no server.", hint="Give http://host:port.")
    from steward.retrieval.reranker_torch import TorchScorer

    return TorchScorer.load(folder)


def train_reranker(
    data: SearchData,
    split: Split,
    settings: RerankerSettings,
    folder: Path,
    *,
    candidates: Mapping[str, Ranked] | None = None,
) -> Trained:
    """Train on the training queries, choose on the validation queries, and write the folder.

    A training that was cut short goes on where it was when it is asked for again with the same
    settings and data, to the same weights.

    Args:
        data: texts and grades.
        split: only `train` and `valid` are read.
        settings: see `RerankerSettings`.
        folder: to write; it holds the checkpoints while it trains.
        candidates: what the first stage finds for the queries of both parts; BM25 by default.

    Raises:
        InputError: too few judgments to learn or to choose from.
        MissingExtra: torch or sentence-transformers is not installed.
    """
    from steward.retrieval.reranker_training import train

    return train(data, split, settings, folder, candidates)


@dataclass(frozen=True)
class RerankStage:
    """Re-orders the best of the first stage by a mix of its scores and the reranker's.

    Attributes:
        scorer: of pairs.
        texts: item id to text.
        depth: items that are scored; those below keep their order under them.
        weight: of the scorer, 0 to 1; the rest is the first stage's (convex combination).
    """

    scorer: PairScorer
    texts: Mapping[str, str]
    depth: int = 50
    weight: float = 1.0

    @property
    def name(self) -> str:
        """`rerank`, for `--why` and tables."""
        return "rerank"

    def rescore(self, query: str, candidates: Ranked) -> list[tuple[str, float]]:
        """The same items, the best first; scores run from 0 to 1, below 0 for what was not read."""
        head, tail = candidates[: self.depth], candidates[self.depth :]
        if self.weight <= 0.0 or not head:
            return list(candidates)
        scores = self.scorer.score([(query, self.texts.get(item, "")) for item, _ in head])
        read = [(item, float(score)) for (item, _), score in zip(head, scores, strict=True)]
        mixed = convex(head, read, self.weight, len(head))
        below = [(item, -float(n) / len(candidates)) for n, (item, _) in enumerate(tail, 1)]
        return mixed + below


def load_stage(where: str, texts: Mapping[str, str], *, backend: str = "auto") -> RerankStage:
    """A reranker as a stage, with the depth and the weight chosen when it was trained."""
    scorer = load_reranker(where, backend=backend)
    if where.startswith(("http://", "https://")):
        return RerankStage(scorer, texts)
    record = RerankerRecord.load(Path(where))
    return RerankStage(scorer, texts, depth=record.depth, weight=record.weight)


def _folder(where: str) -> Path:
    folder = Path(where)
    if not folder.is_dir():
        raise InputError(
            f"There is no reranker at {where}, and nothing is fetched by itself.",
            hint="Train one: steward train reranker — or give a folder or an http address.",
        )
    return folder

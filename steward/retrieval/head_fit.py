"""Trains a head: multiple negatives ranking (Henderson et al., 2017) on vectors that are there.

A step takes pairs of which no two share a query or an item; each query is to find its item among
those of the others, hard negatives and items drawn at random. Items graded above 0 for the query
do not count against it, and a pair counts by the gain of its grade.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.errors import MissingExtra
from steward.retrieval.bi_encoder_settings import BiEncoderSettings
from steward.retrieval.head import Head
from steward.retrieval.pairs import Pair
from steward.retrieval.vectors import Vectors

SCALE = 20.0
"""Cosines are multiplied by this before the softmax, as sentence-transformers does."""
DRAWN = 256
"""Random items a step: the catalogue at large, which the hard ones do not stand for."""
SMALLEST = 8
"""Pairs that a step needs: with fewer, the others are no test."""
SHARES = (0.25, 0.5, 0.75)
"""Parts of the trained matrix that are tried beside the whole."""


@dataclass(frozen=True)
class HeadExamples:
    """Pairs and negatives, with the vectors of their queries and of all items."""

    pairs: Sequence[Pair]
    negatives: Mapping[str, Sequence[str]]
    guard: Mapping[str, frozenset[str]]
    queries: Mapping[str, Vectors]
    items: Sequence[str]
    vectors: Vectors


def fit_head(
    examples: HeadExamples, settings: BiEncoderSettings, validate: Callable[[Head], float]
) -> tuple[Head, list[float]]:
    """Train until `validate` has not improved for `settings.patience` epochs.

    Returns:
        The head of the best epoch, which is the untouched base if none was better; and the figure
        of each epoch, that of the base first.

    Raises:
        MissingExtra: torch is not installed.
    """
    try:
        import torch
    except ImportError:
        raise MissingExtra("Training", "train") from None
    dims = examples.vectors.shape[1]
    matrix = torch.zeros(dims, dims, requires_grad=True)
    optimizer = torch.optim.AdamW([matrix], lr=settings.lr, weight_decay=settings.weight_decay)
    rng = np.random.default_rng(settings.seed)
    best = _head(matrix)
    history = [validate(best)]
    waited = 0
    for _ in range(settings.epochs):
        for step in _steps(examples, settings.batch, rng):
            loss = _loss(matrix, step)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        history.append(validate(_head(matrix)))
        if history[-1] > max(history[:-1]) + 1e-4:
            best, waited = _head(matrix), 0
        elif (waited := waited + 1) >= settings.patience:
            break
    return _shrunk(best, max(history), validate), history


def _shrunk(head: Head, figure: float, validate: Callable[[Head], float]) -> Head:
    """The head, or part of it where part is better.

    What lies between the base and the trained forgets less of the base (Wortsman et al., 2022).
    """
    parts = [Head(head.query * share, head.item * share) for share in SHARES]
    figures = [validate(part) for part in parts] if head.query.any() else []
    best = max(figures, default=figure)
    return parts[figures.index(best)] if best > figure else head


@dataclass(frozen=True)
class _Step:
    """Queries and items of a step as vectors, which item each wants, and which do not count."""

    queries: Vectors
    items: Vectors
    wanted: npt.NDArray[np.int64]
    weights: Vectors
    ignored: npt.NDArray[np.bool_]


def batches(pairs: Sequence[Pair], size: int, rng: np.random.Generator) -> Iterator[list[Pair]]:
    """Deal all pairs out in random order; no batch has a query or an item twice."""
    left = [pairs[int(n)] for n in rng.permutation(len(pairs))]
    while left:
        batch: list[Pair] = []
        later: list[Pair] = []
        queries: set[str] = set()
        items: set[str] = set()
        for n, pair in enumerate(left):
            if pair.query in queries or pair.item in items:
                later.append(pair)
                continue
            batch.append(pair)
            queries.add(pair.query)
            items.add(pair.item)
            if len(batch) == size:
                later += left[n + 1 :]
                break
        yield batch
        left = later


def _steps(examples: HeadExamples, size: int, rng: np.random.Generator) -> Iterator[_Step]:
    place = {item: n for n, item in enumerate(examples.items)}
    for batch in batches(examples.pairs, size, rng):
        if len(batch) < min(SMALLEST, len(examples.pairs)):
            continue
        drawn = [examples.items[int(n)] for n in rng.integers(0, len(place), DRAWN)]
        hard = [item for pair in batch for item in examples.negatives.get(pair.query, ())]
        items = list(dict.fromkeys([*(pair.item for pair in batch), *hard, *drawn]))
        column = {item: n for n, item in enumerate(items)}
        yield _Step(
            np.stack([examples.queries[pair.query] for pair in batch]),
            examples.vectors[[place[item] for item in items]],
            np.asarray([column[pair.item] for pair in batch]),
            np.asarray([pair.weight for pair in batch], dtype=np.float32),
            _ignored(batch, column, examples.guard),
        )


def _ignored(
    batch: Sequence[Pair], column: Mapping[str, int], guard: Mapping[str, frozenset[str]]
) -> npt.NDArray[np.bool_]:
    found = np.zeros((len(batch), len(column)), dtype=bool)
    for row, pair in enumerate(batch):
        for item in guard.get(pair.query, ()):
            if item in column and item != pair.item:
                found[row, column[item]] = True
    return found


def _loss(matrix: Any, step: _Step) -> Any:
    import torch
    from torch.nn.functional import cross_entropy, normalize

    asked, items = torch.from_numpy(step.queries), torch.from_numpy(step.items)
    scores = (
        normalize(asked + asked @ matrix, dim=1) @ normalize(items + items @ matrix, dim=1).T
    ) * SCALE
    scores = scores.masked_fill(torch.from_numpy(step.ignored), -1e4)
    each = cross_entropy(scores, torch.from_numpy(step.wanted), reduction="none")
    weights = torch.from_numpy(step.weights)
    return (each * weights).sum() / weights.sum()


def _head(matrix: Any) -> Head:
    held = np.array(matrix.detach().numpy(), dtype=np.float32)
    return Head(held, held)

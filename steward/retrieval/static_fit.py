"""Fits the token vectors of a static encoder to what the base makes of a catalogue's own texts.

Token vectors that were distilled one by one know nothing of the company that tokens keep. The mean
over a text should be the base's vector of that text: that is least squares, held near the distilled
vectors by a penalty (ridge), solved by conjugate gradients (Hestenes and Stiefel, 1952).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from steward.retrieval.vectors import Vectors

PENALTY = 1.0
"""Of the squared change of a token's vector, beside the squared error of each text."""

STEPS = 15
"""Of conjugate gradients: further ones changed no ranking."""


def fit_tokens(table: Vectors, texts: Sequence[Sequence[int]], wanted: Vectors) -> Vectors:
    """Move token vectors so that their means come near to the vectors wanted of texts.

    Args:
        table: float, tokens × dimensions, to start from.
        texts: tokens of each text.
        wanted: float32, texts × dimensions; their mean, which all texts share, is taken out.

    Returns:
        float32, tokens × dimensions; a token that no text holds is only scaled, as all are.
    """
    means = mean_matrix(texts, len(table))
    centred = wanted - wanted.mean(axis=0)
    start = np.asarray(table, dtype=np.float32)
    made = means @ start
    scale = float((made * centred).sum()) / max(float((made * made).sum()), 1e-12)
    # Tokens that point away from what the base says are no start.
    start = start * max(scale, 0.0)
    return np.asarray(start + _ridge(means, centred - means @ start), dtype=np.float32)


def principal_axes(vectors: Vectors, dims: int) -> Vectors:
    """Axes (dimensions × `dims`) along which vectors vary most, the largest number of each > 0."""
    held = vectors.astype(np.float64)
    values, axes = np.linalg.eigh(held.T @ held)
    axes = axes[:, np.argsort(values)[::-1][:dims]]
    axes *= np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    return np.asarray(axes)


def mean_matrix(texts: Sequence[Sequence[int]], tokens: int) -> Any:
    """A sparse matrix, texts × tokens: times a table it gives the mean vector of each text."""
    from scipy.sparse import csr_matrix

    lengths = [len(text) for text in texts]
    columns = np.fromiter((token for text in texts for token in text), np.int64, sum(lengths))
    shares = np.repeat([1.0 / max(n, 1) for n in lengths], lengths).astype(np.float32)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return csr_matrix((shares, columns, starts), shape=(len(texts), tokens))


def _ridge(means: Any, wanted: Vectors) -> Vectors:
    """What to add to each token's vector: all dimensions side by side, a step size for each."""
    found = np.zeros((means.shape[1], wanted.shape[1]), dtype=np.float32)
    left = np.asarray(means.T @ wanted, dtype=np.float32)
    way = left.copy()
    size = (left * left).sum(axis=0)
    for _ in range(STEPS):
        image = means.T @ (means @ way) + PENALTY * way
        step = size / np.maximum((way * image).sum(axis=0), 1e-20)
        found += step * way
        left -= step * image
        next_size = (left * left).sum(axis=0)
        way = left + (next_size / np.maximum(size, 1e-20)) * way
        size = next_size
    return found

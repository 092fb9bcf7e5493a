"""Distils a base into one vector a token, as model2vec does (Tulkens and van Dongen, 2024).

Each token goes through the base alone; principal components take out what all tokens share; a
token counts by a / (a + its share of the catalogue's tokens) (SIF; Arora, Liang and Ma, 2017).
model2vec takes shares from the ranks of the vocabulary; here there is a catalogue to count in, and
its own texts, as the base reads them, to fit the vectors to (`static_fit`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from steward.retrieval.encoder import MAX_TOKENS
from steward.retrieval.encoder_torch import load_model
from steward.retrieval.static_fit import fit_tokens, mean_matrix, principal_axes
from steward.retrieval.vectors import Encoder, Vectors

SIF = 1e-3
BATCH = 256


@dataclass(frozen=True)
class Teacher:
    """What a static encoder is fitted to.

    Attributes:
        encoder: the base, as it is searched with.
        texts: how many of the catalogue's it reads, drawn by `seed`; 0 for none.
        seed: of the draw.
    """

    encoder: Encoder
    texts: int
    seed: int = 0


def distil_static(
    base: Path, texts: Iterable[str], dims: int, *, teacher: Teacher | None = None
) -> Any:
    """A `SentenceTransformer` with one `StaticEmbedding`, of `dims` dimensions at most.

    Args:
        base: folder of a sentence-transformers model with a fast tokenizer.
        texts: of the items, to count tokens in and to fit to.
        dims: of the vectors.
        teacher: what to fit to; None distils each token alone.

    Raises:
        MissingExtra: sentence-transformers is not installed.
        InputError: the folder holds no such model.
    """
    model = load_model(base)
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    tokenizer = model.tokenizer.backend_tokenizer
    # Some files pad every text to a fixed length.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    held = list(texts)
    weights = (SIF / (SIF + _shares(tokenizer, held)))[:, None]
    vectors = _token_vectors(model, tokenizer)
    if teacher and teacher.texts and held:
        table = _fitted((vectors - vectors.mean(axis=0)) * weights, tokenizer, held, teacher)
        table = table @ principal_axes(_means(table, tokenizer, held), dims)
    else:
        table = _principal(vectors, dims) * weights
    inside = StaticEmbedding(tokenizer, embedding_weights=table.astype(np.float32))
    return SentenceTransformer(modules=[inside], device="cpu")


def _fitted(table: Vectors, tokenizer: Any, texts: Sequence[str], teacher: Teacher) -> Vectors:
    """Token vectors whose means are near to the teacher's vectors of the texts."""
    order = np.random.default_rng(teacher.seed).permutation(len(texts))[: teacher.texts]
    read = [texts[i] for i in sorted(order)]
    tokens = [ids[:MAX_TOKENS] for ids in _tokens(tokenizer, read)]
    return fit_tokens(table, tokens, teacher.encoder.encode(read))


def _means(table: Vectors, tokenizer: Any, texts: Sequence[str]) -> Vectors:
    means = mean_matrix(_tokens(tokenizer, texts), len(table))
    return np.asarray(means @ table)


def _tokens(tokenizer: Any, texts: Sequence[str]) -> list[list[int]]:
    found: list[list[int]] = []
    for start in range(0, len(texts), BATCH):
        part = tokenizer.encode_batch(texts[start : start + BATCH], add_special_tokens=False)
        found += [one.ids for one in part]
    return found


def _shares(tokenizer: Any, texts: Sequence[str]) -> Vectors:
    """How often each token occurs, of all tokens; one that never does counts as half a time."""
    counts = Counter(token for ids in _tokens(tokenizer, texts) for token in ids)
    held = np.full(tokenizer.get_vocab_size(), 0.5)
    for token, count in counts.items():
        held[token] = count
    return np.asarray(held / held.sum())


def _token_vectors(model: Any, tokenizer: Any) -> Vectors:
    """What the base makes of each token between its start and end marks, before the length is 1."""
    import torch

    before, after = _marks(tokenizer)
    size = tokenizer.get_vocab_size()
    rows = []
    for start in range(0, size, BATCH):
        ids = torch.arange(start, min(start + BATCH, size))
        tokens = torch.tensor([*before, 0, *after]).repeat(len(ids), 1)
        tokens[:, len(before)] = ids
        held = {"input_ids": tokens, "attention_mask": torch.ones_like(tokens)}
        with torch.inference_mode():
            for module in list(model)[:2]:
                held = module({k: v.to(model.device) for k, v in held.items()})
        rows.append(held["sentence_embedding"].float().cpu().numpy())
    return np.concatenate(rows)


def _marks(tokenizer: Any) -> tuple[list[int], list[int]]:
    """What the base's tokenizer puts before a text and after it."""
    found = tokenizer.encode("a")
    inside = [n for n, special in enumerate(found.special_tokens_mask) if not special] or [0]
    return found.ids[: inside[0]], found.ids[inside[-1] + 1 :]


def _principal(vectors: Vectors, dims: int) -> Vectors:
    """Centred and turned so that the first `dims` dimensions hold the most variance."""
    centred = vectors.astype(np.float64) - vectors.mean(axis=0)
    return np.asarray(centred @ principal_axes(centred, dims))

"""The fit of the late-interaction reranker: a listwise softmax over lists of the first stage."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from steward.errors import InputError
from steward.retrieval.data import SearchData
from steward.retrieval.encoder import find_folder
from steward.retrieval.encoder_static import load_tokenizer, read_tensor
from steward.retrieval.pairs import GradedList
from steward.retrieval.reranker_choice import Validation
from steward.retrieval.reranker_late import (
    NAMES,
    TOKENIZER,
    LateHead,
    LateScorer,
    TokenVectors,
    save_late,
)
from steward.retrieval.reranker_lists import gain_shares, scale_of
from steward.retrieval.reranker_settings import RerankerSettings

RIDGE = 1e-3
"""Weight of the squared weights beside the loss."""
TINY = 1e-9
EMBEDDINGS = ("word_embeddings.weight", "embed_tokens.weight")

Floats = npt.NDArray[np.float64]


def fit_late(
    data: SearchData,
    lists: Sequence[GradedList],
    validation: Validation,
    settings: RerankerSettings,
    folder: Path,
) -> list[float]:
    """Fit the head, write the folder, and return the logits of the validation pairs."""
    base = find_folder(settings.base)
    tokens = token_vectors(base, data, settings.max_tokens)
    save_late(folder, tokens, fit_head(data, lists, tokens), base / TOKENIZER)
    scorer = LateScorer.load(folder)
    return [float(logit) for logit in scorer.logits(validation.pairs(data.texts))]


def token_vectors(base: Path, data: SearchData, max_tokens: int) -> TokenVectors:
    """The token vectors of a base, centred, and the rarity of each token among the items.

    Centred, because the vectors of a language model point into a narrow cone (Mu and Viswanath,
    2018: All-but-the-top).
    """
    read = read_tensor(base / "model.safetensors", _embeddings_of(base / "model.safetensors"))
    centred = read - read.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    unit = np.asarray(centred / np.maximum(lengths, 1e-12), dtype=np.float32)
    # Rounded as they are stored, so that what is fitted is what is used.
    unit = unit.astype(np.float16).astype(np.float32)
    plain = np.ones(len(unit), dtype=np.float32)
    tokens = TokenVectors(load_tokenizer(base / TOKENIZER), unit, plain, max_tokens)
    held = np.zeros(len(unit))
    for ids in tokens.tokens(list(data.texts.values())):
        held[np.unique(ids)] += 1
    count = len(data.texts)
    tokens.rarity = np.log(1 + (count - held + 0.5) / (held + 0.5)).astype(np.float32)
    return tokens


def fit_head(data: SearchData, lists: Sequence[GradedList], tokens: TokenVectors) -> LateHead:
    """Fit the weights by ListNet over gains (Cao and others, 2007), a convex problem."""
    from scipy.optimize import minimize

    best = scale_of(data.grades)[1]
    shares = [np.asarray(gain_shares(each.grades, best)) for each in lists]
    kept = [n for n, share in enumerate(shares) if share.sum() > 0]
    numbers = [
        tokens.numbers(lists[n].query, [data.texts[item] for item in lists[n].items]) for n in kept
    ]
    goals = np.concatenate([shares[n] / shares[n].sum() for n in kept])
    every = np.concatenate(numbers)
    means, deviations = every.mean(axis=0), every.std(axis=0)
    deviations[deviations < TINY] = 1.0
    starts = np.cumsum([0, *(len(each) for each in numbers[:-1])])
    scaled = (every - means) / deviations
    found = minimize(
        _loss,
        np.zeros(len(NAMES)),
        args=(scaled, goals, starts),
        jac=True,
        method="L-BFGS-B",
        # Nearer is never worse, whatever few lists say: a head of such weights travels.
        bounds=[(0.0, None)] * len(NAMES),
    )
    return LateHead(tuple(found.x), tuple(means), tuple(deviations))


def _loss(
    weights: Floats, numbers: Floats, goals: Floats, starts: npt.NDArray[np.int64]
) -> tuple[float, Floats]:
    """Cross-entropy between the softmax of each list and its goals, and its gradient."""
    logits = numbers @ weights
    sizes = np.diff([*starts, len(numbers)])
    logits = logits - np.repeat(np.maximum.reduceat(logits, starts), sizes)
    total = np.repeat(np.add.reduceat(np.exp(logits), starts), sizes)
    logs = logits - np.log(total)
    lists = len(starts)
    loss = -float(goals @ logs) / lists + RIDGE * float(weights @ weights)
    slope = numbers.T @ (np.exp(logs) - goals) / lists + 2 * RIDGE * weights
    return loss, slope


def _embeddings_of(file: Path) -> str:
    """The name of the token embeddings among a model's tensors.

    Raises:
        InputError: the file cannot be read or holds none.
    """
    try:
        with file.open("rb") as opened:
            names: dict[str, object] = json.loads(
                opened.read(int.from_bytes(opened.read(8), "little"))
            )
    except (OSError, ValueError) as error:
        raise InputError(
            f"{file} cannot be read: {error}", hint="Give a base in safetensors."
        ) from None
    for name in sorted(names):
        if name.endswith(EMBEDDINGS):
            return name
    raise InputError(
        f"{file} holds no token vectors.", hint="Give a BERT-like base, or --kind cross."
    )

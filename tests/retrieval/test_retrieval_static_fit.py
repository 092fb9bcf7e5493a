"""Token vectors fitted to vectors of texts: what is learnt, and what is left as it was."""

import numpy as np
import pytest

from steward.retrieval.static_fit import fit_tokens, mean_matrix, principal_axes
from steward.retrieval.vectors import Vectors

TOKENS, DIMS = 60, 8
Shop = tuple[Vectors, list[list[int]]]


@pytest.fixture
def shop() -> Shop:
    """Vectors that tokens should have, and texts of tokens; the last ten tokens are in none."""
    rng = np.random.default_rng(5)
    true = rng.normal(size=(TOKENS, DIMS)).astype(np.float32)
    texts = [list(map(int, rng.integers(0, TOKENS - 10, size=n))) for n in rng.integers(3, 9, 900)]
    return true, texts


def off(table: Vectors, texts: list[list[int]], wanted: Vectors) -> float:
    """One less the mean cosine, the mean of each side taken out."""
    made = mean_matrix(texts, len(table)) @ table
    a, b = made - made.mean(axis=0), wanted - wanted.mean(axis=0)
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return 1 - float(((a * b).sum(axis=1) / lengths).mean())


def test_texts_that_were_not_seen_come_nearer_to_the_base(shop: Shop) -> None:
    true, texts = shop
    start = true + np.random.default_rng(6).normal(size=true.shape).astype(np.float32)
    wanted = mean_matrix(texts, TOKENS) @ true
    fitted = fit_tokens(start, texts[:700], wanted[:700])
    before, after = (off(table, texts[700:], wanted[700:]) for table in (start, fitted))
    assert after < before / 5


def test_a_token_that_no_text_holds_keeps_its_direction(shop: Shop) -> None:
    true, texts = shop
    fitted = fit_tokens(true, texts, mean_matrix(texts, TOKENS) @ true)
    ratio = fitted[-10:] / true[-10:]
    assert np.allclose(ratio, ratio[0, 0], rtol=1e-4) and ratio[0, 0] > 0


def test_an_empty_text_has_zeros_and_axes_keep_what_varies_most(shop: Shop) -> None:
    true, _ = shop
    assert not (mean_matrix([[], [1]], TOKENS) @ true)[0].any()
    stretched = true * np.array([9, 1, 1, 5, 1, 1, 1, 1], dtype=np.float32)
    kept = stretched @ principal_axes(stretched, 2)
    assert np.linalg.norm(kept) > 0.9 * np.linalg.norm(stretched[:, [0, 3]])

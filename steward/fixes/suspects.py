"""Cells whose row says that they should hold something else, and what speaks for and against it.

For each cell whose determinants mostly meet another value, every candidate v is weighed against
the value u that stands there by log p(v | x) / p(u | x), added over the determinants x, the row
itself left out (a naive Bayes of co-occurrence; cf. HoloClean, Rekatsinas et al., 2017). What the
sum cannot know is collected as features, which `judgement` turns into a probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import DamerauLevenshtein

from steward.fixes.determinants import Determinant
from steward.fixes.grid import Grid
from steward.fixes.pairs import MISSING, Floats, Ints

CLIP = 8.0
MIN_SCORE = 1.0
WHOLE = 0.2
AT_ONCE = 1 << 15
"""Doubted rows weighed together: enough for numpy, few enough for memory."""

FEATURES = (
    "score_sum",
    "score_mean",
    "score_max",
    "score_min",
    "share_for",
    "share_against",
    "share_silent",
    "was_missing",
    "similarity",
    "log_count_before",
    "log_count_after",
    "log_repeats",
    "log_support",
    "best_kappa",
    "purity",
    "novelty",
    "margin",
    "row_flags",
    "share_flagged",
    "column_flags",
    "concentration",
    "log_column_strong",
    "log_table_strong",
)


@dataclass(frozen=True, slots=True, eq=False)
class Suspects:
    """Suspicious cells of one column: n of them.

    `rows`, `before` and `after` have shape (n,), codes of the column; `features` (n, FEATURES).
    """

    column: int
    rows: Ints
    before: Ints
    after: Ints
    features: Floats


def find_suspects(grid: Grid, determinants: Sequence[Sequence[Determinant]]) -> list[Suspects]:
    """Suspicious cells of every column; `determinants[c]` are those of column c."""
    found = [
        _column_suspects(grid, column, chosen)
        for column, chosen in enumerate(determinants)
        if chosen
    ]
    return _with_context(grid, [s for s in found if len(s.rows)], determinants)


def _column_suspects(grid: Grid, column: int, chosen: Sequence[Determinant]) -> Suspects:
    doubted = np.flatnonzero(_doubted(grid.codes, grid.codes[:, column], chosen))
    counts = np.bincount(grid.codes[:, column], minlength=grid.sizes[column]).astype(float)
    parts = [
        _weighed(grid, column, chosen, counts, doubted[start : start + AT_ONCE])
        for start in range(0, max(len(doubted), 1), AT_ONCE)
    ]
    if len(parts) == 1:
        return parts[0]
    rows, before, after, features = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("rows", "before", "after", "features")
    )
    return Suspects(column, rows, before, after, features)


def _weighed(
    grid: Grid, column: int, chosen: Sequence[Determinant], counts: Floats, rows: Ints
) -> Suspects:
    """Which of these rows are suspicious; features are only worked out for those that are."""
    before = grid.codes[rows, column]
    contexts = grid.codes[rows][:, [d.column for d in chosen]]
    candidates = _candidates(contexts, chosen)
    votes, repeats, support, purity = _votes(contexts, before, candidates, chosen, counts)
    total = votes.sum(axis=2)
    barred = (candidates <= MISSING) | (candidates == before[:, None])
    total = np.where(barred, -np.inf, total)
    best = total.argmax(axis=1) if len(rows) else np.zeros(0, np.int64)
    here = np.flatnonzero(total[np.arange(len(rows)), best] > MIN_SCORE)
    best = best[here]
    after = candidates[here, best]
    others = np.where(candidates[here] == after[:, None], -np.inf, total[here])
    runner = np.maximum(others.max(axis=1), 0.0) if len(here) else np.zeros(0)
    features = _features(
        votes[here, best], _weights(contexts[here], chosen), repeats[here], support[here, best],
        purity[here, best], before[here], after, counts, chosen, total[here, best] - runner,
        grid.values[column],
    )  # fmt: skip
    return Suspects(column, rows[here], before[here], after, features)


def _doubted(codes: Ints, target: Ints, chosen: Sequence[Determinant]) -> npt.NDArray[np.bool_]:
    doubted = np.zeros(len(target), dtype=bool)
    for d in chosen:
        x = codes[:, d.column]
        first = d.pairs.top[x, 0]
        doubted |= (x != MISSING) & (first >= 0) & (first != target) & (d.pairs.totals[x] >= 2)
    return doubted


def _candidates(contexts: Ints, chosen: Sequence[Determinant]) -> Ints:
    offered = [
        np.where(contexts[:, i, None] != MISSING, d.pairs.top[contexts[:, i]], -1)
        for i, d in enumerate(chosen)
    ]
    return np.concatenate(offered, axis=1)


def _votes(
    contexts: Ints, before: Ints, candidates: Ints, chosen: Sequence[Determinant], counts: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Weigh the candidates.

    Returns log-ratios (n, candidates, determinants), repeats of u in the groups (n,), the most rows
    of one group that hold v (n, candidates), and v's best share of a group (n, candidates).
    """
    prior = (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
    shape = (*candidates.shape, len(chosen))
    votes, repeats = np.zeros(shape), np.zeros(len(before))
    support, purity = np.zeros(shape[:2]), np.zeros(shape[:2])
    safe = np.maximum(candidates, 0)
    for i, d in enumerate(chosen):
        x = contexts[:, i]
        speaks = (x != MISSING) & (d.pairs.totals[x] >= 2)
        total = np.maximum(d.pairs.totals[x] - 1, 0)
        n_u = np.maximum(d.pairs.count(x, before) - 1, 0)
        n_v = d.pairs.count(x[:, None], safe)
        p_u = (n_u + d.novelty * prior[before]) / (total + d.novelty)
        p_v = (n_v + d.novelty * prior[safe]) / (total + d.novelty)[:, None]
        ratio = np.clip(np.log(p_v) - np.log(p_u)[:, None], -CLIP, CLIP)
        votes[:, :, i] = np.where(speaks[:, None], ratio, 0)
        repeats = np.maximum(repeats, np.where(speaks, n_u, 0))
        support = np.maximum(support, np.where(speaks[:, None], n_v, 0))
        share = n_v / np.maximum(total, 1)[:, None]
        purity = np.maximum(purity, np.where(speaks[:, None], share, 0))
    return votes, repeats, support, purity


def _weights(contexts: Ints, chosen: Sequence[Determinant]) -> Floats:
    """Weight of each determinant in each row (n, determinants); 0 where it is silent."""
    speaks = np.stack(
        [
            (contexts[:, i] != MISSING) & (d.pairs.totals[contexts[:, i]] >= 2)
            for i, d in enumerate(chosen)
        ],
        axis=1,
    )
    weights: Floats = speaks * np.array([d.weight for d in chosen])
    return weights


def _features(
    votes: Floats, weights: Floats, repeats: Floats, support: Floats, purity: Floats,
    before: Ints, after: Ints, counts: Floats, chosen: Sequence[Determinant], margin: Floats,
    values: Sequence[str],
) -> Floats:  # fmt: skip
    whole = sum(d.weight for d in chosen)
    speaking = np.maximum(weights.sum(axis=1), 1e-9)
    silent = weights == 0
    after = np.maximum(after, 0)
    return np.stack(
        [
            votes.sum(axis=1),
            (votes * weights).sum(axis=1) / speaking,
            votes.max(axis=1, initial=-CLIP),
            np.where(silent, CLIP, votes).min(axis=1, initial=CLIP),
            ((votes > 0.5) * weights).sum(axis=1) / whole,
            ((votes < -0.5) * weights).sum(axis=1) / whole,
            1 - weights.sum(axis=1) / whole,
            (before == MISSING).astype(float),
            _similarity(values, before, after),
            np.log(np.maximum(counts[before], 1)),
            np.log(np.maximum(counts[after], 1)),
            np.log1p(repeats),
            np.log1p(support),
            np.full(len(before), max(d.kappa for d in chosen)),
            purity,
            (weights * np.log([d.novelty for d in chosen])).sum(axis=1) / speaking,
            np.where(np.isfinite(margin), margin, 0),
            *np.zeros((6, len(before))),
        ],
        axis=1,
    )


def _similarity(values: Sequence[str], before: Ints, after: Ints) -> Floats:
    """Damerau–Levenshtein similarity (0 to 1) of each pair of texts, computed once a pair."""
    pairs, where = np.unique(before * len(values) + after, return_inverse=True)
    alike = [
        DamerauLevenshtein.normalized_similarity(values[u], values[v]) if u != MISSING else 0.0
        for u, v in (divmod(pair, len(values)) for pair in pairs.tolist())
    ]
    return np.asarray(alike, dtype=float)[where] if len(before) else np.zeros(0)


def _with_context(
    grid: Grid, found: list[Suspects], determinants: Sequence[Sequence[Determinant]]
) -> list[Suspects]:
    """Fill in the features that look at all suspects together."""
    flags = np.zeros(grid.codes.shape, dtype=bool)
    for suspects in found:
        flags[suspects.rows, suspects.column] = True
    in_row = flags.sum(axis=1)
    for suspects in found:
        mine = flags[:, suspects.column]
        features = suspects.features
        features[:, FEATURES.index("row_flags")] = (in_row[suspects.rows] - 1) / grid.codes.shape[1]
        features[:, FEATURES.index("share_flagged")] = _doubtful_voters(
            flags[suspects.rows], determinants[suspects.column]
        )
        features[:, FEATURES.index("column_flags")] = mine.mean()
        features[:, FEATURES.index("concentration")] = _concentration(grid, mine, suspects)
    _add_strong_rates(grid, found)
    return found


def _doubtful_voters(flags: npt.NDArray[np.bool_], chosen: Sequence[Determinant]) -> Floats:
    """Weight of the determinants that are suspects themselves: a whole block of a row is new."""
    weights = np.array([d.weight for d in chosen])
    share: Floats = flags[:, [d.column for d in chosen]] @ weights / weights.sum()
    return share


def _add_strong_rates(grid: Grid, found: list[Suspects]) -> None:
    """How dirty the column and the table look by their clear cases alone: the base rate."""
    strong = [_strong(s.features).sum() / max(grid.rows, 1) for s in found]
    table = sum(strong) / max(len(grid.columns), 1)
    for suspects, rate in zip(found, strong, strict=True):
        suspects.features[:, FEATURES.index("log_column_strong")] = np.log(rate + 1e-4)
        suspects.features[:, FEATURES.index("log_table_strong")] = np.log(table + 1e-4)


def _strong(features: Floats) -> npt.NDArray[np.bool_]:
    mean, against, gathered = (
        features[:, FEATURES.index(name)]
        for name in ("score_mean", "share_against", "concentration")
    )
    strong: npt.NDArray[np.bool_] = (mean >= 3) & (against == 0) & (gathered < 6)
    return strong


def _concentration(grid: Grid, mine: npt.NDArray[np.bool_], suspects: Suspects) -> Floats:
    """How much the flags of a column gather in slices of other columns.

    Errors are scattered; a slice that is flagged as a whole is legitimate variation, or a
    systematic fault that a person must judge. Binomial log-likelihood ratio of the slice's flag
    rate (the row itself left out) against the column's, the greatest over the other columns, of
    slices with a flag in `WHOLE` of their rows or more.
    """
    rate = float(mine.mean())
    best = np.zeros(len(suspects.rows))
    for column, size in enumerate(grid.sizes):
        if column == suspects.column or not 2 < size <= 0.5 * grid.rows:
            continue
        x = grid.codes[:, column]
        here = x[suspects.rows]
        n: Floats = np.bincount(x, minlength=size)[here].astype(float) - 1
        k: Floats = np.bincount(x[mine], minlength=size)[here].astype(float) - 1
        best = np.maximum(best, np.where(here == MISSING, 0, _excess(k, n, rate)))
    return best


def _excess(k: Floats, n: Floats, rate: float) -> Floats:
    share = np.divide(k, n, out=np.zeros_like(k), where=n > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.where(k > 0, k * np.log(share / rate), 0)
        rest = np.where(n > k, (n - k) * np.log((1 - share) / (1 - rate)), 0)
    return np.where((share > rate) & (share >= WHOLE), gain + rest, 0.0)

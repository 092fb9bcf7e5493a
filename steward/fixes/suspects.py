"""Cells whose row says that they should hold something else, and what speaks for and against it.

For each cell whose determinants mostly meet another value, every candidate v is weighed against
the value u that stands there by log p(v | x) / p(u | x), added over the determinants x, the row
itself left out (a naive Bayes of co-occurrence; cf. HoloClean, Rekatsinas et al., 2017). What the
sum cannot know is collected as features, which `judgement` turns into a probability.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steward.fixes import context, likeness
from steward.fixes.determinants import Determinant
from steward.fixes.grid import Grid
from steward.fixes.pairs import MISSING, Floats, Ints

CLIP = 8.0
MIN_SCORE = 1.0
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
    "alike_by_chance",
    "alike_alternatives",
    "row_flags",
    "share_flagged",
    "joint_lift",
    "exchanged",
    "voters_contradicted",
    "share_before",
    "repeat_lift",
    "column_flags",
    "concentration",
    "log_column_strong",
    "log_table_strong",
    "column_slips",
    "table_slips",
)

FILLED_HERE = FEATURES.index("row_flags")
"""Features before this one look at one cell alone; `context` fills in the others."""


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
    safe, loud = np.maximum(candidates, 0), context.strong(chosen)
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
        if d in loud:
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
    alike = likeness.similarity(values, before, after)
    likelihood = (
        likeness.by_chance(values, alike), likeness.among_alternatives(values, chosen, alike)
    )  # fmt: skip
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
            alike,
            np.log(np.maximum(counts[before], 1)),
            np.log(np.maximum(counts[after], 1)),
            np.log1p(repeats),
            np.log1p(support),
            np.full(len(before), max(d.kappa for d in chosen)),
            purity,
            (weights * np.log([d.novelty for d in chosen])).sum(axis=1) / speaking,
            np.where(np.isfinite(margin), margin, 0),
            *likelihood,
            *np.zeros((len(FEATURES) - FILLED_HERE, len(before))),
        ],
        axis=1,
    )


def _with_context(
    grid: Grid, found: list[Suspects], determinants: Sequence[Sequence[Determinant]]
) -> list[Suspects]:
    """Fill in the features that look at all suspects together."""
    flags = np.zeros(grid.codes.shape, dtype=bool)
    for suspects in found:
        flags[suspects.rows, suspects.column] = True
    texts = {s.column: np.array(grid.values[s.column], dtype=object) for s in found}
    lifts = context.pair_lifts(flags)
    doubted = np.flatnonzero(flags.any(axis=1))
    blame = context.contradicted(grid, doubted, determinants)
    for s in found:
        chosen, mine = determinants[s.column], flags[s.rows]
        at = np.searchsorted(doubted, s.rows)
        share, again = context.repeat_lift(grid, s.rows, s.before, grid.sizes[s.column], chosen)
        _fill(s, {
            "row_flags": (mine.sum(axis=1) - 1) / len(grid.columns),
            "share_flagged": context.doubtful_voters(mine, chosen),
            "joint_lift": context.joint_lift(mine, s.column, lifts),
            "exchanged": context.exchanged(grid, (s.column, s.rows, s.after), mine, texts),
            "voters_contradicted": context.voters_contradicted(
                grid, s.rows, s.column, chosen, (blame[0][at], blame[1][at])
            ),
            "share_before": share,
            "repeat_lift": again,
            "column_flags": np.full(len(s.rows), len(s.rows) / grid.rows),
            "concentration": context.concentration(grid, flags[:, s.column], s.column, s.rows),
        })  # fmt: skip
    _add_strong_rates(grid, found)
    return found


def _fill(suspects: Suspects, named: Mapping[str, Floats]) -> None:
    for name, values in named.items():
        suspects.features[:, FEATURES.index(name)] = values


def _add_strong_rates(grid: Grid, found: list[Suspects]) -> None:
    """How dirty the column and the table look by their clear cases alone: the base rate."""
    strong = [_strong(s.features).sum() / max(grid.rows, 1) for s in found]
    table = sum(strong) / max(len(grid.columns), 1)
    slips = [_slips(s.features) for s in found]
    whole = _share(np.concatenate(slips) if slips else np.zeros(0, dtype=bool))
    for suspects, rate, slip in zip(found, strong, slips, strict=True):
        suspects.features[:, FEATURES.index("column_slips")] = _share(slip)
        suspects.features[:, FEATURES.index("table_slips")] = whole
        suspects.features[:, FEATURES.index("log_column_strong")] = np.log(rate + 1e-4)
        suspects.features[:, FEATURES.index("log_table_strong")] = np.log(table + 1e-4)


def _share(flags: npt.NDArray[np.bool_]) -> float:
    return float((flags.sum() + 0.5) / (len(flags) + 1))


def _slips(features: Floats) -> npt.NDArray[np.bool_]:
    """Blanks, exchanged values, and values of no other row that look like what is offered."""
    blank, exchanged, alike, chance, count = (
        features[:, FEATURES.index(name)]
        for name in (
            "was_missing", "exchanged", "similarity", "alike_by_chance", "log_count_before"
        )
    )  # fmt: skip
    slips: npt.NDArray[np.bool_] = (
        (blank > 0) | (exchanged > 0) | ((alike >= 0.6) & (chance < 0.05) & (count < 0.7))
    )
    return slips


def _strong(features: Floats) -> npt.NDArray[np.bool_]:
    mean, against, gathered = (
        features[:, FEATURES.index(name)]
        for name in ("score_mean", "share_against", "concentration")
    )
    strong: npt.NDArray[np.bool_] = (mean >= 3) & (against == 0) & (gathered < 6)
    return strong

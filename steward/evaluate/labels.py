"""Labels on made shops, whose grades are known: the label model, and the audit of planted errors.

Each shop's catalogue is dirty as delivered and speaks one language or several. Three questions are
asked of it: how far the label model agrees with the true grades on queries it did not learn from,
how far it does with no judged pair at all, and how early and how many wrong labels are found when
a share of them is made another grade.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from steward.engine import Snapshot
from steward.evaluate.study import Bench, Findings
from steward.evaluate.tables import Grid
from steward.label.agreement import calibration_error, kappa
from steward.label.click_log import Mask
from steward.label.compare import MAJORITY, MEAN, MODEL, Rated, compare_sources, ordered_grade
from steward.label.errors import by_loss, find_suspects
from steward.label.functions import lexical_functions, rule_functions
from steward.label.learnt import learn
from steward.label.model import nearest
from steward.label.votes import GRADES, Ints, Pair, Votes, collect
from steward.retrieval.data import read_search_data
from steward.retrieval.item_fields import read_fields
from steward.shop import ShopSpec, make_shop

LANGUAGES = {"English": ("en",), "Chinese": ("zh",), "both": ("en", "zh", "mixed")}

Known = Mapping[Pair, float]


@dataclass(frozen=True, slots=True)
class LabelOptions:
    """How large, and how wrong."""

    seed: Annotated[int, "Of the first shop of each language."] = 0
    shops: Annotated[int, "Shops of each language."] = 1
    rows: Annotated[int, "Items of a shop."] = 800
    queries: Annotated[int, "Queries of a shop."] = 40
    wrong: Annotated[float, "Share of the labels that are made another grade."] = 0.15


@dataclass(frozen=True, slots=True)
class Found:
    """How wrong labels were found: shares from 0 to 1."""

    planted: int
    in_doubt: int
    first: float
    by_loss: float
    recall: float
    precision: float


def run_labels(options: LabelOptions, bench: Bench) -> Findings:
    """Score the label model and the audit on made shops."""
    cases = []
    for language, spoken in LANGUAGES.items():
        for seed in range(options.seed, options.seed + options.shops):
            bench.step(f"labels of a shop, {language}, seed {seed}")
            spec = ShopSpec(
                rows=options.rows,
                seed=seed,
                sessions=0,
                queries=options.queries,
                languages=spoken,
            )
            cases.append({"shop": f"{language} {seed}", **_scored(spec, options.wrong)})
    return Findings("Labels on made shops", _grids(cases), {"shops": cases}, _notes(options))


def judged_shop(spec: ShopSpec) -> tuple[Votes, Known]:
    """What rules and words say of every judged pair of a made shop, and the true grades."""
    shop = make_shop(spec)
    items, judgments, queries = (
        Snapshot.from_columns(name, {n: table.column(n).to_pylist() for n in table.column_names})
        for name, table in (
            ("items", shop.items()),
            ("judgments", shop.judgments()),
            ("queries", shop.queries()),
        )
    )
    data = read_search_data(items, judgments, queries)
    fields = read_fields(items, data)
    known = {(q, i): grade for q, each in data.grades.items() for i, grade in each.items()}
    return collect([*rule_functions(fields), *lexical_functions(fields)], list(known)), known


def find_planted(votes: Votes, known: Known, share: float, seed: int) -> Found:
    """Make a share of the labels another grade, and look for them.

    Args:
        votes: of the pairs of `known`.
        known: true grades.
        share: from 0 to 1.
        seed: which labels, and which other grades.
    """
    truth = _grades(votes, known)
    wrong, given = plant(truth, share, seed)
    labels = {pair: GRADES[g] for pair, g in zip(votes.pairs, given, strict=True)}
    place = {pair: n for n, pair in enumerate(votes.pairs)}
    found = np.array([place[s.pair] for s in find_suspects(votes, labels)], dtype=np.int64)
    first = len(truth) // 10
    planted = int(wrong.sum())
    return Found(
        planted=planted,
        in_doubt=len(found),
        first=_share(wrong[found[:first]]),
        by_loss=_share(wrong[by_loss(votes, given)[:first]]),
        recall=float(wrong[found].sum()) / max(1, planted),
        precision=_share(wrong[found]),
    )


def plant(truth: Ints, share: float, seed: int) -> tuple[Mask, Ints]:
    """Which labels were made wrong (bool), and all labels then: a share has another grade."""
    rng = np.random.default_rng(seed)
    wrong = rng.random(len(truth)) < share
    return wrong, np.where(wrong, (truth + rng.integers(1, 4, len(truth))) % len(GRADES), truth)


def _scored(spec: ShopSpec, share: float) -> dict[str, Any]:
    votes, known = judged_shop(spec)
    truth = _grades(votes, known)
    compared = compare_sources(votes, known, draws=200)
    alone = learn(votes).probabilities(votes)
    rows = {row.name: row for row in compared.rows}
    best = next(row for row in compared.rows if row.name not in (MODEL, MEAN, MAJORITY))
    return {
        "pairs": len(truth),
        "model": rows[MODEL],
        "best": best,
        "mean": rows[MEAN],
        "error": compared.error,
        "unjudged": {
            "kappa": kappa(ordered_grade(alone), truth),
            "error": calibration_error(alone, truth),
        },
        "audit": find_planted(votes, known, share, spec.seed),
    }


def _grades(votes: Votes, known: Known) -> Ints:
    return np.array([GRADES.index(nearest(known[p])) for p in votes.pairs], dtype=np.int64)


def _share(wrong: Any) -> float:
    return float(wrong.mean()) if len(wrong) else 0.0


def _grids(cases: list[dict[str, Any]]) -> list[Grid]:
    heads = ("shop", "κ", "best", "ECE", "κ bare", "ECE bare", "first 10 %", "by loss", "recall")
    more = ("shop", "pairs", "best source", "label model more by", "mean of votes")
    return [
        Grid("Labels", heads, [_row(case) for case in cases]),
        Grid("Beside others", more, [_beside(case) for case in cases]),
    ]


def _row(case: dict[str, Any]) -> tuple[str, ...]:
    best: Rated = case["best"]
    found: Found = case["audit"]
    model, bare = case["model"].agreement.value, case["unjudged"]
    joined = (model, best.agreement.value, case["error"], bare["kappa"], bare["error"])
    figures = (*joined, found.first, found.by_loss, found.recall)
    return (case["shop"], *(f"{figure:.3f}" for figure in figures))


def _beside(case: dict[str, Any]) -> tuple[str, ...]:
    best: Rated = case["best"]
    mean = f"{case['mean'].agreement.value:.3f}"
    return (case["shop"], f"{case['pairs']:,}", best.name, str(best.less), mean)


def _notes(options: LabelOptions) -> tuple[str, ...]:
    return (
        "κ with squared distances against the true grades, on queries not learnt from; best: "
        "of its sources; ECE: expected calibration error; bare: no grade was known.",
        f"First 10 % and recall: of {options.wrong:.0%} of the labels made another grade at "
        "random; by loss: the same trees, ordered by the loss of the label alone.",
    )

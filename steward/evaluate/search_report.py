"""A comparison of search stages as tables, sentences and a plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from steward.evaluate.plots import stages_plot
from steward.evaluate.study import Findings
from steward.evaluate.tables import Grid

if TYPE_CHECKING:
    from steward.retrieval.compare import Comparison, StageResult
    from steward.retrieval.metrics import Difference

OTHERS = ("MRR", "R@50", "MAP", "P@10", "judged@10", "condensed")
HEADS = ("stage", "nDCG@10", "95 %", "MRR", "R@50", "MAP", "P@10", "judged@10", "condensed")
TESTS = ("stage", "less the one before", "p", "less BM25", "p", "less the one in use", "p x tests",
         "verdict")  # fmt: skip


def report(found: Comparison, about: Mapping[str, Any]) -> Findings:
    """The comparison, ready to be shown."""
    grids = [
        Grid("Stages", HEADS, [_row(stage) for stage in found.stages]),
        Grid("Is it better?", TESTS, [_tested(found, n) for n in range(1, len(found.stages))]),
    ]
    if found.slices:
        heads = ("queries of", "queries", *(stage.name for stage in found.stages))
        grids.append(Grid("nDCG@10 by slice", heads, _sliced(found)))
    document = {**about, "folds": found.folds, "seed": found.seed, "used": list(found.used),
                "stages": [_document(stage) for stage in found.stages],
                "slices": found.by_slice()}  # fmt: skip
    title = f"Search: {len(found.grades)} queries, {about['items']:,} items"
    plotted = stages_plot([(s.name, s.mean, *s.interval) for s in found.stages], "nDCG@10")
    return Findings(title, grids, document, _notes(found), {"stages.svg": plotted})


def _row(stage: StageResult) -> tuple[str, ...]:
    low, high = stage.interval
    means = [_mean(stage, name) for name in OTHERS]
    return (stage.name, f"{stage.mean:.3f}", f"{low:.3f}..{high:.3f}", *(f"{m:.3f}" for m in means))


def _tested(found: Comparison, number: int) -> tuple[str, ...]:
    stage = found.stages[number]
    before, first = found.stages[number - 1].name, found.stages[0].name
    verdict = f"better than {stage.rival}" if stage.wins else f"not shown better than {stage.rival}"
    if stage.against[stage.rival].upper < 0:
        verdict = f"worse than {stage.rival}"
    return (
        stage.name,
        *_gap(stage.against[before]),
        *_gap(stage.against[first]),
        _gap(stage.against[stage.rival])[0],
        f"{stage.chance:.4f}",
        verdict,
    )


def _gap(gap: Difference) -> tuple[str, str]:
    return f"{gap.mean:+.3f} [{gap.lower:+.3f}, {gap.upper:+.3f}]", f"{gap.p_value:.4f}"


def _sliced(found: Comparison) -> list[tuple[str, ...]]:
    by_slice = found.by_slice()
    return [
        (name, str(len(queries)), *(f"{by_slice[name][s.name]:.3f}" for s in found.stages))
        for name, queries in found.slices.items()
    ]


def _notes(found: Comparison) -> Sequence[str]:
    judged = [_mean(stage, "judged@10") for stage in found.stages]
    lost = [s.name for s in found.stages[1:] if not s.wins]
    notes = [
        f"In use: {', '.join(found.used)}.",
        "Every query is scored by parts that learnt from other queries, near duplicates apart; "
        f"{found.folds} folds. Intervals: bootstrap over queries. p: paired randomisation.",
        f"Of the ten best items {min(judged):.0%} to {max(judged):.0%} were judged; one that "
        "nobody judged counts as irrelevant, and is left out where the head says condensed.",
    ]
    if lost:
        notes.insert(1, f"Not shown to be better than what was in use: {', '.join(lost)}.")
    return notes


def _document(stage: StageResult) -> dict[str, Any]:
    return {
        "name": stage.name,
        "ndcg10": stage.mean,
        "interval": list(stage.interval),
        **{name: _mean(stage, name) for name in OTHERS},
        "against": dict(stage.against),
        "rival": stage.rival,
        "chance": stage.chance,
        "wins": stage.wins,
        "chosen": list(stage.chosen),
        "scores": dict(stage.scores["nDCG@10"]),
    }


def _mean(stage: StageResult, name: str) -> float:
    values = stage.scores[name].values()
    return sum(values) / max(1, len(values))

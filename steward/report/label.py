"""Labels, for the terminal and for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType

from steward.job.labelling import Labelled
from steward.job.labelling_audit import Audit
from steward.label.compare import Comparison
from steward.label.errors import Suspect
from steward.report.terminal import Head, counted, grid, shown

WAYS = {
    "votes": "the label model after Dawid and Skene",
    "mean": "the mean of what the sources say",
    "logistic": "a logistic model over the scores",
    "trees": "boosted trees over the scores",
    "both": "the mean of a logistic model and boosted trees",
}
GRADES = {"3": "exact", "2": "substitute", "1": "complement", "0": "irrelevant"}


def labelled_parts(found: Labelled) -> list[RenderableType]:
    """What each source said of how many pairs, and what came of it."""
    heads = [Head("function"), Head("source"), Head("speaks of", right=True)]
    rows = [(shown(name, 40), source, f"{share:.0%}") for name, source, share in found.functions]
    fitted = found.fitted
    lines: list[RenderableType] = [grid(heads, rows), ""]
    queries = len({query for query, _ in found.votes.pairs})
    lines.append(
        f"{counted(len(found.votes.pairs), 'pair')} of {counted(queries, 'query', 'queries')}, "
        f"joined by {WAYS[fitted.way]}."
    )
    lines.append(_told(found.grades))
    if not fitted.losses:
        judged = counted(fitted.judged, "pair") if fitted.judged else "No pair"
        lines.append(
            f"{judged} judged by people, too few to learn from: the sources are averaged. The "
            "order of the pairs means something; grades and chances are guesses, as if each grade "
            "were equally frequent. Judge some: steward label review"
        )
    return [*lines, *found.notes]


def comparison_parts(found: Comparison) -> list[RenderableType]:
    """The label model beside its sources, on queries unseen."""
    heads = [Head("on queries unseen"), Head("κ with people"), Head("label model more by")]
    rows = [
        (shown(row.name, 40), str(row.agreement), "" if row.less is None else str(row.less))
        for row in found.rows
    ]
    note = f"{found.pairs:,} judged pairs, {found.queries:,} queries; calibration error"
    return ["", grid(heads, rows), f"{note} {found.error:.3f}."]


def audit_parts(found: Audit, limit: int) -> list[RenderableType]:
    """Who judged, who agrees, what contradicts, and the queue."""
    parts: list[RenderableType] = [
        f"{counted(found.labels, 'label')} of {counted(found.queries, 'query', 'queries')}."
    ]
    if found.judges:
        heads = [Head("judge"), Head("pairs", right=True), Head("right", right=True)]
        heads.append(Head("harsh or mild", right=True))
        rows = [
            (j.judge, f"{j.pairs:,}", f"{j.right:.0%}", f"{j.harsh:+.2f}") for j in found.judges
        ]
        parts += ["", grid(heads, rows)]
    parts += [
        f"{a.first} and {a.second}: κ {a.squared} on {a.pairs:,} pairs" for a in found.agreements
    ]
    parts += ["", *_contradictions(found)]
    parts.append(f"{counted(len(found.suspects), 'label')} in doubt; worth most when judged again:")
    return [*parts, suspect_table(found.queue[:limit])] if found.queue else parts


def suspect_table(suspects: Sequence[Suspect]) -> RenderableType:
    """One line a label in doubt."""
    heads = [Head("query"), Head("item"), Head("has"), Head("likely")]
    heads += [Head("wrong", right=True), Head("why")]
    rows = [
        (
            shown(s.pair[0], 32),
            shown(s.pair[1], 20),
            f"{s.given:g}",
            f"{s.likely:g}",
            f"{s.wrong:.0%}",
            ", ".join(s.kinds),
        )
        for s in suspects
    ]
    return grid(heads, rows)


def labelled_document(found: Labelled, compared: Comparison | None) -> dict[str, Any]:
    """For `--json`."""
    functions = [
        {"name": name, "source": source, "coverage": share}
        for name, source, share in found.functions
    ]
    fitted = found.fitted
    return {
        "pairs": len(found.votes.pairs),
        "judged": fitted.judged,
        "way": fitted.way,
        "losses": fitted.losses,
        "functions": functions,
        "grades": found.grades,
        "written": found.kept,
        "compared": compared,
    }


def audit_document(found: Audit, limit: int) -> dict[str, Any]:
    """For `--json`."""
    return {
        "labels": found.labels,
        "queries": found.queries,
        "judges": found.judges,
        "agreements": found.agreements,
        "contradictions": found.contradictions,
        "suspects": len(found.suspects),
        "queue": found.queue[:limit],
        "unsure": found.unsure,
    }


def _contradictions(found: Audit) -> list[str]:
    kinds: dict[str, list[str]] = {}
    for one in found.contradictions:
        kinds.setdefault(one.kind, []).append(f"{one.pairs[0][0]!r}, {one.pairs[0][1]}: {one.text}")
    return [
        f"{counted(len(texts), 'contradiction')} ({kind}): {shown(texts[0], 90)}"
        for kind, texts in sorted(kinds.items())
    ]


def _told(grades: object) -> str:
    assert isinstance(grades, dict)
    return ", ".join(f"{n:,} {GRADES.get(grade, grade)}" for grade, n in reversed(grades.items()))

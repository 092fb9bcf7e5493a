"""Labels of pairs that match, for the terminal and for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType

from steward.job.labelling_match import MatchAudit, MatchesLabelled
from steward.label.match_compare import MatchComparison
from steward.label.match_errors import Chain, MatchSuspect
from steward.label.match_rows import MatchRows
from steward.report.terminal import Head, counted, grid, shown

WAYS = {
    "votes": "the label model after Dawid and Skene",
    "logistic": "a logistic model over the scores",
    "trees": "boosted trees over the scores",
    "both": "the mean of a logistic model and boosted trees",
}
VERDICTS = {True: "same", False: "not the same"}


def matches_parts(found: MatchesLabelled) -> list[RenderableType]:
    """What each function spoke of, and what came of it."""
    votes = found.read.votes
    heads = [Head("function"), Head("source"), Head("speaks of", right=True)]
    told = zip(votes.names, votes.sources, votes.coverage, strict=True)
    rows = [(shown(name, 40), source, f"{share:.0%}") for name, source, share in told]
    parts: list[RenderableType] = [grid(heads, rows), ""]
    parts.append(
        f"{counted(len(found.chances), 'pair')}, joined by {WAYS[found.matched.way]}: "
        f"{found.same:,} likelier the same than not."
    )
    if not found.matched.losses:
        judged = found.matched.judged
        parts.append(
            f"{counted(judged, 'pair') if judged else 'No pair'} judged by people, too few to learn"
            " from: the order of the pairs means something, their chances are guesses."
        )
    return [*parts, *([] if found.compared is None else _compared(found.compared))]


def matches_document(found: MatchesLabelled) -> dict[str, Any]:
    """For `--json`."""
    votes = found.read.votes
    told = zip(votes.names, votes.sources, votes.coverage, strict=True)
    return {
        "pairs": len(found.chances),
        "same": found.same,
        "judged": found.matched.judged,
        "way": found.matched.way,
        "losses": found.matched.losses,
        "functions": [
            {"name": name, "source": source, "coverage": round(float(share), 4)}
            for name, source, share in told
        ],
        "written": found.kept,
        "compared": found.compared,
    }


def match_audit_parts(found: MatchAudit, limit: int) -> list[RenderableType]:
    """Contradictions, and the verdicts in doubt with both titles."""
    known = found.read.known
    parts: list[RenderableType] = [
        f"{counted(len(known), 'judged pair')}, {sum(known.values()):,} of them the same."
    ]
    if found.chains:
        first = chain_text(found.chains[0])
        parts.append(f"{counted(len(found.chains), 'contradiction')}: {shown(first, 90)}")
    parts.append(f"{counted(len(found.suspects), 'verdict')} in doubt, the likeliest wrong first:")
    return [*parts, _suspects(found.suspects[:limit], found.read.rows)] if found.suspects else parts


def match_audit_document(found: MatchAudit, limit: int) -> dict[str, Any]:
    """For `--json`."""
    return {
        "pairs": len(found.read.known),
        "same": sum(found.read.known.values()),
        "contradictions": [
            {"pair": chain.pair, "same": chain.links} for chain in found.chains[:limit]
        ],
        "suspects": len(found.suspects),
        "queue": found.suspects[:limit],
    }


def chain_text(chain: Chain) -> str:
    """`a1 = b1 = a2, and a1 ≠ a2`."""
    return f"{' = '.join(ident for _, ident in chain.rows)}, but {' ≠ '.join(chain.pair)}"


def _suspects(suspects: Sequence[MatchSuspect], rows: MatchRows) -> RenderableType:
    heads = [Head("left"), Head("right"), Head("judged"), Head("wrong", right=True), Head("why")]
    lines = [
        (
            f"{s.pair[0]} {shown(rows.left.titles[rows.left.place[s.pair[0]]], 34)}",
            f"{s.pair[1]} {shown(rows.right.titles[rows.right.place[s.pair[1]]], 34)}",
            VERDICTS[s.given],
            f"{s.wrong:.0%}",
            ", ".join(s.kinds),
        )
        for s in suspects
    ]
    return grid(heads, lines)


def _compared(found: MatchComparison) -> list[RenderableType]:
    heads = [Head("on rows unseen"), Head("F1"), Head("precision", right=True)]
    heads += [Head("recall", right=True), Head("ordered", right=True)]
    heads.append(Head("label model more by"))
    rows = [
        (
            shown(row.name, 30),
            str(row.f1),
            f"{row.precision:.3f}",
            f"{row.recall:.3f}",
            f"{row.average:.3f}",
            "" if row.less is None else str(row.less),
        )
        for row in found.rows
    ]
    note = f"{found.pairs:,} judged pairs, {found.same:,} the same; calibration error"
    return ["", grid(heads, rows), f"{note} {found.error:.3f}. Ordered: average precision."]

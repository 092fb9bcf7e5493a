"""Indexes and what they find, for the terminal and for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType

from steward.report.terminal import Head, counted, grid, shown
from steward.retrieval.index_manifest import Manifest, Part
from steward.retrieval.search_index import Hit

NAMES = {
    "bm25": "BM25",
    "dense": "vectors",
    "rrf": "BM25 + vectors, by reciprocal rank",
    "convex": "BM25 + vectors, by a mix of scores",
}
SHORT = {"bm25": "BM25", "dense": "vectors", "rrf": "both", "convex": "both"}


def hit_table(hits: Sequence[Hit]) -> RenderableType:
    """One line a hit: rank, item, score, text."""
    heads = [Head("", right=True), Head("item"), Head("score", right=True), Head("text", fold=True)]
    rows = [
        (n, shown(hit.item, 24), f"{hit.score:.3f}", shown(hit.text, 110))
        for n, hit in enumerate(hits, 1)
    ]
    return grid(heads, rows)


def why_lines(hits: Sequence[Hit]) -> list[str]:
    """Each hit with what every stage said of it, and which words of the query its fields hold."""
    parts: list[str] = []
    for n, hit in enumerate(hits, 1):
        parts.append(f"{n}. {shown(hit.item, 40)}  {hit.score:.3f}  {shown(hit.text, 80)}")
        parts.append(f"   {_said(hit)}")
        parts += [f"   {line}" for line in _words(hit)]
    return parts


def hit_document(hit: Hit, *, why: bool) -> dict[str, Any]:
    """A hit for `--json`; with `why`, its words and stages."""
    document: dict[str, Any] = {"item": hit.item, "score": hit.score, "text": hit.text}
    if why:
        document |= {"stages": hit.stages, "words": hit.words, "fields": hit.fields}
    return document


def index_lines(manifest: Manifest) -> list[str]:
    """What was indexed, and with what."""
    left = f", {counted(manifest.left_out, 'row')} left out" if manifest.left_out else ""
    lines = [
        f"{counted(manifest.items, 'item')} of {manifest.table} indexed{left}.",
        f"Text: {manifest.template}",
        f"Found by: {_first(manifest)}",
    ]
    said = {"biencoder": "Vectors of", "ranker": "Then ordered by", "reranker": "Then ordered by"}
    if manifest.spelling:
        lines.append("Queries: words that no item has are corrected by those that items have")
    lines += [f"{said[part.kind]}: {_part(part)}" for part in manifest.parts]
    left_out = [f"Left out, for no judgments try it: {why}." for why in manifest.unproven]
    return lines + left_out + (["--judgments TABLE says what each is worth."] if left_out else [])


def trial_table(trials: Sequence[Mapping[str, Any]]) -> RenderableType:
    """One line a stage that was tried: nDCG@10, gain, whether it is used and why."""
    heads = [Head("stage"), Head("nDCG@10", right=True), Head("95 %"), Head("gain", right=True)]
    heads += [Head("95 %"), Head("used"), Head("why", fold=True)]
    return grid(heads, [_trial(trial) for trial in trials])


def held_line(manifest: Manifest) -> str:
    """On which queries the stages were tried, and whether they were held out for sure."""
    held = manifest.trials[0]["queries"] if manifest.trials else 0
    said = f"Measured on {counted(held, 'judged query', 'judged queries')}"
    if manifest.unsure:
        return f"{said}; what {', '.join(manifest.unsure)} was trained on cannot be told."
    seen = manifest.judged - held
    return f"{said}; {seen:,} more taught a stage." if seen else f"{said}, none seen in training."


def run_lines(runs: Mapping[str, Sequence[Hit]], tag: str) -> list[str]:
    """Rankings of query ids in TREC's format: query, Q0, item, rank, score, tag.

    The format parts by white space: that of an id becomes `_`.
    """
    return [
        f"{_solid(query)} Q0 {_solid(hit.item)} {rank} {hit.score:.6f} {tag}"
        for query, hits in runs.items()
        for rank, hit in enumerate(hits, 1)
    ]


def unknown_line(words: Sequence[str], table: str) -> str:
    """Which words of a query no item has; empty when each is there."""
    return f"No item of {table} has: {', '.join(words)}." if words else ""


def _solid(text: str) -> str:
    return "_".join(text.split())


def _first(manifest: Manifest) -> str:
    first = manifest.first
    weight = f" ({first.weight:g} of it the vectors)" if first.kind == "convex" else ""
    return f"{NAMES[first.kind]}{weight}"


def _part(part: Part) -> str:
    if part.kind == "biencoder":
        return part.name or part.where
    mixed = f", {part.weight:g} of the score, the best {part.depth}" if part.depth else ""
    return f"{part.kind} {part.name or part.where}{mixed}"


def _said(hit: Hit) -> str:
    return " · ".join(
        f"{SHORT.get(name, name)} {score.score:.3f} (rank {score.rank})"
        for name, score in hit.stages.items()
    )


def _words(hit: Hit) -> list[str]:
    held = [word for word in hit.words if word.score > 0]
    absent = [word.word for word in hit.words if word.score <= 0]
    lines = [
        f"{word.word}: {word.score:.2f}" + (f" in {', '.join(word.fields)}" if word.fields else "")
        for word in held
    ]
    return ["; ".join(lines)] * bool(lines) + [f"lacks: {', '.join(absent)}"] * bool(absent)


def _trial(trial: Mapping[str, Any]) -> tuple[object, ...]:
    against = bool(trial["against"])
    return (
        trial["stage"],
        f"{trial['mean']:.3f}",
        f"{trial['lower']:.3f} to {trial['upper']:.3f}",
        f"{trial['gain']:+.3f}" if against else "",
        f"{trial['gain_lower']:+.3f} to {trial['gain_upper']:+.3f}" if against else "",
        "yes" if trial["used"] else "no",
        trial["why"],
    )

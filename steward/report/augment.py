"""Made rows for terminals and JSON: what was kept, what each filter dropped, with examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from steward.report.terminal import Head, grid

if TYPE_CHECKING:
    from rich.console import RenderableType

    from steward.job.augmenting import Augmentation
    from steward.job.augmenting_balance import Balanced
    from steward.store.augmented import Origin

CLASSES = 24
"""Classes that are listed."""


def augmentation_parts(found: Augmentation) -> list[RenderableType]:
    """What a run made: examples of each kind, and a line a filter."""
    heads = [Head("kind"), Head("source", fold=True), Head("made", fold=True)]
    seen: Counter[str] = Counter()
    rows = []
    for made in found.kept:
        seen[made.method] += 1
        if seen[made.method] <= 2:
            rows.append([made.method, made.source, made.text])
    kinds = ", ".join(f"{kind} {n:,}" for kind, n in sorted(seen.items()))
    said = f"{len(found.sifted):,} made of {found.sources:,} texts of {found.place.table}"
    held = f"{found.held:,} belong to validation or test and were not touched"
    parts: list[RenderableType] = [grid(heads, rows)] if rows else []
    parts.append(f"{said}; {held}.")
    if kinds:
        parts.append(f"Kept: {kinds}.")
    if found.dropped:
        parts.append("Dropped by: " + ", ".join(f"{k} {n:,}" for k, n in found.dropped.items()))
    return parts


def augmentation_document(found: Augmentation, *, dry_run: bool) -> dict[str, Any]:
    """The same for machines, with every row."""
    return {
        "table": found.place.table,
        "column": found.place.column,
        "into": found.place.into,
        "method": found.method,
        "dry_run": dry_run,
        "sources": found.sources,
        "held": found.held,
        "mined": found.mined,
        "written": found.written,
        "rows": found.sifted,
    }


def audit_parts(made: Sequence[Origin], examples: int) -> list[RenderableType]:
    """A line a filter: what it dropped, of how many it saw; then examples."""
    dropped = Counter(o.dropped_by for o in made)
    methods = Counter(o.method for o in made if not o.dropped_by)
    rows = [[name, f"{n:,}", f"{n / len(made):.1%}"] for name, n in dropped.most_common() if name]
    rows.append(["(kept)", f"{dropped['']:,}", f"{dropped[''] / len(made):.1%}"])
    parts: list[RenderableType] = [
        grid([Head("dropped by"), Head("rows", right=True), Head("share", right=True)], rows),
        "Kept: " + ", ".join(f"{m} {n:,}" for m, n in sorted(methods.items())) + ".",
    ]
    shown = [[o.dropped_by, o.why, o.source, o.text] for o in _examples(made, examples)]
    heads = [Head("filter"), Head("why", fold=True), Head("source", fold=True)]
    return [*parts, grid([*heads, Head("made", fold=True)], shown)] if shown else parts


def audit_document(made: Sequence[Origin], examples: int) -> dict[str, Any]:
    """The same for machines."""
    return {
        "made": len(made),
        "kept": Counter(o.method for o in made if not o.dropped_by),
        "dropped": Counter(o.dropped_by for o in made if o.dropped_by),
        "examples": _examples(made, examples),
    }


def _examples(made: Sequence[Origin], most: int) -> list[Origin]:
    """The first few that each filter dropped."""
    seen: Counter[str] = Counter()
    found = []
    for origin in made:
        seen[origin.dropped_by] += 1
        if origin.dropped_by and seen[origin.dropped_by] <= most:
            found.append(origin)
    return sorted(found, key=lambda o: o.dropped_by)


def balance_parts(found: Balanced) -> list[RenderableType]:
    """Rows of each class now and after, the smallest classes first, and what is not touched."""
    plan = found.plan
    order = sorted(plan.now, key=lambda name: (plan.now[name], name))
    rows = [[name, f"{plan.now[name]:,}", f"{plan.after[name]:,}"] for name in order]
    heads = [Head("class"), Head("rows now", right=True), Head("after", right=True)]
    parts: list[RenderableType] = [grid(heads, rows[:CLASSES])]
    if len(rows) > CLASSES:
        parts.append(f"{len(rows) - CLASSES:,} more classes.")
    parts.append(f"Largest over smallest: {plan.ratio:.1f} now.")
    if plan.held:
        parts.append(f"{plan.held:,} rows of validation and test are not touched.")
    if plan.unlabelled:
        parts.append(f"{plan.unlabelled:,} rows without a class are left out.")
    if found.verdict is not None:
        passed = "passed" if found.verdict.passed else "did not pass"
        parts.append(f"Generated rows {passed}: {found.verdict.why}.")
    return parts

"""A profile for the terminal: columns, dependencies, shifts and quality scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import RenderableType
from rich.table import Table

from steward.report.figures import shift_value
from steward.report.profile_words import speaker
from steward.report.terminal import Head, counted, grid, share, shown
from steward.types import ColumnProfile, Profile, Quality, Shift, ValueCount

WIDE = 60
"""Columns shown of a wide table; the HTML report and the JSON hold all."""


def profile_parts(profile: Profile) -> list[RenderableType]:
    """What a person wants to see first of a profile, in that order."""
    parts: list[RenderableType] = [
        f"{profile.table}: {counted(profile.rows, 'row')} × "
        f"{counted(len(profile.columns), 'column')}, "
        f"{counted(len(profile.batches), 'batch', 'batches')}, content {profile.content_hash}",
        "",
        column_table(profile.columns[:WIDE], profile.rows),
    ]
    if len(profile.columns) > WIDE:
        parts.append(f"{len(profile.columns) - WIDE} more columns: see --html or --json.")
    for title, lines in (("Depends", _dependencies(profile)), ("Changed", _shifts(profile))):
        parts += ["", f"{title}:", *lines] if lines else []
    if profile.quality:
        parts += ["", quality_table(profile.quality)]
    return parts


def column_table(columns: Sequence[ColumnProfile], rows: int) -> Table:
    """One line a column."""
    heads = (
        Head("column"),
        Head("type"),
        Head("missing", right=True),
        Head("disguised", fold=True),
        Head("distinct", right=True),
        Head("key"),
        Head("range", fold=True),
        Head("most frequent", fold=True),
    )
    return grid(heads, [_line(column, rows) for column in columns])


def quality_table(quality: Sequence[Quality]) -> Table:
    """One line a dimension of quality."""
    heads = (Head("quality"), Head("score", right=True), Head("failed", right=True))
    rest = (Head("tested", right=True), Head("how", fold=True))
    rows = [
        (
            one.dimension,
            "–" if one.score is None else f"{one.score * 100:.1f}",
            one.failed,
            one.tested,
            one.how,
        )
        for one in quality
    ]
    return grid((*heads, *rest), rows)


def _line(column: ColumnProfile, rows: int) -> tuple[object, ...]:
    return (
        column.name,
        column.semantic.value,
        share(column.missing / rows) if rows else "–",
        _counts(column.disguised, 3),
        column.distinct,
        "key" if column.is_key else "nearly" if column.near_key else "",
        _range(column),
        _counts(column.top, 2),
    )


def _counts(values: Sequence[ValueCount], limit: int) -> str:
    texts = [f"{shown(value.value, 24)} ×{value.rows:,}" for value in values[:limit]]
    return ", ".join(texts) + (", …" if len(values) > limit else "")


def _range(column: ColumnProfile) -> str:
    numbers = column.numbers
    if numbers is None or column.type.value in ("date", "timestamp"):
        return ""
    return f"{numbers.minimum:g} … {numbers.median:g} … {numbers.maximum:g}"


def _dependencies(profile: Profile, limit: int = 10) -> list[str]:
    found = sorted(profile.dependencies, key=lambda d: (d.error, d.determinant, d.dependent))
    return [
        f"  {', '.join(d.determinant)} → {d.dependent}, "
        + (f"but for {share(d.error)} of rows" if d.error else "always")
        for d in found[:limit]
    ]


def _shifts(profile: Profile, limit: int = 10) -> list[str]:
    say = speaker("en")
    return [f"  {_shift(profile, one, say)}" for one in profile.shifts[:limit]]


def _shift(profile: Profile, shift: Shift, say: Callable[..., str]) -> str:
    column = profile.column(shift.column)
    before, after = (shift_value(column, shift, v) for v in (shift.before, shift.after))
    change = say("from_to", before=before, after=after)
    return f"{column.name}: {say('measure_' + shift.measure)} {change}, since batch {shift.batch}"

"""Measured facts about one column."""

from __future__ import annotations

from typing import Annotated

from steward import Store, ToolResult, job, prove, quoted

ACCESS = "read"


def profile_column(
    store: Store, table: Annotated[str, "the table"], column: Annotated[str, "the column"]
) -> ToolResult:
    """Measure one column: missing, distinct, common and rare values, shapes, lengths, numbers."""
    profile = job.profile(store, table)
    one = profile.column(column)
    hidden = sum(d.rows for d in one.disguised)
    data = {
        "table": profile.table,
        "column": one.name,
        "rows": one.rows,
        "present": one.present,
        "missing": one.missing,
        "disguised_missing": [_count(d) for d in one.disguised[:5]],
        "distinct": one.distinct,
        "unique": one.unique,
        "type": {"name": one.type, "share": round(one.type_share, 4)},
        "about": {"name": one.semantic, "share": round(one.semantic_share, 4)},
        "lengths": one.lengths,
        "common": [_count(value) for value in one.top[:8]],
        "rare": [_count(value) for value in one.rare[:5]],
        "shapes": [{"shape": m.mask, "rows": m.rows, "example": m.example} for m in one.masks[:6]],
        "units": [_count(value) for value in one.units[:6]],
        "scripts": [_count(value) for value in one.scripts[:5]],
        "numbers": _numbers(one),
        "is_key": one.is_key,
    }
    name, source = _quote(column), _quote(profile.table)
    where = f"from {source} where {name} is null or trim({name}) = ''"
    proofs = (
        prove(store, f"select count(*) as n {where}", "rows in which it is null or empty"),
        prove(store, f"select count(distinct {name}) as n from {source}", "distinct values"),
    )
    summary = (
        f"Column {quoted(one.name)} of {quoted(profile.table)}: {one.missing} of {one.rows} rows"
        f" are null or empty, {hidden} more say so in words; {one.distinct} distinct values."
    )
    return ToolResult(summary, data, proofs)


def _count(value: object) -> dict[str, object]:
    return {"value": value.value, "rows": value.rows}


def _numbers(one: object) -> dict[str, object] | None:
    found = one.numbers
    if found is None:
        return None
    kept = ("parsed", "minimum", "p01", "median", "p99", "maximum", "mean", "outside")
    return {name: round(getattr(found, name), 4) for name in kept}


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

"""Suites of made cases: clean tables of many shapes, each spoilt by several mixes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random

from steward.errors import UsageError
from steward.evaluate.case import Case, read_table, write_case
from steward.evaluate.corrupt import MIXES, corrupt
from steward.evaluate.schemas import SCHEMAS, Table

PANELS = ("offers_panel", "timetable_panel")
"""Schemas in which sources tell of the same entities; only they get the mix `panel`."""

DEFAULT_MIXES = ("typos", "gaps", "formats", "rules", "rows", "light", "everything")


def make_suite(
    folder: Path,
    seed: int = 0,
    *,
    schemas: Sequence[str] = tuple(SCHEMAS),
    mixes: Sequence[str] = DEFAULT_MIXES,
    clean: Iterable[Path] = (),
    per_schema: int | None = None,
    rows: int | None = None,
) -> list[Path]:
    """Write case folders, `<schema>-<mix>`, that `steward eval run fixes --suite` reads.

    Args:
        folder: where to; made when absent.
        seed: the same seed writes the same bytes.
        schemas: which made-up tables (`steward.evaluate.schemas.SCHEMAS`).
        mixes: which damages (`steward.evaluate.corrupt.MIXES`).
        clean: further clean tables, as CSV files; a case is named after the file's folder.
        per_schema: so many mixes a table, taken in turn, instead of all of them.
        rows: keep so many rows of each table, its first.

    Returns:
        The case folders, in the order written.

    Raises:
        UsageError: there is no such schema or mix.
    """
    _known(schemas, SCHEMAS, "schema")
    _known(mixes, MIXES, "mix")
    tables = [(name, SCHEMAS[name](Random(f"{seed}/{name}"))) for name in schemas]
    tables += [(path.parent.name, Table(*read_table(path))) for path in clean]
    written = []
    short = [(name, Table(table.columns, table.rows[:rows])) for name, table in tables]
    for case in _cases(short, mixes, seed, per_schema):
        write_case(case, folder / case.name)
        written.append(folder / case.name)
    return written


def spoilt(name: str, table: Table, mix: str, seed: int) -> Case:
    """One case: a clean table and one mix of damages."""
    done = corrupt(table.columns, table.rows, MIXES[mix], seed=seed)
    return Case(name, done.columns, done.dirty, done.clean, done.kinds)


def _known(names: Iterable[str], there: Iterable[str], what: str) -> None:
    known = list(there)
    for name in names:
        if name not in known:
            raise UsageError(f"There is no {what} {name}.", hint=f"There are {', '.join(known)}.")


def _cases(
    tables: Sequence[tuple[str, Table]], mixes: Sequence[str], seed: int, per_schema: int | None
) -> Iterator[Case]:
    for number, (name, table) in enumerate(tables):
        count = len(mixes) if per_schema is None else min(per_schema, len(mixes))
        chosen = [mixes[(number * count + i) % len(mixes)] for i in range(count)]
        for mix in [*chosen, *(["panel"] if name in PANELS else [])]:
            yield spoilt(f"{name}-{mix}", table, mix, seed)

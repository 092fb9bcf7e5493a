"""A study: a task of `evals/` that brings its own options and its own way to run.

Repair (`Task`) and questions (`Exam`) share one shape of cases and scores; a comparison of search
pipelines does not. A study is three things: a frozen dataclass of options, a function from options
to `Findings`, and a line about it. `steward eval run NAME --help` is made from the dataclass:

    @dataclass(frozen=True, slots=True)
    class LiftOptions:
        items: Annotated[str, "A file, or a table of the store."] = ""
        seeds: Annotated[int, "Catalogues to spoil."] = 5

    def run_lift(options: LiftOptions, bench: Bench) -> Findings: ...

    TASK = Study("lift", "What stewardship was worth to search.", LiftOptions, run_lift)

A field is `Annotated[type, "help"] = default`; types are str, int, float, bool, `Path | None` and
`tuple[str, ...]` (an option that may be given several times). `--out`, `--json` and `--store` are
added for every study.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steward.errors import InputError, StewardError
from steward.evaluate.tables import Grid

if TYPE_CHECKING:
    from steward.engine import Snapshot
    from steward.retrieval.merged import MergedItems


@dataclass(frozen=True, slots=True)
class Bench:
    """Where a study runs: the store that names of tables mean, and who is told what is done now."""

    store: Path
    step: Callable[[str], None] = lambda text: None


@dataclass(frozen=True)
class Findings:
    """What a study found, ready to be shown.

    Attributes:
        title: of the report.
        grids: tables, the one for the terminal first.
        document: the same as JSON, whole, under the key `findings` of `--json` and in run.json.
        notes: sentences below the tables: what the figures do and do not say.
        figures: name of an SVG file to its text.
        files: name of any other file to write with `--out` to its text.
    """

    title: str
    grids: Sequence[Grid]
    document: Mapping[str, Any]
    notes: Sequence[str] = ()
    figures: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Study:
    """A named study, as an eval file defines it in `TASK`."""

    name: str
    about: str
    options: type
    run: Callable[[Any, Bench], Findings]


def table_named(given: str, bench: Bench) -> Snapshot:
    """Read a file in any format that `steward ingest` reads, else a table of the store.

    Raises:
        InputError: it is neither a file nor a table of the store.
    """
    if Path(given).is_file():
        return _from_file(given)
    from steward.store import Store

    try:
        with Store(bench.store, read_only=True) as home:
            return home.snapshot(given)
    except StewardError as error:
        raise InputError(
            f"{given} is neither a file nor a table of {bench.store}: {error}",
            hint="Give a file, or ingest it: steward ingest FILE --table NAME",
        ) from error


def merged_named(given: str, bench: Bench) -> MergedItems | None:
    """What merges took out of a table of the store; None for a file, or where there are none."""
    if Path(given).is_file():
        return None
    from steward.job.merged import merged_items
    from steward.store import Store

    with Store(bench.store, read_only=True) as home:
        return merged_items(home, given)


def _from_file(path: str) -> Snapshot:
    from steward.engine import Snapshot
    from steward.sources import open_delivery

    delivery = open_delivery(path)
    columns: dict[str, list[str | None]] = {name: [] for name in delivery.columns}
    for chunk in delivery.chunks():
        for row in chunk.rows:
            for name, cell in zip(delivery.columns, row, strict=True):
                columns[name].append(cell)
    found = Snapshot.from_columns(Path(path).stem, columns)
    found.content_hash = hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]
    return found

"""Where the cases of a run come from: kept in its record, so that they can be had again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from steward.errors import UsageError
from steward.evaluate.case import Case, read_case, read_suite
from steward.evaluate.trial import spoilt_copies


@dataclass(frozen=True, slots=True)
class Inputs:
    """One of three: a dirty and a clean file; a suite; or a stored table to spoil.

    With none of them, the cases that ship with the task are meant. Paths are kept as given.
    """

    dirty: str | None = None
    clean: str | None = None
    error_types: str | None = None
    suite: str | None = None
    ignore: tuple[str, ...] = ()
    store: str | None = None
    table: str | None = None
    mix: str = "everything"
    rate: float | None = None
    copies: int = 1


def load_cases(inputs: Inputs, *, shipped: Path, seed: int) -> list[Case]:
    """Read, or make, the cases.

    Args:
        inputs: where from.
        shipped: the folder of the task's own cases, for when nothing is given.
        seed: of the first spoilt copy of a stored table; the others follow.

    Raises:
        UsageError: what is given does not fit together.
        InputError: a file cannot be read.
        NoStore: there is no such store.
    """
    if (inputs.dirty is None) != (inputs.clean is None) or (inputs.suite and inputs.dirty):
        raise UsageError("Give --dirty and --clean together, or --suite, or none of them.")
    if inputs.dirty and inputs.clean:
        kinds = Path(inputs.error_types) if inputs.error_types else None
        files = (Path(inputs.dirty), Path(inputs.clean))
        return [read_case(*files, ignore=inputs.ignore, kinds=kinds)]
    if inputs.store and inputs.table:
        return _spoilt(inputs.store, inputs.table, inputs, seed)
    folder = Path(inputs.suite) if inputs.suite else shipped
    return read_suite(folder, ignore=inputs.ignore)


def _spoilt(store: str, table: str, inputs: Inputs, seed: int) -> list[Case]:
    from steward.store import Store

    with Store(store, read_only=True) as home:
        snapshot = home.snapshot(table)
    seeds = range(seed, seed + inputs.copies)
    return spoilt_copies(snapshot, mix=inputs.mix, rate=inputs.rate, seeds=seeds)

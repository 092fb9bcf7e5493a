"""How good would it be on my table? Spoils a user's own table and repairs the copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from steward.engine import Snapshot
from steward.errors import UsageError
from steward.evaluate.case import Case
from steward.evaluate.corrupt import KINDS, MIXES, Mix, corrupt


def spoilt_copies(
    snapshot: Snapshot, *, mix: str = "everything", rate: float | None = None, seeds: Sequence[int]
) -> list[Case]:
    """Copies of a table with errors of known place, one a seed.

    The table is taken to be right as it is: errors that it already holds count as clean cells, so
    mending one of them counts as damage. Clean it first for a fair answer.

    Args:
        snapshot: the table.
        mix: which damages (`steward.evaluate.MIXES`), or one kind alone (`typo`, `missing` …).
        rate: share of all cells to spoil; the mix's own when not given.
        seeds: one copy for each.

    Raises:
        UsageError: there is no such mix or kind, or the rate is not between 0 and .5.
    """
    chosen = _mix(mix)
    if rate is not None:
        if not 0 < rate <= 0.5:
            raise UsageError(f"A rate of {rate} makes no sense.", hint="Between 0 and .5.")
        chosen = replace(chosen, rate=rate)
    columns = [snapshot.codes(name) for name in snapshot.columns]
    texts = [[c.text(int(code)) or "" for code in c.codes] for c in columns]
    rows = [list(row) for row in zip(*texts, strict=True)]
    cases = []
    for seed in seeds:
        done = corrupt(snapshot.columns, rows, chosen, seed=seed)
        name = f"{snapshot.name}-{chosen.name}-{seed}"
        cases.append(Case(name, done.columns, done.dirty, done.clean, done.kinds))
    return cases


def _mix(name: str) -> Mix:
    if name in MIXES:
        return MIXES[name]
    if name in KINDS:
        return Mix(name, 0.02, {name: 1})
    raise UsageError(
        f"There is no mix {name}.", hint=f"Mixes: {', '.join(MIXES)}. Kinds: {', '.join(KINDS)}."
    )

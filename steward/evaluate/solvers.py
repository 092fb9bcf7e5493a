"""Solvers: the real thing through a store, the library alone, and three that test the scorer."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from steward.errors import UsageError
from steward.evaluate.case import Case, Cells, read_table, write_table
from steward.evaluate.solution import Proposal, Settings, Solution, Solver
from steward.types import Fix, FixKind, Safety

if TYPE_CHECKING:
    from steward.job import Outcome
    from steward.sources import Delivery
    from steward.store import Store

TABLE = "case"


def job(case: Case, settings: Settings) -> Solution:
    """The real thing in a store of its own: ingest, propose, apply what is safe, verify, export.

    With `answers`, gold answers the questions of `steward teach`, so many at most. With `agent`,
    the address of a server, its model drafts what statistics do not settle.
    """
    from steward.evaluate.drafted import drafter, usage_of
    from steward.evaluate.taught import taught_job
    from steward.job import accept_and_apply, propose
    from steward.store import Store

    with tempfile.TemporaryDirectory(prefix="steward-eval-") as folder:
        home = Path(folder)
        write_table(home / "dirty.csv", case.columns, case.dirty)
        with Store.create(home / "steward.db") as store:
            store.ingest(_delivery(home / "dirty.csv"), TABLE)
            place = {int(r): i for i, r in enumerate(store.snapshot(TABLE).row_ids)}
            if settings.answers:
                _refuse_help(settings)
                return taught_job(case, store, place, settings.answers)
            asker = drafter(settings)
            proposed = propose(store, TABLE, asker=asker)
            outcome = accept_and_apply(store, TABLE, safety=Safety.SAFE)
            solution = written_solution(case, store, place, proposed, [outcome])
            return replace(solution, usage=usage_of(asker))


def library(case: Case, settings: Settings) -> Solution:
    """Proposals of `steward.fixes.propose` on a snapshot, safe ones written; no store, no verify.

    The option `gate=all` writes every proposal, `gate=.9` those of at least that confidence. With
    `answers`, gold answers the questions of `steward teach`, so many at most.
    """
    from steward.engine import Snapshot
    from steward.evaluate.taught import taught_library
    from steward.fixes import propose
    from steward.profile import profile_table

    _refuse_help(settings)
    columns = {name: [row[i] or None for row in case.dirty] for i, name in enumerate(case.columns)}
    snapshot = Snapshot.from_columns(TABLE, columns)
    if settings.answers:
        return taught_library(case, snapshot, settings.answers)
    fixes: list[Fix] = list(propose(snapshot, profile_table(snapshot)))
    place = {int(r): i for i, r in enumerate(snapshot.row_ids)}
    gate = settings.options.get("gate", "safe")
    chosen = [fix for fix in fixes if _passes(fix, gate)]
    fixed, wrote = write_fixes(case, chosen, place)
    kept = len({number for number, _, _ in wrote})
    proposals = _proposals(case, fixes, place, {(id(chosen[n]), r, c) for n, r, c in wrote})
    return Solution(fixed, tuple(proposals), applied=len(chosen), survived=kept)


def noop(case: Case, settings: Settings) -> Solution:
    """Does nothing: scores 0."""
    return Solution([list(row) for row in case.dirty])


def oracle(case: Case, settings: Settings) -> Solution:
    """Knows the truth: scores 1."""
    return Solution([list(row) for row in case.clean])


def vandal(case: Case, settings: Settings) -> Solution:
    """Writes nonsense everywhere: scores below 0."""
    return Solution([[f"{cell}~" for cell in row] for row in case.dirty])


SOLVERS: Mapping[str, Solver] = {
    "job": job,
    "library": library,
    "noop": noop,
    "oracle": oracle,
    "vandal": vandal,
}
"""Solvers by name."""


def write_fixes(
    case: Case, fixes: Iterable[Fix], place: Mapping[int, int]
) -> tuple[Cells, set[tuple[int, int, int]]]:
    """Apply fixes to the dirty cells in memory, the most confident first, each cell once.

    Returns:
        The written cells, and (position of the fix, row, column) of each cell it wrote.
    """
    fixed = [list(row) for row in case.dirty]
    taken: set[tuple[int, int]] = set()
    wrote: set[tuple[int, int, int]] = set()
    listed = list(fixes)
    for number in sorted(range(len(listed)), key=lambda n: (-listed[n].confidence, n)):
        for row, cells in _by_row(case, listed[number], place):
            free = all((row, c) not in taken for c, _, _ in cells)
            if free and all(case.dirty[row][c] == before for c, before, _ in cells):
                for column, _, after in cells:
                    fixed[row][column] = after
                    taken.add((row, column))
                    wrote.add((number, row, column))
    return fixed, wrote


def _delivery(path: Path) -> Delivery:
    """The dirty file, told how it was written: rows must stay aligned with the truth."""
    from steward.sources import open_delivery

    return open_delivery(str(path), format="csv", encoding="utf-8", delimiter=",")


def _refuse_help(settings: Settings) -> None:
    if settings.agent:
        raise UsageError(
            f"Solver {settings.solver} asks no model here: no --agent.",
            hint="With a model: --solver job, without --answers.",
        )


def _passes(fix: Fix, gate: str) -> bool:
    if gate == "all":
        return True
    return fix.safety is Safety.SAFE if gate == "safe" else fix.confidence >= float(gate)


def _by_row(
    case: Case, fix: Fix, place: Mapping[int, int]
) -> Iterator[tuple[int, list[tuple[int, str, str]]]]:
    """(row, [(column, before, after)]) of each row whose cells a fix writes."""
    if fix.kind is FixKind.QUARANTINE:
        return
    rows = fix.rows[:1] if fix.kind is FixKind.MERGE else fix.rows
    columns = [(case.columns.index(c.column), c.before or "", c.after or "") for c in fix.changes]
    for row in rows:
        if row in place:
            yield place[row], columns


def _proposals(
    case: Case,
    fixes: Iterable[Fix],
    place: Mapping[int, int],
    wrote: set[tuple[int, int, int]],
) -> Iterator[Proposal]:
    for fix in fixes:
        safe, maker = fix.safety is Safety.SAFE, fix.provenance.corrector
        for row, cells in _by_row(case, fix, place):
            for column, _, after in cells:
                written = (id(fix), row, column) in wrote
                yield Proposal(row, column, after, fix.confidence, maker, safe, written)


def written_solution(
    case: Case,
    store: Store,
    place: Mapping[int, int],
    proposed: Sequence[Fix],
    outcomes: Sequence[Outcome],
) -> Solution:
    """What a store holds after fixes were applied, and what was proposed and survived."""
    from steward.job import Verdict

    target = store.path.with_name("written.csv")
    store.export(TABLE, target)
    fixed = [list(row) for row in case.dirty]
    for row_id, row in zip(store.snapshot(TABLE).row_ids, read_table(target)[1], strict=True):
        fixed[place[int(row_id)]] = row
    kept = {judged.fix.id for one in outcomes for judged in one.of(Verdict.SURVIVED)}
    wrote = {
        (id(fix), row, column)
        for fix in proposed
        if fix.id in kept
        for row, cells in _by_row(case, fix, place)
        for column, _, after in cells
        if fixed[row][column] == after
    }
    return Solution(
        fixed,
        tuple(_proposals(case, proposed, place, wrote)),
        applied=sum(one.applied for one in outcomes),
        survived=sum(one.survived for one in outcomes),
        silent=_silent(case, store, place, fixed),
        removed=len(place) - len(store.snapshot(TABLE).row_ids),
    )


def _silent(case: Case, store: Store, place: Mapping[int, int], fixed: Cells) -> int:
    """Cells that changed without a line of the journal."""
    told = {
        (place[line.row], case.columns.index(line.column))
        for change in store.history(TABLE)
        for line in store.diff(change.id)
        if line.column is not None and line.row in place
    }
    return sum(
        before != after and (r, c) not in told
        for r, (old, new) in enumerate(zip(case.dirty, fixed, strict=True))
        for c, (before, after) in enumerate(zip(old, new, strict=True))
    )

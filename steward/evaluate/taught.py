"""Solving a case with a number of answers that the truth gives to the questions of teaching."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from steward.evaluate.case import Case
from steward.evaluate.gold import Gold
from steward.evaluate.solution import Proposal, Solution
from steward.types import Safety

if TYPE_CHECKING:
    from steward.engine import Snapshot
    from steward.store import Store
    from steward.teach import Draft


def taught_library(case: Case, snapshot: Snapshot, answers: int) -> Solution:
    """Teach a copy in memory; no store, no verification."""
    from steward.teach import Course, Draft

    place = {int(row): i for i, row in enumerate(snapshot.row_ids)}
    gold, draft = Gold(case, place), Draft(snapshot)
    Course(draft, gold, answers).run()
    columns = [draft.snapshot.column(name).to_pylist() for name in case.columns]
    fixed = [[text or "" for text in row] for row in zip(*columns, strict=True)]
    wrote = tuple(_wrote(case, draft, place))
    count = len({id(fix) for fix, _ in draft.written})
    return Solution(
        fixed,
        wrote,
        applied=count,
        survived=count,
        answers=gold.answers,
        typed=gold.typed,
        looked_at=len(gold.looked_at),
    )


def taught_job(case: Case, store: Store, place: Mapping[int, int], answers: int) -> Solution:
    """Teach the case's table in its store, as `steward teach` would, safe fixes included."""
    from steward.evaluate.solvers import TABLE, written_solution
    from steward.teach.stored import StoredDesk, teach_table

    gold = Gold(case, place)
    desk = StoredDesk(store, TABLE, safe=True)
    teach_table(desk, gold, answers)
    solution = written_solution(case, store, place, desk.proposed, desk.outcomes)
    return replace(solution, answers=gold.answers, typed=gold.typed, looked_at=len(gold.looked_at))


def _wrote(case: Case, draft: Draft, place: Mapping[int, int]) -> list[Proposal]:
    """The last thing written into each cell, with the confidence of the fix that wrote it."""
    last: dict[tuple[int, int], Proposal] = {}
    for fix, row in draft.written:
        for change in fix.changes:
            cell = (place[row], case.columns.index(change.column))
            safe = fix.safety is Safety.SAFE
            last[cell] = Proposal(
                *cell, change.after or "", fix.confidence, fix.provenance.corrector, safe, True
            )
    return [last[cell] for cell in sorted(last)]

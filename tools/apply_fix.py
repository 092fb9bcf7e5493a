"""Apply fixes."""

from __future__ import annotations

from typing import Annotated

from steward import Store, ToolResult, ToolRetry, job, outcome_facts, quoted

ACCESS = "write"


def apply_fix(
    store: Store, fixes: Annotated[list[int], "numbers of proposed fixes, of one table"]
) -> ToolResult:
    """Apply fixes in one transaction, check again, and take back those that did not help.

    A person is asked first. Name only fixes that propose_fix gave.
    """
    if not fixes:
        raise ToolRetry("There is no such fix: propose_fix finds them and gives their numbers.")
    tables = sorted({store.fix(number).table for number in fixes})
    if len(tables) > 1:
        raise ToolRetry(f"These fixes belong to {len(tables)} tables; apply one table at a time.")
    outcome = job.accept_and_apply(store, tables[0], fixes=fixes, note="approved in a session")
    data = outcome_facts(outcome)
    kept = f"{outcome.survived} of {len(set(fixes))} fixes are applied to {quoted(tables[0])}"
    back = (
        f"undo_fix takes them back: {data['change_set']}" if outcome.change_set else "no change set"
    )
    lost = f", {outcome.reverted} taken back, {outcome.skipped} skipped"
    return ToolResult(f"{kept} ({outcome.cells} cells){lost}; {back}.", data)

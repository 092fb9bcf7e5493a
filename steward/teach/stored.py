"""A table of a store that is taught: what answers release is applied, verified and journalled."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from steward.checks import UserChecks
from steward.engine import Snapshot
from steward.job import Outcome, accept_and_apply, profile, propose
from steward.job.steps import Step, quiet
from steward.store import Store
from steward.teach.course import Course, Given
from steward.teach.question import SKIP, Question
from steward.types import Fix, Profile, Status

Ask = Callable[[Question], str | None]


class StoredDesk:
    """One table of a store.

    With `safe`, fixes that the gate calls safe are applied along with what was taught.
    """

    def __init__(
        self,
        store: Store,
        table: str,
        *,
        safe: bool = False,
        user_checks: UserChecks | None = None,
        step: Step = quiet,
    ) -> None:
        self.store, self.table, self.safe = store, table, safe
        self.user_checks, self.step = user_checks, step
        self.proposed: list[Fix] = []
        self.outcomes: list[Outcome] = []

    def look(self) -> tuple[Snapshot, Profile]:
        """The table as it stands, and its profile."""
        return self.store.snapshot(self.table), profile(self.store, self.table, step=self.step)

    def propose(self) -> Sequence[Fix]:
        """Gated proposals for the table as it stands, kept in the store."""
        found = propose(self.store, self.table, step=self.step)
        self.proposed.extend(found)
        return [fix for fix in found if fix.status is not Status.REJECTED]

    def write(self, safe: Sequence[Fix], taught: Sequence[Fix]) -> None:
        """Apply fixes as one change set, and verify them; those taught are noted as accepted."""
        accepted = self._kept(taught)
        numbers = [*accepted, *(self._kept(safe) if self.safe else ())]
        if not numbers:
            return
        self.store.mark(accepted, Status.ACCEPTED)
        self.outcomes.append(
            accept_and_apply(
                self.store,
                self.table,
                fixes=numbers,
                user_checks=self.user_checks,
                kind="teach" if accepted else "fix",
                note=f"taught by a person: {len(accepted)} of {len(numbers)} fixes",
                step=self.step,
            )
        )

    def _kept(self, fixes: Sequence[Fix]) -> list[int]:
        """The ids of fixes; those that the store does not hold yet are kept beside the others."""
        new = [fix for fix in fixes if fix.id is None]
        saved = self.store.save_fixes(self.table, new, beside=True) if new else []
        self.proposed.extend(saved)
        found = [*(fix for fix in fixes if fix.id is not None), *saved]
        return [fix.id for fix in found if fix.id is not None and fix.status is not Status.REJECTED]


def teach_table(desk: StoredDesk, ask: Ask, budget: int) -> list[Given]:
    """Ask about a stored table, keep every answer as it is given, and apply what they release.

    Answers given in an earlier session are not asked for again, and cost nothing.

    Args:
        desk: the table.
        ask: asks one question; None ends the session.
        budget: how many answers may be taken.
    """
    store, table = desk.store, desk.table
    known = {answered.question: answered.answer for answered in store.answers(table)}

    def keep(question: Question) -> str | None:
        key = ask(question)
        if key is not None and key != SKIP:
            store.note_answer(table, question.id, key, body=question_json(question))
        return key

    return Course(desk, keep, budget, known=known).run()


def question_json(question: Question) -> str:
    """What was asked, in words, as JSON: for the record of an answer."""
    import json

    return json.dumps(
        {
            "kind": question.kind,
            "columns": question.columns,
            "text": question.text.en,
            "options": {option.key: option.label.en for option in question.options},
            "examples": [[e.row, e.before, e.after] for e in question.examples],
        },
        ensure_ascii=False,
    )

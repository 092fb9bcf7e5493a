"""Tables with planted mistakes, and someone who answers from the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from steward.engine import Snapshot
from steward.profile import profile_table
from steward.teach import NONE, SOME, YES, Kind, Question
from steward.types import Change, Evidence, Fix, FixKind, Profile, Provenance, Reason, Safety

Columns = Mapping[str, Sequence[str | None]]


def table(columns: Columns) -> tuple[Snapshot, Profile]:
    """A snapshot and its profile."""
    snapshot = Snapshot.from_columns("items", columns)
    return snapshot, profile_table(snapshot)


class Knows:
    """Answers from the truth, and keeps what it was asked."""

    def __init__(self, truth: Columns) -> None:
        self.truth = truth
        self.asked: list[Question] = []

    def __call__(self, question: Question) -> str:
        """The key of the option that is right in every cell shown."""
        self.asked.append(question)
        right = [
            option.key
            for i, option in enumerate(question.options)
            if option.fixes and self.share(question, i) == 1
        ]
        if right:
            return right[0]
        return SOME if question.kind is Kind.FIXES and self.share(question, 0) > 0 else NONE

    def share(self, question: Question, number: int) -> float:
        """The share of the examples in which an option gives the truth."""
        fits = [
            all(
                self.truth[name][e.row - 1] == text
                for name, text in zip(e.columns, e.after[number], strict=True)
            )
            for e in question.examples
        ]
        return sum(fits) / len(fits)


def fix(
    column: str,
    before: str | None,
    after: str | None,
    rows: Sequence[int],
    *,
    confidence: float = 0.9,
    safety: Safety = Safety.UNSAFE,
    corrector: str = "one",
    reason: Reason = Reason.TYPO,
) -> Fix:
    """A fix as a corrector would propose it."""
    return Fix(
        "items", FixKind.CELL, reason, "typo", (Change(column, before, after),), tuple(rows),
        Provenance(corrector, "1"), Evidence("planted"), confidence, safety,
    )  # fmt: skip


__all__ = ["NONE", "SOME", "YES", "Knows", "fix", "table"]

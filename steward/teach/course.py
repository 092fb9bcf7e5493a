"""Rounds of questions and answers over a table, until the budget is spent or nothing is worth it.

First the conventions among the best questions: how a column is written decides what counts as
equal. They are written, everything is proposed anew, and then the rest is asked. What the answers
release is written together with the safe fixes, which may make more questions worth asking.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from steward.engine import Snapshot
from steward.teach.candidates import candidates
from steward.teach.lesson import Lesson
from steward.teach.question import SKIP, Kind, Question
from steward.types import Fix, Profile

ROUNDS = 4

Ask = Callable[[Question], str | None]
"""Asks one question and returns a key; None ends the lesson."""


class Desk(Protocol):
    """Where the table lies: it can be measured, proposed for, and written."""

    def look(self) -> tuple[Snapshot, Profile]:
        """The table as it stands, and its profile."""
        ...

    def propose(self) -> Sequence[Fix]:
        """Gated proposals for the table as it stands."""
        ...

    def write(self, safe: Sequence[Fix], taught: Sequence[Fix]) -> None:
        """Write what is safe and what was taught; of two that want a cell the surer wins."""
        ...


@dataclass(frozen=True, slots=True)
class Given:
    """A question, the key that answered it, and the cells that the answer released."""

    question: Question
    key: str
    cells: int


class Course:
    """Asks within a budget and writes what the answers release."""

    def __init__(
        self, desk: Desk, ask: Ask, budget: int, *, known: Mapping[str, str] | None = None
    ) -> None:
        """Prepare.

        Args:
            desk: where the table lies.
            ask: asks one question.
            budget: how many answers may be taken; those known already are free.
            known: keys by id of question, answered in an earlier session.
        """
        self.desk, self.ask, self.left = desk, ask, budget
        self.known = dict(known or {})
        self.given: list[Given] = []
        self.settled: set[str] = set()
        self.ended = False

    def run(self) -> list[Given]:
        """Go through the rounds; returns what was asked and answered."""
        lesson = self._lesson()
        self._ask(lesson, conventions=True)
        if lesson.released:
            self.desk.write((), lesson.released)
            lesson = self._lesson()
        for _ in range(ROUNDS):
            self._ask(lesson)
            self.desk.write(lesson.safe, lesson.released)
            if not lesson.released or self._spent():
                break
            lesson = self._lesson()
        return self.given

    def _lesson(self) -> Lesson:
        snapshot, profile = self.desk.look()
        fixes = list(self.desk.propose())
        more = () if self._spent() else candidates(snapshot, profile, fixes)
        lesson = Lesson(snapshot, profile, [*fixes, *more], settled=self.settled)
        self.settled = lesson.settled
        return lesson

    def _ask(self, lesson: Lesson, *, conventions: bool = False) -> None:
        while not self._spent():
            best = lesson.questions()
            if conventions:
                best = [q for q in best[: self.left] if q.kind is Kind.CONVENTION]
            if not best or not self._one(lesson, best[0]):
                return

    def _one(self, lesson: Lesson, question: Question) -> bool:
        """Ask one question; False when nobody answers any more."""
        key = self.known.get(question.id)
        if key is None:
            key = self.ask(question)
            self.left -= key not in (None, SKIP)
        if key is None:
            self.ended = True
            return False
        released = lesson.answer(question, key)
        self.given.append(Given(question, key, sum(fix.cells for fix in released)))
        return True

    def _spent(self) -> bool:
        return self.ended or self.left <= 0

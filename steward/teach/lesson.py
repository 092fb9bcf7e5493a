"""One lesson: the questions about a table as it stands, and what their answers decide.

The question asked next is the one that is expected to mend most cells nobody has mended yet. After
every answer all others are estimated anew: what an answer decided is no longer asked, what it says
of a corrector is heeded for the corrector's other groups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from steward.engine import Snapshot
from steward.teach.belief import Belief
from steward.teach.conventions import convention_questions
from steward.teach.groups import (
    Group,
    group_fixes,
    group_key,
    group_question,
    next_spots,
    parted,
    safe_groups,
)
from steward.teach.odd import TYPED, each_row, odd_questions, typed_fix
from steward.teach.question import NONE, SKIP, SOME, YES, Kind, Question
from steward.types import Fix, FixKind, Profile, RowId, Safety

BAR = 0.95
"""Expected precision from which the rest of a group is released."""

LEAST_GAIN = 0.5
"""A question that is expected to mend fewer cells is not worth a key."""

GUESSED, PROVEN = 3.0, 20.0
"""So many groups the stated confidence is worth beside the corrector's record in this lesson."""

Written = Mapping[tuple[RowId, str], str | None]
More = Callable[[Snapshot, Profile], Iterable[Fix]]


class Lesson:
    """Questions about one table, and the fixes that the answers release."""

    def __init__(
        self,
        snapshot: Snapshot,
        profile: Profile,
        fixes: Sequence[Fix],
        *,
        settled: Iterable[str] = (),
    ) -> None:
        """Prepare the questions.

        Args:
            snapshot: the table as it stands.
            profile: its profile.
            fixes: proposals for it, gated.
            settled: ids of questions, and keys of groups, that need no asking.
        """
        self.snapshot = snapshot
        self.settled = set(settled)
        self.released: list[Fix] = []
        self.safe = [fix for fix in fixes if self._may_be_written(fix)]
        self._written = _cells(self.safe)
        self._record: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.conventions = [
            q for q in convention_questions(snapshot, profile) if _topic(q) not in self.settled
        ]
        asked = {q.columns[0] for q in self.conventions}
        self.groups = [
            group
            for group in group_fixes(fixes, without=tuple(asked))
            if "\0".join(group.key) not in self.settled
        ]
        self.groups += safe_groups(self.safe)
        self.odd = list(odd_questions(snapshot, profile, self._is_open))
        self._shown: dict[str, tuple[int, list[tuple[int, RowId]]]] = {}

    def questions(self) -> list[Question]:
        """Every question that is worth a key now, the one that is expected to mend most first."""
        found = [q for q in map(self._open_convention, self.conventions) if q]
        found += [q for q in self.odd if self._is_open_value(q)]
        self._shown.clear()
        for number, group in enumerate(self.groups):
            question = self._of_group(number, group)
            if question:
                found.append(question)
        return sorted(found, key=lambda q: (-q.gain, q.id))

    def answer(self, question: Question, key: str) -> list[Fix]:
        """Take an answer, and return the fixes that it releases."""
        self.settled.add(question.id)
        before = len(self.released)
        if question.kind is Kind.CONVENTION:
            self.settled.add(_topic(question))
            self.conventions = [q for q in self.conventions if q.id != question.id]
            option = question.option(key)
            if option:
                self._release(option.fixes)
        elif question.kind is Kind.VALUE:
            self._take_value(question, key)
        elif key == SKIP:
            self._close(self._shown[question.id][0])
        else:
            self._learn(question, key)
        return self.released[before:]

    def _take_value(self, question: Question, key: str) -> None:
        option = question.option(key)
        if option:
            self._release(option.fixes)
        elif key.startswith(TYPED):
            self._release(typed_fix(self.snapshot, question, key))
        if key == NONE:
            self.odd.extend(each_row(question))

    def _is_open_value(self, question: Question) -> bool:
        spots = [(example.row, question.columns[0]) for example in question.examples]
        return question.id not in self.settled and all(self._is_open(*spot) for spot in spots)

    def _is_open(self, row: RowId, column: str) -> bool:
        return (row, column) not in self._written

    def _may_be_written(self, fix: Fix) -> bool:
        """Is it safe, and did no earlier answer speak against it?"""
        spoken = "\0".join(group_key(fix)) in self.settled
        return _writes(fix) and fix.safety is Safety.SAFE and not spoken

    def _open_convention(self, question: Question) -> Question | None:
        """The question with its gain counted on what nothing else writes; None when too small."""
        cells = [self._open(option.fixes) for option in question.options]
        gain = question.gain * cells[0] / max(question.cells, 1)
        worth = gain >= LEAST_GAIN and question.id not in self.settled
        return replace(question, gain=gain) if worth else None

    def _of_group(self, number: int, group: Group) -> Question | None:
        if group.closed:
            return None
        spots = next_spots(group, {} if group.safe else self._written)
        belief = self._belief(group)
        trusted = not self._record[group.key[0]][1] or belief.mean >= BAR
        if not spots or (group.safe and trusted):
            return None
        passes = belief.seen(len(spots), 0).mean >= BAR or len(spots) == len(group.spots)
        gain = belief.all_right(len(spots)) * self._open(group.fixes) * (1.0 if passes else 0.5)
        if group.safe:
            gain = (1 - belief.mean) * len(group.spots)  # what is not broken
        if gain < LEAST_GAIN:
            return None
        question = group_question(self.snapshot, group, spots, gain)
        self._shown[question.id] = (number, spots)
        return question if question.id not in self.settled else None

    def _belief(self, group: Group) -> Belief:
        """What is believed of a group, given how the corrector's other groups turned out."""
        right, wrong = self._record[group.key[0]]
        prior = PROVEN if group.safe else GUESSED
        stated = (prior * group.belief.stated + right) / (prior + right + wrong)
        return replace(group.belief, stated=stated)

    def _learn(self, question: Question, key: str) -> None:
        number, spots = self._shown[question.id]
        group = self.groups[number]
        right = len(spots) if key == YES else 0
        wrong = 0 if key == YES else len(spots)
        if group.safe and key != YES:
            self._withhold(group)
        if key == SOME:
            self._close(number)
            self.groups.extend(parted(group))
            return
        belief = group.belief.seen(right, wrong)
        group = replace(group, belief=belief, shown=group.shown | set(spots))
        self.groups[number] = group
        whole = question.kind is Kind.BLANK or len(group.shown) == len(group.spots)
        sure = whole or self._belief(group).mean >= BAR  # what a word means is the same everywhere
        self._record[group.key[0]][key == NONE] += 1
        if key == NONE:
            self._close(number)
        elif sure:
            if not group.safe:
                self._release(group.fixes)
            self._close(number, for_good=not group.safe)

    def _withhold(self, group: Group) -> None:
        """Take fixes that would have been written unseen back among the doubtful."""
        held = {id(fix) for fix in group.fixes}
        self.safe = [fix for fix in self.safe if id(fix) not in held]
        self._written = _cells([*self.safe, *self.released])

    def _close(self, number: int, *, for_good: bool = True) -> None:
        group = self.groups[number]
        if for_good:
            self.settled.add("\0".join(group.key))
        self.groups[number] = replace(group, closed=True)

    def _release(self, fixes: Sequence[Fix]) -> None:
        self.released.extend(replace(fix, safety=Safety.SAFE) for fix in fixes)
        self._written = {**self._written, **_cells(fixes)}

    def _open(self, fixes: Sequence[Fix]) -> int:
        """How many cells of the fixes nothing surer writes."""
        return sum(
            (row, change.column) not in self._written
            for fix in fixes
            for row in fix.rows
            for change in fix.changes
        )


def _topic(question: Question) -> str:
    """What a question settles for good: how a column is written is asked once."""
    return f"{question.kind} {question.columns[0]}"


def _writes(fix: Fix) -> bool:
    return fix.kind in (FixKind.MAPPING, FixKind.CELL)


def _cells(fixes: Iterable[Fix]) -> dict[tuple[RowId, str], str | None]:
    return {
        (row, change.column): change.after
        for fix in fixes
        for row in fix.rows
        for change in fix.changes
    }

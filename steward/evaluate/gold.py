"""Answers questions from the truth of a case, as a person would who knows it.

It sees the question, its options and the few cells that are shown, and nothing else of the truth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from steward.evaluate.case import Case
from steward.teach.odd import TYPED
from steward.teach.question import NONE, SOME, YES, Example, Kind, Question

FITS = 0.8
"""A convention is chosen when it is right for more than this share of the cells shown."""


@dataclass(slots=True)
class Gold:
    """Knows the clean table; counts the answers it gives, those it types, and the cells it sees."""

    case: Case
    place: Mapping[int, int]
    answers: int = 0
    typed: int = 0
    looked_at: set[tuple[int, int]] = field(default_factory=set)

    def __call__(self, question: Question) -> str:
        """The right key; `n` when no option is right."""
        self.answers += 1
        if question.kind is Kind.VALUE:
            return self._value(question)
        shares = {
            option.key: self._share(question, number)
            for number, option in enumerate(question.options)
            if option.fixes
        }
        if question.kind is Kind.CONVENTION:
            return _best(shares)
        share = shares[YES]
        return YES if share == 1 else SOME if share > 0 else NONE

    def _value(self, question: Question) -> str:
        """The true value: its option if it has one, else typed; none when rows differ."""
        truths = {tuple(self._truth(example)) for example in question.examples}
        if len(truths) != 1:
            return NONE
        (truth,) = truths.pop()
        for option, (after,) in zip(question.options, question.examples[0].after, strict=True):
            if truth == (after or ""):
                return option.key
        self.typed += 1
        return TYPED + truth

    def _share(self, question: Question, number: int) -> float:
        """The share of the shown cells for which an option gives the truth."""
        right = [self._right(example, number) for example in question.examples]
        return sum(right) / len(right)

    def _right(self, example: Example, number: int) -> bool:
        return self._truth(example) == [text or "" for text in example.after[number]]

    def _truth(self, example: Example) -> list[str]:
        row = self.place[example.row]
        columns = [self.case.columns.index(name) for name in example.columns]
        self.looked_at.update((row, column) for column in columns)
        return [self.case.clean[row][column] for column in columns]


def _best(shares: Mapping[str, float]) -> str:
    """The option that fits most of what is shown; the first of equals; none when none fits."""
    if not shares:
        return NONE
    key = max(shares, key=lambda key: shares[key])
    return key if shares[key] > FITS else NONE

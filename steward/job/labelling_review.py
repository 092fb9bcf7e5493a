"""A person's way through the pairs to judge: kept at once, taken back at once, agreement live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from steward.job.labelling import TASK, by_judge
from steward.label.agreement import kappa
from steward.label.model import nearest
from steward.label.votes import GRADES, Pair
from steward.store import Store
from steward.store.labels import PEOPLE, Label, keep_labels, take_back_label

KEYS = {"1": 3.0, "2": 2.0, "3": 1.0, "4": 0.0}
"""Keys to grades: exact, substitute, complement, irrelevant."""


@dataclass
class Judging:
    """One person at work on a queue.

    Args of note: `again` is every how many pairs one comes that others judged already, 0 for never;
    nobody sees what others said.
    """

    store: Store
    person: str
    queue: Sequence[Pair]
    task: str = TASK
    again: int = 0
    guidelines: str = ""
    done: list[Pair] = field(default_factory=list)
    skipped: set[Pair] = field(default_factory=set)

    def __post_init__(self) -> None:
        judges = by_judge(self.store, self.task)
        self._mine = dict(judges.pop(self.person, {}))
        self._others: Mapping[str, Mapping[Pair, float]] = judges
        self._order = self._ordered()

    def next(self) -> Pair | None:
        """The pair to judge now; None when all is done."""
        for pair in self._order:
            if pair not in self._mine and pair not in self.skipped:
                return pair
        return None

    @property
    def left(self) -> int:
        """How many pairs wait still."""
        return sum(p not in self._mine and p not in self.skipped for p in self._order)

    def judge(self, pair: Pair, grade: float) -> None:
        """Keep a grade."""
        label = Label(*pair, self.person, PEOPLE, grade, made_by=self.guidelines)
        keep_labels(self.store, [label], task=self.task)
        self._mine[pair] = grade
        self.done.append(pair)

    def skip(self, pair: Pair) -> None:
        """Leave a pair for another day."""
        self.skipped.add(pair)

    def undo(self) -> Pair | None:
        """Take the last grade back; the pair it was of, None when there is none."""
        if not self.done:
            return None
        pair = self.done.pop()
        take_back_label(self.store, *pair, self.person, task=self.task)
        del self._mine[pair]
        return pair

    def agreement(self) -> tuple[int, float | None]:
        """Pairs that others judged too, and the quadratic κ with their mean; None below two."""
        shared = [(g, others) for p, g in self._mine.items() if (others := self._said(p))]
        if len(shared) < 2:
            return len(shared), None
        mine = np.array([GRADES.index(nearest(grade)) for grade, _ in shared])
        theirs = np.array([GRADES.index(nearest(sum(o) / len(o))) for _, o in shared])
        return len(shared), kappa(mine, theirs)

    def _said(self, pair: Pair) -> list[float]:
        return [grades[pair] for grades in self._others.values() if pair in grades]

    def _ordered(self) -> list[Pair]:
        """The queue, with a pair that others judged every so often."""
        fresh = [pair for pair in self.queue if pair not in self._mine]
        judged = list(dict.fromkeys(p for grades in self._others.values() for p in grades))
        double = iter([pair for pair in judged if pair not in set(fresh)])
        if not self.again:
            return fresh
        mixed: list[Pair] = []
        for number, pair in enumerate(fresh, 1):
            mixed.append(pair)
            if number % self.again == 0:
                mixed += [one for one in [next(double, None)] if one]
        return mixed + ([] if fresh else list(double))

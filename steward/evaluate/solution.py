"""What a solver hands to the scorer: the written table, and what it said about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from steward.evaluate.case import Case, Cells


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposed cell: position (from 0), new value, stated confidence, and what became of it.

    `written` says that the table now holds it because of this proposal.
    """

    row: int
    column: int
    after: str
    confidence: float
    corrector: str = ""
    safe: bool = False
    written: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """What models were asked: calls, tokens in and out, and the digests of the prompts."""

    model: str = ""
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Solution:
    """A written table, in the shape of the dirty one.

    `applied` and `survived` count fixes before and after verification; `silent` counts cells that
    changed with no journal line; `removed` the rows that left the table (they count as unchanged).
    `answers` were given by gold, `typed` of them as text; it `looked_at` so many cells for them.
    """

    fixed: Cells = field(repr=False)
    proposals: tuple[Proposal, ...] = field(default=(), repr=False)
    applied: int = 0
    survived: int = 0
    silent: int = 0
    removed: int = 0
    answers: int = 0
    typed: int = 0
    looked_at: int = 0
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run may vary; kept in its record.

    `answers` is how many questions the gold may answer, `agent` the model asked, '' for none.
    Of exams: `seeds` is how many trials there are, `split` which questions (`dev` or `test`).
    """

    solver: str = "job"
    seed: int = 0
    answers: int = 0
    agent: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    seeds: int = 1
    split: str = "dev"


Solver = Callable[[Case, Settings], Solution]
"""Repairs the dirty table of a case. It must not look at the clean one, but to answer questions."""

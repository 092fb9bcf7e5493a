"""The nouns of questions and answers: what was found, what proves it, what to do about it.

A `Proof` is SQL that `steward query` runs again to the same rows. Whatever says a number points at
the proof that shows it; an answer that cannot is marked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """How a question about what is wrong ended."""

    HEALTHY = "healthy"
    EXPLAINED = "explained"
    PARTLY = "partly"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class Proof:
    """A query, the tables it reads, and in words what its rows show.

    `value` is the number it proves: the one cell of its result when it counts, else its number of
    rows.
    """

    sql: str
    tables: tuple[str, ...]
    shows: str
    value: int | float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found on the way to an answer.

    `kind` is a word of the room that found it (`since_batch`, `failed_join` …). Of the `affected`
    rows, `covered` are in the slice that `where` describes, which has `rows` rows in all: coverage
    is covered / affected; `lift` is the rate inside the slice over the rate outside it. `p_value`
    is corrected for the number of hypotheses tried. `proofs` are positions in the explanation's.
    """

    kind: str
    text: str
    where: tuple[tuple[str, str | None], ...] = ()
    covered: int = 0
    affected: int = 0
    rows: int = 0
    lift: float | None = None
    p_value: float | None = None
    proofs: tuple[int, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def coverage(self) -> float:
        """Share of the affected rows that the slice holds."""
        return self.covered / self.affected if self.affected else 0.0


@dataclass(frozen=True, slots=True)
class Onset:
    """Since when: the first delivery after the change, and the rate before and after it."""

    batch: int
    source: str
    at: str
    before: float
    after: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Fixable:
    """How many affected cells a corrector proposes to fix, and its measured precision."""

    corrector: str
    cells: int
    safe: int
    precision: float | None
    tried: int


@dataclass(frozen=True, slots=True)
class Action:
    """What to do next: a command to run, and why."""

    command: str
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why something is as it is: cause, size, since when, proof, what to do, what it is not.

    `symptom` names the question (`missing`, `wrong`, `duplicates`, `changed`, `fit`). `causes` are
    ranked, the one that explains most first; `ruled_out` were tried and do not hold.
    """

    symptom: str
    table: str
    columns: tuple[str, ...]
    verdict: Verdict
    affected: int
    rows: int
    since: Onset | None = None
    causes: tuple[Finding, ...] = ()
    ruled_out: tuple[Finding, ...] = ()
    fixable: tuple[Fixable, ...] = ()
    actions: tuple[Action, ...] = ()
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool gives back: small, structured, capped, and honest about what it left out.

    `summary` says it in a sentence or two; `data` is a JSON object; `left_out` says what was cut
    and how to see it.
    """

    summary: str
    data: Mapping[str, Any]
    proofs: tuple[Proof, ...] = ()
    left_out: str = ""

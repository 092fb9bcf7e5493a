"""The multi-source vote: many sources claim something of one entity; who is to be believed?

Each source gets an accuracy for each column, the claims of accurate sources count more, and both
are estimated in turn until they agree with one another (Pasternack and Roth, 2010; Dong, Berti-
Equille and Srivastava, 2009, without copying). A cell that disagrees with the most probable claim
is proposed for that claim. Sources that copy one another make the vote surer than it should be,
so its probability only orders the fixes; what they are worth, the backtest measures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steward.engine import Snapshot
from steward.engine.text import quote_identifier, quote_literal
from steward.fixes.grid import Grid
from steward.fixes.pairs import MISSING, Floats, Ints
from steward.fixes.panel import Panel, agreement, agreement_within, find_panel
from steward.types import (
    ROW,
    Change,
    Evidence,
    Fix,
    FixKind,
    Profile,
    Provenance,
    Reason,
    Safety,
)

ROUNDS = 10
MIN_AGREEMENT = 0.15
MIN_RATIO = 3.0
MIN_CLAIMS = 3
MIN_ACCURACY = 0.35
CLOSE = 0.8
ASTRAY = 0.7
ONCE = 1.25
"""Rows a source may have of one entity, in the mean, before the entity is more than one."""
Flags = npt.NDArray[np.bool_]
PRIOR_RIGHT, PRIOR_WRONG = 4.0, 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """What the sources say of one column, reduced to (entity, value) claims.

    Arrays of one element a present cell: `row`, `source`, `claim` (index of the entity-value pair);
    of one element a claim: `entity`, `value`, and after voting `share`, its probability.
    """

    row: Ints
    source: Ints
    claim: Ints
    entity: Ints
    value: Ints
    share: Floats
    accuracy: Floats


class SourceVote:
    """What the sources of a panel, weighted by how often they are right, say of an entity."""

    name = "source_vote"
    version = "1"
    injections: tuple[str, ...] = ("typo", "missing")

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """One fix for each column, old value and new value; nothing where there is no panel."""
        grid = Grid.of(snapshot, profile)
        panel = find_panel(grid)
        if panel is None:
            return
        heard = {
            column: claims
            for column in range(len(grid.columns))
            if column not in (panel.source, panel.entity)
            and (claims := vote(grid, panel, column)) is not None
        }
        verdicts = {c: Verdict.of(grid, panel, c, claims) for c, claims in heard.items()}
        astray = _astray(grid, list(verdicts.values()))
        for column, verdict in verdicts.items():
            yield from self._fixes(snapshot, grid, panel, column, heard[column], verdict, astray)

    def _fixes(
        self, snapshot: Snapshot, grid: Grid, panel: Panel, column: int, claims: Claims,
        verdict: Verdict, astray: Flags,
    ) -> Iterator[Fix]:  # fmt: skip
        best, share = verdict.best, verdict.share
        entity, now = grid.codes[:, panel.entity], grid.codes[:, column]
        # A source that hardly ever agrees means something else by this column: leave it alone.
        heard = claims.accuracy[grid.codes[:, panel.source]] >= MIN_ACCURACY
        wrong = verdict.wrong & heard & ~astray
        raw = snapshot.codes(grid.columns[column])
        groups: dict[tuple[int, int], list[int]] = defaultdict(list)
        for at in np.flatnonzero(wrong).tolist():
            groups[int(raw.codes[at]), int(best[entity[at]])].append(at)
        for (old, new), rows in sorted(groups.items()):
            first = int(entity[rows[0]])
            before, after = raw.text(old), grid.values[column][new]
            yield Fix(
                table=snapshot.name,
                kind=FixKind.CELL,
                reason=Reason.MISSING if now[rows[0]] == MISSING else Reason.CONFLICT,
                check="missing" if now[rows[0]] == MISSING else "conflict",
                changes=(Change(grid.columns[column], before, after),),
                rows=tuple(snapshot.row_ids[rows].tolist()),
                provenance=Provenance(self.name, self.version),
                evidence=_evidence(snapshot.name, grid, panel, column, claims, (first, new)),
                confidence=round(float(share[entity[rows]].min()), 4),
                safety=Safety.SAFE,
            )


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What the vote on one column says: of each entity, and of each row.

    `best` and `share` have one element an entity; `judged` and `wrong` (bool) one a row.
    """

    best: Ints
    share: Floats
    judged: Flags
    wrong: Flags

    @classmethod
    def of(cls, grid: Grid, panel: Panel, column: int, claims: Claims) -> Verdict:
        """Hold every row against the winner of its entity."""
        best, share = winners(claims, grid.sizes[panel.entity])
        entity, now = grid.codes[:, panel.entity], grid.codes[:, column]
        judged = (entity != MISSING) & (best[entity] != MISSING) & (share[entity] >= CLOSE)
        return cls(best, share, judged, judged & (best[entity] != now))


def _astray(grid: Grid, verdicts: Sequence[Verdict]) -> Flags:
    """Rows that contradict their entity nearly everywhere: it is their key that is wrong."""
    judged = np.sum([v.judged for v in verdicts], axis=0) if verdicts else np.zeros(grid.rows)
    wrong = np.sum([v.wrong for v in verdicts], axis=0) if verdicts else np.zeros(grid.rows)
    astray: Flags = (wrong >= 2) & (wrong > ASTRAY * judged)
    return astray


def vote(grid: Grid, panel: Panel, column: int) -> Claims | None:
    """Weigh the claims of one column.

    None where the sources hardly ever agree on an entity, or where a value comes with the source
    as much as with the entity: then the source is no witness of it.
    """
    target, entities = grid.codes[:, column], grid.codes[:, panel.entity]
    row = np.flatnonzero((target != MISSING) & (entities != MISSING))
    width = grid.sizes[column]
    pairs, claim = np.unique(entities[row] * width + target[row], return_inverse=True)
    source, entity = grid.codes[row, panel.source], pairs // width
    agreed = agreement(claim, entity)
    by_chance = agreement_within(grid, panel.source, column)
    if agreed < MIN_AGREEMENT or agreed < MIN_RATIO * by_chance:
        return None
    accuracy = np.full(grid.sizes[panel.source], PRIOR_RIGHT / (PRIOR_RIGHT + PRIOR_WRONG))
    share = np.zeros(len(pairs))
    for _ in range(ROUNDS):
        share = _shares(claim, source, entity, accuracy)
        right = np.bincount(source, weights=share[claim], minlength=len(accuracy))
        total = np.bincount(source, minlength=len(accuracy))
        accuracy = (right + PRIOR_RIGHT) / (total + PRIOR_RIGHT + PRIOR_WRONG)
    return Claims(row, source, claim, entity, pairs % width, share, accuracy)


def _shares(claim: Ints, source: Ints, entity: Ints, accuracy: Floats) -> Floats:
    """Probability of each claim among those of its entity, given the sources' accuracies."""
    rivals = np.maximum(np.bincount(entity)[entity], 2)
    sure = np.clip(accuracy, 0.02, 0.98)
    weight = np.log(sure / (1 - sure))
    score = np.bincount(claim, weights=weight[source] + np.log(rivals[claim] - 0.5))
    top = np.full(int(entity.max()) + 1, -np.inf)
    np.maximum.at(top, entity, score)
    power = np.exp(score - top[entity])
    share: Floats = power / np.bincount(entity, weights=power)[entity]
    return share


def winners(claims: Claims, entities: int) -> tuple[Ints, Floats]:
    """The most probable value of each entity (0: none) and its probability.

    An entity with fewer than `MIN_CLAIMS` claims has no winner; nor has one of which the sources
    speak more than once: two things go by one name there, and neither side is wrong.
    """
    best, share = np.zeros(entities, np.int64), np.zeros(entities)
    order = np.lexsort((-claims.value, claims.share))
    best[claims.entity[order]] = claims.value[order]
    share[claims.entity[order]] = claims.share[order]
    unsure = (_rows(claims, entities) < MIN_CLAIMS) | _spoken_of_twice(claims, entities)
    return np.where(unsure, MISSING, best), np.where(unsure, 0.0, share)


def _rows(claims: Claims, entities: int) -> Ints:
    return np.bincount(claims.entity[claims.claim], minlength=entities)


def _spoken_of_twice(claims: Claims, entities: int) -> Flags:
    """Entities of which a source has, in the mean, clearly more than one row."""
    width = int(claims.source.max(initial=0)) + 1
    pairs = np.unique(claims.entity[claims.claim] * width + claims.source)
    heard = np.bincount(pairs // width, minlength=entities)
    twice: Flags = _rows(claims, entities) > ONCE * np.maximum(heard, 1)
    return twice


def _evidence(
    table: str, grid: Grid, panel: Panel, column: int, claims: Claims, verdict: tuple[int, int]
) -> Evidence:
    entity, value = verdict
    mine = claims.entity[claims.claim] == entity
    agree = mine & (claims.value[claims.claim] == value)
    name, who = grid.columns[panel.entity], grid.columns[panel.source]
    key = grid.values[panel.entity][entity]
    mean = float(claims.accuracy[claims.source[agree]].mean())
    sql = (
        f"select {ROW}, {quote_identifier(who)}, {quote_identifier(grid.columns[column])} "
        f"from {quote_identifier(table)} where {quote_identifier(name)} = {quote_literal(key)} "
        f"order by {ROW}"
    )
    text = (
        f"{int(agree.sum())} of {int(mine.sum())} sources ({who}) of {name} `{key}` say "
        f"`{grid.values[column][value]}`; these sources agree with the weighted vote in "
        f"{mean:.0%} of this column."
    )
    return Evidence(
        text, sql=sql, determinants=(name, who),
        votes_for=float(agree.sum()), votes_against=float(mine.sum() - agree.sum()),
    )  # fmt: skip

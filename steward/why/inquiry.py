"""An inquiry as it grows: causes, what was ruled out, since when, and the verdict in the end."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from steward.answers import Action, Explanation, Finding, Fixable, Onset, Verdict
from steward.job.query import BATCHES
from steward.types import BATCH
from steward.why.causes import Affected, Cause, since_finding, slice_finding
from steward.why.scope import Mask, Scope, percent
from steward.why.words import say

EXPLAINED, PARTLY = 0.8, 0.2
LEAST_RATE = 0.3


@dataclass(eq=False)
class Inquiry:
    """What is known so far about some affected rows."""

    scope: Scope
    symptom: str
    columns: tuple[str, ...]
    affected: Affected
    causes: list[Finding] = field(default_factory=list)
    ruled_out: list[Finding] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    since: Onset | None = None
    explained: float = 0.0
    fixable: tuple[Fixable, ...] = ()

    def __post_init__(self) -> None:
        """Nothing is covered yet."""
        self.covered: Mask = np.zeros(self.scope.rows, bool)

    def add_cause(self, cause: Cause) -> None:
        """Take in a slice and, if it has one, its beginning."""
        self.causes.append(slice_finding(self.scope, cause, self.affected))
        timed = since_finding(self.scope, cause, self.affected)
        if timed:
            self.causes.append(timed[0])
            if self.since is None:
                self.since = timed[1]
                self._ask_source(timed[0])
        fresh = cause.slice.inside & self.affected.mask & ~self.covered
        sure = 1.0 if cause.slice.rate >= LEAST_RATE else 0.5
        self.explained += sure * float(fresh.sum()) / max(self.affected.rows, 1)
        self.covered |= fresh

    def add_normal(self, findings: Sequence[Finding], mask: Mask) -> None:
        """Take in rows that are as they should be."""
        self.causes.extend(findings)
        fresh = mask & self.affected.mask & ~self.covered
        self.explained += float(fresh.sum()) / max(self.affected.rows, 1)
        self.covered |= fresh

    def rule_out(
        self, kind: str, proofs: Sequence[int] = (), facts: Mapping[str, Any] | None = None
    ) -> None:
        """Note what it is not."""
        text = say(kind, **(facts or {}))
        self.ruled_out.append(Finding(kind, text, proofs=tuple(proofs), facts=facts or {}))

    def rule_out_time(self) -> None:
        """No delivery stands out: say so, where there are several."""
        places = np.unique(self.scope.snapshot.batch_ids, return_inverse=True)[1]
        rows = np.bincount(places)
        if len(rows) < 2:
            return
        rates = np.bincount(places[self.affected.mask], minlength=len(rows)) / rows
        query = (
            f'select {BATCH}, source, count(*) as "rows", count(*) filter (where'
            f" {self.affected.sql}) as affected from {self.scope.source_sql} join (select {BATCH},"
            f" source from {BATCHES}) using ({BATCH}) group by all order by {BATCH}"
        )
        facts = {
            "low": percent(float(rates.min())),
            "high": percent(float(rates.max())),
            "batches": len(rows),
        }
        self.rule_out("not_time", [self.scope.prove(query, "every_batch")], facts)

    def rule_out_elsewhere(self, cause: Cause) -> None:
        """Say how many affected rows lie outside the first slice."""
        outside = f"not coalesce(({cause.slice.sql}), false)"
        counted = self.scope.prove(
            self.scope.count(f"{self.affected.sql} and {outside}"),
            "elsewhere",
            slice=cause.slice.text,
        )
        rest = self.scope.rows - cause.slice.rows
        facts = {"rows": rest, "affected": self.scope.value(counted)}
        if rest and self.scope.value(counted) < 0.05 * self.affected.rows:
            self.rule_out("not_elsewhere", [counted], facts)

    def show_rows(self, condition: str) -> None:
        """Offer the query that shows affected rows."""
        query = f"select * from {self.scope.source_sql} where {condition} limit 20"
        self.actions.append(Action(f"steward query {shlex.quote(query)}", say("action_show")))

    def end(self, verdict: Verdict | None = None) -> Explanation:
        """The explanation; without a verdict, by the share of the rows that is explained."""
        return Explanation(
            symptom=self.symptom,
            table=self.scope.table,
            columns=self.columns,
            verdict=verdict or self._verdict(),
            affected=self.affected.rows,
            rows=self.scope.rows,
            since=self.since,
            causes=tuple(self.causes),
            ruled_out=tuple(self.ruled_out),
            fixable=self.fixable,
            actions=tuple(self.actions),
            proofs=self.scope.proofs,
        )

    def _ask_source(self, since: Finding) -> None:
        query = self.scope.proofs[since.proofs[0]].sql
        facts = {"what": since.facts["what"], "source": since.facts["source"]}
        why = say("action_source", **facts)
        self.actions.append(Action(f"steward query {shlex.quote(query)}", why))

    def _verdict(self) -> Verdict:
        if self.explained >= EXPLAINED:
            return Verdict.EXPLAINED
        return Verdict.PARTLY if self.explained >= PARTLY else Verdict.UNEXPLAINED

"""Rows that say the same twice: exact repetitions, and near-duplicates of products.

A repetition of everything, the user's key included, can be merged unseen, and so can a row that was
typed again (see `retyped`), where the table itself shows that different products never look so.
Rows equal but for their key may be meant (a panel of sources, a log of events), and other
near-duplicates are a judgement: a person must agree to both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from steward.engine import Snapshot
from steward.engine.text import quote_identifier
from steward.match.guards import Guards
from steward.match.identifiers import same_gtin
from steward.match.products import THRESHOLD, match_tokens
from steward.match.retyped import Pair, retyped_rows
from steward.match.survivors import Member, Survivorship, survive
from steward.match.tokens import Tokens, tokenize
from steward.types import (
    ROW,
    Backtest,
    Change,
    ColumnProfile,
    Evidence,
    Fix,
    FixKind,
    Profile,
    Provenance,
    Reason,
    RowId,
    Safety,
    SemanticType,
)

PANEL_SHARE = 0.2
"""If more than this share of the rows repeat others, repetition is how the table is made."""

TITLE_DISTINCT = 0.6
"""A column names products when so many of its rows hold a title of their own."""

RETYPED = 0.99
"""Confidence that rows typed again are one product; the backtest decides what it is worth."""

MAX_GROUP = 20
"""Larger groups are a template or a default, not one product."""


class DuplicateRows:
    """Merges rows that repeat another one in every column, or in every column but the key."""

    name = "duplicate_rows"
    version = "1"
    injections: tuple[str, ...] = ("duplicate_row",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose to keep the first row of each group of equal rows."""
        who = Provenance(self.name, self.version)
        keyed = bool(snapshot.key)
        whole = _equal_rows(snapshot, snapshot.columns)
        for group in whole:
            yield _merge_equal(snapshot, group, who, key=snapshot.key if keyed else None)
        keys = {*snapshot.key, *(c.name for c in profile.columns if c.is_key)}
        rest = tuple(c for c in snapshot.columns if c not in keys)
        if not keys or len(rest) < 2:
            return
        groups = _equal_rows(snapshot, rest)
        repeated = sum(len(group) - 1 for group in groups)
        if repeated <= PANEL_SHARE * snapshot.rows:
            done = {row for group in whole for row in group[1:].tolist()}
            for group in groups:
                if not done & set(group.tolist()):
                    yield _merge_equal(snapshot, group, who, key=())


class NearDuplicates:
    """Merges rows whose titles name one product and whose attributes do not contradict.

    Rows typed again (`retyped_rows`) may be merged unseen, where the table shows that this is safe.
    """

    name = "near_duplicates"
    version = "2"
    injections: tuple[str, ...] = ()

    def __init__(self, survivorship: Survivorship | None = None) -> None:
        """Use rules for what survives a merge; by default the first row's, gaps filled."""
        self._rules = survivorship or Survivorship()

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose to merge each group of rows that seem to be one product."""
        title = _title(profile)
        if title is None:
            return
        who = Provenance(self.name, self.version)
        merged: set[int] = set()
        again = retyped_rows(snapshot, profile, title)
        measured = again.backtest()
        for pair in again.pairs:
            merged.update(pair)
            fix = self._merge_retyped(snapshot, profile, title, pair, who)
            yield replace(fix, evidence=replace(fix.evidence, backtest=measured))
        for positions in same_gtin(snapshot, profile, title):
            if not merged & set(positions):
                merged.update(positions)
                group = _Group(positions, 1.0, "the same GTIN")
                yield self._merge(snapshot, profile, title, group, positions, who)
        guards = Guards(snapshot, profile, title)
        for group in _groups(snapshot, title):
            for rows in guards.agreeing([p for p in group.positions if p not in merged]):
                if len(rows) > 1:
                    yield self._merge(snapshot, profile, title, group, rows, who)

    def backtest(
        self, snapshot: Snapshot, profile: Profile, fixes: Sequence[Fix], seed: int = 0
    ) -> dict[str, Backtest]:
        """How often rows of different products are kept apart by what merges rows unseen."""
        # Measured when the pairs were found, on all of the table: once is enough.
        found = [fix.evidence.backtest for fix in fixes if fix.safety is Safety.SAFE]
        return {ROW: found[0]} if found and found[0] is not None else {}

    def _merge_retyped(
        self, snapshot: Snapshot, profile: Profile, title: str, pair: Pair, who: Provenance
    ) -> Fix:
        rows = sorted(pair)
        right, other = (_cell(snapshot, title, at) or "" for at in pair)
        changes = self._surviving(snapshot, profile, rows, title)
        before = _cell(snapshot, title, rows[0])
        if before != right:
            changes = (*changes, Change(title, before, right))
        text = f"Typed again: {right!r} and {other!r} are a slip apart, and all else is the same."
        ids = tuple(snapshot.row_ids[rows].tolist())
        verdict = (text, RETYPED, Safety.SAFE, Reason.NEAR_DUPLICATE)
        return _fix(snapshot, ids, changes, verdict, who)

    def _surviving(
        self, snapshot: Snapshot, profile: Profile, rows: Sequence[int], *but: str
    ) -> tuple[Change, ...]:
        """The changes that give the first row the values that survive, but in some columns."""
        fixed = {*snapshot.key, *but}
        keep = [c for c in profile.columns if c.name not in fixed and not c.is_key]
        members = [_member(snapshot, keep, self._rules.source_column, at) for at in rows]
        written = {c.name: _cell(snapshot, c.name, rows[0]) for c in keep}
        return survive(members, written, self._rules)

    def _merge(
        self,
        snapshot: Snapshot,
        profile: Profile,
        title: str,
        group: _Group,
        rows: Sequence[int],
        who: Provenance,
    ) -> Fix:
        about = profile.column(title)
        # Where titles repeat all over the table they name kinds of product, not products.
        own = about.distinct / max(1, about.present)
        shown = " | ".join(dict.fromkeys(_cell(snapshot, title, at) or "" for at in rows))
        text = f"{len(rows)} rows seem to be one product ({group.why}): {shown}"
        return _fix(
            snapshot,
            tuple(snapshot.row_ids[list(rows)].tolist()),
            self._surviving(snapshot, profile, rows),
            (text, 0.85 * group.score * own, Safety.UNSAFE, Reason.NEAR_DUPLICATE),
            who,
        )


@dataclass(frozen=True, slots=True)
class _Group:
    """Positions of rows whose titles name one product, and how alike the titles are."""

    positions: tuple[int, ...]
    score: float
    why: str


def _equal_rows(snapshot: Snapshot, columns: Sequence[str]) -> list[npt.NDArray[np.int64]]:
    """Positions of rows that are equal in all these columns, groups of two or more."""
    label = np.zeros(snapshot.rows, np.int64)
    for column in columns:
        codes = snapshot.codes(column).codes.astype(np.int64) + 1
        _, label = np.unique(label * (int(codes.max(initial=0)) + 1) + codes, return_inverse=True)
    counts = np.bincount(label, minlength=1)
    repeated = np.flatnonzero(counts[label] > 1)
    groups: dict[int, list[int]] = defaultdict(list)
    for position in repeated.tolist():
        groups[int(label[position])].append(position)
    return [np.array(g, np.int64) for g in sorted(groups.values())]


def _merge_equal(
    snapshot: Snapshot,
    group: npt.NDArray[np.int64],
    who: Provenance,
    *,
    key: Sequence[str] | None,
) -> Fix:
    """`key`: the user's key, part of what is equal; None: no key is known; (): it differs."""
    rows = tuple(snapshot.row_ids[group].tolist())
    if key:
        text = f"{len(rows)} rows are equal in every column, the key ({', '.join(key)}) included."
        verdict = (text, 0.98, Safety.SAFE, Reason.DUPLICATE_ROW)
    elif key is None:
        text = f"{len(rows)} rows are equal in every column; the table has no key to tell them by."
        verdict = (text, 0.8, Safety.UNSAFE, Reason.DUPLICATE_ROW)
    else:
        text = (
            f"{len(rows)} rows are equal in every column but the key: perhaps meant, perhaps not."
        )
        verdict = (text, 0.6, Safety.UNSAFE, Reason.DUPLICATE_ROW)
    return _fix(snapshot, rows, (), verdict, who)


def _title(profile: Profile) -> str | None:
    """The shortest text column in which most rows hold a text of their own."""
    texts = [
        c for c in profile.columns
        if c.semantic is SemanticType.TEXT and c.lengths is not None
        and 8 <= c.lengths.mean <= 300 and c.distinct >= TITLE_DISTINCT * max(1, c.present)
    ]  # fmt: skip
    texts.sort(key=lambda c: (c.lengths.mean if c.lengths else 0.0, c.name))
    return texts[0].name if texts else None


def _groups(snapshot: Snapshot, title: str) -> Iterator[_Group]:
    """Rows by groups of titles that name one product; equal tokens are the same title."""
    codes = snapshot.codes(title)
    by_tokens: dict[Tokens, list[int]] = defaultdict(list)
    for code, text in enumerate(codes.values):
        tokens = tokenize(text)
        if len(tokens.words) >= 2:
            by_tokens[tokens].append(code)
    same = list(by_tokens.values())
    order = np.argsort(codes.codes, kind="stable")
    edges = np.searchsorted(codes.codes[order], np.arange(len(codes.values) + 1))
    matched = match_tokens(list(by_tokens), THRESHOLD)
    joined = {member for group, _ in matched for member in group}
    alone: list[tuple[tuple[int, ...], float]] = [
        ((i,), 1.0) for i in range(len(same)) if i not in joined
    ]
    for group, score in sorted([*matched, *alone]):
        found = [int(p) for i in group for c in same[i] for p in order[edges[c] : edges[c + 1]]]
        if 1 < len(found) <= MAX_GROUP:
            yield _Group(
                tuple(sorted(found)), score, f"similarity {score:.2f}, no attribute contradicts"
            )


def _member(
    snapshot: Snapshot, columns: Sequence[ColumnProfile], source: str | None, at: int
) -> Member:
    cells = {}
    for column in columns:
        value = _cell(snapshot, column.name, at)
        hidden = value is None or not value.strip() or any(
            value == d.value for d in column.disguised
        )  # fmt: skip
        cells[column.name] = None if hidden else value
    return Member(
        int(snapshot.batch_ids[at]), _cell(snapshot, source, at) if source else None, cells
    )


def _cell(snapshot: Snapshot, column: str, at: int) -> str | None:
    codes = snapshot.codes(column)
    return codes.text(int(codes.codes[at]))


def _fix(
    snapshot: Snapshot,
    rows: tuple[RowId, ...],
    changes: tuple[Change, ...],
    verdict: tuple[str, float, Safety, Reason],
    who: Provenance,
) -> Fix:
    text, confidence, safety, reason = verdict
    listed = ", ".join(str(row) for row in rows)
    table = quote_identifier(snapshot.name)
    sql = f"select * from {table} where {ROW} in ({listed}) order by {ROW}"
    return Fix(
        table=snapshot.name,
        kind=FixKind.MERGE,
        reason=reason,
        check=reason.value,
        changes=changes,
        rows=rows,
        provenance=who,
        evidence=Evidence(text, sql=sql, votes_for=float(len(rows))),
        confidence=round(confidence, 4),
        safety=safety,
    )

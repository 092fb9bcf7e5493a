"""An empty category predicted from the title, with measured confidence.

A path is predicted from the title and the category columns beside it.

A category missing in a whole supplier's batch is decided once for each of the supplier's own
category names, when the titles under that name agree; every other row is decided by its own title.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from steward.engine import Snapshot
from steward.engine.text import quote_identifier, quote_literal
from steward.fixes.applies import Kin
from steward.fixes.documents import category_groups, documents_of, is_category, title_column
from steward.fixes.mapping import ColumnValues, missing_codes, usually_filled, wilson_lower
from steward.fixes.odd import odd_values
from steward.fixes.titles import Prediction, TitleClassifier
from steward.types import (
    ROW,
    Change,
    ColumnProfile,
    Evidence,
    Fix,
    FixKind,
    Profile,
    Provenance,
    Reason,
    Safety,
    SemanticType,
)

MIN_LABELLED = 50
"""So many distinct labelled titles are needed."""

TRAINED_ON = 3000
"""At most so many labelled titles are learnt from."""

LEAST_TRAINED_ON, WORK = 600, 200_000
"""Fewer titles for more classes (titles × classes), so that learning takes a second, not ten."""

MIN_CONFIDENCE = 0.6
"""Predictions below this lower bound are not proposed."""

SURE = 0.9
"""Predictions below this lower bound are for a person: only those above it are put to the test."""

OFTEN_EMPTY = 0.7
"""The most that is believed where an empty cell may be right as it is."""

GROUP_ROWS, GROUP_SHARE = 4, 0.9
"""A supplier's category name is decided as one when so many titles, and this share, agree."""


@dataclass(frozen=True, slots=True)
class _Task:
    """One empty category column, the title and the columns read with it, and what was learnt."""

    values: ColumnValues
    source: str
    beside: tuple[str, ...]
    classifier: TitleClassifier
    positions: npt.NDArray[np.int64]
    prediction: Prediction
    applies: npt.NDArray[np.bool_]


class CategoryFromTitle:
    """Predicts empty categories from titles; abstains where it is not sure."""

    name = "category_from_title"
    version = "2"
    injections: tuple[str, ...] = ("missing",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose a category for rows without one, one fix for each class and confidence."""
        return self.propose_for(snapshot, profile, snapshot.columns)

    def propose_for(
        self, snapshot: Snapshot, profile: Profile, columns: Collection[str]
    ) -> Iterator[Fix]:
        """The same for some columns; each learns on its own."""
        who = Provenance(self.name, self.version)
        source = title_column(profile)
        for column in profile.columns:
            if source is None or column.name == source or not is_category(column):
                continue
            if column.name not in columns:
                continue
            task = _learn(snapshot, profile, column, source)
            if task is None:
                continue
            grouped = np.zeros(len(task.positions), bool)
            for beside in profile.columns:
                if beside.name not in (column.name, source) and is_category(beside):
                    yield from _by_group(task, snapshot, profile, beside.name, grouped, who)
            yield from _by_title(task, ~grouped, who)


def _learn(
    snapshot: Snapshot, profile: Profile, column: ColumnProfile, source: str
) -> _Task | None:
    values, titles = ColumnValues(snapshot, column.name), snapshot.codes(source)
    readable = titles.codes >= 0
    gone = missing_codes(snapshot, profile, column.name)
    positions = np.flatnonzero(gone & readable)
    known = np.flatnonzero(~gone & readable)
    _, first = np.unique(titles.codes[known], return_index=True)
    distinct = known[np.sort(first)]
    if not len(positions) or len(distinct) < MIN_LABELLED:
        return None
    most = max(LEAST_TRAINED_ON, min(TRAINED_ON, WORK // max(2, column.distinct)))
    sample = distinct[:: -(-len(distinct) // most)]
    odd = odd_values(snapshot, profile, column.name)
    sample = sample[~odd[values.codes.codes[sample]]]
    labels = [values.codes.values[c] for c in values.codes.codes[sample].tolist()]
    if len(set(labels)) < 2:
        return None
    beside = _beside(snapshot, profile, column, source)
    documents = documents_of(snapshot, source, beside, np.arange(snapshot.rows))
    classifier = TitleClassifier(documents(sample), labels)
    if classifier.blocks[-1].lower < MIN_CONFIDENCE:
        return None
    prediction = classifier.predict(documents(positions))
    # Every product has its place in a tree of categories; not every one has a colour.
    if column.semantic is SemanticType.CATEGORY_PATH or usually_filled(snapshot, gone):
        applies = np.ones(len(positions), bool)
    else:
        applies = _applies(snapshot, profile, column.name, source, gone, positions)
    return _Task(values, source, tuple(sorted(beside)), classifier, positions, prediction, applies)


def _beside(snapshot: Snapshot, profile: Profile, column: ColumnProfile, source: str) -> set[str]:
    """Category columns that are read with the title.

    Only for a path: that a brand has a category says little, that a kettle has a brand less.
    """
    if column.semantic is not SemanticType.CATEGORY_PATH:
        return set()
    groups = category_groups(snapshot, profile, source)
    return {name for group in groups if column.name not in group for name in group}


def _applies(
    snapshot: Snapshot,
    profile: Profile,
    column: str,
    source: str,
    gone: npt.NDArray[np.bool_],
    positions: npt.NDArray[np.int64],
) -> npt.NDArray[np.bool_]:
    """Which of these gaps are gaps, by the rows alike."""
    kin = Kin.of(snapshot, profile, column, source)
    readable = np.flatnonzero(snapshot.codes(source).codes >= 0)
    for position in readable[:: max(1, len(readable) // TRAINED_ON)].tolist():
        kin.count(position, "", filled=not gone[position])
    return np.array([kin.usually_filled(position, "") for position in positions.tolist()], bool)


def _by_group(
    task: _Task,
    snapshot: Snapshot,
    profile: Profile,
    beside: str,
    grouped: npt.NDArray[np.bool_],
    who: Provenance,
) -> Iterator[Fix]:
    """Decide all rows under one name of another category column, when their titles agree."""
    names = snapshot.codes(beside)
    held = np.where(missing_codes(snapshot, profile, beside), -1, names.codes)[task.positions]
    for name in np.unique(held[held >= 0]).tolist():
        at = np.flatnonzero((held == name) & ~grouped)
        votes: Counter[int] = Counter()
        for label, weight in zip(
            task.prediction.label[at].tolist(), task.prediction.confidence[at].tolist(), strict=True
        ):
            votes[label] += weight
        if len(at) < GROUP_ROWS or not votes:
            continue
        label, weight = max(votes.items(), key=lambda vote: (vote[1], -vote[0]))
        agree = int(np.count_nonzero(task.prediction.label[at] == label))
        if agree < GROUP_SHARE * len(at) or weight < GROUP_SHARE * sum(votes.values()):
            continue
        grouped[at] = True
        yield from _group_fix(task, (beside, names.values[name]), at, (label, agree), who)


def _group_fix(
    task: _Task,
    group: tuple[str, str],
    at: npt.NDArray[np.int64],
    vote: tuple[int, int],
    who: Provenance,
) -> Iterator[Fix]:
    (beside, name), (label, agree) = group, vote
    own = float(task.prediction.confidence[at].mean())
    confidence = min(0.97, max(own, wilson_lower(agree, len(at))))
    text = (
        f"{len(at)} rows with {beside} {name!r} have no {task.values.name}; the titles of {agree} "
        f"of them read as {str(task.classifier.classes[label])!r}. {_skill(task)}"
    )
    sql = (
        f"select {ROW}, {quote_identifier(beside)}, {quote_identifier(task.source)}, "
        f"{quote_identifier(task.values.name)} from {quote_identifier(task.values.snapshot.name)} "
        f"where {quote_identifier(beside)} = {quote_literal(name)} order by {ROW}"
    )
    evidence = Evidence(text, sql=sql, determinants=(beside, task.source), votes_for=float(agree),
                        votes_against=float(len(at) - agree))  # fmt: skip
    yield from _fixes(task, at, label, confidence, evidence, who)


def _by_title(task: _Task, free: npt.NDArray[np.bool_], who: Provenance) -> Iterator[Fix]:
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at in np.flatnonzero(free & (task.prediction.confidence >= MIN_CONFIDENCE)).tolist():
        groups[(int(task.prediction.label[at]), int(task.prediction.block[at]))].append(at)
    beside = f" (with {', '.join(task.beside)})" if task.beside else ""
    for (label, block), members in sorted(groups.items()):
        measured = task.classifier.blocks[block]
        chosen = np.array(members, np.int64)
        text = (
            f"The {task.source}{beside} of these {len(chosen)} rows reads as "
            f"{str(task.classifier.classes[label])!r}. Of {measured.tried} known titles the "
            f"classifier was as sure of, {measured.right} were right. {_skill(task)}"
        )
        rows = task.values.snapshot.row_ids[task.positions[chosen]].tolist()
        sql = (
            f"select {ROW}, {quote_identifier(task.source)}, {quote_identifier(task.values.name)} "
            f"from {quote_identifier(task.values.snapshot.name)} "
            f"where {ROW} in ({', '.join(map(str, rows))}) order by {ROW}"
        )
        evidence = Evidence(text, sql=sql, determinants=(task.source,),
                            votes_for=float(measured.right),
                            votes_against=float(measured.tried - measured.right))  # fmt: skip
        yield from _fixes(task, chosen, label, measured.lower, evidence, who)


def _skill(task: _Task) -> str:
    model = task.classifier
    return f"Over all {model.tried} known titles {model.right / model.tried:.0%} are read right."


def _fixes(
    task: _Task,
    at: npt.NDArray[np.int64],
    label: int,
    confidence: float,
    evidence: Evidence,
    who: Provenance,
) -> Iterator[Fix]:
    """One fix for each way in which these cells write missing, and for those that need a person."""
    codes = task.values.codes
    marks, applies = codes.codes[task.positions[at]], task.applies[at]
    often = f" {task.values.name} is often empty, so it may not apply: a person must decide."
    sure = confidence >= SURE
    for mark, applying in sorted({*zip(marks.tolist(), applies.tolist(), strict=True)}):
        here = at[(marks == mark) & (applies == applying)]
        rows = task.values.snapshot.row_ids[task.positions[here]]
        change = Change(task.values.name, codes.text(mark), str(task.classifier.classes[label]))
        yield Fix(
            table=task.values.snapshot.name,
            kind=FixKind.CELL,
            reason=Reason.CATEGORY,
            check="missing",
            changes=(change,),
            rows=tuple(rows.tolist()),
            provenance=who,
            evidence=evidence if applying else replace(evidence, text=evidence.text + often),
            confidence=round(confidence if applying else min(OFTEN_EMPTY, confidence), 4),
            safety=Safety.SAFE if sure and applying else Safety.UNSAFE,
        )

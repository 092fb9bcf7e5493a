"""A category that the rest of its row clearly contradicts, replaced by the one that it names.

The title, and the columns that repeat, are read by machines that never saw the row. A cell is
contradicted when its own class gets next to nothing and another class nearly all. Columns that
determine one another (a path in two languages) hold one category and are read and written as one.

A machine errs too, and a backtest cannot see that: it damages cells and asks whether they are
mended. Two things speak for the machine's error instead of the cell's. Errors come again between
the same two classes; and they thin out towards certainty, as wrong cells do not, so milder
contradictions tell how many errors are among the full ones. Where there are too many, a person
decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from steward.engine import Snapshot
from steward.engine.text import quote_identifier
from steward.fixes.backtest import BAR
from steward.fixes.category import LEAST_TRAINED_ON, MIN_LABELLED, TRAINED_ON
from steward.fixes.category import WORK as TITLES_BY_CLASSES
from steward.fixes.documents import (
    Documents,
    category_groups,
    documents_of,
    title_column,
    usual_partner,
)
from steward.fixes.injections import ANOTHER_ROW
from steward.fixes.mapping import missing_codes
from steward.fixes.odd import odd_values
from steward.fixes.unseen import Ints, Mask, Reading, read_unseen
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

MAX_ROWS = 200_000

LEAST_HELD = 5
"""Fewer rows do not show what a category is, so not what it is not: a person decides."""

LEAST_BELIEVED = 0.5
"""Where more of the contradictions are the machine's errors than not, nothing is proposed."""

FULLY, HALF = 0.95, 0.7
"""Scores of a contradiction by all the margins asked for, and by half of them."""


@dataclass(frozen=True, slots=True)
class _Task:
    """Columns that hold one category, their usual values together, and what was read.

    `rows` are positions of rows with a category and `at` their documents: rows of one title and
    one category are one. `said` is the class of each document by each column (columns, n), as the
    code of the first column that usually goes with it; so is `usual`, the other way round.
    `titles` tell which documents have one title.
    """

    snapshot: Snapshot
    columns: tuple[str, ...]
    source: str
    usual: Sequence[Ints]
    rows: Ints
    at: Ints
    said: Ints
    titles: Ints
    documents: Documents
    learnt: Mask
    reading: Reading


class WrongCategory:
    """Replaces a category that the rest of the row contradicts; abstains where classes mix."""

    name = "wrong_category"
    version = "2"
    injections: tuple[str, ...] = (ANOTHER_ROW,)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose the category that rows name, one fix for each old and new one."""
        return self.propose_for(snapshot, profile, snapshot.columns)

    def propose_for(
        self, snapshot: Snapshot, profile: Profile, columns: Collection[str]
    ) -> Iterator[Fix]:
        """The same for some columns, and those that hold the same category."""
        source = title_column(profile)
        if source is None or snapshot.rows > MAX_ROWS:
            return
        who = Provenance(self.name, self.version)
        for group in category_groups(snapshot, profile, source):
            task = _read(snapshot, profile, group, source) if {*group} & {*columns} else None
            if task is not None:
                yield from _fixes(task, who)


def _read(
    snapshot: Snapshot, profile: Profile, group: tuple[str, ...], source: str
) -> _Task | None:
    titles = snapshot.codes(source).codes.astype(np.int64)
    said = _said(snapshot, profile, group)
    rows = np.flatnonzero((titles >= 0) & (said >= 0).all(axis=0))
    if not len(rows):
        return None
    leaders, at = _alike([titles[rows], *said[:, rows]])
    leaders = rows[leaders]
    mine, groups = said[:, leaders], titles[leaders]
    learnt = (mine == mine[0]).all(axis=0) & _sample(groups, len(np.unique(mine[0])))
    odd = odd_values(snapshot, profile, group[0])
    learnt &= ~odd[mine[0]]
    if np.count_nonzero(learnt) < MIN_LABELLED or len(np.unique(mine[0][learnt])) < 2:
        return None
    beside = {c.name for c in profile.columns if c.distinct >= 2 and c.distinct * 5 <= c.present}
    documents = documents_of(snapshot, source, beside - {*group, source}, leaders)
    reading = read_unseen(documents, mine, groups, learnt)
    if reading is None:
        return None
    first = snapshot.codes(group[0])
    usual = [usual_partner(first, snapshot.codes(name)) for name in group]
    return _Task(snapshot, group, source, usual, rows, at, mine, groups, documents, learnt, reading)


def _alike(keys: Sequence[Ints]) -> tuple[Ints, Ints]:
    """The first row of each kind (all keys equal), and the kind of each row."""
    kind = np.zeros(len(keys[0]), np.int64)
    for key in keys:
        _, first, kind = np.unique(
            kind * (int(key.max()) + 1) + key, return_index=True, return_inverse=True
        )
    return first, kind


def _said(snapshot: Snapshot, profile: Profile, group: tuple[str, ...]) -> Ints:
    """The class of each row by each column (columns, rows); -1 where it says none."""
    first = snapshot.codes(group[0])
    found = []
    for name in group:
        codes = snapshot.codes(name)
        mine = np.append(usual_partner(codes, first), -1)[codes.codes]
        found.append(np.where(missing_codes(snapshot, profile, name), -1, mine))
    return np.array(found, np.int64)


def _sample(titles: Ints, classes: int) -> Mask:
    """Which documents to learn from: those of so many titles, spread over the table."""
    most = max(LEAST_TRAINED_ON, min(TRAINED_ON, TITLES_BY_CLASSES // max(2, classes)))
    distinct = np.unique(titles)
    return np.isin(titles, distinct[:: max(1, -(-len(distinct) // most))])


def _fixes(task: _Task, who: Provenance) -> Iterator[Fix]:
    """One fix for each old and new category, and for how clearly it is contradicted."""
    fully, half = task.reading.contradicted(), task.reading.contradicted(0.5)
    mixed = task.reading.mixed_up()
    believed = _believed(task.reading, fully & ~mixed, half & ~fully)
    if believed < LEAST_BELIEVED:
        return
    sizes = np.bincount(task.said[0], minlength=int(task.said.max()) + 1)
    few = sizes[task.reading.own] < LEAST_HELD
    alone = _by_title(task, fully)
    doubts = np.select([~fully, mixed, few, believed < BAR, ~alone], [4, 1, 2, 3, 5])
    shown = fully & ~mixed if believed < BAR else fully | (half & ~mixed)
    members: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for number in np.flatnonzero(shown[task.at]).tolist():
        document = int(task.at[number])
        new = int(task.reading.label[document])
        key = (*task.said[:, document].tolist(), new, int(doubts[document]))
        members[key].append(number)
    for (*_, new, doubt), chosen in sorted(members.items()):
        if all(partner[new] >= 0 for partner in task.usual):
            yield from _by_text(task, new, doubt, chosen, who)


def _by_title(task: _Task, contradicted: Mask) -> Mask:
    """Of which contradicted documents does the title alone say the same category?

    Where it does not, one column beside it does, and may be the wrong cell of the row itself.
    """
    found = np.zeros(len(contradicted), bool)
    if contradicted.any():
        titles = documents_of(task.snapshot, task.source, (), task.documents.rows)
        alone = read_unseen(titles, task.said, task.titles, task.learnt)
        if alone is not None:
            found = np.asarray(alone.label == task.reading.label)
    return found


def _believed(reading: Reading, fully: Mask, half: Mask) -> float:
    """The share of full contradictions that are no errors of the machine.

    Its errors thin out by the same ratio from faint to half-hearted ones and on to full ones.
    """
    faint = np.count_nonzero(reading.label != reading.own) - np.count_nonzero(fully | half)
    halves, found = int(np.count_nonzero(half)), int(np.count_nonzero(fully))
    return 1 - halves * halves / (max(1, int(faint)) * max(1, found))


def _by_text(
    task: _Task, new: int, doubt: int, chosen: Sequence[int], who: Provenance
) -> Iterator[Fix]:
    """The same class may be written in several ways: one fix for each."""
    said = task.said[:, task.at[chosen[0]]]
    columns = [j for j, mine in enumerate(said.tolist()) if mine != new]
    codes = [task.snapshot.codes(task.columns[j]) for j in columns]
    texts: dict[tuple[str | None, ...], list[int]] = defaultdict(list)
    for number in chosen:
        texts[tuple(c.text(int(c.codes[task.rows[number]])) for c in codes)].append(number)
    after = [c.text(int(task.usual[j][new])) for j, c in zip(columns, codes, strict=True)]
    for before, numbers in texts.items():
        changes = tuple(
            Change(task.columns[j], was, now)
            for j, was, now in zip(columns, before, after, strict=True)
        )
        yield _fix(task, changes, doubt, np.array(numbers, np.int64), who)


_DOUBTS = (
    "",
    " But these categories are taken for each other elsewhere too: a person must decide.",
    " Few rows hold the other, so what it is does not show: a person must decide.",
    " Milder contradictions are frequent here, as where the reading errs: a person must decide.",
    " The contradiction is not complete: a person must decide.",
    " The title alone does not say so, and what does may be wrong itself: a person must decide.",
)


def _fix(
    task: _Task, changes: tuple[Change, ...], doubt: int, chosen: Ints, who: Provenance
) -> Fix:
    rows = task.snapshot.row_ids[task.rows[chosen]].tolist()
    word, there, here = _telling(task, int(task.at[chosen[0]]))
    text = (
        f"Read without its own row, {task.source} and the other columns of {len(rows)} rows "
        f"speak for {changes[0].after!r} and against {changes[0].before!r}: {word} goes with "
        f"the one in {there} rows and with the other in {here}.{_DOUBTS[doubt]}"
    )
    return Fix(
        table=task.snapshot.name,
        kind=FixKind.CELL,
        reason=Reason.CATEGORY,
        check="category",
        changes=changes,
        rows=tuple(rows),
        provenance=who,
        evidence=Evidence(text, sql=_sql(task, rows), determinants=(task.source,),
                          votes_for=float(there), votes_against=float(here)),
        confidence=HALF if doubt in (4, 5) else FULLY,
        safety=Safety.UNSAFE if doubt else Safety.SAFE,
    )  # fmt: skip


def _telling(task: _Task, document: int) -> tuple[str, int, int]:
    """What tells the two categories of a document apart best, and its other documents in each.

    Counted are the documents that were learnt from.
    """
    words = dict.fromkeys(task.documents(np.array([document]))[0])
    counts = {word: [0, 0] for word in words}
    for side, held in enumerate((task.reading.label[document], task.reading.own[document])):
        others = np.flatnonzero(task.learnt & (task.said[0] == held))
        for other in task.documents(others[others != document]):
            for word in words.keys() & {*other}:
                counts[word][side] += 1
    best = max(words, key=lambda word: counts[word][0] - counts[word][1])
    column, _, value = best.rpartition("\0")
    return (f"{column} {value!r}" if column else repr(best)), counts[best][0], counts[best][1]


def _sql(task: _Task, rows: Sequence[int]) -> str:
    listed = ", ".join(quote_identifier(name) for name in (task.source, *task.columns))
    return (
        f"select {ROW}, {listed} from {quote_identifier(task.snapshot.name)} "
        f"where {ROW} in ({', '.join(map(str, rows))}) order by {ROW}"
    )

"""Labels for the value of one column: gather what speaks for each value, join it, keep chances."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from steward.engine import Snapshot
from steward.errors import InputError, UnknownColumn, UsageError
from steward.fixes.determinants import Determinant, determinants_of
from steward.fixes.mapping import missing_codes
from steward.label.nominal import (
    ABSTAINS,
    NominalChances,
    NominalVotes,
    ValueSuspect,
    find_value_suspects,
    fit_nominal,
)
from steward.label.value_votes import named_in, read_from_text
from steward.label.votes import Floats, Ints
from steward.profile import profile_table
from steward.retrieval.data import read_search_data
from steward.retrieval.item_text import ItemText, default_item_text
from steward.store import Store
from steward.store.labels import FUNCTION, MODEL, PEOPLE, Label, keep_labels, labels_of
from steward.types import Profile

VALUES = "category"
LABEL_MODEL = "label-model"
CELL = "the cell"
MOST_VALUES = 1000
LEAST_KEPT = 0.02
"""Values of a lower chance are not kept."""

FOLDS = 5
MAJORITY = 0.5
"""The share of the rows alike that must agree before another column speaks."""

Step = Callable[[str], None]


@dataclass(frozen=True)
class ValuePlan:
    """What to label: a column of a table of items, with values that people said, if any.

    Attributes:
        items: a table.
        label: its column.
        sample: a table of item and value by people; those kept in the store count with them.
        text: what a classifier reads; default: columns of words that differ from row to row.
    """

    items: str
    label: str
    sample: str | None = None
    text: str | None = None

    @property
    def task(self) -> str:
        """The name under which its labels are kept."""
        return f"{VALUES}:{self.label}"


@dataclass(frozen=True)
class ValuesRead:
    """The votes, what each cell says (-1: nothing) and what people said, by place."""

    votes: NominalVotes
    given: Ints
    known: Mapping[int, int]
    judges: Mapping[int, str]
    origin: str


@dataclass(frozen=True)
class ValuesLabelled:
    """What was labelled.

    `right` is how often each function, and all together, say what people say of items that the
    fit did not know as judged (name, share right, items spoken of); `changed` counts items whose
    likeliest value is not the cell's, `filled` empty cells with a value of a chance above a half.
    """

    read: ValuesRead
    found: NominalChances
    right: tuple[tuple[str, float, int], ...]
    changed: int
    filled: int
    kept: int


def label_values(
    store: Store, plan: ValuePlan, *, dry_run: bool = False, step: Step = lambda _: None
) -> ValuesLabelled:
    """Label each item with a chance for each value that something speaks for.

    Raises:
        UnknownColumn: the column is not there.
        InputError: its values are not those of a category, or the sample names no item.
    """
    read = read_values(store, plan, step)
    step("joining the functions")
    found = fit_nominal(read.votes, read.known, anchor=CELL)
    best, chance = found.likeliest()
    empty, sure = read.given == ABSTAINS, chance > 0.5
    kept = 0 if dry_run else _keep(store, plan, read, found)
    return ValuesLabelled(
        read,
        found,
        _right(read),
        int((~empty & sure & (best != read.given)).sum()),
        int((empty & sure).sum()),
        kept,
    )


def audit_values(
    store: Store, plan: ValuePlan, *, step: Step = lambda _: None
) -> tuple[ValuesRead, list[ValueSuspect]]:
    """Look for cells whose value is likely wrong; nothing is written."""
    read = read_values(store, plan, step)
    step("looking for wrong values")
    return read, find_value_suspects(read.votes, CELL, read.known)


def read_values(store: Store, plan: ValuePlan, step: Step = lambda _: None) -> ValuesRead:
    """Ask every function about every item that has an id of its own."""
    items = store.snapshot(plan.items)
    sample = None if plan.sample is None else store.snapshot(plan.sample)
    said = [(one.item, one.query) for one in labels_of(store, task=plan.task, source=PEOPLE)]
    judged = dict.fromkeys(said, "")
    return read_table(items, plan, sample, judged, step)


def read_table(
    items: Snapshot,
    plan: ValuePlan,
    sample: Snapshot | None = None,
    judged: Mapping[tuple[str, str], str] | None = None,
    step: Step = lambda _: None,
) -> ValuesRead:
    """The same of a table that is at hand; `judged` names who said which item has which value."""
    if plan.label not in items.columns:
        raise UnknownColumn(
            f"Table {items.name} has no column {plan.label}.",
            hint=f"--label is one of {', '.join(items.columns)}",
        )
    step("reading items")
    profile = profile_table(items)
    values, given = _cells(items, profile, plan.label)
    ids = _ids(items)
    people = dict(judged or {})
    if sample is not None:
        people |= dict.fromkeys(_sampled(sample, set(ids), set(values)), sample.name)
    values = tuple(dict.fromkeys([*values, *(value for _, value in people)]))
    names, said = _asked(items, profile, plan, (values, given), step)
    own = _first(ids)
    votes = NominalVotes(tuple(ids[n] for n in own), values, names, said[own])
    place, number = ({v: n for n, v in enumerate(each)} for each in (votes.items, values))
    told = [(p, w) for p, w in people.items() if p[0] in place]
    known = {place[item]: number[value] for (item, value), _ in told}
    judges = {place[item]: judge for (item, _), judge in told}
    return ValuesRead(votes, given[own], known, judges, items.content_hash)


def _asked(
    items: Snapshot,
    profile: Profile,
    plan: ValuePlan,
    cells: tuple[tuple[str, ...], Ints],
    step: Step,
) -> tuple[tuple[str, ...], Ints]:
    values, given = cells
    texts = _texts(items, profile, plan)
    step("reading what the texts name")
    said = {CELL: given, "named in the text": named_in(texts, values)}
    step("learning from the texts")
    said["classifier, sure"], said["classifier, less sure"] = read_from_text(texts, given)
    step("asking the other columns")
    for name, votes in _determined(items, profile, plan.label, given):
        said[f"by {name}"] = votes
    spoke = {name: votes for name, votes in said.items() if (votes != ABSTAINS).any()}
    return tuple(spoke), np.column_stack(list(spoke.values()))


def _cells(items: Snapshot, profile: Profile, label: str) -> tuple[tuple[str, ...], Ints]:
    """The values of a column and the number of each row's, -1 where there is none."""
    codes = items.codes(label)
    given = np.where(missing_codes(items, profile, label), ABSTAINS, codes.codes).astype(np.int64)
    used, numbers = np.unique(given[given != ABSTAINS], return_inverse=True)
    if not 2 <= len(used) <= min(MOST_VALUES, max(2, (given != ABSTAINS).sum() // 2)):
        raise InputError(
            f"Column {label} of {items.name} holds {len(used):,} different values: no category.",
            hint="Name a column whose values repeat: a category, a colour, a brand.",
        )
    given[given != ABSTAINS] = numbers
    return tuple(codes.values[n] for n in used.tolist()), given


def _texts(items: Snapshot, profile: Profile, plan: ValuePlan) -> list[str]:
    if plan.text is not None:
        template = ItemText(plan.text)
        if plan.label in template.columns:
            raise UsageError(
                f"The text holds {plan.label}, which is to be labelled.", hint="Leave it out."
            )
        return template.of(items)
    try:
        wordy = [n for n in default_item_text(items, profile).columns if n != plan.label]
    except UsageError:
        wordy = []
    facts = [profile.column(name) for name in wordy]
    differ = [c.name for c in facts if c.distinct > 0.5 * c.present]
    if not (chosen := differ or wordy):
        return [""] * items.rows
    return ItemText(" ".join(f"{{{name}}}" for name in chosen)).of(items)


def _determined(
    items: Snapshot, profile: Profile, label: str, given: Ints
) -> list[tuple[str, Ints]]:
    """What the columns that tell most say of every row, each row itself left out."""
    names = [label, *(n for n in items.columns if n != label)]
    table = [given + 1]
    for name in names[1:]:
        codes = items.codes(name).codes
        table.append(np.where(missing_codes(items, profile, name), 0, codes + 1).astype(np.int64))
    held: Ints = np.column_stack(table).astype(np.int64)
    sizes = tuple(int(column.max(initial=0)) + 1 for column in table)
    filled = held[given != ABSTAINS]
    return [
        (names[found.column], _one_out(found, held[:, found.column], held[:, 0]))
        for found in determinants_of(filled, sizes, 0)
    ]


def _one_out(found: Determinant, x: Ints, own: Ints) -> Ints:
    """What most other rows of the same value hold; -1 where they do not agree."""
    pairs = found.pairs
    first, second = pairs.top[x, 0], pairs.top[x, 1]
    mine = (first == own).astype(float)
    turned = pairs.top_counts[x, 0] - mine < pairs.top_counts[x, 1]
    often = np.where(turned, pairs.top_counts[x, 1], pairs.top_counts[x, 0] - mine)
    others = pairs.totals[x] - (own != 0)
    speaks = (x != 0) & (others > 0) & (often >= MAJORITY * np.maximum(others, 1))
    return np.where(speaks, np.where(turned, second, first) - 1, ABSTAINS)


def _ids(items: Snapshot) -> list[str]:
    name = read_search_data(items).origin["item_id"]
    if not name:
        return [str(int(row)) for row in items.row_ids]
    return [value or "" for value in items.column(name).to_pylist()]


def _first(ids: list[str]) -> Ints:
    """The first row of each id; rows without one speak for nothing."""
    rows: dict[str, int] = {}
    for row, ident in enumerate(ids):
        if ident:
            rows.setdefault(ident, row)
    return np.array(list(rows.values()), dtype=np.int64)


def _sampled(sample: Snapshot, ids: set[str], values: set[str]) -> list[tuple[str, str]]:
    """Item and value of each row of a table, found by what its columns hold."""
    held = {name: sample.codes(name).values for name in sample.columns}
    item = max(held, key=lambda name: len(ids.intersection(held[name])))
    others = [name for name in held if name != item]
    value = max(others, key=lambda name: len(values.intersection(held[name])), default="")
    rows = zip(
        sample.column(item).to_pylist(), sample.column(value or item).to_pylist(), strict=True
    )
    found = [(i, v) for i, v in rows if i in ids and v]
    if not found or not values.intersection(v for _, v in found):
        raise InputError(
            f"Table {sample.name} does not say the values of items.",
            hint="It needs a column with the ids of items and one with their right values.",
        )
    return found


def _right(read: ValuesRead) -> tuple[tuple[str, float, int], ...]:
    if not read.known:
        return ()
    places = np.array(list(read.known), dtype=np.int64)
    truth = np.array(list(read.known.values()), dtype=np.int64)
    together = np.full(len(places), ABSTAINS, dtype=np.int64)
    folds = np.random.default_rng(0).permutation(len(places)) % FOLDS
    for fold in range(FOLDS):
        inside = folds == fold
        learnt = dict(zip(places[~inside].tolist(), truth[~inside].tolist(), strict=True))
        together[inside] = fit_nominal(read.votes, learnt, anchor=CELL).likeliest()[0][
            places[inside]
        ]
    told = {
        "all together": together,
        **dict(zip(read.votes.names, read.votes.said[places].T, strict=True)),
    }
    return tuple(_measured(name, said, truth) for name, said in told.items())


def _measured(name: str, said: Ints, truth: Ints) -> tuple[str, float, int]:
    spoke = said != ABSTAINS
    share = float((said == truth)[spoke].mean()) if spoke.any() else 0.0
    return name, round(share, 4), int(spoke.sum())


def _keep(store: Store, plan: ValuePlan, read: ValuesRead, found: NominalChances) -> int:
    """Keep the joined chances, and what each function and each person said."""
    votes = read.votes
    digest = hashlib.sha256("\n".join((*votes.names, read.origin)).encode()).hexdigest()[:12]
    labels = [
        Label(
            votes.values[v],
            votes.items[n],
            LABEL_MODEL,
            MODEL,
            chance,
            (1 - chance, chance),
            digest,
        )
        for n, v, chance in _kept(found)
    ]
    for name, column in zip(votes.names, votes.said.T, strict=True):
        rows = np.flatnonzero(column != ABSTAINS).tolist()
        labels += [
            Label(votes.values[column[n]], votes.items[n], name, FUNCTION, 1.0, made_by=digest)
            for n in rows
        ]
    labels += [
        Label(votes.values[read.known[n]], votes.items[n], judge, PEOPLE, 1.0)
        for n, judge in read.judges.items()
        if judge
    ]
    return keep_labels(store, labels, task=plan.task, instead_of=(MODEL, FUNCTION))


def _kept(found: NominalChances) -> list[tuple[int, int, float]]:
    rows, columns = np.nonzero((found.values != ABSTAINS) & (found.chances >= LEAST_KEPT))
    chances: Floats = found.chances[rows, columns].round(4)
    return list(
        zip(rows.tolist(), found.values[rows, columns].tolist(), chances.tolist(), strict=True)
    )

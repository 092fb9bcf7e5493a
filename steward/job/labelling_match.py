"""Labels of pairs of rows that are the same thing: gather what speaks for it, join it, keep it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from steward.errors import UsageError
from steward.job.labelling_audit import LONGEST, keep_queue
from steward.job.labelling_match_inputs import judged_pairs, named_pairs, read_rows
from steward.label.match_compare import MatchComparison, compare_matches
from steward.label.match_errors import Chain, MatchSuspect, find_chains, find_match_suspects
from steward.label.match_model import Matched, join_votes
from steward.label.match_rows import MatchRows
from steward.label.match_votes import Encode, MatchVotes, ask, match_functions
from steward.label.votes import Floats, Pair
from steward.retrieval.judgments import JudgmentColumns
from steward.store import Store
from steward.store.labels import MODEL, PEOPLE, Label, keep_labels, labels_of

MATCH = "match"
LABEL_MODEL = "label-model"

Step = Callable[[str], None]


@dataclass(frozen=True)
class MatchPlan:
    """Which pairs to label, and by what.

    Attributes:
        items: a table.
        others: the table to match it with; None looks for repeats within `items`.
        sample: a table of pairs that people judged; those kept in the store count with them.
        pairs: a table that names the pairs to label; else those that share rare words.
        encoder: its cosine of titles speaks too.
        text: what a row says, such as `{title} {brand}`; its first column is the title.
        columns: of `sample` and `pairs`: left id, right id, verdict; else told by what they hold.
    """

    items: str
    others: str | None = None
    sample: str | None = None
    pairs: str | None = None
    encoder: str | None = None
    text: str | None = None
    columns: JudgmentColumns | None = None

    @property
    def task(self) -> str:
        """The name under which its labels are kept."""
        return f"{MATCH}:{self.items}" + (f"~{self.others}" if self.others else "")


@dataclass(frozen=True)
class MatchesRead:
    """What was read.

    `votes` are of the pairs asked for and of all others worth comparing; `asked` are the numbers of
    the former, `known` what people said, `origin` names what the tables held.
    """

    rows: MatchRows
    votes: MatchVotes
    asked: tuple[int, ...]
    known: Mapping[Pair, bool]
    origin: tuple[str, ...]

    @property
    def shorter(self) -> int:
        """Rows of the shorter table."""
        return min(len(self.rows.left.ids), len(self.rows.right.ids))


@dataclass(frozen=True)
class MatchesLabelled:
    """What was labelled: chances of the pairs asked for, and the comparison, with a sample."""

    read: MatchesRead
    matched: Matched
    chances: Floats
    compared: MatchComparison | None
    kept: int

    @property
    def same(self) -> int:
        """How many pairs are likelier the same than not."""
        return int((self.chances >= 0.5).sum())


@dataclass(frozen=True)
class MatchAudit:
    """What is likely wrong with the verdicts on pairs."""

    read: MatchesRead
    suspects: tuple[MatchSuspect, ...]
    chains: tuple[Chain, ...]


def label_matches(
    store: Store, plan: MatchPlan, *, dry_run: bool = False, step: Step = lambda _: None
) -> MatchesLabelled:
    """Keep the chance that two rows are the same thing, for each pair.

    Raises:
        InputError: a table cannot be read as what it is said to be.
    """
    read = read_matches(store, plan, step)
    step("joining the functions")
    matched = join_votes(read.votes, read.shorter, read.known)
    compared = None
    if matched.losses:
        step("comparing the functions")
        compared = compare_matches(read.votes, read.shorter, read.known)
    chances = matched.chances[list(read.asked)]
    kept = 0 if dry_run else _keep(store, plan, read, chances)
    return MatchesLabelled(read, matched, chances, compared, kept)


def audit_matches(
    store: Store, plan: MatchPlan, *, dry_run: bool = False, step: Step = lambda _: None
) -> MatchAudit:
    """Look for verdicts that are likely wrong, and keep the queue for `label review`.

    Raises:
        UsageError: there is no verdict of a person, in the store or in `plan.sample`.
    """
    read = read_matches(store, plan, step)
    if not read.known:
        raise UsageError(
            "There are no judged pairs to audit.", hint="Name a table of them with --sample"
        )
    step("looking for wrong verdicts")
    chains = find_chains(read.known, one_table=read.rows.one_table)
    found = find_match_suspects(read.votes, read.shorter, read.known, chains)
    if not dry_run:
        keep_queue(store, [suspect.pair for suspect in found][:LONGEST], plan.task)
    return MatchAudit(read, tuple(found), chains)


def read_matches(store: Store, plan: MatchPlan, step: Step = lambda _: None) -> MatchesRead:
    """Ask every function about the pairs asked for and about all others worth comparing."""
    step("reading the rows")
    tables = [store.snapshot(name) for name in (plan.items, plan.others) if name]
    rows = read_rows(tables[0], tables[1] if plan.others else None, plan.text)
    step("looking for pairs worth comparing")
    worth = rows.candidates()
    asked = worth
    if plan.pairs is not None:
        asked = tuple(named_pairs(store.snapshot(plan.pairs), rows, plan.columns))
    known = {} if plan.sample is None else judged_pairs(
        store.snapshot(plan.sample), rows, plan.columns
    )  # fmt: skip
    known |= _people(store, plan.task, rows)
    step("asking the label functions")
    every = tuple(dict.fromkeys([*asked, *known, *worth]))
    wanted = len(dict.fromkeys([*asked, *known]))
    votes = ask(match_functions(rows, _encode(store, plan)), rows, every)
    origin = tuple(table.content_hash for table in tables)
    return MatchesRead(rows, votes, tuple(range(wanted)), known, origin)


def _people(store: Store, task: str, rows: MatchRows) -> dict[Pair, bool]:
    """What people said in the store, the majority where several judged a pair."""
    said: dict[Pair, list[float]] = {}
    for label in labels_of(store, task=task, source=PEOPLE):
        pair = (label.query, label.item)
        if pair[0] in rows.left.place and pair[1] in rows.right.place:
            said.setdefault(pair, []).append(label.grade)
    return {pair: float(np.mean(grades)) >= 0.5 for pair, grades in said.items()}


def _encode(store: Store, plan: MatchPlan) -> Encode | None:
    if plan.encoder is None:
        return None
    from steward.retrieval.encoder import load_encoder

    encoder = load_encoder(plan.encoder, cache=store.path.with_suffix(".vectors"))
    return lambda texts: encoder.encode(list(texts)).astype(np.float64)


def _keep(store: Store, plan: MatchPlan, read: MatchesRead, chances: Floats) -> int:
    """Keep the chances of the label model, instead of its earlier ones."""
    votes = read.votes
    body = "\n".join((*votes.names, *read.origin, plan.encoder or ""))
    digest = hashlib.sha256(body.encode()).hexdigest()[:12]
    made_by = f"{'+'.join(dict.fromkeys(votes.sources))} {digest}"
    labels = [
        Label(*votes.pairs[n], LABEL_MODEL, MODEL, chance, (1 - chance, chance), made_by)
        for n, chance in zip(read.asked, chances.round(4).tolist(), strict=True)
    ]
    return keep_labels(store, labels, task=plan.task, instead_of=(MODEL,))

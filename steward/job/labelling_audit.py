"""What is wrong with the labels of a store, and which a person should look at first."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from steward.errors import UsageError
from steward.job.labelling import LabelPlan, by_judge, gather, people_of
from steward.job.labelling_inputs import Inputs, read_inputs
from steward.label.annotators import Agreement, Quality, agreements, qualities
from steward.label.contradictions import Contradiction, find_contradictions
from steward.label.errors import Suspect, Unseen, doubt_labels, review_order, suspects_of
from steward.label.votes import Floats, Pair, Votes, collect
from steward.store import Store
from steward.store.labels import MODEL, labels_of

QUEUE = "label_queue"
LONGEST = 2000
"""Pairs that wait for a person at most: more than anybody judges in a week."""


@dataclass(frozen=True)
class Audit:
    """The audit of the labels that people or a table gave.

    `queue` holds what to judge again, the dearest first; `unsure` counts pairs of the label model
    whose likeliest grade has a chance below a half.
    """

    labels: int
    queries: int
    judges: tuple[Quality, ...]
    agreements: tuple[Agreement, ...]
    contradictions: tuple[Contradiction, ...]
    suspects: tuple[Suspect, ...]
    queue: tuple[Suspect, ...]
    unsure: int
    unseen: Unseen


def audit_labels(
    store: Store,
    plan: LabelPlan,
    *,
    dry_run: bool = False,
    step: Callable[[str], None] = lambda _: None,
) -> Audit:
    """Look for labels that are likely wrong, and keep the queue for `label review`.

    Raises:
        UsageError: there is no label of a person, in the store or in `plan.sample`.
    """
    step("reading labels")
    inputs = read_inputs(store, replace(plan, pairs=None, depth=1))
    labels = {**inputs.known, **people_of(store, plan.task)}
    if not labels:
        raise UsageError(
            "There are no labels to audit.",
            hint="Name a table of judgments with --sample, or judge some: steward label review",
        )
    pairs = tuple(labels)
    step("asking the label functions")
    votes = collect(gather(store, plan, inputs, step), pairs, step=step)
    step("looking for wrong labels")
    judges = by_judge(store, plan.task)
    texts = dict(inputs.data.texts)
    contradictions = find_contradictions(labels, judges, votes, texts)
    unseen = doubt_labels(votes, labels, _vectors(store, plan, inputs))
    suspects = suspects_of(unseen, contradictions)
    queue = review_order(suspects)[:LONGEST]
    if not dry_run:
        keep_queue(store, [s.pair for s in queue], plan.task)
    return Audit(
        labels=len(labels),
        queries=len({query for query, _ in labels}),
        judges=tuple(qualities(judges)),
        agreements=tuple(agreements(judges)),
        contradictions=tuple(contradictions),
        suspects=tuple(suspects),
        queue=tuple(queue),
        unsure=len(unsure_pairs(store, plan.task)),
        unseen=unseen,
    )


def keep_queue(store: Store, pairs: Sequence[Pair], task: str) -> None:
    """Keep the pairs that wait for a person, in order."""
    store.set_setting(f"{QUEUE}:{task}", json.dumps([list(p) for p in pairs], ensure_ascii=False))


def waiting(store: Store, task: str) -> list[Pair]:
    """The pairs that wait for a person: those of the last audit, else those the model doubts."""
    kept = store.setting(f"{QUEUE}:{task}")
    if kept:
        return [(query, item) for query, item in json.loads(kept)]
    return unsure_pairs(store, task)


def unsure_pairs(store: Store, task: str, *, below: float = 0.5) -> list[Pair]:
    """Pairs whose likeliest grade has a chance below this, the least sure first."""
    labels = labels_of(store, task=task, source=MODEL)
    doubted = [label for label in labels if label.chances and max(label.chances) < below]
    ordered = sorted(doubted, key=lambda one: (max(one.chances), one.query, one.item))
    return [(label.query, label.item) for label in ordered]


def _vectors(store: Store, plan: LabelPlan, inputs: Inputs) -> Mapping[str, Floats] | None:
    """Vectors of items, where there is an encoder."""
    if plan.encoder is None or "encoder" not in plan.sources:
        return None
    from steward.retrieval.encoder import load_encoder

    encoder = load_encoder(plan.encoder, cache=store.path.with_suffix(".vectors"))
    vectors = encoder.encode(list(inputs.data.texts.values())).astype(np.float64)
    return dict(zip(inputs.data.ids, vectors, strict=True))


def votes_of(store: Store, plan: LabelPlan, pairs: Sequence[Pair]) -> Votes:
    """What the functions of a plan say of some pairs."""
    inputs = read_inputs(store, plan)
    return collect(gather(store, plan, inputs, lambda _: None), pairs)

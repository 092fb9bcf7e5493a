"""Labels for pairs of query and item: gather the sources, join them, keep one chance a grade."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean

from steward.engine import Snapshot
from steward.errors import UsageError
from steward.job.labelling_inputs import Inputs, read_inputs
from steward.label.clicks import CLICK_MODELS, ClickLog, relevance, satisfaction
from steward.label.compare import ordered_grade
from steward.label.functions import (
    SOURCES,
    click_functions,
    encoder_functions,
    lexical_functions,
    rule_functions,
)
from steward.label.learnt import Learnt, learn
from steward.label.votes import GRADES, LabelFunction, Pair, Votes, collect, given
from steward.retrieval.judgments import JudgmentColumns
from steward.store import Store
from steward.store.labels import JUDGE, MODEL, PEOPLE, Label, keep_labels, labels_of

LABEL_MODEL = "label-model"
TASK = "relevance"

Step = Callable[[str], None]


@dataclass(frozen=True)
class LabelPlan:
    """What to label, and by what.

    Attributes:
        items: a table.
        queries: a table with the words of queries.
        sources: of `SOURCES`.
        sample: a table of judgments by people; those kept in the store count with them.
        impressions: of a click log, with `clicks` and `purchases` where those are tables.
        pairs: a table that names the pairs to label; else the best `depth` found for each query.
        depth: items a query.
        encoder: for the source `encoder`.
        text: what an item says; default: its columns of words.
        columns: of the sample: query, item and grade; default: found by what they hold.
        task: name of what is labelled.
        click_model: one of `steward.label.clicks.CLICK_MODELS`.
    """

    items: str
    queries: str
    sources: tuple[str, ...] = ("rules", "lexical")
    sample: str | None = None
    impressions: str | None = None
    clicks: str | None = None
    purchases: str | None = None
    pairs: str | None = None
    depth: int = 20
    encoder: str | None = None
    text: str | None = None
    columns: JudgmentColumns | None = None
    task: str = TASK
    click_model: str = "position"

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if unknown := sorted(set(self.sources) - set(SOURCES)):
            raise UsageError(
                f"Unknown source {unknown[0]!r}.", hint=f"Some of: {', '.join(SOURCES)}"
            )
        if self.click_model not in CLICK_MODELS:
            raise UsageError(
                f"There is no click model {self.click_model!r}.",
                hint=f"--click-model {' or '.join(CLICK_MODELS)}",
            )
        if "clicks" in self.sources and not self.impressions:
            raise UsageError(
                "The source clicks needs a table of what was shown.", hint="--impressions TABLE"
            )
        if "encoder" in self.sources and not self.encoder:
            raise UsageError("The source encoder needs an encoder.", hint="--encoder minilm")


@dataclass(frozen=True)
class Labelled:
    """What was labelled.

    `functions` names each with its source and the share of pairs it spoke about; `grades` counts
    the pairs of each grade; `judged` is the size of the human sample and `losses` what each way to
    use it cost on queries unseen; `kept` is how many labels were written.
    """

    votes: Votes
    known: Mapping[Pair, float]
    fitted: Learnt
    functions: tuple[tuple[str, str, float], ...]
    grades: Mapping[str, int]
    kept: int = 0
    notes: tuple[str, ...] = field(default=())


def label_pairs(
    store: Store, plan: LabelPlan, *, dry_run: bool = False, step: Step = lambda _: None
) -> Labelled:
    """Label pairs and keep a chance a grade for each.

    Raises:
        UsageError: the plan lacks something.
        InputError: a table cannot be read as what it is said to be.
    """
    step("reading items and queries")
    inputs = read_inputs(store, plan)
    known = {**inputs.known, **people_of(store, plan.task)}
    functions = gather(store, plan, inputs, step)
    votes = collect(functions, inputs.pairs, step=step)
    step("joining the sources")
    fitted = learn(votes, known)
    chances = fitted.honest(votes)
    means = chances @ GRADES
    made = _made_by(plan, votes, inputs.origin)
    labels = [
        Label(query, item, LABEL_MODEL, MODEL, round(float(mean), 4), tuple(map(float, c)), made)
        for (query, item), mean, c in zip(votes.pairs, means, chances, strict=True)
    ]
    kept = 0 if dry_run else keep_labels(store, labels, task=plan.task)
    counts = Counter(ordered_grade(chances).tolist())
    told = zip(votes.names, votes.sources, votes.coverage.tolist(), strict=True)
    grades = {f"{grade:g}": counts[n] for n, grade in enumerate(GRADES)}
    return Labelled(votes, known, fitted, tuple(told), grades, kept, inputs.notes)


def gather(store: Store, plan: LabelPlan, inputs: Inputs, step: Step) -> list[LabelFunction]:
    """The functions of the plan's sources, and of language models that passed the gate."""
    functions: list[LabelFunction] = []
    if "rules" in plan.sources:
        functions += rule_functions(inputs.fields)
    if "lexical" in plan.sources:
        functions += lexical_functions(inputs.fields)
    if "encoder" in plan.sources and plan.encoder:
        from steward.retrieval.encoder import load_encoder

        step("encoding the items")
        cache = store.path.with_suffix(".vectors")
        functions += encoder_functions(inputs.fields, load_encoder(plan.encoder, cache=cache))
    if "clicks" in plan.sources and inputs.log is not None:
        functions += _behaviour(inputs.log, plan.click_model)
    return functions + _judges(store, plan.task)


def _behaviour(log: ClickLog, model: str) -> list[LabelFunction]:
    """What shoppers clicked and, where it was recorded, what they bought."""
    functions = [*click_functions(relevance(log, model=model))]
    if model == "dbn" and log.clicked.any():
        functions += click_functions(satisfaction(log), name="satisfied")
    if log.bought is not None and log.bought.any():
        # By position: read by the last purchase, a list without one would be all looked at.
        bought = relevance(replace(log, clicked=log.bought))
        functions += click_functions(bought, name="purchases")
    return functions


def _judges(store: Store, task: str) -> list[LabelFunction]:
    """Each language model whose labels are kept, as a function that repeats them."""
    said: dict[str, dict[Pair, float]] = {}
    for label in labels_of(store, task=task, source=JUDGE):
        said.setdefault(label.judge, {})[label.query, label.item] = label.grade
    return [given(judge, JUDGE, grades) for judge, grades in sorted(said.items())]


def people_of(store: Store, task: str = TASK) -> dict[Pair, float]:
    """What people said, the mean where several judged a pair."""
    said: dict[Pair, list[float]] = {}
    for label in labels_of(store, task=task, source=PEOPLE):
        said.setdefault((label.query, label.item), []).append(label.grade)
    return {pair: fmean(grades) for pair, grades in said.items()}


def by_judge(store: Store, task: str = TASK) -> dict[str, dict[Pair, float]]:
    """What each person and each language model said."""
    said: dict[str, dict[Pair, float]] = {}
    for label in labels_of(store, task=task):
        if label.source != MODEL:
            said.setdefault(label.judge, {})[label.query, label.item] = label.grade
    return said


def _made_by(plan: LabelPlan, votes: Votes, origin: Sequence[str]) -> str:
    body = "\n".join((*votes.names, *origin, str(plan.depth), plan.encoder or ""))
    digest = hashlib.sha256(body.encode()).hexdigest()[:12]
    return f"{'+'.join(dict.fromkeys(votes.sources))} {digest}"


def snapshot_of(store: Store, name: str | None) -> Snapshot | None:
    """The snapshot of a table that may be left out."""
    return None if name is None else store.snapshot(name)

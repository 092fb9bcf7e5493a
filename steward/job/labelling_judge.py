"""A language model as a judge: priced, measured on what people judged, and only then believed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from steward.errors import GateError, UsageError
from steward.job.labelling import LabelPlan, by_judge, gather, people_of
from steward.job.labelling_inputs import Inputs, read_inputs
from steward.label.annotators import agreements
from steward.label.gate import LEAST_PAIRS, Gate, calibrated, crossed, measure_judge
from steward.label.model import nearest
from steward.label.votes import GRADES, Floats, Ints, Pair, collect
from steward.store import Store
from steward.store.labels import JUDGE, PEOPLE, Label, keep_labels, labels_of

if TYPE_CHECKING:
    from steward.llm import Batch, Completion, Plan, Prompt, Request

WORDINGS = ("judge_relevance", "judge_relevance_need")
"""Prompts that ask the same in other words; their chances are averaged."""

ANSWERS = ("1", "2", "3", "4")
"""What the model may say: exact, substitute, complement, irrelevant; each a single token."""

LONGEST = 600
"""Letters of an item's text that are shown."""

CHINESE = 0.3
"""The share of Chinese letters in queries from which the prompt is Chinese."""


@dataclass(frozen=True)
class Judged:
    """What a model would cost or did cost, how it did, and what it labelled.

    `sample` and `rest` are the plans of both parts; `gate` is None in a dry run.
    """

    model: str
    prompts: tuple[str, ...]
    sample: Plan
    rest: Plan
    gate: Gate | None = None
    labelled: int = 0
    failures: int = 0

    def refuse(self) -> None:
        """Raise `GateError` when the model did not pass."""
        if self.gate is None or self.gate.passed:
            return
        raise GateError(
            f"{self.model} labels nothing: its κ with people is {self.gate.agreement}, and must "
            f"surely be {self.gate.least:g} or more.",
            hint="Try a stronger model, or label without --model; more judged pairs make the "
            "interval narrower: steward label review",
        )


def judge_pairs(
    store: Store,
    plan: LabelPlan,
    url: str,
    least: float,
    *,
    dry_run: bool = False,
    step: Callable[[str], None] = lambda _: None,
) -> Judged:
    """Let a model judge the pairs that people judged, and if it does well, the others.

    Replies are kept in the store as they come: a run that was killed goes on where it was.

    Raises:
        UsageError: people judged too few pairs.
        ModelError: the server does not answer.
    """
    from steward.llm import Batch, load_prompt, plan_batch
    from steward.llm.client import without_thinking
    from steward.llm.server import required_server

    inputs = read_inputs(store, plan)
    known = {**inputs.known, **people_of(store, plan.task)}
    known = {pair: grade for pair, grade in known.items() if pair[1] in inputs.data.texts}
    if len(known) < LEAST_PAIRS:
        raise UsageError(
            f"A model must be measured first, and people judged {len(known)} pairs only.",
            hint=f"Judge {LEAST_PAIRS} or more: steward label review, or name them with --sample",
        )
    server = without_thinking(required_server(url, near=store.path))
    language = _language([query for query, _ in known])
    prompts = [load_prompt(name, language=language) for name in WORDINGS]
    asker = _Asker(prompts, load_prompt("guidelines", language=language).text, inputs)
    rest = [pair for pair in inputs.pairs if pair not in known]
    plans = [plan_batch(server, asker.requests(pairs), store) for pairs in (list(known), rest)]
    names = tuple(f"{prompt.id} {prompt.digest}" for prompt in prompts)
    judged = Judged(server.model, names, *plans)
    if dry_run:
        return judged
    batch = Batch(server, store)
    told, failures = asker.ask(batch, list(known), step)
    gate = _gate(store, plan, inputs, known, told, least)
    judged = replace(judged, gate=gate, failures=failures)
    if not gate.passed or not rest:
        return judged
    said, failures = asker.ask(batch, rest, step)
    sample, truth = _mean(told), _truth(known)
    honest = np.vstack(
        [crossed(sample, truth, [q for q, _ in known]), calibrated(_mean(said), sample, truth)]
    )
    made = f"{server.model} {' '.join(names)}"
    labels = _labels([*known, *rest], honest, server.model, made)
    kept = keep_labels(store, labels, task=plan.task)
    return replace(judged, labelled=kept, failures=judged.failures + failures)


class _Asker:
    """Pairs to requests, and replies to chances."""

    def __init__(self, prompts: Sequence[Prompt], guidelines: str, inputs: Inputs) -> None:
        self.prompts, self.guidelines = prompts, guidelines
        self._texts: Mapping[str, str] = inputs.data.texts

    def requests(self, pairs: Sequence[Pair]) -> list[Request]:
        """One a pair and wording, the wordings of a pair side by side."""
        return [self._request(prompt, pair) for pair in pairs for prompt in self.prompts]

    def ask(
        self, batch: Batch, pairs: Sequence[Pair], step: Callable[[str], None]
    ) -> tuple[dict[str, Floats], int]:
        """Chances (pairs × grades) by each wording, and how many requests failed."""
        results = batch.run(
            self.requests(pairs), progress=lambda p: step(f"asking {batch.server.model}: {p}")
        )
        chances = np.array([_chance(completion) for completion in results.completions])
        wide = len(self.prompts)
        said = {p.name: chances[n::wide] for n, p in enumerate(self.prompts)}
        return said, len(results.failures)

    def _request(self, prompt: Prompt, pair: Pair) -> Request:
        from steward.llm import Request

        query, text = pair[0], self._texts[pair[1]][:LONGEST]
        messages = prompt.messages(
            guidelines=self.guidelines.strip(),
            query=json.dumps(query, ensure_ascii=False),
            item=json.dumps(text, ensure_ascii=False),
        )
        return Request(messages, max_tokens=1, choices=ANSWERS, top_logprobs=len(ANSWERS) + 4)


def _chance(completion: Completion | None) -> Floats:
    """The chance of each grade from 0; even where there is no usable reply."""
    even = np.full(len(GRADES), 1 / len(GRADES))
    if completion is None:
        return even
    if completion.tokens:
        told = completion.probabilities(ANSWERS)
        chance = np.array([told[answer] for answer in reversed(ANSWERS)])
        return np.asarray(chance / chance.sum()) if chance.sum() > 0 else even
    text = completion.text.strip()[:1]
    return np.array([0.9 if text == a else 0.1 / 3 for a in reversed(ANSWERS)]) if text else even


def _gate(
    store: Store,
    plan: LabelPlan,
    inputs: Inputs,
    known: Mapping[Pair, float],
    told: Mapping[str, Floats],
    least: float,
) -> Gate:
    systems = collect(gather(store, plan, inputs, lambda _: None), list(known))
    people = {label.judge for label in labels_of(store, task=plan.task, source=PEOPLE)}
    judges = {name: g for name, g in by_judge(store, plan.task).items() if name in people}
    between = [one.squared.value for one in agreements(judges)]
    return measure_judge(
        told,
        _truth(known),
        [query for query, _ in known],
        least=least,
        ceiling=float(np.mean(between)) if between else None,
        systems=systems,
    )


def _truth(known: Mapping[Pair, float]) -> Ints:
    return np.array([GRADES.index(nearest(grade)) for grade in known.values()], dtype=np.int64)


def _mean(said: Mapping[str, Floats]) -> Floats:
    return np.asarray(np.mean(list(said.values()), axis=0))


def _labels(pairs: Sequence[Pair], chances: Floats, model: str, made: str) -> list[Label]:
    return [
        Label(*pair, model, JUDGE, round(float(c @ GRADES), 4), tuple(map(float, c)), made_by=made)
        for pair, c in zip(pairs, chances, strict=True)
    ]


def _language(queries: Sequence[str]) -> str:
    letters = [letter for query in queries for letter in query if letter.isalpha()]
    chinese = sum("一" <= letter <= "鿿" for letter in letters)
    return "zh" if chinese > CHINESE * max(1, len(letters)) else "en"

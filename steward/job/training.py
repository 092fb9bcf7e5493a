"""Train a model on tables of the store, measure it on queries held out, and register it.

The folder of a model gets its final name, which holds the digest of its weights, when everything in
it is written; only then is it registered. Killed before, a training leaves a folder that no command
looks at but the same one with `resume`.
"""

from __future__ import annotations

import hashlib
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from steward.errors import InputError, StewardError
from steward.job.alone import alone
from steward.job.cards import CARD, PAGE, package_versions, write_card
from steward.job.steps import Step, quiet
from steward.job.training_data import FEWEST, Prepared, Sources, digest_of, prepare
from steward.job.training_kinds import (
    Kind,
    Rankings,
    first_stage,
    kind_of,
    seconds,
    settings_of,
)
from steward.retrieval.judgments import among
from steward.retrieval.metrics import compare, interval, means, score_run
from steward.retrieval.trained import QUERIES, RECORD, Trained
from steward.retrieval.unseen import FROM, unseen, write_queries
from steward.store import Store
from steward.store.models import Held, Model, models_folder, promoted, register, weights

MEASURE = "nDCG@10"
"""What models are promoted by."""

ABOUT = {CARD, PAGE, QUERIES, RECORD, "README.md", "training_args.bin"}
"""Files of a model's folder that tell about it: they hold times, paths or figures."""

LOGS = "events."
"""How the names of TensorBoard's files begin."""


@dataclass(frozen=True)
class Request:
    """A training as it was asked for; the same request on the same tables, the same weights.

    Attributes:
        kind: `biencoder`, `reranker` or `ranker`.
        sources: the tables, and the split.
        settings: of the kind, those that were given.
    """

    kind: str
    sources: Sources
    settings: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For a card."""
        return {"sources": asdict(self.sources), "settings": dict(self.settings)}

    @classmethod
    def from_card(cls, card: Mapping[str, Any]) -> Request:
        """The request of a card; `InputError` when it is not understood."""
        try:
            held = dict(card["request"]["sources"])
            if held.get("columns"):
                held["columns"] = tuple(held["columns"])
            # Every setting, not only those that were given: defaults may change.
            return cls(card["kind"], Sources(**held), dict(card["settings"]))
        except (KeyError, TypeError, ValueError):
            raise InputError("The card does not say how the model was trained.") from None

    @property
    def command(self) -> str:
        """The command line that asks for it."""
        words = ["steward", "train", self.kind]
        for one in fields(Sources):
            value = getattr(self.sources, one.name)
            if value not in (None, "", 0):
                joined = ",".join(value) if isinstance(value, tuple) else str(value)
                words += [_OPTIONS.get(one.name, f"--{one.name.replace('_', '-')}"), joined]
        for name, value in self.settings.items():
            joined = ",".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
            words += ["--set", f"{name}={joined}"]
        return shlex.join(words)


_OPTIONS = {"seed": "--split-seed"}


@dataclass(frozen=True)
class Plan:
    """What a training would do."""

    request: Request
    prepared: Prepared
    settings: Any
    seconds: float


@dataclass(frozen=True)
class Result:
    """What a training gave: the registered model and its card."""

    model: Model
    card: Mapping[str, Any]
    folder: Path


def plan_training(
    store: Store,
    request: Request,
    *,
    hashes: Mapping[str, str] | None = None,
    step: Step = quiet,
) -> Plan:
    """Read the data and say what a training would do; nothing is written.

    Raises:
        UsageError: a setting is unknown.
        InputError: the data cannot be read or are too few.
        MissingExtra: what the kind needs is not installed.
    """
    kind = kind_of(request.kind)
    settings = settings_of(kind, request.settings)
    prepared = prepare(store, request.sources, hashes=hashes, step=step)
    if prepared.leaks:
        one, other = prepared.leaks[0]
        raise InputError(
            f"Training and held-out queries are near duplicates: “{one}”, “{other}”.",
            hint="This is a fault of the split: please report it.",
        )
    prepared = _measurable(prepared, settings)
    return Plan(request, prepared, settings, seconds(kind, prepared, settings))


def _measurable(prepared: Prepared, settings: Any) -> Prepared:
    """What the model starts from may be trained too: queries that taught it measure nothing."""
    judged = prepared.judged
    for name in FROM:
        # The whole split is told, so that the one of a record can be made again.
        found = unseen(str(getattr(settings, name, "") or ""), list(prepared.data.grades))
        judged = tuple(q for q in judged if found is None or q in found.queries)
    if len(judged) < FEWEST:
        raise InputError(
            f"Of {len(prepared.judged)} held-out queries {len(judged)} taught nothing to the model "
            "that this one starts from: too few to measure it.",
            hint="Give that model's --split-seed and judgments, or start from an untrained base.",
        )
    return replace(prepared, judged=judged)


def train_model(store: Store, plan: Plan, *, resume: bool = False, step: Step = quiet) -> Result:
    """Train, measure beside BM25 and the model in use, write the card, register.

    Args:
        store: where it is registered; the weights lie beside it.
        plan: from `plan_training`.
        resume: go on where the same training was cut short.
        step: told what is done.

    Raises:
        StoreLocked: another process is at the same training.
    """
    home = models_folder(store)
    folder = home / f".training-{_run_digest(plan)}"
    home.mkdir(exist_ok=True)
    with alone(home / f"{folder.name}.lock", "This training"):
        if folder.exists() and not resume:
            shutil.rmtree(folder)
        try:
            return _trained(store, plan, folder, step)
        finally:
            # What failed before anything was learnt leaves nothing to go on from.
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def _trained(store: Store, plan: Plan, folder: Path, step: Step) -> Result:
    kind, home = kind_of(plan.request.kind), folder.parent
    vectors = store.path.with_name(store.path.name + ".steward-vectors")
    step(f"training a {kind.name} on {plan.prepared.pairs:,} pairs")
    trained = kind.train(plan.prepared, plan.settings, folder, vectors)
    step(f"measuring on {len(plan.prepared.judged)} queries held out")
    digest = weights_digest(folder)
    ranked = kind.rank(
        folder, plan.prepared, first_stage(plan.prepared, plan.prepared.judged), vectors
    )
    measured = _measure(store, kind, plan, digest, ranked)
    model = _model(plan, trained, measured, digest)
    split = plan.prepared.split
    write_queries(folder, split.train, split.valid, split.test)
    card = _card(store, plan, model, measured)
    write_card(folder, card)
    step("registering")
    final = home / model.folder
    _settle(folder, final)
    return Result(register(store, model), card, final)


def _model(plan: Plan, trained: Trained, measured: _Measured, digest: str) -> Model:
    """What is registered."""
    kind = plan.request.kind
    return Model(
        kind,
        f"{kind}-{digest}",
        digest,
        base=str(getattr(plan.settings, "base", "")),
        data={
            "tables": dict(plan.prepared.tables),
            "change_sets": dict(plan.prepared.change_sets),
            "template": plan.prepared.data.template,
            "split": plan.prepared.split_digest,
        },
        settings=dict(trained.settings),
        metrics={**{f"training/{k}": v for k, v in trained.metrics.items()}, **measured.metrics},
        held=measured.held,
        card=f"{kind}-{digest}/{CARD}",
        command=plan.request.command,
    )


def _settle(folder: Path, final: Path) -> None:
    """Give a folder its final name; where the same weights lie, only what tells of them is new."""
    if not final.exists():
        folder.rename(final)
        return
    for name in ABOUT:
        if (folder / name).exists():
            (folder / name).replace(final / name)
    shutil.rmtree(folder)


def weights_digest(folder: Path) -> str:
    """Sixteen hexadecimal digits that name what a folder holds, but for what tells about it."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in ABOUT and not path.name.startswith(LOGS):
            found.update(path.relative_to(folder).as_posix().encode() + b"\0")
            with path.open("rb") as file:
                found.update(hashlib.file_digest(file, "sha256").digest())
    return found.hexdigest()[:16]


@dataclass(frozen=True)
class _Measured:
    """Scores of the systems on the held-out queries, and of the model in use if it can be asked."""

    held: Held
    metrics: Mapping[str, float]
    systems: Mapping[str, Mapping[str, float]]
    rival: Model | None = None


def _measure(store: Store, kind: Kind, plan: Plan, digest: str, ranked: Rankings) -> _Measured:
    prepared = plan.prepared
    grades = among(prepared.data.grades, prepared.judged)
    scored = score_run(ranked, grades)
    words = score_run(first_stage(prepared, prepared.judged), grades)
    systems: dict[str, Mapping[str, float]] = {"bm25": words[MEASURE], kind.name: scored[MEASURE]}
    rival = promoted(store, kind.name)
    beside = {} if rival is None or rival.digest == digest else _rival(store, kind, plan, rival)
    lower, upper = interval(list(scored[MEASURE].values()))
    held = Held(
        MEASURE,
        fmean(scored[MEASURE].values()),
        lower,
        upper,
        digest_of([prepared.data.template, prepared.data.texts, grades]),
        scored[MEASURE],
        {rival.digest: beside} if rival and beside else {},
    )
    metrics = {**means(scored), **{f"bm25/{name}": value for name, value in means(words).items()}}
    return _Measured(held, metrics, systems, rival if beside else None)


def _rival(store: Store, kind: Kind, plan: Plan, rival: Model) -> dict[str, float]:
    """What the model in use scores on the queries held out of both; empty if it cannot be asked."""
    try:
        folder = weights(store, rival)
        found = unseen(str(folder), plan.prepared.judged)
        left = [q for q in plan.prepared.judged if found and q in found.queries]
        if not left or not (found and found.sure):
            return {}
        vectors = store.path.with_name(store.path.name + ".steward-vectors")
        ranked = kind.rank(folder, plan.prepared, first_stage(plan.prepared, left), vectors)
    except (StewardError, OSError, ValueError, KeyError):
        return {}
    return score_run(ranked, among(plan.prepared.data.grades, left))[MEASURE]


def _card(store: Store, plan: Plan, model: Model, measured: _Measured) -> dict[str, Any]:
    prepared, split = plan.prepared, plan.prepared.split
    assert model.held is not None
    by = f"by {plan.request.sources.split_time}" if plan.request.sources.split_time else "by query"
    return {
        "kind": model.kind,
        "digest": model.digest,
        "at": store._clock(),
        "base": model.base,
        "command": model.command,
        "request": plan.request.as_dict(),
        "tables": dict(prepared.tables),
        "change_sets": {name: list(sets) for name, sets in prepared.change_sets.items()},
        "template": prepared.data.template,
        "split": {
            **{part: len(getattr(split, part)) for part in ("train", "valid", "test")},
            "digest": prepared.split_digest,
            "by": by,
            "seed": plan.request.sources.seed,
            "pairs": prepared.pairs,
            "from_clicks": prepared.from_clicks,
            "leaks": len(prepared.leaks),
        },
        "augmented": dict(prepared.augmented),
        "held": {
            "measure": MEASURE,
            "queries": len(prepared.judged),
            "digest": model.held.digest,
            "systems": {name: _with_interval(each) for name, each in measured.systems.items()},
            "gain": asdict(compare(measured.systems["bm25"], model.held.scores)),
        },
        "rival": _against(model.held, measured.rival),
        "settings": dict(model.settings),
        "metrics": dict(model.metrics),
        "versions": package_versions(),
    }


def _against(held: Held, rival: Model | None) -> dict[str, Any] | None:
    if rival is None:
        return None
    before = held.rivals[rival.digest]
    return {"id": rival.id, **asdict(compare(before, {q: held.scores[q] for q in before}))}


def _with_interval(scores: Mapping[str, float]) -> dict[str, float]:
    lower, upper = interval(list(scores.values()))
    return {"mean": fmean(scores.values()), "lower": lower, "upper": upper}


def _run_digest(plan: Plan) -> str:
    """Names a training before it has weights: the request and what it reads."""
    return digest_of([plan.request.kind, plan.request.as_dict(), dict(plan.prepared.tables)])

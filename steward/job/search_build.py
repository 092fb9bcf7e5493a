"""Make the index of a stored table: read, encode, try the stages, write, switch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from steward.engine import Snapshot
from steward.errors import UsageError
from steward.job.merged import merged_items
from steward.job.search import CORRECTIONS, index_folder
from steward.job.search_held import HeldOut, held_out
from steward.job.search_parts import (
    ENCODER,
    LEARN,
    NONE,
    RANKER,
    RERANKER,
    described,
    encoder_of,
    part_of,
    reads_vectors,
    save_ranker,
    stages_of,
)
from steward.job.steps import Step, quiet
from steward.retrieval.data import SearchData, read_search_data
from steward.retrieval.index_folder import put
from steward.retrieval.index_manifest import Manifest, Part
from steward.retrieval.item_fields import ItemFields, read_fields
from steward.retrieval.item_text import ItemText
from steward.retrieval.judgments import JudgmentColumns
from steward.retrieval.pipeline import BM25, RRF, First
from steward.retrieval.search_index import SearchIndex
from steward.retrieval.spelling import Speller
from steward.retrieval.stages_choice import MEASURE, SPELLING, Choice, Trial, choose, try_spelling
from steward.store import Store
from steward.store.clock import now
from steward.store.models import promoted


@dataclass(frozen=True, slots=True)
class IndexPlan:
    """What to index, and with what.

    Attributes:
        table: of the items.
        judgments: a table of judged pairs: a stage is used only where it won on them.
        queries: a table with the words of queries, when judgments name them by id.
        columns: of the judgments, when they cannot be told.
        text: a template of the item texts.
        item_id: the column that names items.
        encoder: a folder, URL or name; `none`; or None for the promoted one.
        reranker: likewise.
        ranker: likewise; or `learn`, from the judgments.
        use_all: use every stage named, whether it won or not.
    """

    table: str
    judgments: str | None = None
    queries: str | None = None
    columns: JudgmentColumns | None = None
    text: str | None = None
    item_id: str | None = None
    encoder: str | None = None
    reranker: str | None = None
    ranker: str | None = None
    use_all: bool = False


def build_index(
    store: Store, plan: IndexPlan, *, dry_run: bool = False, step: Step = quiet
) -> Manifest:
    """Make the index of a table and put it into use; the one of before stays until then.

    With `dry_run` everything is made and measured, and nothing is written.
    """
    snapshot = store.snapshot(plan.table)
    step(f"reading {snapshot.rows:,} rows")
    data = _read(store, plan, snapshot)
    unproven = _unproven(store, plan)
    parts = [part for part in _parts(store, plan) if part.kind not in unproven]
    step(f"indexing {len(data.texts):,} items")
    encoder = next((encoder_of(store, p, step=step) for p in parts if p.kind == ENCODER), None)
    index = SearchIndex.build(data, encoder=encoder, fields=_fields(snapshot, data))
    parts = [replace(p, name=encoder.name) if encoder and p.kind == ENCODER else p for p in parts]
    ranked = plan.ranker == LEARN or any(part.kind == RANKER for part in parts)
    fields = read_fields(snapshot, data, profile=store.load_profile(plan.table)) if ranked else None
    speller = Speller.learn(data.texts.values())
    index = index.using(stages=stages_of(parts, index, Path(), fields))
    step(f"trying {len(parts) + 1} stages" if data.grades else "choosing stages")
    held = held_out(store, parts, data.grades) if data.grades else None
    choice = _choice(index, held, plan, fields)
    if held:
        tried = try_spelling(index.pipeline.words, speller, held.grades)
        choice = replace(choice, trials=(*choice.trials, _said(tried, plan)))
    made = _Made(index, parts, choice, fields, speller)
    manifest = _manifest(store, plan, data, (choice, made.kept(), held))
    manifest = replace(manifest, unproven=tuple(unproven.values()))
    if not dry_run:
        step("writing")
        put(index_folder(store, manifest.table), lambda folder: made.write(folder, manifest))
    return manifest


@dataclass(frozen=True)
class _Made:
    """An index with everything that was tried, before it is written as it will be used."""

    index: SearchIndex
    parts: Sequence[Part]
    choice: Choice
    fields: ItemFields | None
    speller: Speller

    @property
    def vectors(self) -> bool:
        """Whether a search reads vectors: to find items, or for a ranker that learnt with them."""
        has = self.index.pipeline.vectors is not None
        return has and (self.choice.first.dense or reads_vectors(self.choice.stages))

    def kept(self) -> tuple[Part, ...]:
        """The models in use: the encoder if its vectors are, and the stages that were chosen."""
        encoder = [part for part in self.parts if part.kind == ENCODER and self.vectors]
        staged = [part for part in self.parts if part.kind != ENCODER]
        pairs = zip(self.index.pipeline.stages, staged, strict=True)
        named = {stage.name: part for stage, part in pairs}
        learnt = Part(RANKER, LEARN, "learnt from the judgments of the index")
        found = [(named.get(stage.name, learnt), stage) for stage in self.choice.stages]
        return (*encoder, *(described(part, stage) for part, stage in found))

    def write(self, folder: Path, manifest: Manifest) -> None:
        """Fill the folder of a generation."""
        index = self.index if self.vectors else self.index.without_vectors()
        index.save(folder)
        if self.fields is not None:
            save_ranker(self.choice.stages, self.fields, folder)
        if manifest.spelling:
            (folder / CORRECTIONS).write_bytes(self.speller.document())
        manifest.save(folder)


def _parts(store: Store, plan: IndexPlan) -> list[Part]:
    """What was named or promoted, in order, but for a ranker that is yet to learn."""
    learn = plan.ranker == LEARN
    if learn and plan.judgments is None:
        raise UsageError("A ranker learns from judgments.", hint="--judgments TABLE")
    said = ((ENCODER, plan.encoder), (RANKER, NONE if learn else plan.ranker))
    found = [part_of(store, kind, name) for kind, name in (*said, (RERANKER, plan.reranker))]
    return [part for part in found if part]


def _unproven(store: Store, plan: IndexPlan) -> dict[str, str]:
    """Promoted models that no judgments try here and that were no better than BM25: kind to why."""
    if plan.judgments or plan.use_all:
        return {}
    said = {ENCODER: plan.encoder, RANKER: plan.ranker, RERANKER: plan.reranker}
    found = {}
    for kind, name in said.items():
        model = promoted(store, kind) if name is None else None
        scores = model.metrics if model else {}
        own, words = scores.get(MEASURE), scores.get(f"bm25/{MEASURE}")
        if model and own is not None and words is not None and own <= words:
            found[kind] = f"model {model.id}, a {kind}: {MEASURE} {own:.3f} alone, BM25 {words:.3f}"
    return found


def _read(store: Store, plan: IndexPlan, items: Snapshot) -> SearchData:
    judgments = store.snapshot(plan.judgments) if plan.judgments else None
    queries = store.snapshot(plan.queries) if plan.queries else None
    text = ItemText(plan.text) if plan.text else None
    return read_search_data(
        items, judgments, queries, text=text, item_id=plan.item_id, columns=plan.columns,
        merged=merged_items(store, plan.table),
    )  # fmt: skip


def _fields(snapshot: Snapshot, data: SearchData) -> dict[str, list[str | None]]:
    """The columns that the texts are made of, one value an item; the first row of an id speaks."""
    name = data.origin["item_id"]
    ids = snapshot.column(name).to_pylist() if name else [str(int(r)) for r in snapshot.row_ids]
    rows = {item: row for row, item in reversed(list(enumerate(ids))) if item is not None}
    order = [rows[item] for item in data.texts]
    return {
        column: snapshot.column(column).take(order).to_pylist()
        for column in ItemText(data.template).columns
    }


def _choice(
    index: SearchIndex, held: HeldOut | None, plan: IndexPlan, fields: ItemFields | None
) -> Choice:
    """What won on the judgments; everything named where there are none, or where it was said."""
    learner = None
    if plan.ranker == LEARN and fields is not None:
        from steward.retrieval.stages_learnt import RankerLearner

        learner = RankerLearner(fields, index)
    choice = choose(index, held.grades, learner=learner, use_all=plan.use_all) if held else None
    if choice:
        return choice
    return Choice(First(RRF if index.pipeline.encoder else BM25), tuple(index.pipeline.stages), ())


def _said(trial: Trial, plan: IndexPlan) -> Trial:
    """A trial of the spelling, which `use_all` overrules as it does those of the stages."""
    return replace(trial, used=True) if plan.use_all else trial


def _manifest(
    store: Store,
    plan: IndexPlan,
    data: SearchData,
    made: tuple[Choice, tuple[Part, ...], HeldOut | None],
) -> Manifest:
    choice, parts, held = made
    name = store.table(plan.table).name
    return Manifest(
        table=name,
        items=len(data.texts),
        template=data.template,
        left_out=data.left_out,
        origin=data.origin,
        change_sets=tuple(one.id for one in store.history(name)),
        first=choice.first,
        parts=parts,
        trials=tuple(trial.document() for trial in choice.trials),
        judged=held.judged if held else 0,
        unsure=held.unsure if held else (),
        spelling=all(trial.used for trial in choice.trials if trial.stage == SPELLING),
        at=now(),
    )

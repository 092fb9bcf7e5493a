"""Make the index of a stored table: read, encode, try the stages, write, switch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from steward.engine import Snapshot
from steward.job.search import index_folder
from steward.job.search_held import HeldOut, held_out
from steward.job.search_parts import (
    ENCODER,
    RANKER,
    RERANKER,
    described,
    encoder_of,
    part_of,
    stages_of,
)
from steward.retrieval.data import SearchData, read_search_data
from steward.retrieval.index_folder import put
from steward.retrieval.index_manifest import Manifest, Part
from steward.retrieval.item_text import ItemText
from steward.retrieval.judgments import JudgmentColumns
from steward.retrieval.pipeline import BM25, RRF, First
from steward.retrieval.search_index import SearchIndex
from steward.retrieval.stages_choice import Choice, choose
from steward.store import Store
from steward.store.clock import now

Step = Callable[[str], None]


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
        ranker: likewise.
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
    store: Store, plan: IndexPlan, *, dry_run: bool = False, step: Step = lambda _: None
) -> Manifest:
    """Make the index of a table and put it into use; the one of before stays until then.

    With `dry_run` everything is made and measured, and nothing is written.
    """
    snapshot = store.snapshot(plan.table)
    step(f"reading {snapshot.rows:,} rows")
    data = _read(store, plan, snapshot)
    parts = [
        part
        for kind, said in (
            (ENCODER, plan.encoder),
            (RANKER, plan.ranker),
            (RERANKER, plan.reranker),
        )
        if (part := part_of(store, kind, said))
    ]
    step(f"indexing {len(data.texts):,} items")
    encoder = next((encoder_of(store, part) for part in parts if part.kind == ENCODER), None)
    fields = _fields(snapshot, data)
    index = SearchIndex.build(data, encoder=encoder, fields=fields)
    parts = [replace(p, name=encoder.name) if encoder and p.kind == ENCODER else p for p in parts]
    index = index.using(stages=stages_of(parts, index.texts))
    step(f"trying {len(index.pipeline.stages) + 1} stages")
    held = held_out(store, parts, data.grades) if data.grades else None
    choice = _choice(index, held, plan)
    kept = _kept(parts, choice, index)
    manifest = _manifest(store, plan, data, (choice, kept, held))
    if not dry_run:
        step("writing")
        _put(store, index.using(first=choice.first), manifest)
    return manifest


def _put(store: Store, index: SearchIndex, manifest: Manifest) -> None:
    from pathlib import Path

    def write(folder: Path) -> None:
        index.save(folder)
        manifest.save(folder)

    put(index_folder(store, manifest.table), write)


def _read(store: Store, plan: IndexPlan, items: Snapshot) -> SearchData:
    judgments = store.snapshot(plan.judgments) if plan.judgments else None
    queries = store.snapshot(plan.queries) if plan.queries else None
    text = ItemText(plan.text) if plan.text else None
    return read_search_data(
        items, judgments, queries, text=text, item_id=plan.item_id, columns=plan.columns
    )


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


def _choice(index: SearchIndex, held: HeldOut | None, plan: IndexPlan) -> Choice:
    """What won on the judgments; everything named where there are none, or where it was said."""
    choice = choose(index, held.grades) if held else None
    if choice and not plan.use_all:
        return choice
    both = First(RRF if index.pipeline.encoder else BM25)
    first = choice.first if choice and choice.first.dense else both
    return Choice(first, tuple(index.pipeline.stages), choice.trials if choice else ())


def _kept(parts: Sequence[Part], choice: Choice, index: SearchIndex) -> tuple[Part, ...]:
    """The models in use: the encoder if its vectors are, and the stages that were chosen."""
    encoder = [part for part in parts if part.kind == ENCODER and choice.first.dense]
    staged = [part for part in parts if part.kind != ENCODER]
    named = {stage.name: part for stage, part in zip(index.pipeline.stages, staged, strict=True)}
    return (*encoder, *(described(named[stage.name], stage) for stage in choice.stages))


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
        at=now(),
    )

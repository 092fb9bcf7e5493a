"""The study `search`: what each stage of a search pipeline adds, on queries it never saw."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Annotated, Any

from steward.errors import InputError, UsageError
from steward.evaluate.search_report import report
from steward.evaluate.search_slices import slices_of
from steward.evaluate.study import Bench, Findings, merged_named, table_named

if TYPE_CHECKING:
    from steward.engine import Snapshot
    from steward.retrieval.compare import Comparison, Parts, RerankTrainer, Trainer
    from steward.retrieval.data import SearchData
    from steward.retrieval.fusion import Ranked
    from steward.retrieval.item_fields import ItemFields
    from steward.retrieval.split import Split
    from steward.retrieval.stage import PairScorer
    from steward.retrieval.vectors import Encoder

TIERS = ("none", "head", "static", "full")
RERANKERS = ("none", "late", "cross")


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """What to measure, and on what."""

    items: Annotated[str, "Items, a row each: a file, or a table of the store."] = ""
    judgments: Annotated[str, "Query, item, grade: a file, or a table of the store."] = ""
    queries: Annotated[str, "The words of queries that the judgments name by an id."] = ""
    searches: Annotated[str, "What was searched and shown: tells head queries from tail ones."] = ""
    clicks: Annotated[str, "Clicks on it, when they are a table apart."] = ""
    columns: Annotated[str, "QUERY,ITEM,GRADE: columns of the judgments."] = ""
    item_id: Annotated[str, "The column that names items."] = ""
    text: Annotated[str, "Template of the item text: '{title} {brand}'."] = ""
    encoder: Annotated[
        tuple[str, ...], "A bi-encoder: folder, URL, minilm. Several may be; the last is mixed."
    ] = ()
    train: Annotated[str, "Train a bi-encoder in each fold: none, head, static, full."] = "none"
    reranker: Annotated[str, "Folder or URL of a reranker."] = ""
    train_reranker: Annotated[str, "Train a reranker in each fold: none, late, cross."] = "none"
    rank: Annotated[bool, "Learning to rank over all columns."] = True
    ranker: Annotated[Path | None, "Folder of a ranker that learnt from other data."] = None
    keep_ranker: Annotated[Path | None, "Folder to leave one in that learnt from all queries."] = (
        None
    )
    sample: Annotated[int, "Judged queries at most, drawn by the seed; 0 takes all."] = 0
    folds: Annotated[int, "Parts of the queries; each is scored by what the others taught."] = 5
    seed: Annotated[int, "Same seed, same run."] = 0
    cache: Annotated[Path | None, "Folder that keeps vectors between runs."] = None
    run_file: Annotated[Path | None, "Folder for a TREC run file a stage, and the qrels."] = None


def run_search(options: SearchOptions, bench: Bench) -> Findings:
    """Compare the stages of search on the options' items and judgments.

    Raises:
        UsageError: items or judgments are not named, or an option is wrong.
        InputError: they cannot be read, or do not fit together.
        MissingExtra: a part needs a package that is not installed.
    """
    from steward.evaluate.search_files import write_runs
    from steward.retrieval.compare import compare_pipelines
    from steward.retrieval.unseen import write_queries

    if options.folds < 3:
        raise UsageError("--folds is 3 at least: to learn from, to choose by, to score.")
    items, data = read_data(options, bench)
    data, notes = apart(options, data)
    bench.step("reading the columns")
    parts, fields = _parts(options, items, data, bench)
    found = compare_pipelines(
        data,
        parts,
        folds=options.folds,
        seed=options.seed,
        slices=slices_of(options, data, (items, fields), bench),
        step=bench.step,
    )
    if options.keep_ranker and found.ranker:
        found.ranker.save(options.keep_ranker)
        write_queries(options.keep_ranker, found.grades)
    if options.run_file:
        write_runs(found, options.run_file)
    findings = report(found, _about(options, data, found))
    return replace(findings, notes=[*notes, *findings.notes])


def read_data(options: SearchOptions, bench: Bench) -> tuple[Snapshot, SearchData]:
    """Read what the options name: the table of items, and items and judgments made of it."""
    from steward.retrieval.data import read_search_data
    from steward.retrieval.item_text import ItemText
    from steward.retrieval.judgments import JudgmentColumns

    if not options.items or not options.judgments:
        raise UsageError(
            "Which items, and which judgments?", hint="--items FILE --judgments FILE, or tables"
        )
    named = options.columns.split(",") if options.columns else []
    if named and len(named) != 3:
        raise UsageError(f"--columns {options.columns} is not QUERY,ITEM,GRADE.")
    items = table_named(options.items, bench)
    data = read_search_data(
        items,
        table_named(options.judgments, bench),
        table_named(options.queries, bench) if options.queries else None,
        text=ItemText(options.text) if options.text else None,
        item_id=options.item_id or None,
        columns=JudgmentColumns(*named) if named else None,
        merged=merged_named(options.items, bench),
    )
    return items, _sampled(data, options)


def _sampled(data: SearchData, options: SearchOptions) -> SearchData:
    """Fewer queries, chosen by a hash of their words: whole groups of near duplicates."""
    from steward.retrieval.judgments import among, relevant_queries
    from steward.retrieval.split import split_queries

    judged = list(relevant_queries(data.grades))
    if not options.sample or options.sample >= len(judged):
        return data
    share = options.sample / len(judged)
    kept = split_queries(judged, shares=(share, 1 - share, 0.0), seed=options.seed).train
    return replace(data, grades=among(data.grades, kept))


def apart(options: SearchOptions, data: SearchData) -> tuple[SearchData, list[str]]:
    """Only the queries that no named model learnt from, and a sentence on each that did."""
    from steward.retrieval.judgments import among, relevant_queries
    from steward.retrieval.unseen import unseen

    judged = list(relevant_queries(data.grades))
    left, notes = set(judged), []
    for where in (*options.encoder, options.reranker, str(options.ranker or "")):
        found = unseen(where, list(data.grades))
        if found is None:
            continue
        left &= found.queries
        taught = sum(query not in found.queries for query in judged)
        if not found.sure:
            notes.append(f"What {where} was trained on cannot be told: {taught} queries left out.")
        elif taught:
            notes.append(f"Left out: {taught} of {len(judged)} queries, which taught {where}.")
    if judged and not left:
        raise InputError(
            "Every judged query taught one of the models: none is left to measure them.",
            hint="Judge new queries, or let --train and --train-reranker train in each fold.",
        )
    return (replace(data, grades=among(data.grades, left)) if notes else data), notes


def _parts(
    options: SearchOptions, items: Snapshot, data: SearchData, bench: Bench
) -> tuple[Parts, ItemFields]:
    from steward.retrieval.compare import Parts
    from steward.retrieval.encoder import load_encoder
    from steward.retrieval.item_fields import read_fields
    from steward.retrieval.ranker import Ranker

    encoders: dict[str, Encoder] = {}
    for where in options.encoder:
        encoders[f"encoder {Path(where).name}"] = load_encoder(where, cache=options.cache)
    fields = read_fields(items, data)
    reranker = None
    if options.reranker:
        from steward.retrieval.reranker import load_reranker

        reranker = load_reranker(options.reranker)
    parts = Parts(
        encoders,
        _trainer(options, data),
        fields if options.rank else None,
        reranker,
        _rerank_trainer(options, data),
        given=Ranker.load(options.ranker) if options.ranker else None,
        keep=options.keep_ranker is not None,
    )
    return parts, fields


def _trainer(options: SearchOptions, data: SearchData) -> Trainer | None:
    """Trains a bi-encoder on the queries of a fold and forgets its folder."""
    if options.train not in TIERS:
        raise UsageError(f"--train {options.train} is none of {', '.join(TIERS)}.")
    if options.train == "none":
        return None
    from steward.retrieval.bi_encoder import train_bi_encoder
    from steward.retrieval.bi_encoder_settings import BiEncoderSettings
    from steward.retrieval.encoder import load_encoder

    base = options.encoder[0] if options.encoder else "minilm"
    settings = BiEncoderSettings(tier=options.train, base=base, seed=options.seed)

    def train(split: Split) -> Encoder:
        folder = _scratch("encoder")
        train_bi_encoder(data, split, settings, folder, cache=options.cache)
        return load_encoder(str(folder), cache=options.cache)

    return train


def _rerank_trainer(options: SearchOptions, data: SearchData) -> RerankTrainer | None:
    """Trains a reranker on the queries of a fold."""
    if options.train_reranker not in RERANKERS:
        raise UsageError(
            f"--train-reranker {options.train_reranker} is none of {', '.join(RERANKERS)}."
        )
    if options.train_reranker == "none":
        return None
    from steward.retrieval.reranker import RerankerSettings, load_reranker, train_reranker

    base = options.encoder[0] if options.encoder else "minilm"
    settings = RerankerSettings(kind=options.train_reranker, base=base, seed=options.seed)

    def train(split: Split, lists: Mapping[str, Ranked]) -> PairScorer:
        folder = _scratch("reranker")
        train_reranker(data, split, settings, folder, candidates=lists)
        return load_reranker(str(folder))

    return train


def _scratch(what: str) -> Path:
    """A folder that goes with the process: what was trained in a fold may be read until then."""
    folder = Path(mkdtemp(prefix=f"steward-{what}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _about(options: SearchOptions, data: SearchData, found: Comparison) -> Mapping[str, Any]:
    """What the run was of, for its record."""
    held = {k: str(v) if isinstance(v, Path) else v for k, v in asdict(options).items()}
    return {
        "options": held,
        "origin": dict(data.origin),
        "template": data.template,
        "items": len(data.texts),
        "queries": len(found.grades),
        "pairs": sum(map(len, found.grades.values())),
    }

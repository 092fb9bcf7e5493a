"""The study `search`: what each stage of a search pipeline adds, on queries it never saw."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from steward.errors import UsageError
from steward.evaluate.study import Bench, Findings, table_named
from steward.evaluate.tables import Grid

if TYPE_CHECKING:
    from steward.retrieval.data import SearchData


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """What to measure on."""

    items: Annotated[str, "Items, a row each: a file, or a table of the store."] = ""
    judgments: Annotated[str, "Query, item, grade: a file, or a table of the store."] = ""
    queries: Annotated[str, "The words of queries that the judgments name by an id."] = ""
    columns: Annotated[str, "QUERY,ITEM,GRADE: columns of the judgments."] = ""
    item_id: Annotated[str, "The column that names items."] = ""
    text: Annotated[str, "Template of the item text: '{title} {brand}'."] = ""
    encoder: Annotated[str, "Folder or URL of a bi-encoder; none: words only."] = ""
    reranker: Annotated[str, "Folder or URL of a cross-encoder."] = ""
    folds: Annotated[int, "Parts of the queries; each is scored by what the others taught."] = 5
    seed: Annotated[int, "Same seed, same run."] = 0
    run_file: Annotated[Path | None, "Folder for a TREC run file a stage."] = None


def run_search(options: SearchOptions, bench: Bench) -> Findings:
    """Compare the stages of search on the options' items and judgments.

    Raises:
        UsageError: items or judgments are not named.
        InputError: they cannot be read, or fit not together.
    """
    from steward.retrieval.bm25 import WordIndex
    from steward.retrieval.judgments import relevant_queries
    from steward.retrieval.metrics import MEASURES, means, score_run

    data = read_data(options, bench)
    grades = relevant_queries(data.grades)
    index = WordIndex.build(data.ids, list(data.texts.values()))
    bench.step("BM25")
    scores = means(score_run({q: index.search(q, 100) for q in grades}, grades))
    row = ("BM25", *(f"{scores[name]:.3f}" for name in MEASURES))
    grid = Grid("Stages", ("stage", *MEASURES), [row])
    return Findings("Search", [grid], {"stages": [scores], "options": asdict(options)})


def read_data(options: SearchOptions, bench: Bench) -> SearchData:
    """Read what the options name."""
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
    return read_search_data(
        table_named(options.items, bench),
        table_named(options.judgments, bench),
        table_named(options.queries, bench) if options.queries else None,
        text=ItemText(options.text) if options.text else None,
        item_id=options.item_id or None,
        columns=JudgmentColumns(*named) if named else None,
    )

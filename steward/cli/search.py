"""`steward search`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from steward.cli.options import AsJson, StorePath, TableName
from steward.cli.screen import Screen
from steward.cli.session import opened, session, the_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from steward.job.search import OpenIndex
    from steward.retrieval.search_index import Hit

EXAMPLES = (
    'steward search "red running shoes 42"',
    'steward search "红色 跑步鞋" --why',
    "steward search 'running shoes' --where \"brand = 'Alpstein'\" -k 3",
    'steward search "wirless hedphones" --as-typed',
    "steward search --queries queries.txt --run-file run.trec -k 100",
)


def search(
    context: typer.Context,
    query: Annotated[str | None, typer.Argument(help="What to find.", show_default=False)] = None,
    table: TableName = None,
    k: Annotated[int, typer.Option("-k", "--k", min=1, max=1000, help="Hits at most.")] = 10,
    why: Annotated[
        bool, typer.Option("--why", help="What each stage said, and which words match where.")
    ] = False,
    where: Annotated[
        str | None,
        typer.Option(help="Only items whose row meets this, in SQL.", show_default=False),
    ] = None,
    queries: Annotated[
        Path | None,
        typer.Option(help="A file of queries: one a line, or id, tab, query.", show_default=False),
    ] = None,
    run_file: Annotated[
        Path | None,
        typer.Option(help="Write the rankings in TREC's format.", show_default=False),
    ] = None,
    as_typed: Annotated[
        bool, typer.Option("--as-typed", help="Correct no word, even if no item has it.")
    ] = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Find items by words in any language, in an index made by `steward index`.

    A word that no item has is corrected by the words that items have, and that is said.
    """
    from steward.job.search import open_index, positions_where
    from steward.report.search import hit_document

    asked = _asked(query, queries)
    screen = session(context).screen
    with opened(context, store, read_only=True) as home, screen.working() as step:
        step("opening the index")
        found = open_index(home, table and the_table(home, table))
        among = positions_where(home, found, where) if where else None
        runs: dict[str, list[Hit]] = {}
        meant = {n: words if as_typed else found.meant(words) for n, words in asked.items()}
        for number, (name, words) in enumerate(meant.items(), 1):
            step(f"searching {number} of {len(asked)}")
            runs[name] = found.search(words, k, why=why, among=among)
    if run_file is not None:
        _write(run_file, runs)
    if as_json:
        hits = {name: [hit_document(hit, why=why) for hit in run] for name, run in runs.items()}
        screen.json("search", _document(found, asked, meant, hits))
        return
    if found.stale:
        screen.line(found.stale)
    if run_file is not None:
        count = sum(map(len, runs.values()))
        screen.line(f"{run_file}: {len(runs):,} queries, {count:,} hits.")
        return
    for name, words in asked.items():
        if meant[name] != words:
            screen.line(f"Searched for {meant[name]!r}; for {words!r} say --as-typed.")
        _show(screen, found, meant[name], runs[name], why=why)


def _asked(query: str | None, path: Path | None) -> dict[str, str]:
    """Query id to query: of the one said, or of a file with `id<tab>query` or a query a line."""
    from steward.errors import InputError, UsageError

    if (query is None) == (path is None):
        raise UsageError(
            "Say one query, or --queries with a file of them.", hint='steward search "red shoes"'
        )
    if query is not None:
        if not query.strip():
            raise UsageError("The query is empty.", hint='steward search "red shoes"')
        return {"1": query}
    try:
        text = (path or Path()).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read: {error}.", hint="Give a file of UTF-8 text, a query a line."
        ) from None
    lines = [line.strip() for line in text.splitlines()]
    named = [line.partition("\t") for line in lines if line]
    return {
        key if tab else str(n): (words if tab else key).strip()
        for n, (key, tab, words) in enumerate(named, 1)
    }


def _write(path: Path, runs: Mapping[str, Sequence[Hit]]) -> None:
    from steward.report.search import run_lines

    path.write_text("".join(f"{line}\n" for line in run_lines(runs, "steward")), "utf-8")


def _document(
    found: OpenIndex,
    asked: Mapping[str, str],
    meant: Mapping[str, str],
    hits: Mapping[str, Sequence[Mapping[str, Any]]],
) -> dict[str, Any]:
    searches = [
        {
            "id": name,
            "query": words,
            "searched": meant[name],
            "unknown": found.index.unknown_words(meant[name]),
            "hits": hits[name],
        }
        for name, words in asked.items()
    ]
    return {"table": found.manifest.table, "stale": found.stale, "searches": searches}


def _show(screen: Screen, found: OpenIndex, query: str, hits: Sequence[Hit], *, why: bool) -> None:
    from steward.report.search import hit_table, unknown_line, why_lines

    unknown = unknown_line(found.index.unknown_words(query), found.manifest.table)
    if not hits:
        screen.line(f"Nothing was found for {query!r}. {unknown}".rstrip())
        return
    if why:
        for line in why_lines(hits):
            screen.line(line)
    else:
        screen.show(hit_table(hits))
    if unknown:
        screen.line(unknown)

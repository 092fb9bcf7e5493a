"""What does a query find, and why?"""

from __future__ import annotations

from typing import Annotated, Any

from steward import (
    Proof,
    Store,
    ToolResult,
    ToolRetry,
    job,
    prove,
    quote_identifier,
    quote_literal,
    quoted,
)

ACCESS = "read"
HITS = 5
TEXT = 120


def search_items(
    store: Store,
    table: Annotated[str, "the table of items, indexed by `steward index`"],
    query: Annotated[str, "what a shopper would type, in any language"],
    limit: Annotated[int, "items to show, at most 20"] = HITS,
) -> ToolResult:
    """Search items as a shopper would: which are found, which word matched in which column.

    Use it to see why a query finds nothing, or the wrong items: words that no item has are named,
    and so are the stages of the search with their scores and ranks.
    """
    if not query.strip():
        raise ToolRetry("The query is empty: say what a shopper would type.")
    found = job.open_index(store, table)
    meant = found.meant(query)
    hits = found.search(meant, max(1, min(limit, 20)), why=True)
    unknown = list(found.index.unknown_words(query))
    data: dict[str, Any] = {
        "searched_for": meant,
        "hits": [_shown(rank, hit) for rank, hit in enumerate(hits, 1)],
        "words_no_item_has": unknown,
    }
    if found.stale:
        data["stale"] = found.stale
    lacking = f" No item has: {', '.join(unknown)}." if unknown else ""
    lacking += f" Searched for {quoted(meant)} instead." if meant != query else ""
    if not hits:
        return ToolResult(f"The query finds nothing.{lacking}", data)
    proof = _proof(store, found, [hit.item for hit in hits])
    summary = f"The best {len(hits)} items are shown; the first is {quoted(hits[0].item)}.{lacking}"
    return ToolResult(summary, data, (proof,))


def _shown(rank: int, hit: Any) -> dict[str, Any]:
    return {
        "rank": rank,
        "item": hit.item,
        "score": round(hit.score, 3),
        "text": hit.text[:TEXT],
        "stages": {name: [round(s.score, 3), s.rank] for name, s in hit.stages.items()},
        "words": {word.word: list(word.fields) for word in hit.words if word.score > 0},
        "lacks": [word.word for word in hit.words if word.score <= 0],
    }


def _proof(store: Store, found: Any, items: list[str]) -> Proof:
    manifest = found.manifest
    name = quote_identifier(manifest.origin["item_id"] or "_steward_row")
    wanted = ", ".join(quote_literal(item) for item in items)
    source = quote_identifier(manifest.table)
    sql = f"select count(*) as n from {source} where cast({name} as varchar) in ({wanted})"
    return prove(store, sql, "rows of the items that are shown")

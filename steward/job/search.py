"""Search over the index of a stored table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from steward.engine.text import quote_identifier
from steward.errors import InputError, StoreLocked, UsageError
from steward.job.query import query
from steward.job.search_parts import ENCODER, check_encoder, encoder_of, stages_of
from steward.retrieval.bm25 import Positions
from steward.retrieval.index_folder import current
from steward.retrieval.index_manifest import Manifest, read_manifest
from steward.retrieval.search_index import Hit, SearchIndex
from steward.retrieval.spelling import Speller
from steward.store import Store
from steward.types import ROW

CORRECTIONS = "spelling.json"
"""The words that queries are corrected by, in the folder of an index."""

TRIES = 3
"""Times an index is opened anew when it is replaced while it is read."""


@dataclass(frozen=True, eq=False)
class OpenIndex:
    """An index ready to be asked.

    Attributes:
        index: finds items.
        manifest: what it was made of.
        stale: what changed since, in one line; empty when nothing did.
        corrections: what its queries are corrected by, as JSON; empty when they are not.
    """

    index: SearchIndex
    manifest: Manifest
    stale: str = ""
    corrections: bytes = b""

    def search(
        self, query: str, k: int = 10, *, why: bool = False, among: Positions | None = None
    ) -> list[Hit]:
        """The best `k` items for a query as it stands, of those at some positions or of all."""
        return self.index.search(query, k, why=why, among=among)

    def meant(self, query: str) -> str:
        """The query with words that no item has corrected; unchanged where the index does not."""
        words = self.index.pipeline.words
        if not self.corrections or words.knows(query):
            return query
        return self._speller.correct(query, words.knows)

    @cached_property
    def _speller(self) -> Speller:
        """Parsed when a query first has a word that no item has: most have none."""
        return Speller.read(self.corrections)


def index_folder(store: Store, table: str) -> Path:
    """Where the index of a table lies, beside the store."""
    return store.path.with_name(store.path.name + ".steward-index") / table


def indexed_tables(store: Store) -> list[str]:
    """The tables that have an index, by name."""
    return [info.name for info in store.tables() if current(index_folder(store, info.name))]


def open_index(store: Store, table: str | None = None) -> OpenIndex:
    """Open the index of a table, or the only one there is.

    Raises:
        UsageError: there is none, or more than one and none was named.
        InputError: it cannot be read, or its encoder has changed.
    """
    name = _table(store, table)
    folder = index_folder(store, name)
    for _ in range(TRIES):
        generation = current(folder)
        if generation is None:
            raise _no_index(name)
        try:
            return _opened(store, name, generation)
        except (OSError, InputError):
            # Unless it was replaced, and swept away, while it was being opened.
            if generation == current(folder):
                raise
    raise StoreLocked(f"The index of {name} keeps being replaced.", hint="Try again in a moment.")


def search(
    store: Store, words: str, *, table: str | None = None, k: int = 10, why: bool = False
) -> list[Hit]:
    """The best `k` items of a table for a query as it is meant; for many, open the index once."""
    found = open_index(store, table)
    return found.search(found.meant(words), k, why=why)


def positions_where(store: Store, found: OpenIndex, condition: str) -> Positions:
    """Positions of the items of an index whose row meets a condition in DuckDB's SQL, ascending.

    Raises:
        UsageError: it is no condition, or DuckDB refuses it.
    """
    manifest = found.manifest
    name = quote_identifier(manifest.origin["item_id"] or ROW)
    table = quote_identifier(manifest.table)
    rows = store.table(manifest.table).rows
    sql = f"select {name} from {table} where (\n{condition}\n)"
    ids = query(store, sql, limit=max(rows, 1)).rows.column(0).to_pylist()
    position = found.index.items.position
    return np.asarray(sorted({position[str(i)] for i in ids if str(i) in position}), dtype=np.int64)


def stale(store: Store, manifest: Manifest) -> str:
    """What changed since an index was made, in one line; empty when nothing did."""
    info = store.table(manifest.table)
    if info.content_hash == manifest.origin.get("items_hash"):
        return ""
    newer = [one.id for one in store.history(info.name) if one.id not in manifest.change_sets]
    what = f" by {_sets(newer)}" if newer else ""
    return (
        f"Table {info.name} changed{what} since it was indexed: steward index --items {info.name}"
    )


def _opened(store: Store, name: str, generation: Path) -> OpenIndex:
    manifest = read_manifest(generation)
    part = next((part for part in manifest.parts if part.kind == ENCODER), None)
    encoder = encoder_of(store, part) if part else None
    if part and encoder:
        check_encoder(part, encoder)
    index = SearchIndex.load(generation, first=manifest.first, encoder=encoder)
    index = index.using(stages=stages_of(manifest.parts, index, generation))
    corrections = (generation / CORRECTIONS).read_bytes() if manifest.spelling else b""
    return OpenIndex(index, manifest, stale(store, manifest), corrections)


def _table(store: Store, wanted: str | None) -> str:
    if wanted is not None:
        return store.table(wanted).name
    there = indexed_tables(store)
    if len(there) == 1:
        return there[0]
    if not there:
        raise _no_index("")
    raise UsageError(f"Which index? There are {len(there)}.", hint=f"--table {' | '.join(there)}")


def _no_index(name: str) -> UsageError:
    what = f"Table {name} has" if name else "There is"
    table = name or "TABLE"
    return UsageError(f"{what} no index to search.", hint=f"steward index --items {table}")


def _sets(numbers: Sequence[int]) -> str:
    found = ", ".join(f"c{number}" for number in numbers[:3])
    return f"{found} and {len(numbers) - 3} more" if len(numbers) > 3 else found

"""A made shop: its tables, streamed or whole, and the truth about its errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from steward.errors import UsageError
from steward.shop.behaviour import Block, blocks
from steward.shop.chunks import Chunk, Maker
from steward.shop.render import Renderer
from steward.shop.schema import Schema
from steward.shop.search import Judged, item_ids, judge
from steward.shop.spec import CategoryFault, Fault, ShopFaults, ShopSpec
from steward.shop.vocabulary import Vocabulary, vocabulary

BEHAVIOUR = ("impressions", "clicks", "purchases")


@dataclass(frozen=True)
class Shop:
    """A shop that is made as it is read. Every column of every table is text.

    `chunks()` and `blocks()` stream items and behaviour in bounded memory; `items()`,
    `clean_items()` and `errors()` hold all rows at once and are meant for small shops.
    """

    spec: ShopSpec
    schema: Schema
    words: Vocabulary

    def chunks(self) -> Iterator[Chunk]:
        """Items as delivered with their clean twins and errors, 16,384 at a time."""
        return Maker(self.spec, self.words, self.schema).chunks()

    def blocks(self) -> Iterator[Block]:
        """Impressions, clicks and purchases, 10,000 sessions at a time."""
        return blocks(self.spec, self.judged)

    def items(self) -> pa.Table:
        """All items as delivered, one month after another."""
        made = list(self.chunks())
        return _by_month([c.items for c in made], [c.months for c in made])

    def clean_items(self) -> pa.Table:
        """The clean twin: the same items with nothing wrong, in the same order."""
        made = list(self.chunks())
        return _by_month([c.clean for c in made], [c.clean_months for c in made])

    def errors(self) -> pa.Table:
        """Every wrong cell and every row too many, of items and clicks."""
        found = [c.errors for c in self.chunks()] + [b.errors for b in self.blocks()]
        return pa.concat_tables(found)

    def behaviour(self, table: str) -> pa.Table:
        """All `impressions`, `clicks`, `clicks_clean` or `purchases`."""
        made = [self.named(table, getattr(block, table)) for block in self.blocks()]
        return pa.concat_tables(made) if made else pa.table({})

    def named(self, table: str, columns: dict[str, pa.Array]) -> pa.Table:
        """Columns of a table under the names of this shop."""
        return self.schema.table(table.removesuffix("_clean"), columns, list(columns))

    @cached_property
    def judged(self) -> Judged:
        """The queries and the graded items of each."""
        return judge(self.spec, self.words)

    def taxonomy(self) -> pa.Table:
        """Every category: id, parent, name and path in both languages."""
        nodes: dict[tuple[str, ...], tuple[str, ...]] = {}
        for leaf in self.words.leaves:
            for depth in (1, 2, 3):
                nodes[leaf.path[:depth]] = leaf.zh[:depth]
        ids = {path: f"T{i + 1:03d}" for i, path in enumerate(nodes)}
        columns: dict[str, Sequence[str | None]] = {
            "node_id": list(ids.values()),
            "parent_id": [ids.get(path[:-1]) for path in nodes],
            "name_en": [path[-1] for path in nodes],
            "name_zh": [path[-1] for path in nodes.values()],
            "path_en": [" > ".join(path) for path in nodes],
            "path_zh": [" > ".join(path) for path in nodes.values()],
        }
        return self._strings("taxonomy", columns)

    def suppliers(self) -> pa.Table:
        """Who delivers; `category_language` says in which language to join its categories."""
        rows = self.words.suppliers
        columns = {
            "supplier_id": [s.id for s in rows],
            "name": [s.name for s in rows],
            "country": [s.country for s in rows],
            "currency": [s.currency for s in rows],
            "category_language": [
                "en" if language == "en" else "zh" for language in self._languages()
            ],
            "email": [f"data@{s.id.lower()}.supplier.example" for s in rows],
        }
        return self._strings("suppliers", columns)

    def queries(self) -> pa.Table:
        """Search queries with their language."""
        queries = self.judged.queries
        columns = {
            "query_id": [f"Q{i:05d}" for i in range(len(queries))],
            "query": [q.text for q in queries],
            "locale": [q.locale for q in queries],
        }
        return self._strings("queries", columns)

    def judgments(self) -> pa.Table:
        """Grades, 0 to 3, of items for queries; an item without one was not judged."""
        judged = self.judged
        lengths = [len(rows) for rows in judged.rows]
        query = np.repeat(np.arange(len(lengths)), lengths)
        columns = {
            "query_id": [f"Q{i:05d}" for i in query.tolist()],
            "item_id": item_ids(np.concatenate(judged.rows)),
            "grade": [str(g) for g in np.concatenate(judged.grades).tolist()],
        }
        return self._strings("judgments", columns)

    def incidents(self) -> list[tuple[str, Fault]]:
        """The faults with a slice of their own (a supplier, a time): what an analyst would find."""
        faults = self.spec.faults
        found = [(kind, getattr(faults, kind)) for kind in ShopFaults.kinds()]
        return [
            (kind, f) for kind, f in found if f.rate > 0 and (f.suppliers or f.since or f.until)
        ]

    def _languages(self) -> tuple[str, ...]:
        return Renderer(self.spec, self.words).languages()

    def _strings(self, table: str, columns: Mapping[str, Sequence[str | None]]) -> pa.Table:
        return self.named(table, {k: pa.array(v, pa.string()) for k, v in columns.items()})


def make_shop(spec: ShopSpec | None = None) -> Shop:
    """A shop to this spec, the default one without; `UsageError` when the spec makes no sense."""
    spec = spec or ShopSpec()
    words = vocabulary()
    known = {s.id for s in words.suppliers}
    for kind in ShopFaults.kinds():
        fault = getattr(spec.faults, kind)
        _known_slice(kind, fault, known, words)
        if fault.rate and fault.since > spec.months[-1]:
            raise UsageError(
                f"Fault {kind!r} begins in {fault.since}, after the last month of the shop.",
                hint="ShopFaults.moved(months) moves the faults to other months.",
            )
    return Shop(spec, Schema.of(spec), words)


def _known_slice(kind: str, fault: Fault, suppliers: set[str], words: Vocabulary) -> None:
    if unknown := sorted(set(fault.suppliers) - suppliers):
        raise UsageError(
            f"Fault {kind!r} names the supplier {unknown[0]!r}, which the shop does not have.",
            hint=f"One of {', '.join(sorted(suppliers))}.",
        )
    tops = {leaf.path[0] for leaf in words.leaves}
    if isinstance(fault, CategoryFault) and fault.top and fault.top not in tops:
        raise UsageError(
            f"There is no top category {fault.top!r}.", hint=f"One of {', '.join(sorted(tops))}."
        )


def _by_month(tables: list[pa.Table], months: list[np.ndarray]) -> pa.Table:
    order = np.argsort(np.concatenate(months), kind="stable")
    return pa.concat_tables(tables).take(pa.array(order))

"""One chunk of a shop: its items as delivered, its clean twin, and the errors between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from steward.shop.draw import CHUNK, Draws, draw
from steward.shop.duplicates import copies, redeliveries
from steward.shop.inject import Injector
from steward.shop.render import ITEM_COLUMNS, Renderer
from steward.shop.schema import Schema
from steward.shop.sheet import Sheet, Wrong
from steward.shop.spec import ShopSpec
from steward.shop.vocabulary import Ints, Vocabulary

ERROR_COLUMNS = ("table", "key", "column", "kind", "before", "after", "batch", "supplier")
WHOLE_ROW = "*"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Items as delivered with the month (its number) of each row, the clean twin, the errors.

    `errors` has the columns `ERROR_COLUMNS`. A row that should not be there has the column `*`,
    no value before, and after it the id of the item it repeats; the clean twin has no such row.
    """

    items: pa.Table
    months: Ints
    clean: pa.Table
    clean_months: Ints
    errors: pa.Table


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the chunks of one shop."""

    spec: ShopSpec
    words: Vocabulary
    schema: Schema

    def chunks(self) -> Iterator[Chunk]:
        """Every chunk, in order; the memory of one at a time."""
        for number in range(-(-self.spec.rows // CHUNK)):
            yield self.chunk(number)

    def chunk(self, number: int) -> Chunk:
        """Make one chunk whole, then cut it to the rows the shop has."""
        draws = draw(self.spec, self.words, number)
        renderer = Renderer(self.spec, self.words)
        sheet = Sheet(renderer.columns(draws))
        injector = Injector(self.spec, self.words, draws, sheet, number)
        injector.restate_names()
        clean = self.table(Sheet(dict(sheet.columns)))
        injector.run()
        return self._cut(number, draws, renderer, clean, sheet)

    def table(self, sheet: Sheet) -> pa.Table:
        """The sheet under the names of the shop."""
        return self.schema.table("items", sheet.columns, ITEM_COLUMNS)

    def _cut(
        self, number: int, draws: Draws, renderer: Renderer, clean: pa.Table, sheet: Sheet
    ) -> Chunk:
        rows = min(CHUNK, self.spec.rows - number * CHUNK)
        extra, copied = copies(self.spec, self.words, draws, number)
        again, later = redeliveries(self.spec, self.words, draws, number)
        dirty = self.table(sheet)
        offered = Sheet(renderer.columns(extra))
        more = self.table(offered)
        ids = sheet.columns["item_id"]
        errors = [self._errors(wrong, draws, ids, rows) for wrong in sheet.wrong]
        originals = ids.take(pa.array(copied))
        errors.append(
            self._extra("duplicate_product", offered.columns["item_id"], originals, extra)
        )
        repeated = ids.take(pa.array(again))
        moved = replace(draws.take(again), month=later)
        errors.append(self._extra("duplicate_exact", repeated, repeated, moved))
        return Chunk(
            items=pa.concat_tables([dirty.slice(0, rows), more, dirty.take(pa.array(again))]),
            months=np.concatenate([draws.month[:rows], extra.month, later]),
            clean=clean.slice(0, rows),
            clean_months=draws.month[:rows],
            errors=pa.concat_tables(errors),
        )

    def _errors(self, wrong: Wrong, draws: Draws, ids: pa.Array, rows: int) -> pa.Table:
        count = int(np.searchsorted(wrong.at, rows))
        at = wrong.at[:count] if wrong.column not in self.schema.drop else wrong.at[:0]
        return self._lines(
            keys=ids.take(pa.array(at)),
            column=self.schema.column("items", wrong.column),
            kind=wrong.kind,
            before=pa.array(wrong.before[: len(at)], pa.string()),
            after=pa.array(wrong.after[: len(at)], pa.string()),
            draws=draws.take(at),
        )

    def _extra(self, kind: str, keys: pa.Array, originals: pa.Array, draws: Draws) -> pa.Table:
        nothing = pa.nulls(len(keys), pa.string())
        return self._lines(keys, WHOLE_ROW, kind, nothing, originals, draws)

    def _lines(
        self,
        keys: pa.Array,
        column: str,
        kind: str,
        before: pa.Array,
        after: pa.Array,
        draws: Draws,
    ) -> pa.Table:
        n = len(keys)
        months = pa.array(self.spec.months, pa.string())
        suppliers = pa.array([s.id for s in self.words.suppliers], pa.string())
        cells = (
            pa.array(["items"] * n, pa.string()),
            keys,
            pa.array([column] * n, pa.string()),
            pa.array([kind] * n, pa.string()),
            before,
            after,
            months.take(pa.array(draws.month)),
            suppliers.take(pa.array(draws.supplier)),
        )
        return pa.table(dict(zip(ERROR_COLUMNS, cells, strict=True)))

"""The items of an index on the disk: ids, texts and the fields that texts are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa

ITEM, TEXT, FIELD = "item", "text", "field:"


@dataclass(frozen=True, eq=False)
class ItemTable:
    """Items by position, read from the file as they are asked for."""

    table: pa.Table

    @classmethod
    def of(
        cls, texts: Mapping[str, str], fields: Mapping[str, Sequence[str | None]] | None = None
    ) -> ItemTable:
        """Make it of item id to text, and of columns that are as long, in the same order."""
        columns = {ITEM: list(texts), TEXT: list(texts.values())}
        named = {FIELD + name: list(values) for name, values in (fields or {}).items()}
        arrays = {name: pa.array(held, pa.string()) for name, held in (columns | named).items()}
        return cls(pa.table(arrays))

    @cached_property
    def ids(self) -> list[str]:
        """Item ids, in row order."""
        values: list[str] = self.table.column(ITEM).to_pylist()
        return values

    @cached_property
    def position(self) -> dict[str, int]:
        """Item id to position."""
        return {item: n for n, item in enumerate(self.ids)}

    def text(self, item: str) -> str:
        """The text of one item."""
        return str(self.table.column(TEXT)[self.position[item]].as_py())

    def fields(self, item: str) -> dict[str, str]:
        """What the columns of one item say; those that say nothing are left out."""
        at = self.position[item]
        named = [name for name in self.table.column_names if name.startswith(FIELD)]
        cells = {name.removeprefix(FIELD): self.table.column(name)[at].as_py() for name in named}
        return {name: cell for name, cell in cells.items() if cell}

    def save(self, path: Path) -> None:
        """Write an Arrow file, uncompressed so that it can be mapped."""
        with pa.ipc.new_file(path, self.table.schema) as file:
            file.write_table(self.table.combine_chunks())

    @classmethod
    def load(cls, path: Path) -> ItemTable:
        """Map what `save` wrote."""
        return cls(pa.ipc.open_file(pa.memory_map(str(path))).read_all())


class Texts(Mapping[str, str]):
    """Item id to text, read as it is asked for: what stages are given."""

    def __init__(self, items: ItemTable) -> None:
        """Wrap the items."""
        self._items = items

    def __getitem__(self, item: str) -> str:
        """The text of one item."""
        return self._items.text(item)

    def __iter__(self) -> Iterator[str]:
        """Item ids, in row order."""
        return iter(self._items.ids)

    def __len__(self) -> int:
        """How many items."""
        return len(self._items.ids)

"""The columns that a ranker looks at, kept with an index."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa

from steward.retrieval.index_items import ItemTable
from steward.retrieval.item_fields import ItemFields

TEXTS, KINDS, NUMBERS, QUALITY = "texts:", "kinds:", "numbers:", "quality:"
BEHAVIOUR = b"behaviour"


def save_fields(fields: ItemFields, path: Path) -> None:
    """Write an Arrow file; ids and whole texts are those of the index and are left out."""
    columns = {TEXTS + k: pa.array(v, pa.string()) for k, v in fields.texts.items()}
    columns |= {KINDS + k: pa.array(v, pa.string()) for k, v in fields.kinds.items()}
    columns |= {NUMBERS + k: pa.array(v, pa.float64()) for k, v in fields.numbers.items()}
    columns |= {QUALITY + k: pa.array(v, pa.float64()) for k, v in fields.quality.items()}
    clicks = {query: dict(items) for query, items in fields.behaviour.items()}
    table = pa.table(columns).replace_schema_metadata(
        {BEHAVIOUR: json.dumps(clicks, ensure_ascii=False, sort_keys=True)}
    )
    with pa.ipc.new_file(path, table.schema) as file:
        file.write_table(table)


def load_fields(path: Path, items: ItemTable) -> ItemFields:
    """Read what `save_fields` wrote beside the items of an index."""
    table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    names = table.column_names

    def named(prefix: str) -> list[str]:
        return [name.removeprefix(prefix) for name in names if name.startswith(prefix)]

    return ItemFields(
        items.ids,
        items.table.column("text").to_pylist(),
        {name: table.column(TEXTS + name).to_pylist() for name in named(TEXTS)},
        {name: table.column(KINDS + name).to_pylist() for name in named(KINDS)},
        {name: table.column(NUMBERS + name).to_numpy() for name in named(NUMBERS)},
        {name: table.column(QUALITY + name).to_numpy() for name in named(QUALITY)},
        json.loads(table.schema.metadata[BEHAVIOUR]),
    )

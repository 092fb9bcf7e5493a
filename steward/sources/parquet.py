"""Parquet: typed columns as text that casts back to the very same values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steward.errors import InputError
from steward.sources.columns import check_columns
from steward.sources.delivery import CHUNK_ROWS, Chunk, Delivery

if TYPE_CHECKING:
    import pyarrow as pa

PREFIX = "parquet "
_DECIMAL = re.compile(r"decimal(32|64|128|256)\((\d+), (-?\d+)\)")
_ZONED = re.compile(r"timestamp\[(s|ms|us|ns), tz=(.+)\]")


def open_parquet(path: Path) -> Delivery:
    """Look at the schema of a Parquet file, and return it ready to be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise _broken(path, error) from error
    columns = check_columns(schema.names, str(path))
    kinds = {field.name: _plain_type(field.type) for field in schema}
    types = {
        name: f"{PREFIX}{kind}" for name, kind in kinds.items() if not pa.types.is_string(kind)
    }
    return Delivery(columns, str(path), lambda: _chunks(path), {"format": "parquet"}, types)


def _broken(path: Path, error: Exception) -> InputError:
    first = str(error).splitlines()[0] if str(error) else type(error).__name__
    return InputError(
        f"{path} is a damaged or truncated Parquet file ({first.rstrip('.')}).",
        hint="Fetch the delivery again.",
    )


def _plain_type(kind: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return _plain_type(kind.value_type)
    if pa.types.is_large_string(kind) or kind == pa.string_view():
        return pa.string()
    return kind


def _chunks(path: Path) -> Iterator[Chunk]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(CHUNK_ROWS):
                columns = [
                    _texts(column, name, path)
                    for column, name in zip(batch.columns, batch.schema.names, strict=True)
                ]
                yield Chunk(list(zip(*columns, strict=True)))
    except (pa.ArrowException, OSError) as error:
        raise _broken(path, error) from error


def _texts(column: pa.Array, name: str, path: Path) -> list[str | None]:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = _plain_type(column.type)
    if column.type != kind:
        column = column.cast(kind)
    if pa.types.is_nested(kind):
        return [None if value is None else _json(value) for value in column.to_pylist()]
    try:
        texts = column if pa.types.is_string(kind) else column.cast(pa.string())
        back = texts.cast(kind)
        exact = back.equals(column) or _equal_with_nan(back, column)
    except pa.ArrowException:
        exact = False
    if not exact:
        raise InputError(
            f"{path}: column {name!r} has the type {kind}, which cannot be kept as text.",
            hint="Cast it to text in the source.",
        )
    found: list[str | None] = texts.to_pylist()
    if pc.any(pc.match_substring(texts, "\0")).as_py():
        raise InputError(
            f"{path}: column {name!r} holds a NUL character.", hint="Remove it in the source."
        )
    return found


def _equal_with_nan(left: pa.Array, right: pa.Array) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_floating(left.type):
        return False
    both = pc.and_(pc.is_nan(left), pc.is_nan(right))
    return bool(pc.all(pc.or_(pc.fill_null(pc.equal(left, right), True), pc.fill_null(both, True))))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def arrow_type(text: str) -> Any:
    """An Arrow type from the text it prints as; None for a type that is not read back."""
    import pyarrow as pa

    decimal, zoned = _DECIMAL.fullmatch(text), _ZONED.fullmatch(text)
    if decimal:
        make = {"32": "decimal32", "64": "decimal64", "128": "decimal128", "256": "decimal256"}
        return getattr(pa, make[decimal[1]])(int(decimal[2]), int(decimal[3]))
    if zoned:
        return pa.timestamp(zoned[1], zoned[2])
    try:
        return pa.type_for_alias(text)
    except ValueError:
        return None


def write_parquet(
    columns: Sequence[str],
    read: Callable[[], Iterator[Chunk]],
    types: Mapping[str, str],
    target: Path,
) -> int:
    """Write a Parquet file; a column gets its type back if every cell still casts to it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = [
        arrow_type(types[name][len(PREFIX) :]) if types.get(name, "").startswith(PREFIX) else None
        for name in columns
    ]
    if any(kind is not None for kind in kinds):
        for batch in _batches(columns, read()):
            kinds = [_fitting(kind, column) for kind, column in zip(kinds, batch, strict=True)]
    fields = [(name, kind or pa.string()) for name, kind in zip(columns, kinds, strict=True)]
    schema, count = pa.schema(fields), 0
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in _batches(columns, read()):
            cast = [column.cast(field.type) for column, field in zip(batch, schema, strict=True)]
            writer.write_batch(pa.RecordBatch.from_arrays(cast, schema=schema))
            count += len(cast[0])
    return count


def _batches(columns: Sequence[str], chunks: Iterator[Chunk]) -> Iterator[list[pa.Array]]:
    import pyarrow as pa

    for chunk in chunks:
        yield [pa.array(cells, pa.string()) for cells in zip(*chunk.rows, strict=True)]


def _fitting(kind: Any, column: pa.Array) -> Any:
    import pyarrow as pa

    if kind is None:
        return None
    try:
        back = column.cast(kind).cast(pa.string())
    except pa.ArrowException:
        return None
    return kind if back.equals(column) else None

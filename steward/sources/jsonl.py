"""JSON lines: one object a line, every value kept as its own text.

A number keeps its digits, a nested value its JSON; so that an export is what was delivered, each
column remembers whether it held strings, numbers or both, and where both, which cells were strings
that look like something else. An absent name is null.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]
from json.encoder import encode_basestring
from pathlib import Path
from typing import IO, Any, NoReturn

from steward.errors import InputError
from steward.sources.columns import check_columns
from steward.sources.delivery import CHUNK_ROWS, Chunk, Delivery, Row
from steward.sources.encoding import Encoding, detect, open_text

STRING, NUMBER, BOOLEAN, NESTED, MIXED = (
    f"json {kind}" for kind in ("string", "number", "boolean", "nested", "mixed")
)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_SPACE = re.compile(r"[ \t\r\n]*")


class _Number(str):
    """The digits of a number, as they stood in the line."""


class _Refused(Exception):
    """A value that cannot be kept; the reader knows the line."""


def _refuse(token: str) -> NoReturn:
    raise _Refused(f"{token} is no JSON value")


_DECODER = json.JSONDecoder(
    object_pairs_hook=list, parse_int=_Number, parse_float=_Number, parse_constant=_refuse
)


def open_jsonl(path: Path, *, encoding: str | None) -> Delivery:
    """Read a file of JSON lines once for its columns, and return it ready to be read."""
    known = detect(path, encoding)
    kinds: dict[str, set[str]] = {}
    for pairs in _objects(path, known):
        for name, value in pairs:
            kinds.setdefault(name, set()).add(_kind(value))
    if not kinds:
        raise InputError(f"{path} holds no rows.", hint="Deliver one JSON object a line.")
    columns = check_columns(list(kinds), str(path))
    types = {name: _one_kind(found - {""}) for name, found in kinds.items()}
    mixed = {number for number, name in enumerate(columns) if types[name] == MIXED}
    dialect = {"format": "jsonl", "encoding": known.name, "gzip": path.suffix == ".gz"}
    return Delivery(
        columns, str(path), lambda: _chunks(path, known, columns, mixed), dialect, types
    )


def _kind(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, _Number):
        return NUMBER
    if isinstance(value, bool):
        return BOOLEAN
    return STRING if isinstance(value, str) and not isinstance(value, _Nested) else NESTED


def _one_kind(found: set[str]) -> str:
    return MIXED if len(found) > 1 else next(iter(found), STRING)


def _chunks(
    path: Path, encoding: Encoding, columns: Sequence[str], mixed: set[int]
) -> Iterator[Chunk]:
    places = {name: number for number, name in enumerate(columns)}
    empty: list[str | None] = [None] * len(columns)
    rows: list[Row] = []
    quoted: list[tuple[int, int]] = []
    for pairs in _objects(path, encoding):
        row = empty.copy()
        for name, value in pairs:
            number = places[name]
            row[number] = value if value is None or isinstance(value, str) else _text(value)
            if number in mixed and _kind(value) == STRING and _looks(value):
                quoted.append((len(rows), number))
        rows.append(row)
        if len(rows) == CHUNK_ROWS:
            yield Chunk(rows, tuple(quoted))
            rows, quoted = [], []
    if rows:
        yield Chunk(rows, tuple(quoted))


def _text(value: Any) -> str:
    return "true" if value is True else "false"


def _looks(text: str) -> bool:
    """Would this text, written without quotes, be a number, a boolean or a nested value?"""
    if text in ("true", "false") or _NUMBER.fullmatch(text):
        return True
    if text[:1] not in ("{", "["):
        return False
    try:
        json.loads(text, parse_constant=_refuse)
    except (ValueError, _Refused, RecursionError):
        return False
    return "\n" not in text and "\r" not in text


def _objects(path: Path, encoding: Encoding) -> Iterator[list[tuple[str, Any]]]:
    with open_text(path, encoding) as stream:
        for number, line in enumerate(stream, 1):
            if not line.isspace():
                yield _object(path, number, line)


def _object(path: Path, number: int, line: str) -> list[tuple[str, Any]]:
    """The names and values of one line; `InputError` names the line when it is no object."""
    try:
        start = _SPACE.match(line).end()  # type: ignore[union-attr]
        if line[start] != "{":
            raise _Refused(_not_object(line[start]))
        pairs: list[tuple[str, Any]] = _DECODER.decode(line)
        if any(isinstance(value, list) for _, value in pairs):
            pairs = _raw_pairs(line, start)
        _check(pairs, line)
        return pairs
    except json.JSONDecodeError as error:
        cut = " (is the file truncated?)" if not line.endswith(("\n", "\r")) else ""
        raise InputError(
            f"{path}: line {number:,}, column {error.colno} is no JSON: {error.msg}{cut}.",
            hint="Deliver one whole JSON object a line.",
        ) from error
    except RecursionError:
        raise InputError(
            f"{path}: line {number:,} is nested too deeply.", hint="Flatten it in the source."
        ) from None
    except _Refused as error:
        raise InputError(
            f"{path}: line {number:,}: {error}.", hint="Mend the line and ingest again."
        ) from None


def _not_object(first: str) -> str:
    if first == "[":
        return "an array, where each line must be one object (jq -c '.[]' writes it so)"
    return "not an object"


def _check(pairs: list[tuple[str, Any]], line: str) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Refused(f"the name {twice!r} is there twice")
    if "\0" in line or "\\u0000" in line:
        raise _Refused("it holds a NUL character")
    if "\\ud" in line or "\\uD" in line:
        _check_surrogates(pairs)


def _check_surrogates(pairs: list[tuple[str, Any]]) -> None:
    for name, value in pairs:
        whole = json.loads(value) if isinstance(value, _Nested) else value
        text = json.dumps([name, whole], ensure_ascii=False)
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise _Refused(f"{name!r} holds half a character (a lone surrogate)")


class _Nested(str):
    """The JSON text of a list or an object."""


def _raw_pairs(line: str, start: int) -> list[tuple[str, Any]]:
    """Names and values of an object known to be valid; nested values as their own text."""
    pairs: list[tuple[str, Any]] = []
    at = _skip(line, start + 1)
    while line[at] != "}":
        name, at = scanstring(line, at + 1)
        at = _skip(line, _skip(line, at) + 1)
        value, end = _DECODER.raw_decode(line, at)
        if isinstance(value, list):
            value = _Nested(line[at:end])
        pairs.append((name, value))
        at = _skip(line, end)
        if line[at] == ",":
            at = _skip(line, at + 1)
    return pairs


def _skip(line: str, at: int) -> int:
    return _SPACE.match(line, at).end()  # type: ignore[union-attr]


def write_jsonl(
    columns: Sequence[str], chunks: Iterator[Chunk], types: Mapping[str, str], stream: IO[bytes]
) -> int:
    """Write one object a line, in UTF-8, values as the types of the source say; returns rows."""
    names = [encode_basestring(column) + ": " for column in columns]
    plain = [types.get(column, STRING) in (STRING, "") for column in columns]
    plain = [p or not types[c].startswith("json ") for p, c in zip(plain, columns, strict=True)]
    count = 0
    for chunk in chunks:
        quoted = set(chunk.quoted)
        for at, row in enumerate(chunk.rows):
            cells = [
                name
                + (
                    "null"
                    if cell is None
                    else encode_basestring(cell)
                    if plain[number] or (at, number) in quoted or not _looks(cell)
                    else cell
                )
                for number, (name, cell) in enumerate(zip(names, row, strict=True))
            ]
            stream.write(("{" + ", ".join(cells) + "}\n").encode())
        count += len(chunk.rows)
    return count

"""Nouns to JSON and back, field by field in the order they are declared."""

from __future__ import annotations

import json
import math
import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Reader = Callable[[Any], Any]


def to_json(value: object, *, without: tuple[str, ...] = ()) -> str:
    """One noun as JSON text; the same noun always gives the same text."""
    plain = _plain(value)
    if without:
        plain = {name: held for name, held in plain.items() if name not in without}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def from_json(kind: type[T], text: str, **given: object) -> T:
    """A noun from its JSON text; `given` supplies the fields that were left out."""
    return _build(kind, json.loads(text), given)


def _plain(value: Any) -> Any:
    if value is None or type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, Mapping):
        return {str(name): _plain(held) for name, held in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(held) for held in value]
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)  # nan and inf are no JSON; a field of floats reads the text back
    return value


_AS_THEY_ARE = frozenset({str, int, bool})


@lru_cache(maxsize=64)
def _names(kind: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind))


def _build(kind: type[T], plain: Mapping[str, Any], given: Mapping[str, object]) -> T:
    readers = _readers(cast(Hashable, kind))
    held = {name: readers[name](value) for name, value in plain.items() if name in readers}
    return kind(**(held | dict(given)))


@lru_cache(maxsize=64)
def _readers(kind: Hashable) -> Mapping[str, Reader]:
    return {name: _reader(hint) for name, hint in get_type_hints(kind).items()}


@lru_cache(maxsize=256)
def _reader(hint: Any) -> Reader:
    """How a value of this annotation is read back; worked out once, since fixes are many."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _reader(next(part for part in inside if part is not type(None)))
    if origin is tuple:
        return _tuple_reader(inside)
    if isinstance(hint, type) and is_dataclass(hint):
        return lambda value: None if value is None else _build(hint, value, {})
    if hint is float or (isinstance(hint, type) and issubclass(hint, Enum)):
        return lambda value: None if value is None else hint(value)
    return _same


def _tuple_reader(inside: tuple[Any, ...]) -> Reader:
    if inside[-1] is not Ellipsis:
        each = [_reader(part) for part in inside]
        return lambda value: (
            None
            if value is None
            else tuple(read(held) for read, held in zip(each, value, strict=True))
        )
    one = _reader(inside[0])
    if one is _same:
        return lambda value: None if value is None else tuple(value)
    return lambda value: None if value is None else tuple(map(one, value))


def _same(value: Any) -> Any:
    return value

"""Nouns to JSON and back, field by field in the order they are declared."""

from __future__ import annotations

import json
import math
import types
from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


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
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(held) for name, held in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(held) for held in value]
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)  # nan and inf are no JSON; a field of floats reads the text back
    return value


def _build(kind: type[T], plain: Mapping[str, Any], given: Mapping[str, object]) -> T:
    hints = _hints(cast(Hashable, kind))
    held = {name: _read(hints[name], value) for name, value in plain.items() if name in hints}
    return kind(**(held | dict(given)))


@lru_cache(maxsize=64)
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(hint: Any, value: Any) -> Any:
    origin, inside = get_origin(hint), get_args(hint)
    if value is None:
        return None
    if origin in (Union, types.UnionType):
        return _read(next(part for part in inside if part is not type(None)), value)
    if origin is tuple:
        each = inside[:1] * len(value) if inside[-1] is Ellipsis else inside
        return tuple(_read(part, held) for part, held in zip(each, value, strict=True))
    if isinstance(hint, type) and is_dataclass(hint):
        return _build(hint, value, {})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return float(value) if hint is float else value

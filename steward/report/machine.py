"""Nouns as JSON for other programs; the schema is documented in docs/json.md."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

SCHEMA = 1
"""Raised when a field is renamed or removed; fields may be added at any time."""


def as_json(command: str, payload: Mapping[str, Any]) -> str:
    """One JSON document: schema number, command, and the payload in a stable order."""
    document = {"steward": SCHEMA, "command": command, **payload}
    return json.dumps(plain(document), ensure_ascii=False, indent=2, allow_nan=False)


def plain(value: Any) -> Any:
    """The value as dicts, lists, text and finite numbers; nan and infinity become null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(one) for one in value)
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Path):
        return str(value)
    item = getattr(value, "item", None)
    return plain(item()) if callable(item) else str(value)

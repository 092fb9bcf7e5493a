"""What a tool gives back, made small enough for a model and safe to read: `sealed`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from steward.agent.visible import CELL, cut, visible
from steward.answers import ToolResult
from steward.report.machine import plain

SIZE = 4_000
"""Bytes of JSON that the data of one result may take."""

ITEMS = 20
"""Items of one list that a model is shown."""

NUMBERS = 200
"""Items of a list of whole numbers that a model is shown."""

KEYS = 60
"""Entries of one object that a model is shown."""

SUMMARY = 1_000
_STEPS = ((ITEMS, CELL), (ITEMS, 100), (10, 100), (6, 80), (4, 60), (2, 40), (1, 30))
"""Items of an outer list, and characters of a text, tried in turn until the data is small."""


def sealed(result: ToolResult) -> ToolResult:
    """The result with every text made visible, lists and texts cut, and what was cut said."""
    data = plain(result.data)
    for items, letters in _STEPS:
        cutter = _Cutter(items, letters)
        small = cutter.cut(data)
        if size(small) <= SIZE:
            break
    else:
        small, cutter.left = {}, {"data": "too large to show; ask for less"}
    notes = [visible(cut(result.left_out, SUMMARY))] if result.left_out else []
    notes += [f"{path}: {what}" for path, what in list(cutter.left.items())[:ITEMS]]
    summary = visible(cut(result.summary, SUMMARY))
    return replace(result, summary=summary, data=small, left_out="; ".join(notes))


def size(data: Any) -> int:
    """Bytes that a value takes as JSON."""
    return len(json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass"))


class _Cutter:
    """Cuts a JSON value, and notes once for each path what it left out."""

    def __init__(self, items: int, letters: int) -> None:
        self.items, self.letters = items, letters
        self.left: dict[str, str] = {}

    def cut(self, value: Any, path: str = "", depth: int = 0) -> Any:
        """The value with at most so many items of each list and characters of each text."""
        if isinstance(value, str):
            return visible(cut(value, self.letters), keep="\n\t")
        if isinstance(value, Mapping):
            most = min(len(value), KEYS)
            self._note(path, most, len(value))
            return {
                visible(cut(key, self.letters)): self.cut(one, _under(path, key), depth)
                for key, one in list(value.items())[:most]
            }
        if not isinstance(value, list):
            return value
        most = min(len(value), self._most(value, depth))
        self._note(path, most, len(value))
        return [self.cut(one, f"{path}[]", depth + 1) for one in value[:most]]

    def _most(self, value: list[Any], depth: int) -> int:
        """Numbers take no room, and a list of ids must be whole to be acted upon."""
        if all(isinstance(one, int) for one in value):
            return NUMBERS
        return ITEMS if depth else self.items

    def _note(self, path: str, shown: int, of: int) -> None:
        if shown < of:
            self.left.setdefault(path or "data", f"{shown} of {of} shown")


def _under(path: str, key: str) -> str:
    name = visible(cut(key, 40))
    return f"{path}.{name}" if path else name

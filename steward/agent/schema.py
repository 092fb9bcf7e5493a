"""The parameters of a tool: a strict JSON Schema from its annotations, and arguments checked by it.

Strict means what servers that constrain arguments ask for: every parameter is required, none may be
added, and one with a default takes null for "left out".
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from steward.agent.naming import nearest
from steward.agent.visible import cut, restored, visible
from steward.errors import ToolRetry

STORE = "store"
_DROPPED = ("title", "default")


@dataclass(frozen=True)
class Parameters:
    """What a tool's function takes, but for the store."""

    function: Callable[..., Any]

    @cached_property
    def names(self) -> list[str]:
        """The parameters in their order."""
        return [name for name in inspect.signature(self.function).parameters if name != STORE]

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """Those that may be left out, with what they are then."""
        known = inspect.signature(self.function).parameters
        return {n: known[n].default for n in self.names if known[n].default is not known[n].empty}

    @cached_property
    def schema(self) -> dict[str, Any]:
        """A strict JSON Schema (an object)."""
        found = self._model.model_json_schema()
        properties = {
            name: self._described(name, _without(found["properties"][name])) for name in self.names
        }
        schema = {
            "type": "object",
            "properties": properties,
            "required": self.names,
            "additionalProperties": False,
        }
        return schema | ({"$defs": _closed(found["$defs"])} if "$defs" in found else {})

    def check(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments of the right types, defaults filled in.

        Raises:
            ToolRetry: one is missing, unknown or of a wrong type; the message says what to try.
        """
        from pydantic import ValidationError

        self._refuse_unknown(arguments)
        given = {n: _restored(v) for n, v in arguments.items() if not self._left_out(n, v)}
        try:
            checked = self._model(**given)
        except ValidationError as error:
            raise ToolRetry(self._complaint(error.errors()[0])) from None
        return {name: getattr(checked, name) for name in self.names}

    @cached_property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self.function, include_extras=True)

    @cached_property
    def _model(self) -> Any:
        from pydantic import ConfigDict, create_model

        fields: dict[str, Any] = {
            name: (self._hints[name], self.defaults.get(name, ...)) for name in self.names
        }
        name = self.function.__name__
        return create_model(name, __config__=ConfigDict(extra="forbid"), **fields)

    def _described(self, name: str, schema: dict[str, Any]) -> dict[str, Any]:
        notes = [n for n in getattr(self._hints[name], "__metadata__", ()) if isinstance(n, str)]
        if name in self.defaults:
            schema = _nullable(schema)
            notes.append(
                f"null: {self.defaults[name] if self.defaults[name] is not None else 'any'}"
            )
        return schema | ({"description": "; ".join(notes)} if notes else {})

    def _left_out(self, name: str, value: Any) -> bool:
        return value is None and name in self.defaults

    def _refuse_unknown(self, arguments: Mapping[str, Any]) -> None:
        for name in arguments:
            if name not in self.names:
                near = nearest(name, self.names, 1)
                hint = f"Did you mean {near[0]}? " if near else ""
                raise ToolRetry(
                    f"{self.function.__name__} takes no argument {visible(cut(name, 80))!r}."
                    f" {hint}It takes: {', '.join(self.names) or 'none'}."
                )

    def _complaint(self, error: Mapping[str, Any]) -> str:
        where = ".".join(str(part) for part in error["loc"])
        given = visible(cut(repr(error.get("input")), 80))
        tool = self.function.__name__
        if error["type"] == "missing":
            return f"{tool} needs the argument {where}. It takes: {', '.join(self.names)}."
        return f"{tool}: argument {where} is {given}, but: {error['msg']}."


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    options = schema.get("anyOf", [schema])
    if {"type": "null"} in options:
        return schema
    return {"anyOf": [*options, {"type": "null"}]}


def _without(schema: Any) -> Any:
    """The schema without what strict servers refuse; names of properties are left alone."""
    if isinstance(schema, list):
        return [_without(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {k: v for k, v in schema.items() if k not in _DROPPED or isinstance(v, dict)}
    return {key: _without(value) for key, value in kept.items()}


def _closed(definitions: dict[str, Any]) -> dict[str, Any]:
    """Definitions in which every object takes its properties, all of them, and nothing else."""
    found = {}
    for name, schema in definitions.items():
        schema = _without(schema)
        if schema.get("type") == "object":
            schema |= {"required": list(schema["properties"]), "additionalProperties": False}
        found[name] = schema
    return found


def _restored(value: Any) -> Any:
    if isinstance(value, str):
        return restored(value)
    if isinstance(value, dict):
        return {name: _restored(one) for name, one in value.items()}
    return [_restored(one) for one in value] if isinstance(value, list) else value

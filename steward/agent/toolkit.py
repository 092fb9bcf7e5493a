"""The tools: files of `tools/`, found by path, each one typed function that takes the store first.

A file says what it is for in its function's docstring, what it may do in `ACCESS`, and what it
takes in its annotations. Tools that read get a store that cannot be written; those that propose or
write are refused unless the caller says that they may. Nothing here knows LangChain.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any

from steward.agent.capped import sealed
from steward.agent.guard import ReadStore, keep_measured
from steward.agent.naming import find_column, find_table
from steward.agent.schema import STORE, Parameters
from steward.answers import ToolResult
from steward.content import content_root, shipped_root
from steward.errors import ContentError, StewardError, ToolRetry, UsageError
from steward.store import Store


class Access(StrEnum):
    """What a tool may do."""

    READ = "read"
    PROPOSE = "propose"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Tool:
    """One thing that the agent may do.

    `about` is its description and `parameters` its strict JSON Schema, both for the model.
    """

    name: str
    about: str
    access: Access
    parameters: Mapping[str, Any]
    path: Path
    takes: Parameters = field(repr=False)

    def run(
        self, store: Store, arguments: Mapping[str, Any], *, approved: bool = False
    ) -> ToolResult:
        """Call the tool and return what it found, capped and with hidden characters shown.

        A tool that writes works on the store given, in the thread that opened it; the others have a
        connection of their own. An argument called `table`, `column` or `columns` reaches the
        function only if there is such a one.

        Args:
            store: an open store; says which one, and whether it may be written.
            arguments: by name; null for one that is left out.
            approved: a person approved this very call. Without it a tool that writes is refused.

        Raises:
            ToolRetry: it was called wrongly; the message says what to try.
            StewardError: what it tried could not be done, or was not allowed.
        """
        if self.access is Access.WRITE and not approved:
            raise StewardError(
                f"{self.name} writes, and nobody approved this call; nothing was changed.",
                hint="Ask the person for approval.",
            )
        if self.access is not Access.READ and store.read_only:
            raise StewardError(f"{self.name} cannot run: the store is open for reading only.")
        checked = self.takes.check(arguments)
        if self.access is Access.WRITE:
            return self._call(store, checked)
        if self.access is Access.PROPOSE:
            with store.beside(read_only=False) as own:
                return self._call(own, checked)
        with ReadStore(store.path) as reader:
            result = self._call(reader, checked)
        if not store.read_only:
            keep_measured(store.path, reader)
        return result

    def _call(self, store: Store, arguments: dict[str, Any]) -> ToolResult:
        try:
            result = self.takes.function(store, **_named(store, arguments))
        except UsageError as error:
            raise ToolRetry(" ".join(filter(None, (error.message, error.hint)))) from error
        except StewardError:
            raise
        except Exception as error:
            raise ContentError(f"{_place(self.path, error)}: {_line(error)}") from error
        if not isinstance(result, ToolResult):
            raise ContentError(f"{self.path}: {self.name} returned no ToolResult.")
        return sealed(result)


def load_tools(
    content: Path | None = None, *, broken: Callable[[ContentError], None] | None = None
) -> list[Tool]:
    """Every tool by name: the shipped ones, and those of the user's content folder.

    Args:
        content: the user's folder (`--content`); else `STEWARD_CONTENT` is looked at. A tool there
            takes the place of a shipped one of its name.
        broken: told of each file that is wrong, while the others load.

    Raises:
        ContentError: a file is wrong, and `broken` is not given; names the file and the line.
    """
    files = {path.stem: path for path in _files(shipped_root())}
    files |= {path.stem: path for path in _files(content_root(content))}
    tools = []
    for name in sorted(files):
        try:
            tools.append(_load(files[name]))
        except ContentError as error:
            if broken is None:
                raise
            broken(error)
    return tools


def _files(root: Path) -> list[Path]:
    folder = root / "tools"
    return sorted(p for p in folder.glob("*.py") if not p.name.startswith((".", "_")))


def _load(path: Path) -> Tool:
    module = _module(path)
    function = getattr(module, path.stem, None)
    if not inspect.isfunction(function):
        raise ContentError(f"{path} has no function {path.stem}.", hint="See docs/tools.md.")
    place = f"{path}, line {function.__code__.co_firstlineno}"
    about = inspect.getdoc(function)
    if not about:
        raise ContentError(f"{place}: {path.stem} has no docstring to describe it by.")
    takes = Parameters(function)
    _check_signature(function, place)
    try:
        schema = takes.schema
    except Exception as error:  # pydantic raises several kinds for annotations it cannot take
        raise ContentError(f"{place}: its parameters make no schema: {_line(error)}") from error
    return Tool(path.stem, about, _access(module, path), schema, path, takes)


def _module(path: Path) -> ModuleType:
    """Run a file. Not by an import: that would write compiled files beside it."""
    module = ModuleType(f"steward_tool_{path.stem}")
    module.__file__ = str(path)
    try:
        exec(compile(path.read_text("utf-8"), str(path), "exec"), module.__dict__)
    except SyntaxError as error:
        raise ContentError(f"{path}, line {error.lineno}: {error.msg}.") from error
    except Exception as error:
        raise ContentError(f"{_place(path, error)}: {_line(error)}") from error
    return module


def _access(module: ModuleType, path: Path) -> Access:
    given = getattr(module, "ACCESS", None)
    try:
        return Access(str(given))
    except ValueError:
        raise ContentError(
            f"{path} says ACCESS = {given!r}; it must be read, propose or write.",
            hint="See docs/tools.md.",
        ) from None


def _check_signature(function: Callable[..., Any], place: str) -> None:
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters or parameters[0].name != STORE:
        raise ContentError(f"{place}: the first parameter must be store: Store.")
    for one in parameters[1:]:
        if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD):
            raise ContentError(f"{place}: a tool takes no *{one.name}.")
        if one.annotation is one.empty:
            raise ContentError(f"{place}: parameter {one.name} has no annotation.")


def _named(store: Store, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments with tables and columns as the store spells them."""
    found = dict(arguments)
    table = found.get("table")
    if isinstance(table, str):
        found["table"] = table = find_table(store, table)
        if isinstance(found.get("column"), str):
            found["column"] = find_column(store, table, found["column"])
        if isinstance(found.get("columns"), list):
            found["columns"] = [find_column(store, table, name) for name in found["columns"]]
    return found


def _place(path: Path, error: Exception) -> str:
    """The file, and the last of its lines that an error came through."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    return f"{path}, line {lines[-1]}" if lines else str(path)


def _line(error: Exception) -> str:
    """An error in one line."""
    first = next((line for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {first}" if first else type(error).__name__

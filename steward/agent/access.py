"""Which writes need no asking: patterns like `apply_fix:items:*`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from steward.errors import ContentError, StewardError, UsageError
from steward.store import Store

_NAMED = re.compile(r"f?(?P<fix>\d{1,15})|c(?P<set>\d{1,15})|last")
ALLOW = "allow"


def tables_of(store: Store, arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """The tables that a call would write, by name: of its `table`, its fixes or its change set.

    Read off the arguments that our tools use: `table`; `fix` and `fixes` (numbers); texts such as
    `f12`, `c3` and `last`. Empty when they name none.
    """
    if isinstance(arguments.get("table"), str):
        return (str(arguments["table"]),)
    found = set()
    for value in arguments.values():
        for one in value if isinstance(value, list) else [value]:
            found.add(_table_of(store, one))
    return tuple(sorted(found - {""}))


def _table_of(store: Store, value: Any) -> str:
    """The table of a fix number, `f12`, `c3` or `last`; '' for anything else."""
    match = _NAMED.fullmatch(str(value).strip().lower())
    if match is None or isinstance(value, bool):
        return ""
    with suppress(StewardError):
        if match["fix"]:
            return store.fix(int(match["fix"])).table
        history = [one for one in store.history() if one.kind != "undo" and not one.undone]
        wanted = int(match["set"]) if match["set"] else history[-1].id if history else None
        return next((one.table for one in store.history() if one.id == wanted), "")
    return ""


def target(tool: str, table: str, arguments: Mapping[str, Any]) -> str:
    """What a call would write, as text for patterns: `tool:table:everything else`.

    The rest is the other arguments in name order; lists are joined by commas.
    """
    rest = [
        _text(value)
        for name, value in sorted(arguments.items())
        if name != "table" and value is not None
    ]
    return ":".join((tool, table, ",".join(rest)))


def is_allowed(
    patterns: Iterable[str], tool: str, tables: Sequence[str], arguments: Mapping[str, Any]
) -> bool:
    """Does a pattern allow this call without asking, for every table it would write?

    A pattern is compared with `target` as file names are (`*`, `?`); `apply_fix` alone, and
    `apply_fix:items`, stand for all that begins so.
    """
    full = [one if one.count(":") >= 2 else f"{one}:*" for one in patterns]
    return all(
        any(fnmatchcase(target(tool, table, arguments), pattern) for pattern in full)
        for table in tables or ("",)
    )


def like(tool: str, tables: Sequence[str]) -> str:
    """The pattern that allows all calls like this one: the same tool on the same table."""
    return f"{tool}:{_literal(tables[0]) if len(tables) == 1 else ''}:*"


def check_patterns(patterns: Iterable[str], writers: Iterable[str]) -> tuple[str, ...]:
    """The patterns, if each names a tool that writes; else a `UsageError` that lists those.

    A misspelt pattern would never match, and the person would wait for a write in vain.
    """
    known, checked = sorted(writers), tuple(patterns)
    for pattern in checked:
        tool = pattern.partition(":")[0]
        if not any(fnmatchcase(name, tool) for name in known):
            raise UsageError(
                f"--allow {pattern}: there is no tool {tool} that writes.",
                hint=f"Tools that write: {', '.join(known) or 'none'}. "
                "A pattern is tool:table:rest, for example 'apply_fix:items:*'.",
            )
    return checked


def configured(file: Path) -> tuple[str, ...]:
    """Patterns under `[agent] allow` of the person's own configuration file.

    Only there: a file that came with somebody's store must not open it to writes.
    """
    try:
        part = tomllib.loads(file.read_text("utf-8")).get("agent", {})
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise ContentError(f"{file} cannot be read: {error}.", hint="It must be TOML.") from error
    found = part.get(ALLOW, []) if isinstance(part, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ContentError(f'{file}: write [agent] and below it allow = ["apply_fix:items:*"].')
    return tuple(found)


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ",".join(_text(one) for one in value)
    if isinstance(value, Mapping):
        return ",".join(f"{name}={_text(one)}" for name, one in sorted(value.items()))
    return str(value)


def _literal(text: str) -> str:
    """Text that stands for itself in a pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in text)

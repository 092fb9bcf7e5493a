"""Which writes need no asking: patterns like `apply_fix:items:*`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from steward.errors import ContentError, UsageError

ALLOW = "allow"


def target(tool: str, arguments: Mapping[str, Any]) -> str:
    """What a call would write, as text for patterns: `tool:table:everything else`.

    The rest is the other arguments in name order; lists are joined by commas.
    """
    table = arguments.get("table")
    rest = [
        _text(value)
        for name, value in sorted(arguments.items())
        if name != "table" and value is not None
    ]
    return ":".join((tool, _text(table) if table is not None else "", ",".join(rest)))


def is_allowed(patterns: Iterable[str], tool: str, arguments: Mapping[str, Any]) -> bool:
    """Does a pattern allow this call without asking?

    A pattern is compared with `target` as file names are (`*`, `?`); `apply_fix` alone, and
    `apply_fix:items`, stand for all that begins so.
    """
    wanted = target(tool, arguments)
    return any(
        fnmatchcase(wanted, pattern if pattern.count(":") >= 2 else f"{pattern}:*")
        for pattern in patterns
    )


def like(tool: str, arguments: Mapping[str, Any]) -> str:
    """The pattern that allows all calls like this one: the same tool on the same table."""
    table = arguments.get("table")
    return f"{tool}:{_literal(_text(table)) if table is not None else ''}:*"


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

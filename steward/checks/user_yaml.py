"""Reads `checks.yaml`. Everything that is wrong with it is told at once, with line numbers."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from steward.checks.registry import CHECKS
from steward.checks.user import DEFAULT_SEVERITY, Choice, UserCheck, UserChecks
from steward.checks.user_arguments import ALIASES, BOUNDS, RULES, argument
from steward.errors import ContentError

SECTIONS = ("version", "checks", "mute", "keep")
ABOUT = ("name", "table", "column", "columns", "severity", "message")
CHOICE = ("check", "column", "table", "severity", "message", "reason")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One mapping of the file: its values, and the line of each key."""

    line: int
    values: Mapping[str, object]
    lines: Mapping[str, int]


@dataclass(slots=True)
class _Reading:
    """What was wrong so far."""

    problems: list[tuple[int, str]] = field(default_factory=list)

    def wrong(self, line: int, text: str) -> None:
        self.problems.append((line, text))


def load_user_checks(path: Path | str) -> UserChecks:
    """Read the user's checks and choices from a YAML file.

    Raises:
        ContentError: the file cannot be read, or something in it is wrong; every mistake is
            listed with its line.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except OSError as error:
        raise ContentError(f"{path} cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContentError(f"{path} is not YAML: {_where(error)}") from None
    reading = _Reading()
    checks = _read(root, reading, path)
    if reading.problems:
        listed = "\n".join(f"  line {line}: {text}" for line, text in sorted(reading.problems))
        count = len(reading.problems)
        raise ContentError(
            f"{path} has {count} mistake{'s' if count > 1 else ''}:\n{listed}",
            hint="The vocabulary is in docs/checks.md.",
        )
    return checks


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"line {mark.line + 1}: {problem}" if mark else str(problem)


def _read(root: yaml.Node | None, reading: _Reading, path: Path) -> UserChecks:
    if root is None:
        return UserChecks(path=path)
    if not isinstance(root, yaml.MappingNode):
        reading.wrong(_line(root), "the file must be a mapping with `checks:`")
        return UserChecks(path=path)
    sections: dict[str, list[_Entry]] = {"checks": [], "mute": [], "keep": []}
    for key, node in root.value:
        if key.value not in SECTIONS:
            reading.wrong(_line(key), f"unknown section {key.value!r}{_like(key.value, SECTIONS)}")
        elif key.value in sections:
            sections[key.value] = list(_entries(node, reading))
    checks = [c for e in sections["checks"] for c in _checks(e, reading)]
    _unlike_names(checks, reading)
    names = (*(c.name for c in CHECKS), *(c.name for c in checks))
    mute = tuple(_choice(e, reading, names) for e in sections["mute"])
    keep = tuple(_choice(e, reading, names) for e in sections["keep"])
    return UserChecks(tuple(checks), mute, keep, path)


def _entries(node: yaml.Node, reading: _Reading) -> Iterator[_Entry]:
    if isinstance(node, yaml.ScalarNode) and node.value == "":
        return
    if not isinstance(node, yaml.SequenceNode):
        reading.wrong(_line(node), "write a list: one `- ` an entry")
        return
    for item in node.value:
        if not isinstance(item, yaml.MappingNode):
            reading.wrong(_line(item), "write `key: value` pairs")
            continue
        values, lines = {}, {}
        for key, value in item.value:
            if key.value in values:
                reading.wrong(_line(key), f"{key.value!r} is said twice")
            values[str(key.value)] = _plain(value, reading)
            lines[str(key.value)] = _line(key)
        yield _Entry(_line(item), values, lines)


def _plain(node: yaml.Node, reading: _Reading) -> object:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError) as error:
        reading.wrong(_line(node), str(error).splitlines()[0])
        return None
    finally:
        loader.dispose()


def _checks(entry: _Entry, reading: _Reading) -> Iterator[UserCheck]:
    columns = _columns(entry, reading)
    rules = _rules(entry, reading)
    if not rules:
        reading.wrong(entry.line, "this entry has no rule, such as `not_null: true`")
    for rule, (value, line) in rules.items():
        try:
            said = argument(rule, value, columns)
        except ValueError as error:
            reading.wrong(line, f"{rule}: {error}")
            continue
        if said is None:
            continue
        about = columns or _own_columns(rule, said)
        yield UserCheck(
            name=_name(entry, rule, about, len(rules)),
            rule=rule,
            columns=about,
            argument=said["max_age"] if rule == "freshness" and isinstance(said, dict) else said,
            table=_text(entry, "table", reading),
            severity=_severity(entry, reading, DEFAULT_SEVERITY),
            message=_text(entry, "message", reading) or "",
            line=line,
        )


def _rules(entry: _Entry, reading: _Reading) -> dict[str, tuple[object, int]]:
    rules: dict[str, tuple[object, int]] = {}
    limits: dict[str, object] = {}
    for key, value in entry.values.items():
        line = entry.lines[key]
        name = ALIASES.get(key, key)
        if key in ABOUT:
            continue
        if name in BOUNDS:
            limits[BOUNDS[name]] = value
            rules["range"] = (limits, line)
        elif name in RULES:
            rules[name] = (not value if key == "nullable" else value, line)
        else:
            known = (*RULES, *BOUNDS, *ALIASES, *ABOUT)
            reading.wrong(line, f"unknown key {key!r}{_like(key, known)}")
    return rules


def _columns(entry: _Entry, reading: _Reading) -> tuple[str, ...]:
    said = entry.values.get("columns", entry.values.get("column"))
    if said is None:
        return ()
    names = said if isinstance(said, list) else [said]
    if not names or not all(isinstance(n, (str, int)) for n in names):
        reading.wrong(entry.line, "`column:` takes a name, `columns:` a list of names")
        return ()
    return tuple(str(n) for n in names)


def _own_columns(rule: str, said: object) -> tuple[str, ...]:
    return (str(said["column"]),) if rule == "freshness" and isinstance(said, dict) else ()


def _name(entry: _Entry, rule: str, columns: tuple[str, ...], rules: int) -> str:
    given = entry.values.get("name")
    if given is not None:
        return str(given) if rules == 1 else f"{given} ({rule})"
    value = entry.values.get(rule)
    about = str(value) if rule in ("expression", "function") else ", ".join(columns)
    return f"{rule}({about})" if about else rule


def _unlike_names(checks: list[UserCheck], reading: _Reading) -> None:
    seen: dict[tuple[str | None, str], int] = {}
    for check in checks:
        first = seen.setdefault((check.table, check.name), check.line)
        if first != check.line:
            reading.wrong(check.line, f"{check.name!r} is already on line {first}; give it a name")


def _choice(entry: _Entry, reading: _Reading, names: tuple[str, ...]) -> Choice:
    for key in entry.values:
        if key not in CHOICE:
            reading.wrong(entry.lines[key], f"unknown key {key!r}{_like(key, CHOICE)}")
    check = _text(entry, "check", reading)
    column, table = _text(entry, "column", reading), _text(entry, "table", reading)
    if check is not None and check not in names:
        reading.wrong(entry.lines["check"], f"unknown check {check!r}{_like(check, names)}")
    if check is None and column is None:
        reading.wrong(entry.line, "say which `check:`, which `column:`, or both")
    severity = _severity(entry, reading, -1.0)
    return Choice(
        check=check,
        column=column,
        table=table,
        severity=None if severity < 0 else severity,
        message=_text(entry, "message", reading) or "",
    )


def _text(entry: _Entry, key: str, reading: _Reading) -> str | None:
    value = entry.values.get(key)
    if value is not None and not isinstance(value, (str, int, float)):
        reading.wrong(entry.lines[key], f"`{key}:` takes a word")
        return None
    return None if value is None else str(value)


def _severity(entry: _Entry, reading: _Reading, default: float) -> float:
    words = {"info": 0.2, "warn": 0.5, "error": 0.9}
    value = entry.values.get("severity", default)
    if isinstance(value, str) and value in words:
        return words[value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        reading.wrong(
            entry.lines["severity"], "severity is a number from 0 to 1, or info, warn, error"
        )
        return default
    if "severity" in entry.values and not 0 <= value <= 1:
        reading.wrong(entry.lines["severity"], f"severity is from 0 to 1, not {value}")
    return float(value)


def _like(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(str(word), known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1

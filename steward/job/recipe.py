"""A recipe: what was decided about a table, as YAML, to be replayed on its next delivery.

A step with a key belongs to the one row of that key; a step without holds wherever its old values
are found. A mapping that left some rows with the old value alone was not decided for all rows, so
it becomes steps with keys, one a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from steward.errors import ContentError
from steward.job.choose import rows_holding
from steward.store import Store
from steward.types import Change, Fix, FixKind, Reason, Status

VERSION = 1
DECIDED = (Status.ACCEPTED, Status.APPLIED)


class _Dumper(yaml.SafeDumper):
    """Escapes the line ends that only Unicode knows; else YAML folds them into a space."""


def _scalar(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    folds = any(mark in text for mark in "\x85\u2028\u2029")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if folds else None)


_Dumper.add_representer(str, _scalar)


@dataclass(frozen=True, slots=True)
class RecipeStep:
    """One decision: these old values become these new ones (in the row of `key`, if given)."""

    changes: tuple[Change, ...]
    reason: Reason
    check: str
    corrector: str
    version: str
    key: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recipe:
    """The decisions about one table, its key, and the user's checks as they were."""

    table: str
    key: tuple[str, ...]
    steps: tuple[RecipeStep, ...]
    checks: str = ""
    left_out: int = 0

    def to_yaml(self) -> str:
        """The recipe as YAML, in the order of the decisions; `Recipe.from_yaml` reads it back."""
        document: dict[str, Any] = {"steward_recipe": VERSION, "table": self.table}
        document["key"] = list(self.key)
        if self.checks:
            document["checks"] = self.checks
        document["steps"] = [_step_document(step) for step in self.steps]
        made: str = yaml.dump(
            document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100
        )
        return made

    @classmethod
    def from_yaml(cls, text: str, where: str = "recipe") -> Recipe:
        """Read a recipe; `where` names it in errors.

        Raises:
            ContentError: it is not a recipe, or a step of it is incomplete.
        """
        document = _parsed(text, where)
        steps = document.get("steps", [])
        if not isinstance(steps, list):
            raise ContentError(f"{where}: steps must be a list.")
        return cls(
            table=str(document["table"]),
            key=tuple(str(name) for name in document.get("key") or ()),
            steps=tuple(_read_step(step, f"{where}: step {n}") for n, step in enumerate(steps, 1)),
            checks=str(document.get("checks") or ""),
        )


def read_recipe(path: Path) -> Recipe:
    """Read a recipe file.

    Raises:
        ContentError: it cannot be read, or is not a recipe.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise ContentError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ContentError(f"{path} is not text in UTF-8.") from None
    return Recipe.from_yaml(text, str(path))


def export_recipe(store: Store, table: str, *, checks: str = "") -> Recipe:
    """Gather the accepted and applied fixes of a table, and the text of the user's checks file.

    Merges and quarantines depend on what the other rows held, and a cell fix of a table without a
    key has no name that lasts: these are left out and counted in `left_out`.

    Raises:
        UnknownTable: the store has no such table.
    """
    key = tuple(store.table(table).key)
    fixes = [fix for fix in store.fixes(table) if fix.status in DECIDED]
    names = _RowNames(store, table, key)
    steps: list[RecipeStep] = []
    left_out = 0
    for fix in fixes:
        if fix.kind is FixKind.MAPPING and names.universal(fix):
            steps.append(_step(fix, {}))
        elif fix.kind in (FixKind.MAPPING, FixKind.CELL) and key:
            steps.extend(_step(fix, row) for row in names.of(fix.rows))
        else:
            left_out += 1
    return Recipe(table, key, tuple(steps), checks, left_out)


class _RowNames:
    """Keys of rows, and whether a mapping was decided for every row that holds its values."""

    def __init__(self, store: Store, table: str, key: Sequence[str]) -> None:
        self.snapshot = store.snapshot(table)
        self.key = key

    def universal(self, fix: Fix) -> bool:
        left = set(rows_holding(self.snapshot, fix.changes).tolist())
        return not left - set(fix.rows)

    def of(self, rows: Sequence[int]) -> Iterator[dict[str, str | None]]:
        codes = {name: self.snapshot.codes(name) for name in self.key}
        for spot in self.snapshot.positions(rows):
            if spot < self.snapshot.rows:
                yield {name: c.text(int(c.codes[spot])) for name, c in codes.items()}


def _step(fix: Fix, key: Mapping[str, str | None]) -> RecipeStep:
    who = fix.provenance
    return RecipeStep(fix.changes, fix.reason, fix.check, who.corrector, who.version, key)


def _step_document(step: RecipeStep) -> dict[str, Any]:
    document: dict[str, Any] = {"key": dict(step.key)} if step.key else {}
    document["changes"] = [
        {"column": c.column, "before": c.before, "after": c.after} for c in step.changes
    ]
    document["reason"] = step.reason.value
    document["check"] = step.check
    document["by"] = f"{step.corrector} {step.version}"
    return document


def _parsed(text: str, where: str) -> dict[str, Any]:
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ContentError(f"{where} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(document, dict) or "steward_recipe" not in document:
        raise ContentError(
            f"{where} is not a recipe: it has no steward_recipe line.",
            hint="steward recipe --table TABLE FILE writes one.",
        )
    if document["steward_recipe"] != VERSION:
        raise ContentError(
            f"{where} is a recipe of version {document['steward_recipe']}; this is {VERSION}."
        )
    if "table" not in document:
        raise ContentError(f"{where} names no table.")
    return document


def _read_step(step: Any, where: str) -> RecipeStep:
    try:
        changes = tuple(
            Change(str(c["column"]), _text(c["before"]), _text(c["after"])) for c in step["changes"]
        )
        corrector, _, version = str(step.get("by", "person 1")).rpartition(" ")
        return RecipeStep(
            changes,
            Reason(step["reason"]),
            str(step["check"]),
            corrector,
            version,
            {str(k): _text(v) for k, v in (step.get("key") or {}).items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ContentError(
            f"{where} is incomplete or wrong: {error}.",
            hint="A step has changes (column, before, after), reason and check.",
        ) from None


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise ValueError(f"{value!r} must be quoted: cells are text")

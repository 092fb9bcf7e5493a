"""The record of a run: enough to read its scores, to compare it, and to run it again."""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from steward.errors import InputError
from steward.evaluate.case import Case
from steward.evaluate.inputs import Inputs
from steward.evaluate.solution import Settings

FORMAT = 1
PACKAGES = ("steward", "numpy", "pyarrow", "duckdb", "scikit-learn", "scipy", "rapidfuzz")


@dataclass(frozen=True, slots=True)
class Record:
    """One run of one task. `cases` holds a result a case, as `steward.evaluate.task` writes it.

    Of `kind` exam, they are a result a question and trial, as `steward.evaluate.exam` writes it.
    """

    task: str
    settings: Settings
    inputs: Inputs
    cases: tuple[Mapping[str, Any], ...]
    summary: Mapping[str, Any]
    started: str
    seconds: float
    versions: Mapping[str, str] = field(default_factory=lambda: versions())
    machine: Mapping[str, object] = field(default_factory=lambda: machine())
    kind: str = "repair"

    def case(self, name: str) -> Mapping[str, Any]:
        """The result of one case; `KeyError` when it was not run."""
        for result in self.cases:
            if result["name"] == name:
                return result
        raise KeyError(name)


def to_json(record: Record) -> str:
    """The record as one JSON document; an undefined number is null."""
    body = {"format": FORMAT, **asdict(record)}
    return json.dumps(_finite(body), ensure_ascii=False, indent=1) + "\n"


def read_record(path: Path) -> Record:
    """Read a record that `to_json` wrote; `InputError` when it is none."""
    try:
        body = json.loads(path.read_text("utf-8"))
        if body.pop("format") != FORMAT:
            raise InputError(f"{path} was written by another version of steward eval.")
        body["settings"] = Settings(**body["settings"])
        given = body["inputs"]
        body["inputs"] = Inputs(**{**given, "ignore": tuple(given["ignore"])})
        body["cases"] = tuple(body["cases"])
        return Record(**body)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path} is not the record of a run: {error}.",
            hint="Give the run.json that steward eval run wrote.",
        ) from error


def digest(case: Case) -> dict[str, str]:
    """Digests of a case's dirty and clean cells, to tell whether a later run saw the same."""
    return {
        which: hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode()).hexdigest()[:16]
        for which, cells in (("dirty", case.dirty), ("clean", case.clean))
    }


def refuse_other_tables(record: Record, cases: Sequence[Case]) -> None:
    """Raise `InputError` unless the cases hold, cell for cell, what the recorded run saw."""
    now = {case.name: digest(case) for case in cases}
    for kept in record.cases:
        if now.get(kept["name"]) != kept["digests"]:
            raise InputError(
                f"Case {kept['name']} is not the table of the recorded run.",
                hint="The files were changed or moved since; run it anew.",
            )


def versions() -> dict[str, str]:
    """Versions of Python, steward and the packages that scores depend on."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def machine() -> dict[str, object]:
    """What it ran on: system, architecture, cores."""
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
    }


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value

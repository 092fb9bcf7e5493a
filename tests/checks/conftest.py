"""Small tables with their profiles, for the checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from steward.checks import run_checks
from steward.engine import Snapshot
from steward.profile import profile_table
from steward.types import Issue

Columns = Mapping[str, Sequence[str | None]]
Find = Callable[..., list[Issue]]


@pytest.fixture
def find() -> Find:
    """Run one check, or all, over plain columns."""

    def run(columns: Columns, *only: str, **options: object) -> list[Issue]:
        snapshot = Snapshot.from_columns("items", columns)
        profile = profile_table(snapshot)
        return run_checks(snapshot, profile, only=only or None, **options)

    return run

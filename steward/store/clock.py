"""What time it is, for batches and change sets."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime

from steward.errors import UsageError

Clock = Callable[[], str]
"""Gives the time as ISO 8601 text in UTC."""


def now() -> str:
    """The time in UTC to the second; `STEWARD_NOW` (ISO 8601) stands in for reproducible runs."""
    fixed = os.environ.get("STEWARD_NOW")
    moment = datetime.now(UTC) if fixed is None else _parse(fixed)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _parse(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"STEWARD_NOW is {text!r}, which is no time.", hint="Write it as 2026-11-21T12:00:00."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

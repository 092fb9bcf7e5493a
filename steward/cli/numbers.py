"""Numbers of fixes and change sets as people type them: 12, f12, c3."""

from __future__ import annotations

import re

from steward.errors import UsageError

_NUMBER = re.compile(r"([fc]?)(\d{1,15})")


def fix_number(text: str) -> int:
    """The number of a fix: `12` or `f12`.

    Raises:
        UsageError: it is something else.
    """
    kind, number = _parsed(text)
    if kind == "c":
        raise UsageError(f"{text} is a change set; a fix is wanted.", hint="steward fixes")
    return number


def set_number(text: str) -> int:
    """The number of a change set: `3` or `c3`.

    Raises:
        UsageError: it is something else.
    """
    kind, number = _parsed(text)
    if kind == "f":
        raise UsageError(f"{text} is a fix; a change set is wanted.", hint="steward history")
    return number


def is_fix(text: str) -> bool:
    """Does it name a fix (`f12`)? A plain number names a change set.

    Raises:
        UsageError: it is neither.
    """
    return _parsed(text)[0] == "f"


def _parsed(text: str) -> tuple[str, int]:
    match = _NUMBER.fullmatch(text.strip().lower())
    if match is None:
        raise UsageError(
            f"{text!r} is not a number of a fix or change set.",
            hint="f12 is fix 12, c3 is change set 3: see steward fixes and steward history.",
        )
    return match[1], int(match[2])

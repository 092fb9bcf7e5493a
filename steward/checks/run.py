"""Runs the inferred checks and the user's own over a snapshot."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator

from steward.checks.registry import CHECKS, Check
from steward.checks.user import UserChecks, run_user_checks
from steward.engine import Snapshot
from steward.errors import UsageError
from steward.types import Issue, Profile


def run_checks(
    snapshot: Snapshot,
    profile: Profile,
    *,
    user: UserChecks | None = None,
    only: Collection[str] | None = None,
    columns: Collection[str] | None = None,
) -> list[Issue]:
    """Find what is wrong with a table, the gravest first.

    Args:
        snapshot: the table.
        profile: what is expected of it; after a change, pass the profile from before it.
        user: the user's checks, and which inferred ones they muted.
        only: names of checks to run; all when None.
        columns: only issues that blame one of these columns; all when None.

    Raises:
        UsageError: `only` names a check that does not exist.
    """
    _known(only, user)
    issues = list(_inferred(snapshot, profile, only, columns))
    if user is not None:
        issues = [user.judged(i) for i in issues if not user.mutes(i)]
        issues += run_user_checks(snapshot, profile, user, only=only)
    if columns is not None:
        issues = [i for i in issues if set(i.columns) & set(columns)]
    return sorted(issues, key=lambda i: (-i.severity, i.check, i.columns, i.sql))


def _inferred(
    snapshot: Snapshot,
    profile: Profile,
    only: Collection[str] | None,
    columns: Collection[str] | None,
) -> Iterator[Issue]:
    if not snapshot.rows:
        return
    held = _narrowed(profile, set(snapshot.columns))
    few = held if columns is None else _narrowed(held, set(columns) & set(snapshot.columns))
    for check in CHECKS:
        if only is None or check.name in only:
            yield from check.run(snapshot, few if check.one_column else held)


def _narrowed(profile: Profile, columns: set[str]) -> Profile:
    kept = tuple(c for c in profile.columns if c.name in columns)
    if len(kept) == len(profile.columns):
        return profile
    return dataclasses.replace(profile, columns=kept)


def _known(only: Collection[str] | None, user: UserChecks | None) -> None:
    names = [c.name for c in CHECKS]
    mine = [c.name for c in user.checks] if user else []
    for name in sorted(only or ()):
        if name not in names and name not in mine:
            near = _near(name, names + mine)
            raise UsageError(
                f"There is no check named {name!r}.",
                hint=f"Did you mean {near}?" if near else "Known: " + ", ".join(names + mine),
            )


def _near(name: str, names: list[str]) -> str | None:
    import difflib

    return next(iter(difflib.get_close_matches(name, names, n=1)), None)


def describe(check: Check) -> str:
    """The first sentence of what a check looks for."""
    return check.text.split(". ")[0].rstrip(".") + "."

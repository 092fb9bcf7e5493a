"""What every command starts from: which store, which table, which checks, how loud."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from steward.cli.screen import Screen
from steward.errors import UnknownTable, UsageError

if TYPE_CHECKING:
    from steward.checks import UserChecks
    from steward.store import Store

CHECKS_FILE = Path("checks.yaml")


@dataclass(frozen=True, slots=True)
class Session:
    """The options given before the command."""

    store: Path
    quiet: bool = False
    verbose: bool = False

    @property
    def screen(self) -> Screen:
        """Where to write."""
        return Screen(quiet=self.quiet, verbose=self.verbose)


def session(context: typer.Context) -> Session:
    """The session of a command."""
    found = context.obj
    assert isinstance(found, Session)
    return found


@contextmanager
def opened(
    context: typer.Context, elsewhere: Path | None = None, *, read_only: bool = False
) -> Iterator[Store]:
    """Open the store of the session, or the one that the command itself names.

    Raises:
        NoStore: there is none; nothing is created.
    """
    from steward.store import Store

    with Store(elsewhere or session(context).store, read_only=read_only) as store:
        yield store


def the_table(store: Store, wanted: str | None) -> str:
    """The table that is meant: the one named, else the only one there is.

    Raises:
        UnknownTable: there is none of that name; the hint suggests the nearest.
        UsageError: none was named and there is not exactly one.
    """
    names = [info.name for info in store.tables()]
    if wanted is not None:
        return _known(names, wanted)
    own = [info.name for info in store.tables() if info.side_of is None]
    if len(own) == 1:
        return own[0]
    if not own:
        raise UsageError("The store holds no table yet.", hint="steward ingest items.csv")
    raise UsageError(f"Which table? There are {len(own)}.", hint=f"--table {' | '.join(own)}")


def user_checks(path: Path | None) -> UserChecks | None:
    """The user's checks: from the file named, else from checks.yaml here if there is one.

    Raises:
        ContentError: the file is absent or wrong.
    """
    if path is None and not CHECKS_FILE.is_file():
        return None
    from steward.checks import load_user_checks

    return load_user_checks(path or CHECKS_FILE)


def _known(names: Sequence[str], wanted: str) -> str:
    from difflib import get_close_matches

    if wanted in names:
        return wanted
    near = get_close_matches(wanted, names, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Tables: {', '.join(names) or 'none yet'}."
    raise UnknownTable(f"There is no table {wanted} in the store.", hint=hint)

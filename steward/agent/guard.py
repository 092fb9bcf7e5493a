"""The store as a tool sees it: one that reads cannot write, whatever it tries."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from steward.errors import StewardError
from steward.store import Store
from steward.types import Fix, Issue, Profile


class ReadStore(Store):
    """A store whose connection SQLite itself keeps from writing.

    What is measured on the way (profiles, issues) stays in memory, so that functions which keep
    their measurements work; fixes that a dry run numbers stay without numbers.
    """

    def __init__(self, path: Path | str) -> None:
        """Open a store for reading only."""
        super().__init__(path, read_only=True)
        self.measured: dict[tuple[str, str], Profile] = {}
        self._found: dict[str, list[Issue]] = {}

    def __enter__(self) -> ReadStore:
        return self

    def load_profile(self, table: str) -> Profile | None:
        """The profile measured in this call, else the one the store holds."""
        info = self.table(table)
        return self.measured.get((info.name, info.content_hash)) or super().load_profile(table)

    def save_profile(self, profile: Profile) -> None:
        """Keep a profile in memory."""
        self.measured[profile.table, profile.content_hash] = profile

    def save_issues(self, table: str, issues: Sequence[Issue]) -> list[Issue]:
        """Keep issues in memory."""
        self._found[self.table(table).name] = list(issues)
        return list(issues)

    def issues(self, table: str) -> list[Issue]:
        """The issues found in this call, else those the store holds."""
        name = self.table(table).name
        return self._found[name] if name in self._found else super().issues(name)

    def save_fixes(
        self, table: str, proposed: Sequence[Fix], *, beside: bool = False, keep: bool = True
    ) -> list[Fix]:
        """Give the fixes back as they are; none is kept."""
        return [replace(fix, id=None) for fix in proposed]


def keep_measured(path: Path, reader: ReadStore) -> None:
    """Save the profiles that a tool measured, so that the next need not; nothing else of it.

    A store that cannot be written just now goes without.
    """
    if not reader.measured:
        return
    with suppress(StewardError), Store(path, wait=0.1) as store:
        for profile in reader.measured.values():
            store.save_profile(profile)

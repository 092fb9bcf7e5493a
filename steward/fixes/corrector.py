"""What a corrector is: something that can propose fixes, and that a backtest can put to the test.

To write a new one: a class with the attributes below and `propose`, in a file of its own, added to
`CORRECTORS` in `steward/fixes/registry.py`. It proposes what it believes, with its own score in
`Fix.confidence` and in `Fix.safety` the most it may ever become; it never decides what is safe.
The backtest damages known-good cells by its `injections` and measures its precision, and the gate
sets `safety`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol, runtime_checkable

from steward.engine import Snapshot
from steward.types import Fix, Profile


class Corrector(Protocol):
    """Something that can propose fixes."""

    name: str
    """One word for people, the same in the command line and the docs."""

    version: str
    """Changes whenever the same table may get other proposals."""

    injections: tuple[str, ...]
    """Kinds of damage (`steward.fixes.injections`) that it claims to mend; () = none known."""

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterable[Fix]:
        """Propose fixes for a table. Pure: same table, same fixes, in the same order."""
        ...


@runtime_checkable
class Selective(Protocol):
    """A corrector that can spare the work for columns that nobody asks about; for backtests."""

    def propose_for(
        self, snapshot: Snapshot, profile: Profile, columns: Collection[str]
    ) -> Iterable[Fix]:
        """What `propose` gives for these columns, and nothing else."""
        ...

"""A table in memory that is taught without a store: for dry runs, and for measuring."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from steward.engine import Snapshot
from steward.fixes import propose
from steward.profile import profile_table
from steward.types import Fix, FixKind, Profile, RowId


class Draft:
    """A copy of a table, and every cell that was written into it."""

    def __init__(self, snapshot: Snapshot, profile: Profile | None = None) -> None:
        self.snapshot = snapshot
        self._profile = profile
        self.proposed: list[Fix] = []
        self.written: list[tuple[Fix, RowId]] = []

    def look(self) -> tuple[Snapshot, Profile]:
        """The table as it stands, and its profile."""
        if self._profile is None:
            self._profile = profile_table(self.snapshot)
        return self.snapshot, self._profile

    def propose(self) -> Sequence[Fix]:
        """Gated proposals for the table as it stands."""
        found = list(propose(*self.look()))
        self.proposed = self.proposed or found
        return found

    def write(self, safe: Sequence[Fix], taught: Sequence[Fix]) -> None:
        """Write fixes into the copy, the surest first, each cell once."""
        texts: dict[str, list[str | None]] = {}
        done: set[tuple[str, RowId]] = set()
        for fix in sorted([*taught, *safe], key=lambda fix: -fix.confidence):
            if fix.kind not in (FixKind.MAPPING, FixKind.CELL):
                continue
            for name in fix.columns:
                if name not in texts:
                    texts[name] = self.snapshot.column(name).to_pylist()
            for row, spot in zip(fix.rows, self.snapshot.positions(fix.rows).tolist(), strict=True):
                self._write_row(fix, row, spot, texts, done)
        if done:
            columns = {name: pa.array(held, pa.string()) for name, held in texts.items()}
            self.snapshot, self._profile = self.snapshot.replace(columns), None

    def _write_row(
        self,
        fix: Fix,
        row: RowId,
        spot: int,
        texts: dict[str, list[str | None]],
        done: set[tuple[str, RowId]],
    ) -> None:
        cells = {(change.column, row) for change in fix.changes}
        if cells & done or any(texts[c.column][spot] != c.before for c in fix.changes):
            return
        done |= cells
        self.written.append((fix, row))
        for change in fix.changes:
            texts[change.column][spot] = change.after

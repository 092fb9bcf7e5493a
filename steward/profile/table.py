"""The profile of a table: every column's facts, and what holds between columns and batches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from steward.engine import Snapshot
from steward.profile.column import Measured, measure_column
from steward.profile.counts import Counts
from steward.profile.dependency import Coded, find_dependencies, takes_part
from steward.profile.quality import measure_quality
from steward.profile.reference import Target, find_foreign_keys, find_targets
from steward.profile.shift import BatchTests, Cells
from steward.types import ColumnProfile, ForeignKey, Profile
from steward.types import SemanticType as S

_MIX = np.uint64(0x9E3779B97F4A7C15)
_ENUMERATED = (S.CATEGORY, S.CATEGORY_PATH, S.COUNTRY, S.LANGUAGE, S.BOOLEAN, S.CODE)


def profile_table(snapshot: Snapshot, *, progress: Callable[[str], None] | None = None) -> Profile:
    """Measure a snapshot: its columns, and the dependencies, references and shifts between them.

    Args:
        snapshot: the table; `snapshot.beside` holds those it may refer to.
        progress: told the name of each column when it has been measured.
    """
    pass_ = _Pass(snapshot)
    for name in snapshot.columns:
        pass_.add(name)
        if progress:
            progress(name)
    profile = Profile(
        table=snapshot.name,
        rows=snapshot.rows,
        content_hash=snapshot.content_hash,
        columns=tuple(pass_.columns),
        dependencies=find_dependencies(pass_.coded),
        foreign_keys=tuple(pass_.foreign_keys),
        shifts=pass_.batches.shifts(),
        batches=snapshot.batches,
        duplicate_rows=pass_.duplicate_rows(),
    )
    return replace(profile, quality=measure_quality(profile))


class _Pass:
    """One walk over the columns. A column's texts are let go before the next is read."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.columns: list[ColumnProfile] = []
        self.coded: list[Coded] = []
        self.foreign_keys: list[ForeignKey] = []
        self.batches = BatchTests(snapshot.batch_ids)
        self.targets: list[Target] = find_targets(snapshot.beside)
        self.hashes = np.zeros(snapshot.rows, np.uint64)

    def add(self, name: str) -> None:
        """Measure a column and keep of it what later steps need."""
        counts = Counts.of(self.snapshot.column(name))
        assert counts.codes is not None
        self.hashes = _mixed(self.hashes, counts.codes)
        measured = measure_column(name, counts)
        profile, present = measured.profile, measured.present
        self.columns.append(profile)
        rows = int(present.rows.sum())
        if self.batches.needed or takes_part(profile.distinct, rows) or profile.distinct > 1:
            self._between(measured, np.append(measured.places, np.int32(-1))[counts.codes], rows)
        self.foreign_keys += find_foreign_keys(self.snapshot.name, profile, present, self.targets)

    def _between(self, measured: Measured, codes: npt.NDArray[np.int32], rows: int) -> None:
        profile = measured.profile
        if takes_part(profile.distinct, rows):
            self.coded.append(
                Coded(profile.name, _small(codes, profile.distinct), profile.distinct)
            )
        if self.batches.needed:
            enumerated = profile.semantic in _ENUMERATED
            self.batches.add(
                Cells(profile.name, codes, measured.numbers, measured.shapes, enumerated)
            )

    def duplicate_rows(self) -> int:
        """Rows that repeat an earlier row in every column."""
        if not self.columns or any(column.is_key for column in self.columns):
            return 0
        return int((np.diff(np.sort(self.hashes)) == 0).sum())


def _small(codes: npt.NDArray[np.int32], distinct: int) -> npt.NDArray[np.int32]:
    return codes.astype(np.int16) if distinct < 2**15 else codes


def _mixed(hashes: npt.NDArray[np.uint64], codes: npt.NDArray[np.int32]) -> npt.NDArray[np.uint64]:
    """Fold one more column into the hash of each row (64 bits: 1 M rows collide 3 in 10⁸ times)."""
    with np.errstate(over="ignore"):
        mixed = (hashes ^ (codes.astype(np.int64) + 2).astype(np.uint64)) * _MIX
        return mixed ^ (mixed >> np.uint64(29))

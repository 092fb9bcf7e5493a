"""The profile of a table: every column's facts, and what holds between columns and batches."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from steward.engine import Snapshot
from steward.profile.column import Measured, measure_column
from steward.profile.counts import Counts
from steward.profile.dependency import Coded, find_dependencies, narrow, takes_part
from steward.profile.quality import measure_quality
from steward.profile.reference import Target, find_foreign_keys, find_targets
from steward.profile.shift import BatchTests, Cells, Tested, corrected
from steward.types import ColumnProfile, ForeignKey, Profile, StorageType
from steward.types import SemanticType as S

WORKERS = 2
_ENUMERATED = (S.CATEGORY, S.CATEGORY_PATH, S.COUNTRY, S.LANGUAGE, S.BOOLEAN, S.CODE)
Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """What is kept of a column once its texts are let go."""

    profile: ColumnProfile
    coded: Coded | None
    foreign_keys: tuple[ForeignKey, ...]
    tested: Tested
    hashes: Hashes


def profile_table(snapshot: Snapshot, *, progress: Callable[[str], None] | None = None) -> Profile:
    """Measure a snapshot: its columns, and the dependencies, references and shifts between them.

    Args:
        snapshot: the table; `snapshot.beside` holds those it may refer to.
        progress: told the name of each column when it has been measured.
    """
    columns: list[Column] = []
    hashes = np.zeros(snapshot.rows, np.uint64)
    for column in _walk(snapshot):
        hashes += column.hashes
        columns.append(replace(column, hashes=hashes[:0]))
        if progress:
            progress(column.profile.name)
    profiles = tuple(column.profile for column in columns)
    profile = Profile(
        table=snapshot.name,
        rows=snapshot.rows,
        content_hash=snapshot.content_hash,
        columns=profiles,
        dependencies=find_dependencies([c.coded for c in columns if c.coded]),
        foreign_keys=tuple(key for c in columns for key in c.foreign_keys),
        shifts=corrected([c.tested for c in columns]),
        batches=snapshot.batches,
        duplicate_rows=_duplicates(hashes, profiles),
    )
    return replace(profile, quality=measure_quality(profile))


def _walk(snapshot: Snapshot) -> Iterator[Column]:
    """Measure the columns side by side, `WORKERS` at a time, and yield them in their order."""
    work = _Work(snapshot)
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting: deque[Future[Column]] = deque()
        for name in snapshot.columns:
            waiting.append(pool.submit(work.measure, name))
            if len(waiting) > WORKERS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class _Work:
    """What measuring a column needs of its table."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.batches = BatchTests(snapshot.batch_ids)
        self.targets: list[Target] = find_targets(snapshot.beside)

    def measure(self, name: str) -> Column:
        """Measure one column; runs in a thread of its own."""
        counts = Counts.of(self.snapshot.column(name))
        measured = measure_column(name, counts)
        assert counts.codes is not None
        codes = np.append(measured.places, np.int32(-1))[counts.codes]
        keys = find_foreign_keys(
            self.snapshot.name, measured.profile, measured.present, self.targets
        )
        return Column(
            profile=measured.profile,
            coded=_coded(measured, codes),
            foreign_keys=tuple(keys),
            tested=self._test(measured, codes),
            hashes=_hashes(counts.codes, name),
        )

    def _test(self, measured: Measured, codes: npt.NDArray[np.int32]) -> Tested:
        if not self.batches.needed:
            return Tested(0, ())
        profile, shapes = measured.profile, measured.shapes
        if profile.semantic is S.ID and profile.type is StorageType.INTEGER:
            shapes = np.zeros_like(shapes)  # running numbers grow longer: no news
        enumerated = profile.semantic in _ENUMERATED
        cells = Cells(profile.name, codes, measured.numbers, shapes, enumerated)
        return self.batches.test(cells)


def _coded(measured: Measured, codes: npt.NDArray[np.int32]) -> Coded | None:
    """The column for the search for dependencies; None for a key, or where nothing varies."""
    profile = measured.profile
    if not takes_part(profile.distinct, int(measured.present.rows.sum())):
        return None
    return Coded(profile.name, narrow(codes, profile.distinct), profile.distinct)


def _hashes(codes: npt.NDArray[np.int32], name: str) -> Hashes:
    """A 64-bit hash of each cell; their sum over the columns stands for the row.

    Among a million rows the chance that two different ones share a sum is 3 in 10⁸.
    """
    seed = np.uint64(int.from_bytes(name.encode()[-7:], "little") * 2 + 1)
    with np.errstate(over="ignore"):
        mixed = (codes.astype(np.int64) + 2).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= seed * np.uint64(0xD6E8FEB86659FD93)
        mixed = (mixed ^ (mixed >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
        return mixed ^ (mixed >> np.uint64(29))


def _duplicates(hashes: Hashes, columns: tuple[ColumnProfile, ...]) -> int:
    """Rows that repeat an earlier row in every column."""
    if not columns or any(column.is_key for column in columns):
        return 0
    return int((np.diff(np.sort(hashes)) == 0).sum())

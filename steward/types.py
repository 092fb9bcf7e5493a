"""The nouns of steward: one word per idea, frozen values that every room passes around.

Rows are known by `RowId`, cells by row and column; text is what the delivery held.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

RowId = int
"""The stable number a row gets when it is first ingested; never reused in its table."""

# Columns of a stored table, which no user's column may be called: the `RowId`, the number of the
# batch that brought the row (both in its snapshot too), and the hash of the row's cells.
ROW, BATCH, HASH = "_steward_row", "_steward_batch", "_steward_hash"
RESERVED = "_steward_"


class Reason(StrEnum):
    """What kind of issue, or what a fix mends."""

    MISSING = "missing"
    DISGUISED_MISSING = "disguised_missing"
    FORMAT = "format"
    DOMAIN = "domain"
    RANGE = "range"
    OUTLIER = "outlier"
    TYPO = "typo"
    DEPENDENCY = "dependency"
    CROSS_COLUMN = "cross_column"
    DUPLICATE_KEY = "duplicate_key"
    DUPLICATE_ROW = "duplicate_row"
    NEAR_DUPLICATE = "near_duplicate"
    REFERENCE = "reference"
    MOJIBAKE = "mojibake"
    WIDTH = "width"
    CONTROL_CHARACTER = "control_character"
    WHITE_SPACE = "white_space"
    SWAPPED = "swapped"
    SPLIT_VALUE = "split_value"
    CATEGORY = "category"
    CONFLICT = "conflict"
    ADVERSARIAL = "adversarial"
    USER = "user"


class Safety(StrEnum):
    """May a fix be applied unseen?"""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


class Status(StrEnum):
    """Where a fix is on its way."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    APPLIED = "applied"
    REVERTED = "reverted"
    UNDONE = "undone"
    STALE = "stale"


class StorageType(StrEnum):
    """What the text of a column parses as; inferred beside the text, never written over it."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    EMPTY = "empty"


class SemanticType(StrEnum):
    """What a column is about."""

    ID = "id"
    CODE = "code"
    MONEY = "money"
    QUANTITY = "quantity"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    URL = "url"
    EMAIL = "email"
    PHONE = "phone"
    GTIN = "gtin"
    COUNTRY = "country"
    LANGUAGE = "language"
    BOOLEAN = "boolean"
    CATEGORY_PATH = "category_path"
    CATEGORY = "category"
    TEXT = "text"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Batch:
    """One ingestion: where rows came from and when."""

    id: int
    table: str
    source: str
    ingested_at: str
    rows: int
    content_hash: str
    mode: str = "append"
    dialect: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ValueCount:
    """A value and the number of rows that hold it."""

    value: str | None
    rows: int


@dataclass(frozen=True, slots=True)
class Mask:
    """A shape of text (`99-AAA`), how many rows have it, and one of them."""

    mask: str
    rows: int
    example: str


@dataclass(frozen=True, slots=True)
class NumberSummary:
    """Distribution of the values that parse as numbers (dates: days since 1970-01-01)."""

    parsed: int
    minimum: float
    p01: float
    p25: float
    median: float
    p75: float
    p99: float
    maximum: float
    mean: float
    lower_fence: float
    upper_fence: float
    outside: int
    histogram: tuple[tuple[float, float, int], ...] = ()


@dataclass(frozen=True, slots=True)
class LengthSummary:
    """Lengths in characters of the values present."""

    minimum: int
    mean: float
    maximum: int


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """Measured facts about one column."""

    name: str
    rows: int
    missing: int
    disguised: tuple[ValueCount, ...]
    distinct: int
    unique: int
    type: StorageType
    type_share: float
    semantic: SemanticType
    semantic_share: float
    lengths: LengthSummary | None
    masks: tuple[Mask, ...]
    top: tuple[ValueCount, ...]
    rare: tuple[ValueCount, ...]
    numbers: NumberSummary | None = None
    units: tuple[ValueCount, ...] = ()
    scripts: tuple[ValueCount, ...] = ()
    is_key: bool = False
    near_key: bool = False

    @property
    def present(self) -> int:
        """Rows that hold neither null, nor empty text, nor a disguised missing value."""
        return self.rows - self.missing - sum(d.rows for d in self.disguised)


@dataclass(frozen=True, slots=True)
class Dependency:
    """An approximate functional dependency: the determinant fixes the dependent, but for `error`.

    `error` is g3 (Kivinen and Mannila, 1995): the least share of rows to drop so that it holds.
    `groups` counts determinant values held by two rows or more, `rows` the rows in those groups.
    """

    determinant: tuple[str, ...]
    dependent: str
    error: float
    groups: int
    rows: int


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A column whose values are found in another table's column, but for `unmatched` rows."""

    table: str
    column: str
    other_table: str
    other_column: str
    matched: int
    unmatched: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A measure of a column that changed from earlier batches to this one."""

    column: str
    measure: str
    batch: int
    before: float
    after: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Quality:
    """One dimension's score, 0 to 1, and how it was counted."""

    dimension: str
    score: float | None
    failed: int
    tested: int
    how: str


@dataclass(frozen=True, slots=True)
class Profile:
    """Measured facts about one table."""

    table: str
    rows: int
    content_hash: str
    columns: tuple[ColumnProfile, ...]
    dependencies: tuple[Dependency, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    shifts: tuple[Shift, ...] = ()
    quality: tuple[Quality, ...] = ()
    batches: tuple[Batch, ...] = ()
    duplicate_rows: int = 0

    def column(self, name: str) -> ColumnProfile:
        """Facts about one column; `KeyError` when there is none of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding of one check.

    `sql` selects the failing rows (row id first) and runs with `steward query`. `columns` are the
    columns to blame. `row_ids` holds the first few failing rows, in row order.
    """

    table: str
    check: str
    reason: Reason
    columns: tuple[str, ...]
    rows: int
    share: float
    severity: float
    message: str
    sql: str
    row_ids: tuple[RowId, ...] = ()
    values: tuple[ValueCount, ...] = ()
    batches: tuple[int, ...] = ()
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One column's old value and new value."""

    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Backtest:
    """Precision measured on known-good cells that were hidden or corrupted on purpose.

    `right` of `tried` proposals were right; `lower` and `upper` bound the precision
    at 95 %. `false_alarms` of `clean` untouched cells, over `draws` copies, would change as well.
    """

    right: int
    tried: int
    lower: float
    upper: float
    injected: int = 0
    false_alarms: int = 0
    clean: int = 0
    draws: int = 1

    @property
    def precision(self) -> float:
        """Share of the proposals that were right; nan when there was none."""
        return self.right / self.tried if self.tried else float("nan")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a fix: votes, determinants, agreement, and the query behind it."""

    text: str
    sql: str = ""
    determinants: tuple[str, ...] = ()
    votes_for: float = 0.0
    votes_against: float = 0.0
    agreed_by: tuple[str, ...] = ()
    backtest: Backtest | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who made this: a corrector and its version, or a prompt, its digest and the model."""

    corrector: str
    version: str
    prompt: str = ""
    digest: str = ""
    model: str = ""


class FixKind(StrEnum):
    """What a fix does to the table."""

    MAPPING = "mapping"
    CELL = "cell"
    MERGE = "merge"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class Fix:
    """One proposed change, decided as one.

    A *mapping* replaces `changes` (old value to new value) in `rows`; a *cell* fix does so where
    the rows alone are wrong. With two changes both old values must be there. A *merge* keeps the
    first of `rows`, gives it `changes`, and moves the others to the side table; a *quarantine* all
    of them. `check` must not find it again. `confidence`: the precision that the gate believes.
    """

    table: str
    kind: FixKind
    reason: Reason
    check: str
    changes: tuple[Change, ...]
    rows: tuple[RowId, ...]
    provenance: Provenance
    evidence: Evidence
    confidence: float = 0.0
    safety: Safety = Safety.UNSAFE
    id: int | None = None
    status: Status = Status.PROPOSED
    run: int | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it writes, in the order of its changes."""
        return tuple(change.column for change in self.changes)

    @property
    def cells(self) -> int:
        """How many cells it writes; a merge those of the row that stays."""
        return len(self.changes) * (1 if self.kind is FixKind.MERGE else len(self.rows))


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Fixes applied together."""

    id: int
    table: str
    kind: str
    at: str
    fixes: tuple[int, ...]
    cells: int
    undone: bool
    note: str = ""

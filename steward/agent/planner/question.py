"""What a question asks: an intent and its slots; or that it must be asked back, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Intent(StrEnum):
    """The kinds of questions and orders that the rules know."""

    HELP = "help"
    LIST_TABLES = "list_tables"
    DESCRIBE = "describe"
    PROFILE = "profile"
    WHY_MISSING = "why_missing"
    COUNT_MISSING = "count_missing"
    MISSING_BY = "missing_by"
    MISSING_COLUMNS = "missing_columns"
    WHY_WRONG = "why_wrong"
    ISSUES = "issues"
    OUTLIERS = "outliers"
    FORMATS = "formats"
    WHY_DUPLICATES = "why_duplicates"
    DUPLICATES = "duplicates"
    REPEATED_VALUES = "repeated_values"
    CHANGES = "changes"
    LINEAGE = "lineage"
    PROPOSE = "propose"
    PREVIEW = "preview"
    FIX = "fix"
    APPLY = "apply"
    UNDO = "undo"
    FITNESS = "fitness"
    COMPARE = "compare"
    MEASURE = "measure"
    TOP = "top"
    ROWS = "rows"
    SEARCH = "search"
    REOPEN = "reopen"


class Ask(StrEnum):
    """What is asked back."""

    COLUMN = "column"
    TABLE = "table"
    SLICES = "slices"
    ROW = "row"
    FIX = "fix"
    SUBJECT = "subject"
    VALUE = "value"


class Why(StrEnum):
    """Why a question is refused."""

    OUTSIDE = "outside"
    NEEDS_MODEL = "needs_model"
    CANNOT_EDIT = "cannot_edit"
    CANNOT_JOIN = "cannot_join"
    UNKNOWN_WORDS = "unknown_words"
    NOT_THERE = "not_there"
    UNCLEAR = "unclear"
    NO_DELIVERY = "no_delivery"
    EMPTY_STORE = "empty_store"
    NO_TOOL = "no_tool"


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on rows. `op` is `=`, `<`, `<=`, `>`, `>=`, `missing`, `present` or `contains`.

    The column `_steward_batch` counts deliveries.
    """

    column: str
    op: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question understood: everything that planning and composing need."""

    intent: Intent
    table: str = ""
    columns: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    slices: tuple[tuple[Filter, ...], ...] = ()
    group: str = ""
    measure: str = "count"
    ids: tuple[int, ...] = ()
    change_set: int | None = None
    since: str = ""
    row: int | None = None
    text: str = ""
    limit: int = 10
    about: str = ""

    @property
    def column(self) -> str:
        """The first column, or empty."""
        return self.columns[0] if self.columns else ""

    def as_json(self) -> dict[str, Any]:
        """Plain values; `Question.of` reads them."""
        return {**asdict(self), "intent": self.intent.value}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Question:
        """What `as_json` wrote."""
        known = dict(data)
        known["intent"] = Intent(known["intent"])
        known["filters"] = tuple(Filter(**one) for one in known["filters"])
        known["slices"] = tuple(tuple(Filter(**f) for f in one) for one in known["slices"])
        for name in ("columns", "ids"):
            known[name] = tuple(known[name])
        return cls(**known)


@dataclass(frozen=True, slots=True)
class AskBack:
    """A question for the person. `draft` is what was understood; an option completes it."""

    what: Ask
    options: tuple[str, ...] = ()
    draft: Question | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Not answered, and why; `words` are those that tell, `near` the names that come closest."""

    why: Why
    words: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A tool call that is needed first, or next."""

    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


Understood = Question | AskBack | Refusal | tuple[Step, ...]

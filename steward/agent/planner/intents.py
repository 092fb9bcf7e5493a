"""Which intent a question has: rules over its concepts and slots, the more telling ones first."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from steward.agent.planner.language import normalise
from steward.agent.planner.question import Intent
from steward.agent.planner.reading import Reading, Token
from steward.agent.planner.slots import Slots

_TROUBLE = ("null", "wrong", "outlier", "format", "duplicate")
MEASURES = ("average", "median", "maximum", "minimum", "sum")


@dataclass(frozen=True, slots=True)
class Sight:
    """A question's reading with its slots, and what the rules ask of them."""

    reading: Reading
    slots: Slots

    def has(self, *concepts: str) -> bool:
        """Does it hold one of these concepts?"""
        return self.reading.has(*concepts)

    @property
    def column(self) -> bool:
        """Does it name a column?"""
        return bool(self.slots.columns)

    @property
    def asks_why(self) -> bool:
        """Does it ask for a cause, or since when?"""
        return self.has("why") or (self.has("when") and not self.has("maximum", "minimum"))

    @property
    def yes_or_no(self) -> bool:
        """Is it a question that is answered by yes or no?"""
        text = normalise(self.reading.text).strip()
        english = re.match(r"(is|are|was|were|does|do|did|has|have|any|can|could)\b", text)
        return bool(english) or bool(re.search(r"(吗|么|是否|有没有|是不是|能不能|可不可以)", text))

    @property
    def orders(self) -> bool:
        """Does it begin with an order to mend, please or not?"""
        text = normalise(self.reading.text).strip()
        if re.match(
            r"(can|could|would|will) (you|we|i)|please|let'?s|i want|i'd like|go ahead"
            r"|(get|put|bring|set) .+ (in order|straight|right|shape|rights)",
            text,
        ):
            return True
        first = next((t for t in self.reading.tokens if not _only_filler(t)), None)
        begins = first is not None and bool({"fix", "delete"} & set(first.keys("concept")))
        return begins or bool(re.search(r"(把|将|请|帮|给我|一下|吧|需要|我要)", text))


def _only_filler(token: Token) -> bool:
    return all(sense.kind == "filler" for sense in token.senses) and bool(token.senses)


def find_intent(sight: Sight) -> Intent | None:
    """The intent of a question; None when no rule fits."""
    for rule in _RULES:
        if (found := rule(sight)) is not None:
            return found
    return None


def _talk(s: Sight) -> Intent | None:
    """Help, thanks, greetings."""
    about = s.column or s.slots.table_said is not None or s.slots.filters
    if s.has("help") and not about:
        return Intent.HELP
    rest = s.reading.concepts - {"greeting", "thanks", "yes", "also", "show", "healthy"}
    if s.has("greeting", "thanks") and not about and not rest and not s.reading.unknown:
        return Intent.HELP
    return None


def _writes(s: Sight) -> Intent | None:
    """Orders that change the table, or propose to."""
    if s.has("undo") and not s.asks_why:
        return Intent.UNDO
    if s.has("preview"):
        return Intent.PREVIEW
    if s.has("apply") and not s.asks_why and not s.has("count", "which"):
        return Intent.APPLY
    if s.has("delete") and s.has("duplicate"):
        return Intent.FIX
    if s.asks_why or s.has("lineage", "when", "delete") or not s.has("fix", "propose"):
        return None
    if s.has("propose", "count", "which", "share"):
        return Intent.PROPOSE
    if s.orders or s.slots.ids:
        return Intent.FIX
    return Intent.PROPOSE if s.yes_or_no and not s.has("healthy") else None


def _lineage(s: Sight) -> Intent | None:
    if s.has("search") and (s.slots.words or s.slots.filters) and not s.has("count"):
        return Intent.SEARCH
    trouble = s.has("null", "wrong", "duplicate", "outlier", "format", "since")
    if s.slots.row is not None and not s.has("count", "undo", "compare"):
        told = s.has("lineage", "change", "changeset") or (s.asks_why and not trouble)
        return Intent.LINEAGE if told else None
    if s.has("compare", "differs") and _slices(s) > 1:
        return None
    if s.has("change", "changeset") and s.slots.single and not trouble:
        return Intent.LINEAGE
    if not s.has("lineage") or (trouble and s.slots.row is None) or s.has("count"):
        return None
    if s.has("which", "column") and s.slots.words and s.has("where"):
        return Intent.SEARCH
    subject = s.column or s.slots.row is not None or s.slots.words or s.slots.filters
    return Intent.LINEAGE if (subject or s.has("them", "table")) and not s.has("most") else None


def _compare(s: Sight) -> Intent | None:
    if s.has("differs", "compare", "also") and _slices(s) > 1 and not s.has("count", *MEASURES):
        return Intent.COMPARE if s.has("differs", "compare") else None
    if s.has("compare"):
        return Intent.CHANGES if _over_time(s) else Intent.COMPARE
    unlike = s.has("differs") and s.slots.filters and s.has("all", "rest", "differs")
    return Intent.COMPARE if unlike and not s.has(*_TROUBLE, "count", "distinct") else None


def _slices(s: Sight) -> int:
    """How many values of one column are named."""
    columns = [f.column for f in s.slots.filters if f.op == "="]
    return max(map(columns.count, columns), default=0)


def _over_time(s: Sight) -> bool:
    """Does it compare times, not slices?"""
    return s.has("since", "last", "batch", "change") and len(s.slots.filters) < 2


def _fitness(s: Sight) -> Intent | None:
    subject = s.column or s.slots.table_said is not None or s.has("table", "them", "all", "rows")
    told = s.reading.having("fitness")
    sure = s.yes_or_no or len(told) > 1 or any(len(t.text.split()) > 2 for t in told)
    return Intent.FITNESS if s.has("fitness") and (subject or sure) else None


def _duplicates(s: Sight) -> Intent | None:
    if not s.has("duplicate"):
        return None
    if s.asks_why or s.has("rise", "lineage", "send"):
        return Intent.WHY_DUPLICATES
    own = [m for m in s.slots.columns if not m.is_table]
    return Intent.REPEATED_VALUES if own and not s.has("by") else Intent.DUPLICATES


def _missing(s: Sight) -> Intent | None:
    if not s.has("null", "disguised"):
        return None
    if _groups(s) and not s.has("why", "when"):
        return Intent.MISSING_BY
    numbers = s.has("count", "share") and not s.has("why", "rise")
    if s.column and s.has("matter", "wrong", "whose", "blame") and not numbers:
        return Intent.WHY_MISSING
    if not s.column and s.has("lineage") and not s.has("why", "rise", "when"):
        return Intent.MISSING_COLUMNS
    return _missing_cells(s)


def _missing_cells(s: Sight) -> Intent:
    if s.has("why", "rise", "lineage") or (s.has("when") and s.column):
        return Intent.WHY_MISSING
    if not s.column and s.has("column", "which", "show", "most", "table", "all"):
        return Intent.MISSING_COLUMNS
    if not s.column and s.has("count", "share") and s.slots.table_said is None:
        return Intent.COUNT_MISSING
    if s.has("show", "rows") and s.column and not s.has("count", "share"):
        return Intent.ROWS
    if s.has("count", "share") or s.yes_or_no:
        return Intent.COUNT_MISSING
    if s.has("send", "which") and len(s.slots.columns) > 1:
        return Intent.WHY_MISSING
    if s.has("which") and s.column and s.slots.table is not None:
        return Intent.ROWS
    return Intent.WHY_MISSING if s.column else Intent.MISSING_COLUMNS


def _groups(s: Sight) -> bool:
    """Does it ask for each value of another column, or for the value with most?"""
    if len(s.slots.columns) < 2:
        return False
    most = s.has("most", "top", "bottom", "rise", "maximum", "minimum")
    return s.has("by") or (s.has("which", "whose") and most)


def _changes(s: Sight) -> Intent | None:
    trouble = s.has("null", "wrong", "outlier", "format", "duplicate", "fitness")
    if s.has("changeset") or (s.has("change") and not trouble):
        return Intent.CHANGES
    if s.has("rise") and not trouble and not s.has("count", *MEASURES):
        return Intent.CHANGES
    arrived = s.has("batch") and s.has("last", "since", "show", "which")
    return Intent.CHANGES if arrived and not trouble and not s.column else None


def _wrong(s: Sight) -> Intent | None:
    """Formats, outliers, and what is wrong in general."""
    trouble = s.has("wrong", "outlier", "format")
    if trouble and (s.asks_why or s.has("lineage", "rise", "send")):
        return Intent.WHY_WRONG if s.column else Intent.ISSUES
    if s.has("puzzled", "whose") and s.column and not s.has("count", *MEASURES):
        return Intent.WHY_WRONG
    if s.has("wrong") and s.column and not s.has("outlier", "format", "check", "healthy"):
        return Intent.WHY_WRONG
    if s.has("format"):
        return Intent.FORMATS if s.column else Intent.ISSUES
    if s.has("outlier"):
        return Intent.OUTLIERS if s.column else Intent.ISSUES
    if s.has("wrong", "join"):
        return Intent.ISSUES
    return None


def _numbers(s: Sight) -> Intent | None:
    """Counts and simple aggregates."""
    own = [m for m in s.slots.columns if not m.is_table] or list(s.slots.columns)
    if s.has(*MEASURES) and own:
        return Intent.MEASURE
    if s.has("top", "bottom") and s.column:
        return Intent.TOP
    if s.has("most") and s.has("which") and s.column:
        return Intent.TOP
    if s.has("distinct") and s.column:
        return Intent.MEASURE if s.has("count") else Intent.TOP
    if s.has("count", "share"):
        if s.has("table") and not s.column and not s.has("rows") and s.slots.table_said is None:
            return Intent.LIST_TABLES
        return Intent.DESCRIBE if s.has("column") and not s.column else Intent.MEASURE
    rows = s.has("rows", "show") or s.slots.table_said is not None
    rows = rows or any("items" in t.keys("table") for t in s.reading.tokens)
    return Intent.TOP if s.has("by") and s.column and rows else None


def _about_rows(s: Sight) -> bool:
    """Does it name rows, or what tells them apart?"""
    return bool(s.slots.table_said or s.column or s.slots.filters) or s.has("rows")


def _schema(s: Sight) -> Intent | None:
    """Tables, columns, and what they are like."""
    if s.slots.words and s.has("which", "column") and s.has("where", "schema"):
        return Intent.SEARCH
    if s.has("check", "healthy") and (s.column or s.slots.table_said or s.has("table", "check")):
        return Intent.ISSUES
    listing = s.has("which", "show", "count")
    if s.has("home") and not s.column and not s.has("count"):
        return Intent.LIST_TABLES
    if s.has("key") and not s.column:
        return Intent.DESCRIBE
    if s.has("table") and listing and not _about_rows(s):
        return Intent.DESCRIBE if s.has("column", "schema") else Intent.LIST_TABLES
    if s.slots.filters or (s.has("rows") and s.has("show", "which")):
        return Intent.ROWS
    if s.has("schema", "column") or (s.has("which") and s.column and s.has("value")):
        named = [m for m in s.slots.columns if not m.is_table] or list(s.slots.columns)
        return Intent.PROFILE if named else Intent.DESCRIBE
    return None


def _plain(s: Sight) -> Intent | None:
    """A name and little else: show what it is."""
    if not s.has("show", "which"):
        return None
    if s.column and not all(m.is_table for m in s.slots.columns):
        one = any(t.text.casefold() in _ONE for t in s.reading.having("which"))
        return Intent.PROFILE if one else Intent.TOP
    if s.slots.table_said is not None:
        return Intent.ROWS if s.has("show") else Intent.DESCRIBE
    return None


_ONE = frozenset({"what is", "what's", "什么", "啥"})

_RULES: tuple[Callable[[Sight], Intent | None], ...] = (
    _talk,
    _writes,
    _lineage,
    _compare,
    _fitness,
    _duplicates,
    _missing,
    _changes,
    _wrong,
    _numbers,
    _schema,
    _plain,
)

"""What a question is about: tables, columns, values as conditions, deliveries, times, numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from steward.agent.planner.catalogue import Catalogue, Column, Table
from steward.agent.planner.language import normalise
from steward.agent.planner.names import MARGIN, Match, match_columns, match_table
from steward.agent.planner.question import Filter
from steward.agent.planner.reading import Reading, Token
from steward.types import BATCH

BELONGS = 0.9
"""A word that also means a table is a column only when it fits one at least this well."""

MEANT = 0.6
"""The same for a word that means a table in commerce, but is not the name of one here."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a value was found: `text` asked for, `value` as it stands, in how many rows.

    Without a `value` the column has values that contain the text.
    """

    text: str
    table: str
    column: str
    value: str
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Mention:
    """Columns that one word of the question may mean, the best first.

    A `hinted` one stands in an aside that says where to look.
    """

    token: Token
    matches: tuple[Match, ...]
    is_table: bool = False
    hinted: bool = False

    @property
    def best(self) -> Column:
        """The column that fits best."""
        return self.matches[0].column

    @property
    def options(self) -> tuple[str, ...]:
        """The columns about as good as the best."""
        top = self.matches[0].score
        return tuple(dict.fromkeys(m.column.name for m in self.matches if top - m.score <= MARGIN))


@dataclass(frozen=True, slots=True)
class Slots:
    """Everything a question names."""

    table: Table | None = None
    table_said: Table | None = None
    columns: tuple[Mention, ...] = ()
    filters: tuple[Filter, ...] = ()
    words: tuple[Token, ...] = ()
    unmatched: tuple[Token, ...] = ()
    ids: tuple[int, ...] = ()
    change_set: int | None = None
    batch: int | None = None
    row: int | None = None
    limit: int = 10
    month: str = ""
    hits: Mapping[str, Sequence[Hit]] = field(default_factory=dict)

    @property
    def column(self) -> str:
        """The column named first, or empty."""
        return self.columns[0].best.name if self.columns else ""

    @property
    def single(self) -> bool:
        """Is a value named that one row alone holds?"""
        held = {f.value for f in self.filters}
        return any(h.rows == 1 and h.value in held for hits in self.hits.values() for h in hits)


def hinted(slots: Slots, aside: Reading) -> Slots:
    """With the columns that an aside points at (look at the supplier), behind those named."""
    named = {m.best.name for m in slots.columns}
    more = [m for m in _mentions(aside, slots.table) if m.best.name not in named]
    return replace(slots, columns=(*slots.columns, *(replace(m, hinted=True) for m in more)))


def find_slots(
    reading: Reading,
    catalogue: Catalogue,
    focus: str = "",
    hits: Mapping[str, Sequence[Hit]] | None = None,
) -> Slots:
    """The slots of a question; `focus` is the table meant when none is named."""
    said = _table_said(reading, catalogue)
    table = _table(reading, catalogue, said, focus)
    mentions = _mentions(reading, table)
    taken = {id(m.token) for m in mentions}
    words = tuple(t for t in reading.unknown if id(t) not in taken and not _numbered(t))
    unmatched = tuple(
        t
        for t in reading.tokens
        if (t.is_a("column") or t.is_a("table")) and not t.is_a("concept") and id(t) not in taken
        and match_table(t, catalogue) is None and not t.is_a("filler")
        and "items" not in t.keys("table")
    )  # fmt: skip
    found = Slots(
        table=table,
        table_said=said,
        columns=mentions,
        words=words,
        unmatched=unmatched,
        hits=hits or {},
    )
    found = replace(found, filters=(*_numeric(reading, mentions), *_valued(reading, found)))
    return _numbers(reading, found)


def _table_said(reading: Reading, catalogue: Catalogue) -> Table | None:
    """The table that the question names; a name that only the table has weighs more."""
    found = [(t, match_table(t_, catalogue)) for t_ in reading.tokens for t in [t_]]
    named = [(token, table) for token, table in found if table is not None]
    if not named:
        return None
    exact = [table for token, table in named if _only_table(token)]
    behind = [table for token, table in named if _behind_in(reading, token)]
    own = [table for token, table in named if not token.is_a("column")]
    return next(iter((*behind, *exact, *own)), None) or named[0][1]


def _only_table(token: Token) -> bool:
    return any(k.startswith("t:") for k in token.keys("name")) and not token.is_a("column")


def _behind_in(reading: Reading, token: Token) -> bool:
    before = normalise(reading.text[: token.start]).rstrip(" '\"`")
    after = normalise(reading.text[token.end :]).lstrip(" '\"`")
    named = any(k.startswith("t:") for k in token.keys("name"))
    if re.match(r"(=|is|no\.?|number|:|：|为|是)?\s*[\w-]*\d", after):
        return False  # a value follows: supplier S04
    return named and (
        bool(re.search(r"\b(table|in|of|within|from|on)( the| table| my| our)*$|表$", before))
        or bool(re.match(r"(table|表|里|中|这张|这个表|数据)", after))
    )


def _table(reading: Reading, catalogue: Catalogue, said: Table | None, focus: str) -> Table | None:
    """The table that is meant: the one named, else in focus, else the one that fits the columns."""
    if said is not None and not _is_column_of_main(reading, catalogue, said, focus):
        return said
    if focus and (found := catalogue.table(focus)):
        return found
    main = catalogue.main()
    if main is None or _fit(reading, main) > 0:
        return main
    ranked = sorted(catalogue.tables, key=lambda t: (-_fit(reading, t), -t.rows, t.name))
    return ranked[0] if _fit(reading, ranked[0]) > 0 else main


def _is_column_of_main(reading: Reading, catalogue: Catalogue, said: Table, focus: str) -> bool:
    """Is the word for that table rather a column of the table in focus, beside other columns?"""
    main = catalogue.table(focus) if focus else catalogue.main()
    if main is None or said is main:
        return False
    for token in reading.tokens:
        if match_table(token, catalogue) is not said or _behind_in(reading, token):
            continue
        matches = match_columns(token, main.columns)
        named = any(key == f"t:{said.name}" for key in token.keys("name"))
        if matches and matches[0].score >= (BELONGS if named else MEANT):
            if not _plural_noun(token, said):
                return True
            others = [m for m in _mentions(reading, main) if m.token is not token]
            return bool(others)
    return False


def _plural_noun(token: Token, table: Table) -> bool:
    """Is it the very name of the table, and not the column's?"""
    return normalise(token.text) == normalise(table.name)


def _fit(reading: Reading, table: Table) -> float:
    """How well the columns of a table fit the words of the question."""
    best = [match_columns(token, table.columns) for token in reading.tokens]
    return sum(matches[0].score for matches in best if matches)


def _mentions(reading: Reading, table: Table | None) -> tuple[Mention, ...]:
    found: list[Mention] = []
    for token in reading.tokens:
        matches = match_columns(token, table.columns) if table is not None else []
        also_table = token.is_a("table") or any(k[:2] == "t:" for k in token.keys("name"))
        named = any(k[:2] == "t:" for k in token.keys("name"))
        told = named or token.is_a("concept") or token.is_a("filler")
        least = BELONGS if told else MEANT if also_table else 0.0
        if matches and matches[0].score >= least and not _generic(reading, token, table):
            found.append(Mention(token, tuple(matches), also_table))
    return tuple(found)


def _generic(reading: Reading, token: Token, table: Table | None) -> bool:
    """Is the word only a noun for rows of this table (products, 商品), or for the table itself?"""
    if table is None or any(key.startswith("c:") for key in token.keys("name")):
        named = {key for key in token.keys("name") if key == f"t:{getattr(table, 'name', '')}"}
        return bool(named) and token.is_a("concept")
    if f"t:{table.name}" in token.keys("name"):
        return True
    return "items" in token.keys("table")


def _numbered(token: Token) -> bool:
    """Is it a change set or fix (c3, f12), which no column holds?"""
    return bool(re.fullmatch(r"[cf]\d+", token.text.casefold()))


def _valued(reading: Reading, slots: Slots) -> tuple[Filter, ...]:
    """Conditions from words that were found as values of this table."""
    found = []
    for token in slots.words:
        hits = [
            h for h in slots.hits.get(token.text, ()) if slots.table and h.table == slots.table.name
        ]
        if (said := _said_of(reading, token, slots)) is not None:
            hits = [h for h in hits if h.column == said]
        if best := _best_hit(hits, slots):
            op = "=" if best.value else "contains"
            found.append(Filter(best.column, op, best.value or token.text))
    return tuple(found)


def _said_of(reading: Reading, token: Token, slots: Slots) -> str | None:
    """The column that a value is said of: brand is X, 品牌为 X."""
    for mention in slots.columns:
        between = normalise(reading.text[mention.token.end : token.start]).strip(" '\"“‘「")
        if between in ("=", "==", "is", "equals", "equal to", ":", "：", "为", "是", "等于"):
            return mention.best.name
    return None


def _best_hit(hits: Sequence[Hit], slots: Slots) -> Hit | None:
    """Of the places of a word the likeliest: the whole value first, then in a column named."""
    named = {m.best.name for m in slots.columns}
    about = {c.name: c.semantic for c in slots.table.columns} if slots.table else {}
    same = [h for h in hits if h.value]
    loose = [h for h in hits if not h.value and (h.column in named or _in_text(about, h))]
    return max(
        same or loose,
        key=lambda h: (h.column in named, about.get(h.column) == "category_path", h.rows, h.column),
        default=None,
    )


def _in_text(about: Mapping[str, str], hit: Hit) -> bool:
    """May a part of these values be meant? Not of ids, codes, numbers or addresses."""
    return about.get(hit.column, "") in ("text", "category", "category_path")


_OVER = (
    (r"(?:at least|no less than|>=|≥|不少于|不低于|至少)", ">="),
    (r"(?:at most|no more than|up to|<=|≤|不超过|不高于|至多)", "<="),
    (r"(?:over|above|(?:more|greater|higher|larger) than|exceeding|>|大于|超过|高于|多于)", ">"),
    (r"(?:under|below|(?:less|lower|cheaper|smaller|fewer) than|<|小于|低于|少于|不到)", "<"),
)


def _numeric(reading: Reading, mentions: Sequence[Mention]) -> tuple[Filter, ...]:
    """Conditions such as price over 100, on the column named last before them."""
    text = normalise(reading.text)
    found: list[Filter] = []
    for words, op in _OVER:
        for match in re.finditer(words + r"\s*(-?\d+(?:\.\d+)?)(?![\d%])", text):
            before = [m for m in mentions if m.token.start < match.start()] or list(mentions)
            if before and not any(f.value == match[1] for f in found):
                found.append(Filter(before[-1].best.name, op, match[1]))
    return tuple(found)


_FIX = re.compile(
    r"(?:\bfix(?:es)?|修复|修正)\s*(?:no\.?|number|#|号|编号)?\s*#?\s*(\d+)|\bf(\d+)\b"
)
_SET = re.compile(
    r"(?:change ?set|变更集?|修改)\s*(?:no\.?|number|#|号)?\s*#?\s*c?(\d+)|\bc(\d+)\b"
)
_BATCH = re.compile(
    r"(?:batch|delivery|批次|第)\s*(?:no\.?|number|#)?\s*#?\s*(\d+)(?=\s*批|\b|[^\d])"
)
_ROW = re.compile(
    r"(?:row|record|line|行号?|第|记录)\s*(?:no\.?|number|#|id)?\s*#?\s*(\d+)(?:\s*(?:行|条))?"
)
_TOP = re.compile(
    r"(?:top|first|前)\s*(\d+)|(\d+)\s*(?:most|个最|大)"
    r"|(?:show|list|give|显示|列出|来)\s*(?:me\s*)?(\d+)"
)
_MONTH = re.compile(r"\b(\d{4})\s*[-/.年]\s*(\d{1,2})(?!\d)")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "sept", "october", "november", "december"),
)
_NAMED = {name[:3]: 1 + at - (at > 8) for at, name in enumerate(_MONTHS)}


def _numbers(reading: Reading, slots: Slots) -> Slots:
    text = normalise(reading.text)
    fixes = tuple(int(a or b) for a, b in _FIX.findall(text))
    sets = [int(a or b) for a, b in _SET.findall(text)]
    batch = [int(n) for n in _BATCH.findall(text)] if reading.has("batch") else []
    rows = [int(n) for n in _ROW.findall(text)]
    top = [int(next(filter(None, groups))) for groups in _TOP.findall(text)]
    return replace(
        slots,
        ids=fixes,
        change_set=sets[0] if sets else None,
        batch=batch[0] if batch else None,
        row=rows[0] if rows and not batch else None,
        limit=max(1, min(top[0], 20)) if top else 10,
        month=_month(text),
    )


def _month(text: str) -> str:
    """A month that is named: `2024-03`, or `-03` when no year is."""
    if found := _MONTH.search(text):
        return f"{found[1]}-{int(found[2]):02d}"
    if found := re.search(r"(?<!\d)(\d{1,2})\s*月", text):
        return f"-{int(found[1]):02d}"
    words = re.findall(r"[a-z]+", text)
    for at, word in enumerate(words):
        spelt = word in _NAMED or (len(word) > 3 and word[:3] in _NAMED and _is_month(word))
        # "may" is a month only where a time is said.
        timed = at and words[at - 1] in ("since", "in", "of", "last", "from", "after", "until")
        if spelt and (word != "may" or timed or re.search(r"\bmay\s+\d{4}", text)):
            year = re.search(rf"\b{word}\.?,?\s+(\d{{4}})\b", text)
            return f"{year[1] if year else ''}-{_NAMED[word[:3]]:02d}"
    return ""


def _is_month(word: str) -> bool:
    return word in _MONTHS


def batch_filter(slots: Slots, since: bool) -> tuple[Filter, ...]:
    """The condition for a delivery that is named by its number."""
    if slots.batch is None:
        return ()
    return (Filter(BATCH, ">=" if since else "=", str(slots.batch)),)

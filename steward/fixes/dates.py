"""Dates in the one form their column writes: `5/1/2024` and `2024年1月5日` → `2024-01-05`.

A form is the order of the parts, the sign between them and the padding; a time of day is carried
over as it stands. `03/04/2024` is March or April: it is rewritten only when the column's other
dates of that shape all have one order, and even then a person must agree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from steward.engine import Snapshot
from steward.fixes.amounts import Rule, describe, rule_of
from steward.fixes.mapping import ColumnValues, Decision
from steward.fixes.units import mostly_read
from steward.profile.parse import ParsedDate, fold, parse_date
from steward.types import Fix, Profile, Provenance, Reason, Safety, SemanticType, StorageType

SETTLED = 10
"""So many dates of one order, and none of the other, settle what an ambiguous date means."""

_NUMERIC = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})((?:[T ]\s*\d.*)?)", re.DOTALL)
_HAN = re.compile(r"\d{4}年(\d{1,2})月(\d{1,2})[日号]((?:\s*\d.*)?)", re.DOTALL)
_COMPACT = re.compile(r"\d{8}")
_NAMED = re.compile(r"[^\d:]*\d{0,2}[^:]*\d{4}")


@dataclass(frozen=True, slots=True)
class _Read:
    """A date in a text, its layout (None: not one we write), and the time that follows it."""

    parsed: ParsedDate
    layout: str | None
    padded: bool | None
    tail: str


class DateFormat:
    """Maps dates onto the written form that dominates their column."""

    name = "date_format"
    version = "1"
    injections: tuple[str, ...] = ("date_format",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose the dominant form of each date that is written otherwise."""
        who = Provenance(self.name, self.version)
        for column in profile.columns:
            typed = column.type in (StorageType.DATE, StorageType.TIMESTAMP)
            if column.semantic is not SemanticType.DATE and not typed:
                continue
            values = ColumnValues(snapshot, column.name)
            reads = {c: r for c, t in enumerate(values.codes.values) if (r := _read(t))}
            if not mostly_read(values, column, reads):
                continue
            for code, decision in _decide(values, reads):
                yield values.fix(code, decision, who)


def _read(text: str) -> _Read | None:
    folded = fold(text)
    parsed = parse_date(folded)
    if parsed is None or parsed.precision != "day":
        return None
    if found := _NUMERIC.fullmatch(folded):
        short = len(found[4]) == 2 and len(found[1]) < 3
        order = "dmy" if parsed.order == "ambiguous" else parsed.order
        parts = [found[1], found[3], found[4]]
        small = [p for p in parts if len(p) < 3 and not (short and p is parts[2])]
        return _Read(parsed, f"{order}{found[2]}{'2' if short else '4'}", _padding(small), found[5])
    if found := _HAN.fullmatch(folded):
        return _Read(parsed, "han", _padding([found[1], found[2]]), found[3])
    if _COMPACT.fullmatch(folded):
        return _Read(parsed, "compact", True, "")
    return _Read(parsed, None, None, "") if _NAMED.fullmatch(folded) else None


def _padding(parts: list[str]) -> bool | None:
    """Are single digits padded with a zero? None when there is none to tell by."""
    if any(len(part) == 1 for part in parts):
        return False
    return True if any(part.startswith("0") for part in parts) else None


def _render(day: date, layout: str, tail: str, *, padded: bool) -> str:
    month, number = (f"{v:02d}" if padded else str(v) for v in (day.month, day.day))
    if layout == "compact":
        return f"{day:%Y%m%d}" + tail
    if layout == "han":
        return f"{day.year}年{month}月{number}日{tail}"
    order, sign, digits = layout[:3], layout[3], layout[4]
    year = f"{day.year:04d}" if digits == "4" else f"{day.year % 100:02d}"
    parts = {"y": year, "m": month, "d": number}
    return sign.join(parts[p] for p in order) + tail


def _decide(values: ColumnValues, reads: Mapping[int, _Read]) -> Iterator[tuple[int, Decision]]:
    order = _settled_order(reads)
    rule = _layout_rule(values, reads, order)
    if rule is None or rule.form == "other" or rule.form[4:5] == "2":
        return
    padded = _padded(values, reads)
    for code in sorted(reads):
        read, ambiguous = reads[code], reads[code].parsed.order == "ambiguous"
        if ambiguous and order is None:
            continue
        before = values.codes.values[code]
        parsed = parse_date(before, order) if ambiguous else read.parsed  # type: ignore[arg-type]
        if parsed is None or (read.tail and rule.form == "compact"):
            continue
        after = _render(parsed.date, rule.form, read.tail, padded=padded)
        if after != fold(before) and _reads_back(after, parsed, rule.form):
            yield code, _decision(values, code, after, rule, reinterpreted=ambiguous)


def _settled_order(reads: Mapping[int, _Read]) -> str | None:
    orders = Counter(
        r.parsed.order for r in reads.values()
        if r.layout and r.parsed.order in ("dmy", "mdy") and _tells(r.parsed)
    )  # fmt: skip
    if len(orders) != 1:
        return None
    order, seen = next(iter(orders.items()))
    return order if seen >= SETTLED else None


def _tells(parsed: ParsedDate) -> bool:
    """Equal day and month (05/05/2024) have no order to tell."""
    return parsed.date.day > 12


def _layout_rule(
    values: ColumnValues, reads: Mapping[int, _Read], order: str | None
) -> Rule | None:
    votes: dict[str, tuple[int, int]] = {}
    for code, read in reads.items():
        layout = read.layout or "other"
        if layout[:3] in ("dmy", "mdy") and not _tells(read.parsed):
            # A date that could be either goes with the order of the others, or with neither.
            layout = f"{order}{layout[3:]}" if order else layout
        rows, distinct = votes.get(layout, (0, 0))
        votes[layout] = (rows + int(values.codes.counts[code]), distinct + 1)
    return rule_of(votes)


def _padded(values: ColumnValues, reads: Mapping[int, _Read]) -> bool:
    rows = Counter[bool]()
    for code, read in reads.items():
        if read.padded is not None:
            rows[read.padded] += int(values.codes.counts[code])
    return rows[True] >= rows[False]


def _reads_back(after: str, parsed: ParsedDate, layout: str) -> bool:
    order = layout[:3] if layout[:3] in ("dmy", "mdy", "ymd") else None
    again = parse_date(after, order)  # type: ignore[arg-type]
    return again is not None and (again.date, again.time) == (parsed.date, parsed.time)


def _decision(
    values: ColumnValues, code: int, after: str, rule: Rule, *, reinterpreted: bool
) -> Decision:
    before = values.codes.values[code]
    text = f"{before!r} in the column's form is {after!r}. {describe(rule)}"
    if reinterpreted:
        text += " The date alone is ambiguous; all dates that are not have this order."
    if not rule.dominates:
        text += " No form clearly dominates: which is the rule is a question for a person."
    confidence = min(0.98, 0.6 + 0.4 * rule.lower) if rule.dominates else 0.5
    safety = Safety.SAFE if rule.dominates else Safety.DISPLAY
    return Decision(
        after,
        Reason.FORMAT,
        "format",
        min(confidence, 0.8) if reinterpreted else confidence,
        text,
        votes_for=float(rule.options[0][1]),
        votes_against=float(sum(rows for _, rows in rule.options[1:])),
        safety=Safety.UNSAFE if reinterpreted and rule.dominates else safety,
    )

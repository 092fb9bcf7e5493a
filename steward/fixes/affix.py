"""Stray signs around or inside values: `AK-*` where `AK` is established, `O''Brien`.

Decided on distinct values of the whole table: the same signs, added at the same place to several
values that are known without them, are garbage. Signs that carry meaning (`-5`, `C++`, `A-`,
`50%`, `5''`) are told apart by where they stand and by how often the forms with them occur.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from steward.engine import Snapshot
from steward.fixes.mapping import ColumnValues, Decision, wilson_lower
from steward.types import ColumnProfile, Fix, Profile, Provenance, Reason, Safety, SemanticType

MIN_VALUES = 3
"""One pattern of garbage must be seen on so many distinct values of the table."""

USUAL_SHARE = 0.2
"""A pattern in more than this share of a column's rows is how the column is written."""

ESTABLISHED = 3
"""A value is established when so many rows hold it."""

_SUSPECT = r"^[^\pL\pN_\s]|[^\pL\pN_\s]$|\\['\"]|['’`,.&/_-]{2}"
_SUFFIX = re.compile(r"(?<=\w)[^\w\s]+$")
_PREFIX = re.compile(r"^[^\w\s]+(?=\w)")
_DOUBLED = re.compile(r"(?<=[^\W\d_])(['’`,.&/_-])\1+(?=[^\W\d_])")
_ESCAPED = re.compile(r"\\(?=['\"])")
_NUMBER_SIGNS = set("+-.%$€£¥₹<>~±≥≤=()°\"'′″#")
_GRADE_SIGNS = set("+-*#!.'’\")]}>…®™©。）】》」』！？?")
_BRACKETS = {")": "(", "]": "[", "}": "{", ">": "<", "）": "（", "】": "【", "》": "《", "」": "「"}
_SKIPPED = {SemanticType.URL, SemanticType.EMAIL, SemanticType.DATE, SemanticType.MONEY,
            SemanticType.QUANTITY, SemanticType.PERCENT}  # fmt: skip


@dataclass(slots=True)
class _Pattern:
    """The same edit on several distinct values, and how many of the results are established."""

    name: str
    edits: list[tuple[ColumnValues, int, str]] = field(default_factory=list)
    landed: int = 0
    frequent: int = 0


class StraySigns:
    """Removes signs that do not belong to a value, pattern by pattern."""

    name = "stray_signs"
    version = "1"
    injections: tuple[str, ...] = ("stray_signs",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose the value without its garbage, for each pattern that is surely garbage."""
        who = Provenance(self.name, self.version)
        patterns: dict[str, _Pattern] = {}
        for column in profile.columns:
            if column.semantic not in _SKIPPED:
                _collect(ColumnValues(snapshot, column.name), column, patterns)
        proposed: set[tuple[str, int]] = set()
        for name in sorted(patterns):
            for values, code, after in patterns[name].edits:
                decision = _decide(patterns[name], values, code, after)
                if decision and (values.name, code) not in proposed:
                    proposed.add((values.name, code))
                    yield values.fix(code, decision, who)


def _edits(text: str) -> Iterator[tuple[str, str]]:
    """Patterns of garbage in a text, with what is left without it."""
    if "\\" in text and (after := _ESCAPED.sub("", text)) != text:
        yield "escape sign before a quote", after
    if (found := _DOUBLED.search(text)) is not None:
        yield f"doubled {found[1]!r} inside a word", _DOUBLED.sub(r"\1", text)
    if (found := _SUFFIX.search(text)) is not None and not _closes(text, found[0]):
        yield f"{found[0]!r} at the end", text[: found.start()]
    if (found := _PREFIX.search(text)) is not None and found[0] not in _BRACKETS.values():
        yield f"{found[0]!r} at the start", text[found.end() :]


def _closes(text: str, suffix: str) -> bool:
    """Does the suffix close a bracket or a quote that the text opened?"""
    return any(_BRACKETS.get(c, c if c in "\"'”" else "\0") in text[: -len(suffix)] for c in suffix)


def _collect(values: ColumnValues, column: ColumnProfile, patterns: dict[str, _Pattern]) -> None:
    disguised = {d.value for d in column.disguised}
    suspects = pc.match_substring_regex(pa.array(values.codes.values, pa.string()), _SUSPECT)
    for code in pc.indices_nonzero(suspects).to_pylist():
        text = values.codes.values[code]
        if text in disguised:
            continue
        for name, after in _edits(text):
            if not _bears_meaning(text, after):
                pattern = patterns.setdefault(name, _Pattern(name))
                pattern.edits.append((values, code, after))
                known = values.count(after)
                rows = int(values.codes.counts[code])
                pattern.landed += known >= ESTABLISHED and known >= rows
                pattern.frequent += known > 0 and known < rows


def _bears_meaning(before: str, after: str) -> bool:
    """May the signs say something: a sign of a number, a grade, an abbreviation's point?"""
    signs = before.replace(after, "", 1) if after in before else ""
    if not signs:
        return False
    if after[:1].isdigit() or after[-1:].isdigit():
        return set(signs) <= _NUMBER_SIGNS
    return len(signs) == 1 and signs in _GRADE_SIGNS


def _decide(pattern: _Pattern, values: ColumnValues, code: int, after: str) -> Decision | None:
    distinct = len(pattern.edits)
    known, rows = values.count(after), int(values.codes.counts[code])
    inside = pattern.name.endswith(("word", "quote"))
    support = distinct if inside else pattern.landed
    if distinct < MIN_VALUES or support < MIN_VALUES or pattern.frequent > 0.1 * distinct:
        return None
    if _usual_in_column(pattern, values) > USUAL_SHARE:
        return None
    lower = wilson_lower(support, distinct)
    here = known >= ESTABLISHED and known > rows
    confidence = min(0.97, 0.55 + 0.3 * lower + (0.15 if here else 0.08 if inside else 0.0))
    before = values.codes.values[code]
    text = (
        f"{before!r} has {pattern.name}; {known} rows hold {after!r}. The same pattern stands in "
        f"{distinct} distinct values of the table, and {pattern.landed} of them are established "
        "values without it."
    )
    return Decision(
        after,
        Reason.FORMAT,
        "format",
        confidence,
        text,
        votes_for=float(known),
        votes_against=float(rows),
        safety=Safety.SAFE if here or inside else Safety.UNSAFE,
    )


def _usual_in_column(pattern: _Pattern, values: ColumnValues) -> float:
    """Share of the column's rows that have the pattern: garbage is the exception."""
    codes = [code for other, code, _ in pattern.edits if other.name == values.name]
    return float(values.codes.counts[codes].sum() / max(1, values.codes.counts.sum()))

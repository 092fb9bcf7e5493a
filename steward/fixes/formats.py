"""Booleans and masked codes in the one form their column writes.

`Y` among `yes` and `no` becomes `yes`; `334-793-8701` among `3347938701` loses its hyphens. Letters
and digits never change: only the words of a pair, or the signs between letters and digits, do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import ascii_letters, digits

from steward.engine import Snapshot
from steward.fixes.amounts import Rule, describe, rule_of
from steward.fixes.mapping import ColumnValues, Decision
from steward.profile.parse import fold
from steward.types import Fix, Profile, Provenance, Reason, Safety, SemanticType

PAIRS: tuple[tuple[str, str], ...] = (
    ("yes", "no"),
    ("y", "n"),
    ("true", "false"),
    ("t", "f"),
    ("1", "0"),
    ("on", "off"),
    ("是", "否"),
    ("有", "无"),
    ("真", "假"),
)
"""Ways to write true and false; a column whose values all come from these is boolean."""

_MASKED = {SemanticType.CODE, SemanticType.PHONE, SemanticType.GTIN, SemanticType.ID}
_MASK_SHARE = 0.9
_ASCII_MASK = str.maketrans(ascii_letters + digits, "A" * len(ascii_letters) + "9" * len(digits))


class BooleanFormat:
    """Maps the words for true and false onto the pair that dominates their column."""

    name = "boolean_format"
    version = "1"
    injections: tuple[str, ...] = ("boolean_format",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose the dominant pair's word for each value of another pair."""
        who = Provenance(self.name, self.version)
        for column in profile.columns:
            if column.semantic is not SemanticType.BOOLEAN:
                continue
            values = ColumnValues(snapshot, column.name)
            yield from (values.fix(code, d, who) for code, d in _booleans(values))


class MaskFormat:
    """Maps codes and phone numbers onto the mask that dominates their column."""

    name = "mask_format"
    version = "1"
    injections: tuple[str, ...] = ("mask_format",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose the dominant mask for each code of the same letters and digits."""
        who = Provenance(self.name, self.version)
        for column in profile.columns:
            if column.semantic not in _MASKED:
                continue
            values = ColumnValues(snapshot, column.name)
            yield from (values.fix(code, d, who) for code, d in _masked(values))


def mask(text: str) -> str:
    """The shape of a code: digits as 9, letters as A, everything else as it is."""
    if text.isascii():
        return text.translate(_ASCII_MASK)
    return "".join("9" if c.isdigit() else "A" if c.isalpha() else c for c in text)


def fill(shape: str, characters: Sequence[str]) -> str:
    """Put letters and digits into a mask, in order."""
    remaining = iter(characters)
    return "".join(next(remaining) if c in "9A" else c for c in shape)


def _booleans(values: ColumnValues) -> Iterator[tuple[int, Decision]]:
    """Pairs are kept apart by their case too: `Yes/No` is another pair than `yes/no`."""
    meaning: dict[int, tuple[str, bool]] = {}
    words = {word: (pair, i == 0) for pair in PAIRS for i, word in enumerate(pair)}
    for code, text in enumerate(values.codes.values):
        found = words.get(fold(text).lower())
        if found:
            meaning[code] = ("/".join(_like(text.strip(), word) for word in found[0]), found[1])
    rule = rule_of(_votes(values, {code: pair for code, (pair, _) in meaning.items()}))
    if rule is None:
        return
    dominates = rule.share >= _MASK_SHARE and rule.options[0][1] >= 20
    for code, (pair, truth) in sorted(meaning.items()):
        after = rule.form.split("/")[0 if truth else 1]
        if pair != rule.form and after != values.codes.values[code]:
            yield code, _decision(values, code, after, rule, dominates=dominates)


def _like(text: str, word: str) -> str:
    """A word in the capitals of a text: YES, Yes or yes."""
    if text.isupper() and len(text) > 1:
        return word.upper()
    if len(text) == 1 and len(word) == 1:
        return word.upper() if text.isupper() else word
    return word.capitalize() if text[:1].isupper() else word


def _masked(values: ColumnValues) -> Iterator[tuple[int, Decision]]:
    """A mask competes with those of the same letters and digits; signs alone differ."""
    shapes = {c: mask(t.strip()) for c, t in enumerate(values.codes.values) if t.strip()}
    total = sum(int(values.codes.counts[c]) for c in shapes)
    groups: dict[str, dict[int, str]] = {}
    bares = {shape: "".join(c for c in shape if c in "9A") for shape in set(shapes.values())}
    for code, shape in shapes.items():
        bare = bares[shape]
        if "9" in bare and len(bare) >= 4:
            groups.setdefault(bare, {})[code] = shape
    for bare in sorted(groups):
        rule = rule_of(_votes(values, groups[bare]))
        if rule is None or len(rule.options) < 2:
            continue
        # A mask is a rule of the column only if the column is mostly written in it.
        established = rule.options[0][1] >= 0.5 * total
        for code, shape in sorted(groups[bare].items()):
            text = values.codes.values[code].strip()
            after = fill(rule.form, [c for c in text if c.isalnum()])
            if shape != rule.form and established and _lossless(text):
                sure = rule.dominates and rule.share >= _MASK_SHARE
                yield code, _decision(values, code, after, rule, dominates=sure)


def _lossless(text: str) -> bool:
    """Are the signs mere separators? A sign before a number or a decimal point is not."""
    return not text.startswith(("-", "+", "<", ">", "~")) and text.count(".") != 1


def _votes(values: ColumnValues, forms: dict[int, str]) -> dict[str, tuple[int, int]]:
    votes: dict[str, tuple[int, int]] = {}
    for code, form in forms.items():
        rows, distinct = votes.get(form, (0, 0))
        votes[form] = (rows + int(values.codes.counts[code]), distinct + 1)
    return votes


def _decision(
    values: ColumnValues, code: int, after: str, rule: Rule, *, dominates: bool
) -> Decision:
    before = values.codes.values[code]
    text = f"{before!r} as the column writes it is {after!r}. {describe(rule)}"
    if not dominates:
        text += " No form clearly dominates: which is the rule is a question for a person."
    return Decision(
        after,
        Reason.FORMAT,
        "format",
        min(0.97, 0.6 + 0.4 * rule.lower) if dominates else 0.5,
        text,
        votes_for=float(rule.options[0][1]),
        votes_against=float(sum(rows for _, rows in rule.options[1:])),
        safety=Safety.SAFE if dominates else Safety.DISPLAY,
    )

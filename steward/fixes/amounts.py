"""How a column writes amounts: the layout around the number, its grouping and its decimals.

An amount is read as `prefix number suffix` (`$1,299.00`, `12.0 oz.`). Each part of the written
form is judged by itself, on rows: where one form clearly dominates, the others may be mapped onto
it; where none does, the forms and their counts are a question for a person. What an amount means
never changes: number and unit read before and after are equal.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from steward.fixes.mapping import ColumnValues, Decision, wilson_lower
from steward.profile.parse import fold
from steward.types import Reason, Safety

DOMINANT_SHARE = 0.8
"""A form dominates when it has this share of the rows that choose between forms …"""

DOMINANT_LOWER = 0.7
"""… at the lower bound (Wilson, 95 %) still this share …"""

MIN_VALUES = 3
"""… and at least so many distinct values are written so."""

_NUMBER = re.compile(r"(?P<whole>\d[\d ,.'\u2019]*\d|\d)")
_NOISE = re.compile(r"(\d*[.]\d*?)(0{7,}\d{1,3}|9{7,}\d{1,3})$")


@dataclass(frozen=True, slots=True)
class Written:
    """An amount taken apart. `scope` (unit, currency, `%` or None) is what layouts compete in."""

    scope: str | None
    layout: str
    whole: str
    group: str
    point: str
    decimals: str
    noise: bool = False

    @property
    def amount(self) -> Decimal:
        """The number."""
        return Decimal(f"{self.whole}.{self.decimals or '0'}")

    def text(self) -> str:
        """The amount as it is written in this form."""
        whole = f"{int(self.whole):,}".replace(",", self.group) if self.group else self.whole
        number = whole + (self.point + self.decimals if self.decimals else "")
        return self.layout.replace("#", number, 1)


@dataclass(frozen=True, slots=True)
class Rule:
    """The form a column prefers: its share of rows, whether it dominates, and the rivals."""

    form: str
    share: float
    lower: float
    dominates: bool
    options: tuple[tuple[str, int], ...]


Reader = Callable[[str], Hashable | None]


def take_apart(text: str, scope: str | None) -> Written | None:
    """Split an amount into layout, grouping and decimals; None when its number is ambiguous."""
    folded = fold(text)
    found = list(_NUMBER.finditer(folded))
    if len(found) != 1:
        return None
    token = found[0]["whole"]
    layout = folded[: found[0].start()] + "#" + folded[found[0].end() :]
    parts = _split_number(token)
    if parts is None or layout.count("#") != 1:
        return None
    written = Written(scope, layout, *parts)
    return written if written.text() == folded else None


def _split_number(token: str) -> tuple[str, str, str, str] | None:
    """Digits before the point, grouping sign, decimal sign, decimals."""
    signs = [c for c in token if not c.isdigit()]
    if not signs:
        return token, "", "", ""
    last = signs[-1]
    if len(signs) == 1 and last in ".,":
        whole, decimals = token.split(last)
        if len(decimals) == 3 and whole != "0" and last == ",":
            return whole + decimals, ",", "", ""
        return whole, "", last, decimals
    if len(set(signs)) == 1:
        return "".join(c for c in token if c.isdigit()), last, "", ""
    if len(set(signs)) == 2 and signs.count(last) == 1 and last in ".,":
        whole, decimals = token.rsplit(last, 1)
        return "".join(c for c in whole if c.isdigit()), signs[0], last, decimals
    return None


def without_noise(written: Written) -> Written:
    """Round off what binary fractions leave behind: `0.055999999999999994` is 0.056."""
    digits = f"{written.whole}.{written.decimals}"
    if len(written.decimals) < 12 or not _NOISE.search(digits):
        return written
    rounded = format(round(float(digits), 10), "f").rstrip("0")
    whole, _, decimals = rounded.partition(".")
    return replace(written, whole=whole, decimals=decimals, point="." if decimals else "",
                   noise=True)  # fmt: skip


def rule_of(votes: Mapping[str, tuple[int, int]]) -> Rule | None:
    """The preferred form of (rows, distinct values) by form; None without a choice to make."""
    if not votes:
        return None
    order = sorted(votes, key=lambda form: (-votes[form][0], form))
    total = sum(rows for rows, _ in votes.values())
    rows, distinct = votes[order[0]]
    lower = wilson_lower(rows, total)
    share = rows / total
    wins = share >= DOMINANT_SHARE and lower >= DOMINANT_LOWER and distinct >= MIN_VALUES
    return Rule(order[0], share, lower, wins, tuple((f, votes[f][0]) for f in order))


class Forms:
    """The written forms of one column's amounts, and the rules they follow."""

    def __init__(self, values: ColumnValues, written: Mapping[int, Written]) -> None:
        """Count the forms. `written` holds the amounts by code."""
        self.values = values
        self.written = {code: without_noise(w) for code, w in written.items()}
        self.layouts = self._layout_rules()
        self.group = rule_of(self._tally(lambda w: w.group, lambda w: len(w.whole) > 3))
        self.point = rule_of(self._tally(lambda w: w.point, lambda w: bool(w.decimals)))
        self.decimals, self.decimal_share = self._decimal_rule()

    def decide(self, read: Reader) -> Iterator[tuple[int, Decision]]:
        """The preferred form of each amount that is written otherwise."""
        for code in sorted(code for code, w in self.written.items() if not self._usual(w)):
            before = self.values.codes.values[code]
            for surely in (True, False):
                after, reasons = self._rewrite(code, surely=surely)
                if after != before and reasons and self._same(code, after, read):
                    yield code, self._decision(code, after, reasons, surely=surely)
                    break

    def _usual(self, written: Written) -> bool:
        """Is it written in the preferred forms already?"""
        layout = self.layouts.get(written.scope)
        if written.noise or (layout and layout.form != written.layout):
            return False
        if self.group and len(written.whole) > 3 and self.group.form != written.group:
            return False
        if self.point and written.decimals and self.point.form != written.point:
            return False
        if self.decimals is None:
            return True
        return len(written.decimals) == self.decimals

    def _rewrite(self, code: int, *, surely: bool) -> tuple[str, list[Rule]]:
        return self.rewrite(self.written[code], surely=surely)

    def rewrite(self, written: Written, *, surely: bool) -> tuple[str, list[Rule]]:
        """The amount in the preferred forms: only in the dominant ones when `surely`."""
        used: list[Rule] = []
        layout = self.layouts.get(written.scope)
        if layout and (layout.dominates or not surely) and written.layout != layout.form:
            written = replace(written, layout=layout.form)
            used.append(layout)
        if self._may_regroup(written, surely=surely) and self.group:
            written = replace(written, group=self.group.form)
            used.append(self.group)
        if self._may_repoint(written) and self.point:
            written = replace(written, point=self.point.form)
            used.append(self.point)
        fitted = self._fit_decimals(written)
        if fitted != written or written.noise:
            used.append(self._decimal_as_rule())
        return fitted.text(), used

    def _may_regroup(self, written: Written, *, surely: bool) -> bool:
        rule = self.group
        if rule is None or len(written.whole) <= 3 or written.group == rule.form:
            return False
        clash = rule.form == (written.point or ".")
        return (rule.dominates or not surely) and not clash

    def _may_repoint(self, written: Written) -> bool:
        rule = self.point
        if rule is None or not rule.dominates or not written.decimals:
            return False
        return written.point != rule.form and written.group != rule.form

    def _fit_decimals(self, written: Written) -> Written:
        bare = written.decimals.rstrip("0")
        if self.decimals is None:
            return written
        if len(bare) <= self.decimals:
            decimals = bare.ljust(self.decimals, "0")
        else:
            return written
        point = written.point or (self.point.form if self.point else ".")
        return replace(written, decimals=decimals, point=point if decimals else "")

    def _decimal_rule(self) -> tuple[int | None, float]:
        """How many decimals the column always writes, if nearly all its rows write as many."""
        fits: Counter[int] = Counter()
        total = 0
        for code, written in self.written.items():
            rows = int(self.values.codes.counts[code])
            total += rows
            fits[len(written.decimals)] += rows
        if not total:
            return None, 0.0
        best = max(fits, key=lambda d: (fits[d], -d))
        share = fits[best] / total
        sure = share >= 0.9 and wilson_lower(fits[best], total) >= DOMINANT_SHARE
        return (best, share) if sure else (None, share)

    def _decimal_as_rule(self) -> Rule:
        name = "no rounding noise"
        if self.decimals is not None:
            name = f"{self.decimals} decimals"
        total = float(sum(self.values.codes.counts[code] for code in self.written))
        lower = wilson_lower(self.decimal_share * total, total)
        return Rule(name, self.decimal_share, lower, True, ())

    def _layout_rules(self) -> dict[str | None, Rule]:
        rules = {}
        for scope in sorted({w.scope for w in self.written.values()}, key=str):
            rule = rule_of(self._tally(lambda w: w.layout, lambda w, s=scope: w.scope == s))  # type: ignore[misc]
            if rule:
                rules[scope] = rule
        return rules

    def _tally(
        self, form: Callable[[Written], str], counted: Callable[[Written], bool]
    ) -> dict[str, tuple[int, int]]:
        votes: dict[str, tuple[int, int]] = {}
        for code, written in self.written.items():
            if counted(written):
                rows, distinct = votes.get(form(written), (0, 0))
                added = int(self.values.codes.counts[code])
                votes[form(written)] = (rows + added, distinct + 1)
        return votes

    def _same(self, code: int, after: str, read: Reader) -> bool:
        """Does the new text mean what the old one did?"""
        new, old = read(after), read(self.values.codes.values[code])
        if not self.written[code].noise or not isinstance(new, tuple) or not isinstance(old, tuple):
            return new is not None and new == old
        return abs(new[0] - old[0]) <= Decimal("1e-9") and new[1:] == old[1:]

    def _bare_option(self, code: int) -> str:
        if len(self.layouts) != 1 or None in self.layouts:
            return ""
        (unit,) = self.layouts
        bare = f"{self.written[code].amount.normalize():f}"
        return f" All amounts are in {unit!r}, so the bare {bare!r} is one more option."

    def _decision(self, code: int, after: str, rules: Sequence[Rule], *, surely: bool) -> Decision:
        before = self.values.codes.values[code]
        lower = min(rule.lower for rule in rules)
        padded = not self.written[code].decimals and bool(self.decimals)
        known = self.values.count(after)
        text = f"{before!r} written as the column does is {after!r}, the same amount. "
        text += " ".join(describe(rule) for rule in rules)
        if not surely:
            text += " No form clearly dominates: which is the rule is a question for a person."
            text += self._bare_option(code)
        return Decision(
            after,
            Reason.FORMAT,
            "format",
            min(0.8 if padded else 0.98, 0.6 + 0.4 * lower) if surely else 0.5,
            text,
            votes_for=float(known),
            votes_against=float(self.values.codes.counts[code]),
            safety=_ceiling(padded, surely=surely),
        )


def _ceiling(padded: bool, *, surely: bool) -> Safety:
    """The most a rewriting may be: zeros are not added unseen, `1299` may be 12.99 less a point."""
    if not surely:
        return Safety.DISPLAY
    return Safety.UNSAFE if padded else Safety.SAFE


def describe(rule: Rule) -> str:
    """A rule in words, with the rows of each option."""
    if not rule.options:
        return f"{rule.share:.0%} of the rows have {rule.form}."
    options = ", ".join(f"{form or 'none'!r} {rows} rows" for form, rows in rule.options[:5])
    return f"Options: {options} ({rule.share:.0%} the first, at least {rule.lower:.0%} at 95 %)."

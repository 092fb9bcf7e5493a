"""Ways to write a column of amounts: with or without its unit, with these decimals or those.

Whether `12.0 oz` is to be `12` no table can tell: that is asked. What the answers have in common is
fixed: the amount itself never changes, but for a percentage that may be meant as a share.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from steward.fixes.mapping import ColumnValues
from steward.profile.parse import canonical_unit, fold
from steward.teach.form import Form
from steward.teach.question import Words

READ_SHARE = 0.8
"""So many of the rows that hold something must read as amounts."""

SAMPLE = 200
LABELS = 40
"""More kinds of text around the numbers than this are no units."""

_AMOUNT = re.compile(r"(?P<pre>[^\d+-]{0,4})(?P<sign>[+-]?)(?P<num>\d[\d.,]*)(?P<post>[^\d]{0,24})")
_PLAIN = re.compile(r"-?\d+(\.\d+)?")
_NOISE = re.compile(r"(0{7,}\d{1,3}|9{7,}\d{1,3})$")
_CURRENCIES = frozenset({"$", "€", "£", "¥", "￥", "US$", "USD", "EUR", "RMB", "CNY", "元"})


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as written, and the label around it: a unit, a currency, `%` or ''."""

    sign: str
    whole: str
    decimals: str
    label: str
    layout: str

    @property
    def value(self) -> float:
        """The number, its label aside."""
        return float(f"{self.sign}{self.whole}.{self.decimals or 0}")


@dataclass(frozen=True, slots=True)
class Style:
    """How a number is written: `places` decimals (None: as they stand), or at least so many."""

    places: int | None
    at_least: bool = False
    width: int = 0

    def write(self, amount: Amount, *, hundredth: bool = False) -> str:
        """The number in this style; never fewer decimals than it needs."""
        whole, decimals = amount.whole, _without_noise(amount.decimals)
        if hundredth:
            whole, _, decimals = f"{Decimal(f'{whole}.{decimals or 0}') / 100:f}".partition(".")
        if self.places is not None:
            decimals = decimals.rstrip("0").ljust(self.places, "0")
        whole = (whole.lstrip("0") or "0") if self.places is not None else whole
        whole = whole.zfill(self.width)
        return amount.sign + whole + (f".{decimals}" if decimals else "")


def number_forms(values: ColumnValues, present: int) -> Iterator[Form]:
    """Ways to write a column in which most values are one amount each.

    Args:
        values: the column.
        present: its rows that hold something.
    """
    if not _seem_amounts(values):
        return
    amounts = read_amounts(values)
    rows = _rows(values, amounts)
    labels = Counter[str]()
    for code, amount in amounts.items():
        labels[amount.label] += int(values.codes.counts[code])
    if not amounts or rows < READ_SHARE * present or len(labels) > LABELS:
        return
    units = [label for label in labels if label]
    if not any(_PLAIN.fullmatch(values.codes.values[c]) for c in amounts) and not units:
        return
    bare = labels[""] / rows
    styles = _styles(values, amounts)
    for style, cost in styles:
        if bare >= 0.2 or len({_kind(u) for u in units}) <= 1:
            yield _bare(values, amounts, style, cost)
        if _shares(values, amounts):
            yield _bare(values, amounts, style, cost, hundredth=True)
        if units and bare < 0.8:
            yield _labelled(values, amounts, style, cost + (0.001 if bare >= 0.2 else -0.001))


def _seem_amounts(values: ColumnValues) -> bool:
    """Is half of a sample of the values an amount? Spares reading a million names."""
    texts = values.codes.values
    sample = texts[:: max(1, len(texts) // SAMPLE)]
    return sum(bool(_AMOUNT.fullmatch(fold(text))) for text in sample) >= len(sample) / 2


def read_amounts(values: ColumnValues) -> dict[int, Amount]:
    """The values that are one number with a label or none, by code."""
    thousands = _thousands(values)
    found = {}
    for code, text in enumerate(values.codes.values):
        match = _AMOUNT.fullmatch(fold(text))
        parts = match and split_number(match["num"], thousands=thousands)
        if match and parts and _is_label(match["pre"].strip(), match["post"].strip()):
            label = match["pre"].strip() or match["post"].strip()
            layout = f"{match['pre']}#{match['post']}".strip()
            found[code] = Amount(match["sign"], *parts, label, layout)
    return found


def split_number(text: str, *, thousands: bool) -> tuple[str, str] | None:
    """Whole part and decimals of digits with signs; None where the signs make no sense.

    One comma before three digits is a grouping sign if `thousands`, else a decimal one.
    """
    points, commas = text.count("."), text.count(",")
    if text[-1] in ".,":
        return None
    if points and commas:
        last = max(text.rfind("."), text.rfind(","))
        return re.sub(r"[.,]", "", text[:last]), text[last + 1 :]
    if points + commas == 0:
        return text, ""
    sign = "." if points else ","
    head, _, tail = text.rpartition(sign)
    if points + commas > 1:
        grouped = all(len(part) == 3 for part in text.split(sign)[1:])
        return (text.replace(sign, ""), "") if grouped else None
    if sign == "," and len(tail) == 3 and thousands and head != "0":
        return head + tail, ""
    return head, tail


def _is_label(pre: str, post: str) -> bool:
    if pre and post:
        return False
    if pre:
        return pre.upper() in _CURRENCIES
    return not post or post[0].isalpha() or post[0] in "%％\"'°$€£¥元"


def _thousands(values: ColumnValues) -> bool:
    """Does a comma before three digits group here? Not where most numbers have three decimals."""
    decimals = Counter[int]()
    for code, text in enumerate(values.codes.values):
        if _PLAIN.fullmatch(text):
            decimals[len(text.partition(".")[2])] += int(values.codes.counts[code])
    return decimals[3] <= decimals.total() / 2


def _styles(values: ColumnValues, amounts: Mapping[int, Amount]) -> list[tuple[Style, float]]:
    """Ways to write the numbers, and the share of the usual-looking rows that each changes."""
    bare = {c: a for c, a in amounts.items() if _PLAIN.fullmatch(values.codes.values[c])}
    plain, no_bare = bare or amounts, not bare
    total = _rows(values, plain)
    width = _width(values, plain)
    places = Counter[int]()
    for code, amount in plain.items():
        places[len(amount.decimals)] += int(values.codes.counts[code])
    tried = [Style(0, width=width), Style(1), Style(None)]
    tried += [Style(k) for k, _ in places.most_common(2) if k > 1]
    scored = []
    for style in tried:
        moved = {c for c, a in plain.items() if style.write(a) != _number(a)}
        cost = _rows(values, moved) / total + (0.06 if style.places is None else 0)
        if no_bare and style.places != 1:
            cost = 0.0 if style.places is None else 0.01  # what was before a unit proves little
        scored.append((style, cost))
    scored = [(style, cost) for style, cost in scored if cost < 0.9]
    return sorted(scored, key=lambda pair: pair[1])[:3]


def _number(amount: Amount) -> str:
    return amount.sign + amount.whole + (f".{amount.decimals}" if amount.decimals else "")


def _width(values: ColumnValues, plain: Mapping[int, Amount]) -> int:
    """Digits of each number where some begin with a zero and nearly all are of one length."""
    whole = Counter[int]()
    zero = 0
    for code, amount in plain.items():
        if not amount.decimals and not amount.sign:
            rows = int(values.codes.counts[code])
            whole[len(amount.whole)] += rows
            zero += rows * (amount.whole[0] == "0" and len(amount.whole) > 1)
    if not zero:
        return 0
    length, rows = whole.most_common(1)[0]
    return length if rows >= READ_SHARE * whole.total() else 0


def _bare(
    values: ColumnValues,
    amounts: Mapping[int, Amount],
    style: Style,
    cost: float,
    *,
    hundredth: bool = False,
) -> Form:
    after = {
        code: style.write(amount, hundredth=hundredth and _is_percent(amount))
        for code, amount in amounts.items()
    }
    labelled = any(amount.label for amount in amounts.values())
    sample = _usual(values, after)
    if hundredth:
        words = Words(
            f"a number, percentages as shares, like {sample}", f"数字，百分数化为小数，如 {sample}"
        )
        return Form(words, after, cost + 0.01)
    en = "the bare number" if labelled else "numbers"
    return Form(Words(f"{en}, like {sample}", f"只写数字，如 {sample}"), after, cost)


def _labelled(
    values: ColumnValues, amounts: Mapping[int, Amount], style: Style, cost: float
) -> Form:
    """Every amount in the commonest layout of its kind of unit; a bare one in the commonest."""
    votes: dict[str, Counter[str]] = {}
    for code, amount in amounts.items():
        if amount.label:
            rows = int(values.codes.counts[code])
            votes.setdefault(_kind(amount.label), Counter())[amount.layout] += rows
    most = {kind: found.most_common(1)[0][0] for kind, found in votes.items()}
    unit = max(votes, key=lambda kind: votes[kind].total())
    after = {
        code: most[_kind(a.label) if a.label else unit].replace("#", style.write(a), 1)
        for code, a in amounts.items()
    }
    sample = _usual(values, after)
    return Form(Words(f"with the unit, like {sample}", f"带单位，如 {sample}"), after, cost)


def _usual(values: ColumnValues, after: Mapping[int, str]) -> str:
    """What the value that most rows hold would become."""
    return after[max(after, key=lambda code: (int(values.codes.counts[code]), -code))]


def _kind(label: str) -> str:
    """The unit a label begins with: `oz. Silo Can` is of the kind oz."""
    first = label.split()[0]
    return canonical_unit(first) or canonical_unit(first.rstrip(".")) or first.rstrip(".").lower()


def _is_percent(amount: Amount) -> bool:
    return amount.label in ("%", "％")


def _shares(values: ColumnValues, amounts: Mapping[int, Amount]) -> bool:
    """Are percentages about a hundred times the bare numbers?"""
    percent = [a.value for a in amounts.values() if _is_percent(a)]
    bare = [a.value for a in amounts.values() if not a.label]
    if not percent or not bare or not median(bare):
        return False
    return 10 < median(percent) / abs(median(bare)) < 1000


def _without_noise(decimals: str) -> str:
    """What binary fractions leave behind is no decimal: 056000000000000005 is 056."""
    if len(decimals) < 12 or not _NOISE.search(decimals):
        return decimals
    return f"{round(Decimal(f'0.{decimals}'), 10):f}".partition(".")[2].rstrip("0")


def _rows(values: ColumnValues, codes: Mapping[int, object] | set[int]) -> float:
    return float(values.codes.counts[list(codes)].sum()) if codes else 0.0

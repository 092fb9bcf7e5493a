"""Quantities and percentages in the form their column writes them: `12.0 OZ.` → `12.0 oz`.

Units are never converted. A unit that some rows have and others lack (`0.05%` beside `0.05`) is
judged by itself: such a fix changes what the text says, so it needs a person.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from statistics import median

from steward.engine import Snapshot
from steward.fixes.amounts import Forms, Written, take_apart, without_noise
from steward.fixes.mapping import ColumnValues, Decision
from steward.profile.parse import parse_number, parse_quantity
from steward.types import ColumnProfile, Fix, Profile, Provenance, Reason, Safety, SemanticType

READ_SHARE = 0.8
"""So many of a column's rows must read as amounts before its forms are judged."""

_KINDS = {SemanticType.QUANTITY, SemanticType.PERCENT, SemanticType.NUMBER}


class UnitFormat:
    """Maps quantities onto the written form that dominates their column."""

    name = "unit_format"
    version = "1"
    injections: tuple[str, ...] = ("unit_format",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose the dominant form of each amount that is written otherwise."""
        who = Provenance(self.name, self.version)
        for column in profile.columns:
            if column.semantic not in _KINDS:
                continue
            values = ColumnValues(snapshot, column.name)
            written = read_amounts(values)
            if not mostly_read(values, column, written):
                continue
            mixed = {} if column.is_key else dict(_mixed_labels(values, written))
            forms = Forms(values, written)
            decisions = dict(forms.decide(meaning)) | mixed | dict(_trailing(values, forms))
            for code in sorted(decisions):
                yield values.fix(code, decisions[code], who)


def mostly_read(values: ColumnValues, column: ColumnProfile, read: Iterable[int]) -> bool:
    """Do most of the rows that hold something hold one of the values that could be read?"""
    rows = int(values.codes.counts[list(read)].sum())
    return rows > 0 and rows >= READ_SHARE * column.present


def meaning(text: str) -> Hashable | None:
    """Number and unit of an amount; None when the text is none."""
    stripped = text.strip()
    if stripped.endswith(("%", "％")):
        number = parse_number(stripped[:-1])
        return None if number is None else (number, "%", 1)
    quantity = parse_quantity(text)
    if quantity:
        return quantity.amount, quantity.unit, quantity.count
    number = parse_number(text)
    return None if number is None else (number, None, 1)


def read_amounts(values: ColumnValues) -> dict[int, Written]:
    """The values that are one number with a unit, a percent sign or nothing, by code."""
    out = {}
    for code, text in enumerate(values.codes.values):
        found = meaning(text)
        if isinstance(found, tuple) and found[2] == 1:
            written = take_apart(text, found[1])
            if written is not None:
                out[code] = written
    return out


def _trailing(values: ColumnValues, forms: Forms) -> Iterator[tuple[int, Decision]]:
    """Words after an amount that another value of the column is: `12.0 oz. Silo Can`."""
    known = {layout for w in forms.written.values() if w.scope for layout in (w.layout,)}
    for code, before in enumerate(values.codes.values):
        if code in forms.written or " " not in before.strip():
            continue
        amount = before.strip().rsplit(" ", 1)[0]
        while " " in amount and meaning(amount) is None:
            amount = amount.rsplit(" ", 1)[0]
        found = meaning(amount)
        if not isinstance(found, tuple) or found[1] is None:
            continue
        written = take_apart(amount, found[1])
        if written is None or written.layout not in known:
            continue
        after, _ = forms.rewrite(written, surely=True)
        text = (
            f"{before!r} is the amount {amount!r} and some words; the column holds amounts alone. "
            f"It would become {after!r} and lose the words: a person must decide."
        )
        rows = float(values.codes.counts[code])
        yield code, Decision(after, Reason.FORMAT, "format", 0.75, text,
                             votes_for=float(values.count(after)), votes_against=rows)  # fmt: skip


def _mixed_labels(
    values: ColumnValues, written: Mapping[int, Written]
) -> Iterator[tuple[int, Decision]]:
    """Numbers with a unit among bare ones (or the other way round) of the same size."""
    bare = [c for c, w in written.items() if w.scope is None]
    labelled = [c for c, w in written.items() if w.scope is not None]
    scopes = {written[c].scope for c in labelled}
    if min(len(bare), len(labelled)) < 3 or len(scopes) != 1 or not _same_size(
        [float(written[c].amount) for c in bare], [float(written[c].amount) for c in labelled]
    ):  # fmt: skip
        return
    rows = {True: sum(int(values.codes.counts[c]) for c in bare),
            False: sum(int(values.codes.counts[c]) for c in labelled)}  # fmt: skip
    keep_bare = rows[True] >= rows[False]
    layouts = sorted({written[c].layout for c in labelled})
    if not keep_bare and len(layouts) > 1:
        return
    for code in labelled if keep_bare else bare:
        clean = without_noise(written[code])
        after = clean.text().replace(clean.layout.replace("#", ""), "").strip() if keep_bare else (
            layouts[0].replace("#", clean.text(), 1))  # fmt: skip
        yield code, _label_decision(values, code, after, rows, keep_bare=keep_bare)


def _same_size(one: list[float], other: list[float]) -> bool:
    """Are the two sets of numbers of one size: medians and ranges alike, within a factor?"""
    low, high = sorted((abs(median(one)), abs(median(other))))
    return high <= 2 * low and max(one) <= 5 * max(other) and max(other) <= 5 * max(one)


def _label_decision(
    values: ColumnValues, code: int, after: str, rows: Mapping[bool, int], *, keep_bare: bool
) -> Decision:
    before = values.codes.values[code]
    share = rows[keep_bare] / (rows[True] + rows[False])
    text = (
        f"{rows[True]} rows hold a bare number, {rows[False]} one with a unit, and both are of "
        f"the same size, so the unit seems to be a matter of writing: {before!r} would be "
        f"{after!r}. "
        "Read strictly, the two texts differ: a person must decide."
    )
    known = float(values.count(after))
    return Decision(after, Reason.FORMAT, "format", min(0.85, 0.3 + 0.6 * share), text,
                    votes_for=known, votes_against=float(rows[not keep_bare]),
                    safety=Safety.UNSAFE)  # fmt: skip

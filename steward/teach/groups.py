"""Fixes that stand or fall together, and the question whether they are right.

A group is what one corrector proposes for one reason in the same columns: what holds of a handful
of its cells most probably holds of all of them. A group that proves mixed is taken apart by
confidence and asked again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from steward.engine import Snapshot
from steward.teach.belief import Belief
from steward.teach.conventions import SHOWN
from steward.teach.question import (
    NONE,
    SOME,
    YES,
    Example,
    Kind,
    Option,
    Question,
    Words,
    question_id,
)
from steward.types import Fix, FixKind, Reason, RowId, Safety

CONTEXT = 4
"""Other cells of the row that an example shows beside."""

Spot = tuple[int, RowId]
"""A fix (its position in the group) and one of its rows."""


@dataclass(frozen=True, slots=True)
class Group:
    """Fixes that stand or fall together, most confident first, and what is believed of them.

    A *safe* group is written unless a question about it says otherwise.
    """

    key: tuple[str, ...]
    fixes: tuple[Fix, ...] = field(repr=False)
    belief: Belief
    shown: frozenset[Spot] = field(default=frozenset(), repr=False)
    closed: bool = False
    safe: bool = False

    @property
    def spots(self) -> list[Spot]:
        """Every (fix, row) of the group, most confident first."""
        return [(i, row) for i, fix in enumerate(self.fixes) for row in fix.rows]

    @property
    def first(self) -> Fix:
        """Its most confident fix."""
        return self.fixes[0]


def group_fixes(fixes: Iterable[Fix], *, without: Sequence[str] = ()) -> list[Group]:
    """The groups of fixes that wait for a person, in a stable order.

    Args:
        fixes: proposals, gated; those that move rows are left out.
        without: columns whose writing is asked about otherwise.
    """
    found: dict[tuple[str, ...], list[Fix]] = defaultdict(list)
    for fix in fixes:
        if fix.safety is Safety.SAFE or fix.kind not in (FixKind.MAPPING, FixKind.CELL):
            continue
        if fix.reason is Reason.FORMAT and set(fix.columns) & set(without):
            continue
        found[group_key(fix)].append(fix)
    return [new_group(key, members) for key, members in sorted(found.items())]


def safe_groups(fixes: Iterable[Fix]) -> list[Group]:
    """The groups of fixes that would be written unseen."""
    found: dict[tuple[str, ...], list[Fix]] = defaultdict(list)
    for fix in fixes:
        found[group_key(fix)].append(fix)
    return [replace(new_group(key, members), safe=True) for key, members in sorted(found.items())]


def group_key(fix: Fix) -> tuple[str, ...]:
    """What fixes share that stand or fall together; a word for nothing stands by itself."""
    key = (fix.provenance.corrector, fix.reason.value, fix.safety.value, *fix.columns)
    if fix.reason is Reason.DISGUISED_MISSING:
        return (*key, fix.changes[0].before or "")
    return key


def new_group(key: tuple[str, ...], fixes: Sequence[Fix]) -> Group:
    """A group nobody was asked about yet."""
    ordered = sorted(
        fixes, key=lambda fix: (-fix.confidence, fix.changes[0].before or "", fix.rows)
    )
    cells = sum(fix.cells for fix in ordered)
    stated = sum(fix.confidence * fix.cells for fix in ordered) / max(cells, 1)
    return Group(key, tuple(ordered), Belief(stated))


def parted(group: Group) -> list[Group]:
    """A mixed group taken apart: by confidence where it differs, else by column value."""
    if len(group.fixes) < 2:
        return []
    middle = len(group.fixes) // 2
    halves = (group.fixes[:middle], group.fixes[middle:])
    return [
        new_group((*group.key, name), half)
        for name, half in zip(("upper", "lower"), halves, strict=True)
    ]


def group_question(
    snapshot: Snapshot, group: Group, spots: Sequence[Spot], gain: float
) -> Question:
    """Ask whether a handful of a group's changes are right.

    Args:
        snapshot: the table as it stands.
        group: the group.
        spots: those of its changes that are shown.
        gain: how many wrong cells the answer is expected to mend.
    """
    fix, cells = group.first, sum(one.cells for one in group.fixes)
    names = ", ".join(fix.columns)
    kind = Kind.BLANK if fix.reason is Reason.DISGUISED_MISSING else Kind.FIXES
    shown = [_example(snapshot, group.fixes[i], row) for i, row in spots]
    asked = [f"{e.row}:{e.before}>{e.after[0]}" for e in shown]
    return Question(
        id=question_id(kind, fix.table, fix.columns, [*group.key, *asked]),
        kind=kind,
        table=fix.table,
        columns=fix.columns,
        text=_text(group, fix, names),
        options=(
            Option(YES, Words("all of them are right", "全部正确"), group.fixes, cells),
            Option(SOME, Words("some are wrong", "部分错误")),
            Option(NONE, Words("none is right", "全部错误")),
        ),
        examples=tuple(shown),
        cells=cells,
        gain=gain,
    )


def next_spots(group: Group, settled: Mapping[tuple[RowId, str], str | None]) -> list[Spot]:
    """Up to `SHOWN` changes of a group not shown before, spread from most to least confident.

    Different fixes come first, so that different changes are seen; cells that something surer
    writes already are not asked about.
    """
    open_spots = [
        (i, row)
        for i, row in group.spots
        if (i, row) not in group.shown
        and any((row, c.column) not in settled for c in group.fixes[i].changes)
    ]
    distinct = list({i: (i, row) for i, row in reversed(open_spots)}.values())[::-1]
    if len(distinct) >= SHOWN:
        return _spread(distinct, SHOWN)
    rest = [spot for spot in open_spots if spot not in set(distinct)]
    return sorted(distinct + _spread(rest, SHOWN - len(distinct)))


def _spread(spots: Sequence[Spot], count: int) -> list[Spot]:
    if len(spots) <= count:
        return list(spots)
    step = len(spots) / count
    return [spots[int((k + 0.5) * step)] for k in range(count)]


def _example(snapshot: Snapshot, fix: Fix, row: RowId) -> Example:
    before = tuple(change.before for change in fix.changes)
    after = tuple(change.after for change in fix.changes)
    others = [n for n in _beside(snapshot, fix) if n not in fix.columns][:CONTEXT]
    spot = int(snapshot.positions([row])[0])
    context = tuple((name, _text_at(snapshot, name, spot)) for name in others)
    return Example(row, fix.columns, before, (after, before, before), context)


def _beside(snapshot: Snapshot, fix: Fix) -> Iterator[str]:
    """Columns worth showing beside a change: those that speak for it, then the first ones."""
    yield from dict.fromkeys([*fix.evidence.determinants, *snapshot.columns])


def _text_at(snapshot: Snapshot, name: str, spot: int) -> str | None:
    codes = snapshot.codes(name)
    return codes.text(int(codes.codes[spot]))


def _text(group: Group, fix: Fix, names: str) -> Words:
    if fix.reason is Reason.DISGUISED_MISSING:
        word = fix.changes[0].before
        return Words(
            f"Does {word!r} in {names} mean that nothing is known?",
            f"{names} 列中的“{word}”是否表示缺失？",
        )
    if group.safe:
        return Words(
            f"These changes in {names} would be made unseen. Are they right?",
            f"{names} 列的这些修改将自动执行，对吗？",
        )
    en, zh = REASONS.get(fix.reason, ("changes", "修改"))
    return Words(f"Are these {en} in {names} right?", f"{names} 列的这些{zh}对吗？")


REASONS: Mapping[Reason, tuple[str, str]] = {
    Reason.MISSING: ("fillings of empty cells", "空值填补"),
    Reason.FORMAT: ("ways of writing", "写法改动"),
    Reason.TYPO: ("corrections of slips", "错字更正"),
    Reason.DEPENDENCY: ("values, which other rows attest,", "（由其他行佐证的）取值"),
    Reason.CONFLICT: ("values, on which sources disagree,", "（来源不一致的）取值"),
    Reason.SWAPPED: ("exchanges of two values", "互换"),
    Reason.SPLIT_VALUE: ("values taken apart", "拆分"),
    Reason.CATEGORY: ("categories", "类别"),
    Reason.OUTLIER: ("numbers brought back into range", "超范围数值的修正"),
    Reason.MOJIBAKE: ("repairs of damaged letters", "乱码修复"),
    Reason.ADVERSARIAL: ("repairs of text that deceives", "欺骗性文字的修复"),
    Reason.WHITE_SPACE: ("repairs of spaces", "空格修复"),
}

"""Ways to write the letters of a column: capitals, small, or word by word as it mostly does."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from steward.fixes.mapping import ColumnValues
from steward.teach.form import Form
from steward.teach.question import Words

LEAST, MOST = 2, 0.4
"""A way that changes fewer rows than LEAST, or more than this share of them, is not offered."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_KINDS: tuple[tuple[Callable[[str], str], Words], ...] = (
    (str.upper, Words("all capitals", "全部大写")),
    (str.lower, Words("all small letters", "全部小写")),
)


def letter_forms(values: ColumnValues, present: int) -> Iterator[Form]:
    """Ways to write a column whose values differ in their letters' case alone.

    Args:
        values: the column.
        present: its rows that hold something.
    """
    texts = values.codes.values
    cased = [c for c, text in enumerate(texts) if text.lower() != text.upper()]
    if not cased or values.codes.counts[cased].sum() < present / 2:
        return
    words = Words("each word as it is mostly written here", "每个词按本列多数写法")
    tried = [(_as_mostly(values, cased), words)]
    tried += [({c: how(texts[c]) for c in cased}, label) for how, label in _KINDS]
    for after, label in tried:
        moved = sum(int(values.codes.counts[c]) for c in cased if after[c] != texts[c])
        if LEAST <= moved <= MOST * present:
            yield Form(label, after, moved / present)


def _as_mostly(values: ColumnValues, cased: list[int]) -> dict[int, str]:
    """Each word in its commonest writing; one never seen twice as words of its place are."""
    votes: dict[tuple[str, bool], Counter[str]] = defaultdict(Counter)
    shapes: dict[bool, Counter[str]] = defaultdict(Counter)
    for code in cased:
        rows = int(values.codes.counts[code])
        for number, word in enumerate(_WORD.findall(values.codes.values[code])):
            votes[word.lower(), number == 0][word] += rows
            shapes[number == 0][_shape(word)] += rows
    usual = {first: counts.most_common(1)[0][0] for first, counts in shapes.items()}
    return {code: _rewritten(values.codes.values[code], votes, usual) for code in cased}


def _rewritten(
    text: str, votes: dict[tuple[str, bool], Counter[str]], usual: dict[bool, str]
) -> str:
    number = -1

    def word(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        key = (found[0].lower(), number == 0)
        (best, rows), *others = votes[key].most_common(2)
        if rows >= 2 and rows > (others[0][1] if others else 0):
            return best
        return _in_shape(found[0], usual[number == 0])

    return _WORD.sub(word, text)


def _shape(word: str) -> str:
    if len(word) == 1 and word.isupper():
        return "title"
    for name, how in (("upper", str.upper), ("lower", str.lower), ("title", str.capitalize)):
        if how(word) == word:
            return name
    return "mixed"


def _in_shape(word: str, shape: str) -> str:
    how = {"upper": str.upper, "lower": str.lower, "title": str.capitalize}.get(shape)
    return how(word) if how else word

"""How people mistype: neighbours on the keyboard, and slips found in the shop's own texts.

A rare word that differs from a frequent one by one edit is most often a slip of it. What such
pairs have in common (which letter for which, which one lost) is how this shop's people mistype.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

LATIN = re.compile(r"[^\W\d_]{4,}")
"""Words that may hold a slip; of shorter ones too many are other words."""

FREQUENT, RATIO = 10, 20
"""A word is established from so many uses, and a slip is so many times rarer than its word."""

MOST = 5_000
"""Rare words and frequent words that are compared, at most."""

ENOUGH = 30
"""Slips found from which their kinds are drawn; below, the keyboard alone is believed."""

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True)
class Slips:
    """Slips found: of which word, and which edits they are.

    Attributes:
        of: established word to its slips.
        edits: (kind, letter, other letter) to how often; kinds: insert, delete, replace, transpose.
    """

    of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    edits: Mapping[tuple[str, str, str], int] = field(default_factory=dict)


def mine_slips(texts: Iterable[str]) -> Slips:
    """Find slips among the words of texts; none where the texts have no rare word near another."""
    counts = Counter(word for text in texts for word in LATIN.findall(text.casefold()))
    frequent = [w for w, n in counts.most_common(MOST) if n >= FREQUENT]
    rare = (
        sorted(w for w, n in counts.items() if n * RATIO <= counts[frequent[0]]) if frequent else []
    )
    rare = [word for word in rare if counts[word] <= 3 and len(word) > 4][:MOST]
    found: dict[str, list[str]] = defaultdict(list)
    edits: Counter[tuple[str, str, str]] = Counter()
    for wrong, right in _near(rare, frequent):
        edit = edit_of(right, wrong)
        if edit and counts[right] >= RATIO * counts[wrong] and not _inflected(right, wrong):
            found[right].append(wrong)
            edits[edit] += 1
    return Slips({word: tuple(sorted(found[word])) for word in sorted(found)}, dict(edits))


def _near(rare: Sequence[str], frequent: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Pairs one edit apart, where only one frequent word is so near."""
    if not rare or not frequent:
        return
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    for start in range(0, len(rare), 512):
        block = rare[start : start + 512]
        far = process.cdist(block, frequent, scorer=OSA.distance, score_cutoff=1, workers=1)
        for i, word in enumerate(block):
            near = np.flatnonzero(far[i] == 1)
            if len(near) == 1:
                yield word, frequent[int(near[0])]


def edit_of(right: str, wrong: str) -> tuple[str, str, str] | None:
    """The one edit that makes the wrong word of the right one; None when there are more."""
    start = next((i for i, (a, b) in enumerate(zip(right, wrong, strict=False)) if a != b),
                 min(len(right), len(wrong)))  # fmt: skip
    left, other = right[start:], wrong[start:]
    if left[1:] == other:
        return ("delete", left[:1], "")
    if left == other[1:]:
        return ("insert", right[start - 1 : start], other[:1])
    if left[1:] == other[1:]:
        return ("replace", left[:1], other[:1])
    if left[:2] == other[:2][::-1] and left[2:] == other[2:]:
        return ("transpose", left[:1], other[:1])
    return None


def _inflected(one: str, other: str) -> bool:
    """Do the two differ by their ending, which is grammar more often than a slip?"""
    return one[:-1] in (other, other[:-1]) or other[:-1] == one


def neighbours() -> Mapping[str, str]:
    """Letter to the letters beside it on a QWERTY keyboard."""
    places = {c: (x + y / 2, float(y)) for y, row in enumerate(_ROWS) for x, c in enumerate(row)}
    return {
        c: "".join(d for d, (u, v) in places.items()
                   if d != c and abs(u - x) <= 1 and abs(v - y) <= 1)
        for c, (x, y) in places.items()
    }  # fmt: skip


_NEIGHBOURS = neighbours()


def misspell(random: np.random.Generator, word: str, slips: Slips) -> str | None:
    """Mistype a word as people here do; None for one too short to bear it."""
    known = slips.of.get(word.casefold(), ())
    if known and random.random() < 0.5:
        return str(known[int(random.integers(len(known)))])
    edits = [e for e in slips.edits if e[1] in word]
    if edits and sum(slips.edits.values()) >= ENOUGH and random.random() < 0.5:
        weights = np.array([slips.edits[e] for e in edits], float)
        edit = edits[int(random.choice(len(edits), p=weights / weights.sum()))]
        return _edited(word, word.index(edit[1]), edit)
    return _mistyped(random, word)


def _mistyped(random: np.random.Generator, word: str) -> str | None:
    """A neighbour's key, a letter lost, doubled or exchanged; the first letter stays."""
    if len(word) < 4:
        return None
    at = int(random.integers(1, len(word)))
    kind = ("replace", "delete", "insert", "transpose")[int(random.integers(4))]
    near = _NEIGHBOURS.get(word[at].lower(), "")
    other = near[int(random.integers(len(near)))] if near else word[at]
    if kind == "insert":
        other = word[at]
    if kind == "transpose":
        at = min(at, len(word) - 2)
        other = word[at + 1]
    made = _edited(word, at, (kind, word[at], other))
    return made if made != word else None


def _edited(word: str, at: int, edit: tuple[str, str, str]) -> str | None:
    kind, _, other = edit
    if kind == "delete":
        return word[:at] + word[at + 1 :]
    if kind == "insert":
        return word[: at + 1] + other + word[at + 1 :]
    if kind == "transpose":
        if at + 1 >= len(word):
            return None
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + other + word[at + 1 :]

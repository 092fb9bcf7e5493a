"""Rare values, and rare words in values, that look like exactly one frequent one.

Looser than the corrector of typos on purpose: it need not be right unseen, a person is asked.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from steward.engine import Snapshot
from steward.fixes.mapping import ColumnValues
from steward.teach.guess import Guess, guess
from steward.types import Change, Fix, Profile, Reason

VALUE, FAR, WORD = "guess_slip", "guess_far_slip", "guess_word_slip"
ESTABLISHED, TIMES = 3, 5
"""A value is established that so many rows hold, so many times as many as the slip."""

RARE = 0.01
"""A slip is held by two rows, or by so small a share of them."""

CHANCE = 0.15
"""Where more of the established values look alike themselves, looking alike says nothing."""

MOST = 3000
_NUMBER = re.compile(r"[-+]?[\d.,]+")
_WORDS = re.compile(r"[^\W\d_]{2,}")


def slips(snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
    """Slips of whole values, then of words, in each column."""
    for column in profile.columns:
        values = ColumnValues(snapshot, column.name)
        texts, counts = values.codes.values, values.codes.counts.tolist()
        found = nearest(dict(zip(texts, counts, strict=True)), most=int(RARE * snapshot.rows))
        for before, after in sorted(found.items()):
            far = OSA.distance(before, after) > 1
            yield _fix(values, FAR if far else VALUE, before, after)
        if column.distinct > 3:
            for before, after in sorted(_by_words(values).items()):
                if before not in found:
                    yield _fix(values, WORD, before, after)


def nearest(counts: Mapping[str, int], *, most: int = 2) -> dict[str, str]:
    """The one established text that each rare one looks like.

    Alike are texts within one slip (two from six letters on, a sixth of longer ones), when no other
    established one is as near. Distance: optimal string alignment (exchanges count as one).

    Args:
        counts: rows of each text.
        most: a text is rare that no more rows hold than these, or two.
    """
    sound = [text for text, rows in counts.items() if rows >= ESTABLISHED and len(text) > 1]
    rare = [t for t, rows in counts.items() if len(t) > 1 and rows <= max(2, most)]
    sound = [text for text in sound if counts[text] > max(2, most)] or sound
    if not sound or not rare or len(sound) > MOST or _look_alike(sound):
        return {}
    found = {}
    for start in range(0, min(len(rare), 3 * MOST), 500):
        part = rare[start : start + 500]
        far = _distances(part, sound)
        for text, row in zip(part, far, strict=True):
            if match := _only_one(text, row, sound, counts):
                found[text] = match
    return found


def _look_alike(sound: Sequence[str]) -> bool:
    """Do the established texts look alike themselves more often than chance would have it?"""
    part = list(sound[:: max(1, len(sound) // 300)])
    near = _distances(part, sound)
    reach = np.array([_reach(text) for text in part])
    alike = ((near > 0) & (near <= reach[:, None])).any(axis=1)
    return bool(alike.mean() > CHANCE)


def _distances(left: Sequence[str], right: Sequence[str]) -> np.ndarray:
    return np.asarray(cdist(left, right, scorer=OSA.distance, score_cutoff=8, dtype=np.int32))


def _only_one(
    text: str, far: np.ndarray, sound: Sequence[str], counts: Mapping[str, int]
) -> str | None:
    rivals = [
        (int(far[i]), sound[i])
        for i in np.flatnonzero(far <= _reach(text)).tolist()
        if counts[sound[i]] >= TIMES * counts[text] and sound[i] != text
    ]
    if not rivals or _NUMBER.fullmatch(text):
        return None  # any digit makes another number that may be meant
    best = min(rivals)
    return best[1] if sum(distance == best[0] for distance, _ in rivals) == 1 else None


def _reach(text: str) -> int:
    return 1 if len(text) < 6 else max(2, min(8, len(text) // 6))


def _by_words(values: ColumnValues) -> dict[str, str]:
    """New texts of the values that hold a rare word which looks like one frequent word."""
    rows, holders = Counter[str](), defaultdict[str, list[str]](list)
    for text, count in zip(values.codes.values, values.codes.counts.tolist(), strict=True):
        for word in dict.fromkeys(_WORDS.findall(text)):
            rows[word] += count
            holders[word].append(text)
    if len(rows) > 5 * MOST:
        return {}
    found: dict[str, str] = {}
    for word, right in nearest({w: n for w, n in rows.items() if len(w) > 2}).items():
        for text in holders[word]:
            found[text] = re.sub(rf"(?<![^\W\d_]){word}(?![^\W\d_])", right, found.get(text, text))
    return found


def _fix(values: ColumnValues, who: str, before: str, after: str) -> Fix:
    change = Change(values.name, before, after)
    rows = values.rows(values.code_of[before])
    seen = values.count(after)
    words = f"{before!r} looks like {after!r}" + (f", which {seen} rows hold." if seen else ".")
    return guess(values.snapshot, Guess(who, Reason.TYPO, words, 0.6), [change], rows)

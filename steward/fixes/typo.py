"""Misspelt values, mended to the established value or word that they look like.

Two levels. A *value* that looks like exactly one established value of its column. A *word* inside a
value that looks like exactly one established word, where the mended value has the shape of
established values (`619 paxients` → `619 patients`: many rows hold a number and `patients`). Both
refuse columns whose established texts often look alike, because there it proves nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from steward.checks.alike import look_alikes, same_digits
from steward.checks.typo import ESTABLISHED_ROWS, MAX_DISTINCT, NOT_WORDS, fold
from steward.engine import Snapshot
from steward.fixes.mapping import ColumnValues, Decision
from steward.types import ColumnProfile, Fix, Profile, Provenance, Reason, Safety, SemanticType

WORD = re.compile(r"[^\W\d_]{4,}")
RUN = re.compile(r"[^\W_]{3,}")
DIGITS = re.compile(r"\d+")
WORD_RATIO = 20
SHAPE_ROWS = 20
MAX_WORDS = 400
LETTERS_AN_EDIT = 4
SURE, LIKELY = 0.93, 0.91


class Typo:
    """Rare values, or words in them, that differ by an edit or two from an established one."""

    name = "typo"
    version = "1"
    injections: tuple[str, ...] = ("typo",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """One mapping per misspelt value."""
        who = Provenance(self.name, self.version)
        for column in profile.columns:
            if not _spelt(column):
                continue
            values = ColumnValues(snapshot, column.name)
            hidden = {d.value for d in column.disguised}
            rows = np.array(
                [0 if t in hidden or not t.strip() else n for t, n in _counted(values)], np.int64
            )
            found = dict(_by_word(values, rows)) | dict(_by_value(values, rows))
            for code in sorted(found):
                yield values.fix(code, found[code], who)


def _spelt(column: ColumnProfile) -> bool:
    words = column.semantic not in NOT_WORDS - {SemanticType.QUANTITY}
    return words and not column.is_key and 1 < column.distinct <= MAX_DISTINCT


def _counted(values: ColumnValues) -> Iterator[tuple[str, int]]:
    return zip(values.codes.values, values.codes.counts.tolist(), strict=True)


def _by_value(values: ColumnValues, rows: np.ndarray) -> Iterator[tuple[int, Decision]]:
    texts = values.codes.values
    for pair in look_alikes([fold(t) for t in texts], rows, ESTABLISHED_ROWS):
        rare, usual = texts[pair.rare], texts[pair.established]
        if fold(rare) == fold(usual) or not _in_a_word(rare, usual):
            continue
        said = (
            f"`{rare}` ({int(rows[pair.rare])} rows) is {pair.edits} edits from `{usual}` "
            f"({int(rows[pair.established])} rows) and from no other established value."
        )
        yield pair.rare, _decision(usual, said, int(rows[pair.established]), SURE)


def _in_a_word(rare: str, usual: str) -> bool:
    """Do the two differ inside a word? `a.m.` is no slip of `p.m.`, nor `L` of `M`."""
    for edit in _edits(rare, usual):
        letters = RUN.finditer(usual)
        if not any(m.start() <= edit <= m.end() for m in letters):
            return False
    return True


def _edits(rare: str, usual: str) -> list[int]:
    """Places in `usual` that an alignment with `rare` edits."""
    return [op.dest_pos for op in Levenshtein.editops(rare, usual)]


def _by_word(values: ColumnValues, rows: np.ndarray) -> Iterator[tuple[int, Decision]]:
    texts = values.codes.values
    words = _word_rows(texts, rows)
    mended = _mended_words(words)
    if not mended:
        return
    shapes: Counter[str] = Counter()
    for text, n in zip(texts, rows.tolist(), strict=True):
        shapes[_shape(text)] += n
    for code, text in enumerate(texts):
        if not rows[code]:
            continue
        after = WORD.sub(lambda m: mended.get(m.group(), m.group()), text)
        if after != text and shapes[_shape(after)] >= SHAPE_ROWS:
            said = (
                f"`{text}` holds a misspelt word; {shapes[_shape(after)]} rows have the form of "
                f"`{after}`."
            )
            yield code, _decision(after, said, shapes[_shape(after)], LIKELY)


def _decision(after: str, said: str, votes: int, confidence: float) -> Decision:
    return Decision(
        after, Reason.TYPO, "typo", confidence, said, votes_for=votes, safety=Safety.SAFE
    )


def _shape(text: str) -> str:
    return DIGITS.sub("0", text)


def _word_rows(texts: Sequence[str], rows: np.ndarray) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for text, n in zip(texts, rows.tolist(), strict=True):
        for word in set(WORD.findall(text)):
            found[word] += n
    return found


def _mended_words(words: Mapping[str, int]) -> dict[str, str]:
    """Rare words and the one established word each looks like; none where words look alike."""
    established = sorted(w for w, n in words.items() if n >= SHAPE_ROWS)
    rare = sorted(w for w, n in words.items() if 0 < n < SHAPE_ROWS and w.isalpha())
    if not established or not rare or len(established) > MAX_WORDS:
        return {}
    if _look_alike(established):
        return {}
    table = process.cdist(rare, established, scorer=OSA.distance, dtype=np.int32)
    mended = {}
    for i, word in enumerate(rare):
        near = int(table[i].min())
        best = np.flatnonzero(table[i] == near)
        usual = established[best[0]]
        if len(best) > 1 or near > max(1, len(word) // LETTERS_AN_EDIT):
            continue
        if words[usual] >= WORD_RATIO * words[word] and same_digits(word, usual):
            mended[word] = usual
    return mended


def _look_alike(established: Sequence[str]) -> bool:
    """Do any two established words lie within the edits allowed for a typo?"""
    table = process.cdist(established, established, scorer=OSA.distance, dtype=np.int32)
    np.fill_diagonal(table, 99)
    allowed = np.array([max(1, len(w) // LETTERS_AN_EDIT) for w in established])
    return bool((table.min(axis=1) <= allowed).mean() > 0.02)

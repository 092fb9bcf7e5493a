"""What of a product's title tells it from others: words, numbers and model codes.

Words are folded (NFKC, lower case); hyphens inside model codes go (`PS-LX350H` is `pslx350h`);
Chinese is cut into pairs of characters. A token with a digit is a *number*: sizes, counts and
models, which must not contradict.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from steward.profile.parse import fold

_WORD = re.compile(r"[0-9]+(?:[.,/x×*][0-9]+)*(?:[^\W_]*)|[^\W_]+(?:[-_/.][^\W_]+)*")
_DIGIT = re.compile(r"\d")
_JOINT = re.compile(r"[-_/.](?=[^\W\d])|(?<=[^\W\d])[-_/.]")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]+")
_UNIT_GAP = re.compile(
    r"(?<=\d)\s+(?=(?:ml|l|kg|g|mg|gb|tb|mb|oz|lb|cm|mm|m|in|inch|w|v|mah|pcs|pc)\b)"
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one title: all of them, and those that hold a digit."""

    words: frozenset[str]
    numbers: frozenset[str]


def tokenize(title: str) -> Tokens:
    """Tokens of a title."""
    text = _UNIT_GAP.sub("", fold(title).lower())
    words: set[str] = set()
    if not text.isascii():
        for run in _CJK.findall(text):
            words.update(run[i : i + 2] for i in range(max(1, len(run) - 1)))
        text = _CJK.sub(" ", text)
    for word in _WORD.findall(text):
        if word.isalnum():
            words.add(word)
        else:
            words.update(_parts(word))
    return Tokens(frozenset(words), frozenset(w for w in words if _DIGIT.search(w)))


def _parts(word: str) -> Sequence[str]:
    """A model code whole and without signs; other hyphenated words part by part."""
    if _DIGIT.search(word):
        return [_JOINT.sub("", word)]
    return [part for part in re.split(r"[-_/.]", word) if part]

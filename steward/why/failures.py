"""How a key fails to be found: dropped, other language, encoding, width, spelling, renamed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from steward.checks.encoding import unmangled
from steward.profile.missing import is_disguised

NEAR = 0.85
ONE_SCRIPT = 0.9
MOST_EXAMPLES = 5
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x00-\x1f\x7f]|ï»¿")
_BROKEN = re.compile(r"\ufffd|[\u0080-\u00ff]{2}")
_WIDE = re.compile(r"[\u3000\uff01-\uff5e]")


@dataclass(frozen=True, slots=True)
class Failure:
    """How one key fails, and the known key that it stands for or comes nearest to."""

    how: str
    nearest: str | None


class Keys:
    """The known keys, as they are and folded, to find what a failing one was meant to be."""

    def __init__(self, expected: Collection[str], others: Collection[str]) -> None:
        self.expected = {k for k in expected if k.strip()}
        self.others = {k for k in others if k.strip()} - self.expected
        every = sorted(self.expected) + sorted(self.others)
        self._folded = {fold(k): k for k in reversed(every)}
        self._sorted = sorted(self.expected)
        self._script = script(self._sorted)

    def judge(self, key: str | None) -> Failure:
        """How a key fails: `found` when it does not."""
        if key is None or not key.strip() or (is_disguised(key) and key not in self.expected):
            return Failure("dropped", None)
        if key in self.expected:
            return Failure("found", key)
        if key in self.others:
            return Failure("language", None)
        mended = unmangled(key)
        bare = _INVISIBLE.sub("", mended if mended is not None else key)
        if bare != key and (known := self._folded.get(fold(bare))):
            return Failure("encoding", known)
        if known := self._folded.get(fold(key)):
            return Failure("full_width" if _WIDE.search(key) else "spelling", known)
        return self._nearest(key)

    def _nearest(self, key: str) -> Failure:
        """Of a key that no folding finds: broken, in another script, a slip, or a new name."""
        from rapidfuzz import fuzz, process

        if _BROKEN.search(key) and self._script == "han":
            return Failure("encoding", None)
        if self._sorted and self._script not in ("mixed", script([key])):
            return Failure("language", None)
        found = process.extractOne(key, self._sorted, scorer=fuzz.ratio)
        if found and found[1] >= 100 * NEAR and _slip(key, found[0]):
            return Failure("spelling", found[0])
        wide = process.extractOne(key, self._sorted, scorer=fuzz.WRatio, score_cutoff=50)
        return Failure("renamed", wide[0] if wide else None)


def fold(text: str) -> str:
    """NFKC, case folded, white space closed up."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _slip(key: str, known: str) -> bool:
    from rapidfuzz.distance import DamerauLevenshtein

    return len(key) >= 4 and DamerauLevenshtein.distance(key, known) <= 2


def script(texts: Sequence[str]) -> str:
    """`han` or `other`, whichever nearly all of the texts are written in, else `mixed`."""
    han = sum(bool(re.search(r"[\u3400-\u9fff]", text)) for text in texts)
    share = han / max(len(texts), 1)
    return "han" if share > ONE_SCRIPT else "other" if share < 1 - ONE_SCRIPT else "mixed"

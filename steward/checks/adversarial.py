"""Text written to deceive: look-alike letters, hidden characters, stuffed titles, instructions.

Decided on distinct values. A regular expression finds the few that could be meant; only those are
looked at closer.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from steward.checks.encoding import ascii_shown
from steward.checks.finding import issue_from_values
from steward.checks.values import quoted
from steward.engine import Codes, Snapshot
from steward.types import ColumnProfile, Issue, Profile, Reason, SemanticType

LATIN = "acdehijopqsvwxyABCEHIJKMNOPSTXYZ"
TWINS = "асԁеһіјорԛѕѵԝхуАВСЕНІЈКМΝОРЅТХҮΖ"
"""Letters of Cyrillic (two capitals: Greek) that look as the Latin ones in the same place, after
Unicode's confusables. Greek letters that mean themselves in trade (α, β, μ, Ω) are not here."""

GREEK = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo")
TO_LATIN = {**str.maketrans(TWINS, LATIN), **GREEK}
TO_CYRILLIC = {ord(a): b for a, b in zip(LATIN, TWINS, strict=True) if "Ѐ" <= b <= "ӿ"}

STYLED = r"[\x{1D400}-\x{1D7CB}]|[\x{24B6}-\x{24E9}]{2}"
"""RE2: letters of mathematics and letters in circles, written for their looks."""

MIXED = r"[A-Za-z][\x{0370}-\x{03FF}\x{0400}-\x{052F}]|[\x{0370}-\x{03FF}\x{0400}-\x{052F}][A-Za-z]"
HIDDEN = (
    r"[A-Za-z0-9\x{4E00}-\x{9FFF}][\x{200C}\x{200D}]+[A-Za-z0-9\x{4E00}-\x{9FFF}]"
    r"|[\x{2061}-\x{2064}\x{115F}\x{1160}\x{3164}\x{FFA0}\x{E0000}-\x{E007F}]"
)
"""RE2: joiners inside words of scripts that need none, and characters without a shape. What
`control_character` finds is not here."""

INSTRUCTS = (
    r"(?i)\b(?:ignore|disregard|forget|override)\b.{0,20}"
    r"\b(?:all|any|previous|prior|above|earlier|preceding|your|other)\b.{0,30}"
    r"\b(?:instruction|prompt|rule|guideline|direction|command|context)s?\b"
    r"|<\|[a-z_]{2,20}\|>|\[/?INST\]|<</?SYS>>|###\s*(?:system|instruction|assistant)\b"
    r"|\byou are now (?:a|an|the|in)\b|\bas an? (?:ai|language model)\b"
    r"|\b(?:reveal|print|repeat|show|output)\b.{0,12}"
    r"\b(?:your|system|hidden|initial)\b.{0,12}\b(?:prompt|instructions)\b"
    r"|\b(?:rank|rate|score|label|grade|mark)\b.{0,12}\bthis\b.{0,20}"
    r"\b(?:first|highest|exact|relevant|perfect|top)\b"
    r"|(?:忽略|无视|忘记|不要理会|忽視|無視).{0,6}(?:以上|上面|之前|前面|所有|一切|先前|此前).{0,8}"
    r"(?:指令|指示|提示|规则|設定|设定|命令|要求)"
    r"|(?:输出|显示|泄露|重复).{0,6}(?:系统提示|提示词)|你现在(?:是|扮演)(?:一个|一名|一位)"
)
"""RE2 and `re`: words that address a model, not a shopper."""

IN_A_ROW, REPEATED, CROWDED = 3, 5, 0.3
"""A word is stuffed when it stands three times in a row, or five times as three tenths of a title:
a cable may well be called `USB A male - USB B male`."""

TITLE_WORDS, TITLE = 60, 150
"""Words of a title and letters of the column's mean, at most: descriptions repeat words as prose
does."""

FITS = re.compile(
    r"(?i)\b(?:for|fits?|compatible|replaces?|like|with|works)\b|适用|兼容|替代|通用|配件|für|pour"
)
"""What fits several things names them all, and rightly."""

USUAL_VALUE = 0.01
"""Findings in more of the values than this are how the column is written."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_LETTERS = re.compile(r"[^\W\d_]+")
_STYLED = re.compile("[\U0001d400-\U0001d7cb]+|[Ⓐ-ⓩ]{2,}")
_INSTRUCTS = re.compile(INSTRUCTS)
_HAN_RUN = re.compile("([\u3400-\u9fff]{2,8}?)(?:[\\s,，、/|]*\\1){3,}")
_TEXTS = (SemanticType.TEXT, SemanticType.CATEGORY, SemanticType.CATEGORY_PATH)
_LATIN_SET, _TWIN_SET = frozenset(LATIN + "o"), frozenset(map(chr, TO_LATIN))


def homoglyph(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Words with letters of another script that look the same (`Nіke` with a Cyrillic і)."""
    for column in profile.columns:
        found = [v for v in matching(snapshot.codes(column.name), f"{MIXED}|{STYLED}")
                 if unmasked(v) != v]  # fmt: skip
        yield from _issue(snapshot, column, found, "homoglyph", "hold look-alike letters in")


def hidden_text(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Characters that nobody sees inside words: joiners, fillers, tags."""
    for column in profile.columns:
        found = matching(snapshot.codes(column.name), HIDDEN)
        yield from _issue(snapshot, column, found, "hidden_text", "hide characters in words of")


def prompt_injection(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Text that gives instructions to a language model, instead of naming a thing."""
    for column in profile.columns:
        codes = snapshot.codes(column.name)
        found = matching(codes, INSTRUCTS) if column.semantic in _TEXTS else []
        odd = matching(codes, f"{MIXED}|{STYLED}|{HIDDEN}") if column.semantic in _TEXTS else []
        found = sorted({*found, *(v for v in odd if instructs(v))})
        yield from _issue(snapshot, column, found, "prompt_injection", "hold instructions in")


def keyword_stuffing(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Titles that say one word again and again, to be found by it."""
    for column in profile.columns:
        if is_title(column):
            found = stuffed(snapshot.codes(column.name).values)
            yield from _issue(snapshot, column, found, "keyword_stuffing", "repeat a word in")


def matching(codes: Codes, pattern: str) -> list[str]:
    """The distinct values that a pattern (RE2) finds something in."""
    found = pc.match_substring_regex(pa.array(codes.values, pa.string()), pattern)
    return [codes.values[i] for i in np.flatnonzero(found.to_numpy(zero_copy_only=False))]


def unmasked(text: str) -> str:
    """The text with every word in one script, where the letters of the other only look like it."""
    plain = _STYLED.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    return _LETTERS.sub(lambda word: _one_script(word[0]), plain)


def _one_script(word: str) -> str:
    latin = sum(c.isascii() for c in word)
    others = [c for c in word if not c.isascii()]
    if not latin or not others or any(not _foreign(c) for c in others):
        return word
    if all(c in _TWIN_SET for c in others) and not _all_twins(word):
        return word.translate(TO_LATIN)
    if all(ord(c) in TO_CYRILLIC for c in word if c.isascii()) and all(c >= "Ѐ" for c in others):
        back = len(others) > latin or any(c not in _TWIN_SET for c in others)
        return word.translate(TO_CYRILLIC if back else TO_LATIN)
    return word


def _foreign(character: str) -> bool:
    return "\u0370" <= character <= "\u052f"


def _all_twins(word: str) -> bool:
    """Could every letter be of either script?"""
    return all(c in _LATIN_SET if c.isascii() else c in _TWIN_SET for c in word)


def instructs(text: str) -> bool:
    """Does a text address a model? Look-alike and hidden characters do not hide it."""
    shown = "".join(c for c in unmasked(text) if unicodedata.category(c) != "Cf")
    return _INSTRUCTS.search(unicodedata.normalize("NFKC", shown)) is not None


def is_title(column: ColumnProfile) -> bool:
    """Does a column hold short texts in words?"""
    short = column.lengths is not None and column.lengths.mean <= TITLE
    return column.semantic is SemanticType.TEXT and short


def stuffed(values: Sequence[str]) -> list[str]:
    """The texts that repeat a word; none where more of them do than could be meant so."""
    found = [value for value in values if stuffed_word(value)]
    return found if len(found) <= max(2, USUAL_VALUE * len(values)) else []


def stuffed_word(text: str) -> str:
    """The word that a title says too often; empty for none."""
    raw = text.casefold().split()
    # Most titles say no word twice; the rest is for the few that do.
    if (len(raw) == len(set(raw)) and text.isascii()) or FITS.search(text):
        return ""
    han = _HAN_RUN.search(text) if not text.isascii() else None
    if han:
        return han[1]
    words = [part.strip(".,;:/|()-") for part in raw]
    if not IN_A_ROW <= len(words) <= TITLE_WORDS or len(words) - len(set(words)) < IN_A_ROW - 1:
        return ""
    row = next((w for w, *others in zip(*(words[i:] for i in range(IN_A_ROW)), strict=False)
                if all(w == o for o in others) and _WORD.fullmatch(w)), "")  # fmt: skip
    named = Counter(w for w in words if _WORD.fullmatch(w))
    word, often = named.most_common(1)[0] if named else ("", 0)
    return row or (word if often >= max(REPEATED, CROWDED * len(words)) else "")


def _issue(
    snapshot: Snapshot, column: ColumnProfile, values: Sequence[str], check: str, what: str
) -> Iterator[Issue]:
    issue = issue_from_values(
        snapshot,
        column.name,
        sorted(values),
        check=check,
        reason=Reason.ADVERSARIAL,
        message=f"{{rows}} rows ({{share}}) {what} {column.name}: "
        f"{quoted([ascii_shown(v) for v in sorted(values)])}.",
    )
    if issue is not None:
        yield issue

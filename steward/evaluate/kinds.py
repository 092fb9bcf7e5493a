"""Names the kind of an error from the dirty and the true value alone.

The first rule that holds decides, in the order of `KINDS`. The names are about what a person sees,
not about who made the error: a value of another row is a `substitution` however it got there.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

Texts = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]

KINDS = {
    "none": "the cell was right",
    "swap": "two columns of the row hold each other's value",
    "missing": "blank, or a word for blank, where a value belongs",
    "disguised": "a word for blank, where the cell should be blank",
    "surplus": "a value where the cell should be blank",
    "mojibake": "text read in the wrong encoding",
    "format": "the same value written another way: case, width, white space, unit, number, date",
    "affix": "text added before or after the true value, or cut from it",
    "typo": "a few characters differ, or letters are masked",
    "substitution": "another true value of the same column",
    "other": "none of these",
}

BLANK_WORDS = frozenset(
    {"n/a", "na", "nan", "none", "null", "nil", "missing", "unknown", "empty", "tbd", "#n/a"}
    | {"-", "--", "---", "?", "??", ".", "无", "暂无", "未知", "空"}
)
_WORDS = re.compile(r"[^\w]+", re.UNICODE)
_NUMBER = re.compile(r"[-+]?\d[\d,]*\.?\d*")
_DIGITS = re.compile(r"\d+")


def classify(dirty: Texts, clean: Texts, errors: Mask) -> Texts:
    """The kind of error of every cell (shape of the tables); `none` where there is none."""
    kinds = np.full(dirty.shape, "none", object)
    known = [set(clean[:, i].tolist()) for i in range(dirty.shape[1])]
    seen: dict[tuple[int, str, str], str] = {}
    swapped = _swapped(dirty, clean, errors)
    for row, column in np.argwhere(errors).tolist():
        before, truth = dirty[row, column], clean[row, column]
        pair = (column, before, truth)
        if pair not in seen:
            seen[pair] = kind_of(before, truth, in_domain=before in known[column])
        kinds[row, column] = "swap" if swapped[row, column] else seen[pair]
    return kinds


def kind_of(dirty: str, clean: str, *, in_domain: bool = False) -> str:
    """The kind of one error; `in_domain`: the dirty value is true elsewhere in the column."""
    if is_blank(dirty):
        return "disguised" if is_blank(clean) else "missing"
    if is_blank(clean):
        return "surplus"
    if _is_mojibake(dirty, clean):
        return "mojibake"
    if _same_value(dirty, clean):
        return "format"
    if in_domain:
        return "substitution"
    if len(clean) > 2 and len(dirty) > 2 and (clean in dirty or dirty in clean):
        return "affix" if abs(len(clean) - len(dirty)) > 2 else "typo"
    return "typo" if _is_typo(dirty, clean) else "other"


def is_blank(text: str) -> bool:
    """Empty, white space, or a word that people write for it."""
    return not text.strip() or text.strip().lower() in BLANK_WORDS


def _swapped(dirty: Texts, clean: Texts, errors: Mask) -> Mask:
    swapped = np.zeros(dirty.shape, np.bool_)
    for row in np.flatnonzero(errors.sum(axis=1) > 1).tolist():
        wrong = np.flatnonzero(errors[row]).tolist()
        for i, a in enumerate(wrong):
            for b in wrong[i + 1 :]:
                if dirty[row, a] == clean[row, b] and dirty[row, b] == clean[row, a]:
                    swapped[row, [a, b]] = True
    return swapped


def _is_mojibake(dirty: str, clean: str) -> bool:
    if clean.isascii():
        return False
    for wrong in ("latin-1", "cp1252", "gb18030"):
        try:
            if clean.encode().decode(wrong, "replace") == dirty:
                return True
        except UnicodeError:
            continue
    return False


def _same_value(dirty: str, clean: str) -> bool:
    a, b = (unicodedata.normalize("NFKC", text).casefold() for text in (dirty, clean))
    bare_a, bare_b = _WORDS.sub("", a), _WORDS.sub("", b)
    if bare_a == bare_b and bare_a:
        return True
    digits_a, digits_b = (sorted(int(d) for d in _DIGITS.findall(t)) for t in (a, b))
    if len(digits_a) >= 3 and digits_a == digits_b:
        return True
    return _same_number(a, b)


def _same_number(a: str, b: str) -> bool:
    """`12.0 oz` and `12`, `5 %` and `0.05`: one number each, equal but for a hundred."""
    found = [_NUMBER.findall(text) for text in (a, b)]
    if any(len(numbers) != 1 for numbers in found):
        return False
    x, y = (float(numbers[0].replace(",", "")) for numbers in found)
    ratio = x / y if y else 1.0 + x
    return any(abs(ratio - factor) < 1e-9 * factor for factor in (1, 100, 0.01, 1000, 0.001))


def _is_typo(dirty: str, clean: str) -> bool:
    if len(dirty) == len(clean) and _masked(dirty, clean):
        return True
    allowed = max(1, min(3, len(clean) // 4)) if len(clean) > 2 else 0
    return OSA.distance(dirty.casefold(), clean.casefold(), score_cutoff=allowed) <= allowed


def _masked(dirty: str, clean: str) -> bool:
    written = {d for d, c in zip(dirty, clean, strict=True) if d != c}
    return len(written) == 1 and written <= set("xX*?#")

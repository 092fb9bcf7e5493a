"""Text that was damaged on its way: wrong decoding, invisible characters, width, white space."""

from __future__ import annotations

import re
from collections.abc import Iterator

import ftfy
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steward.checks.finding import issue_from_sql, issue_from_values
from steward.checks.sql import SPACES, missing_sql, select_where
from steward.checks.values import quoted, texts
from steward.engine import Codes, Snapshot
from steward.engine.text import quote_identifier
from steward.types import ColumnProfile, Issue, Profile, Reason

USUAL_SHARE = 0.1
LOST = "\ufffd"
INVISIBLE = (
    r"[\x{00}-\x{08}\x{0B}\x{0C}\x{0E}-\x{1F}\x{7F}-\x{9F}\x{AD}\x{200B}\x{200E}\x{200F}"
    r"\x{202A}-\x{202E}\x{2060}\x{2066}-\x{2069}\x{FEFF}]"
)
"""RE2: control characters, soft hyphen, zero-width space, direction marks, byte-order mark. The
joiners U+200C and U+200D are left out: Persian, Indic scripts and emoji need them."""

WIDE = "[\\x{FF10}-\\x{FF19}\\x{FF21}-\\x{FF3A}\\x{FF41}-\\x{FF5A}\\x{FF61}-\\x{FFDC}]"
"""RE2: full-width digits and Latin letters, half-width kana. Full-width *punctuation* is how
Chinese and Japanese are written, and no fault."""

EDGE = f"^[{SPACES}]|[{SPACES}]$"
INNER = f"[{SPACES}][{SPACES}]"

_LATIN = re.compile("[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
                    "\u2013-\u203a\u20ac\u2122]{4,}")  # fmt: skip
_HAN = re.compile("[\u3400-\u9fff\ue000-\uf8ff]")


def mojibake(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Text that was decoded wrongly (`CafÃ©`, `ÖÐÎÄ`, `涓枃`), or lost characters (�)."""
    for column in profile.columns:
        codes = snapshot.codes(column.name)
        odd = [codes.values[i] for i in _not_ascii(codes)]
        broken = [v for v in odd if LOST in v or unmangled(v) is not None]
        repaired = next((m for v in broken if (m := unmangled(v))), None)
        hint = f" (it should read `{repaired}`)" if repaired and len(repaired) < 60 else ""
        issue = issue_from_values(
            snapshot,
            column.name,
            broken,
            check="mojibake",
            reason=Reason.MOJIBAKE,
            message=f"{{rows}} rows ({{share}}) hold damaged text in {column.name}: "
            f"{quoted(broken)}{hint}.",
        )
        if issue is not None:
            yield issue


def unmangled(text: str) -> str | None:
    """What a wrongly decoded text said, or None where it is fine or cannot be told.

    ftfy knows UTF-8 read as a Western encoding. Added here are UTF-8 read as GBK, and GBK read as
    a Western encoding: strict re-encoding must succeed, which for real text it hardly ever does.
    """
    chinese = _utf8_as_gbk(text) or _gbk_as_latin(text)
    if chinese:
        return chinese
    fixed: str = ftfy.fix_encoding(text)
    return fixed if fixed != text else None


def _utf8_as_gbk(text: str) -> str | None:
    if len(_HAN.findall(text)) < 2:
        return None
    try:
        fixed = text.encode("gb18030").decode("utf-8")
    except UnicodeError:
        return None
    # Two-byte sequences happen by chance; a text that was Chinese turns into Han characters again.
    strange = sum(ord(c) > 127 and not 0x3000 <= ord(c) <= 0xFFEF for c in fixed)
    return fixed if _HAN.search(fixed) and not strange else None


def _gbk_as_latin(text: str) -> str | None:
    if not _LATIN.search(text):
        return None
    for western in ("cp1252", "latin-1"):
        try:
            raw = text.encode(western)
            fixed = raw.decode("gb2312")
        except UnicodeError:
            continue
        if _is_utf8(raw):
            return None
        if len(_HAN.findall(fixed)) * 2 == sum(ord(c) > 127 for c in text):
            return fixed
    return None


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def control_character(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Invisible characters inside text: control characters, zero-width space, byte-order mark."""
    for column in profile.columns:
        yield from _matching(snapshot, column, INVISIBLE, "control_character",
                             Reason.CONTROL_CHARACTER, "hold invisible characters in")  # fmt: skip


def width(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Full-width letters and digits (`ＡＢ１２`) in a column that usually has plain ones."""
    for column in profile.columns:
        yield from _matching(snapshot, column, WIDE, "width", Reason.WIDTH,
                             "use full-width letters or digits in", usual=0.5)  # fmt: skip


def white_space(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Stray white space: before or after a value, or doubled inside one where that is rare."""
    for column in profile.columns:
        codes = snapshot.codes(column.name)
        inner = _matches(codes, INNER)
        rows = int(codes.counts[inner].sum())
        both = 0 < rows <= USUAL_SHARE * max(column.present, 1)
        yield from _matching(snapshot, column, f"{EDGE}|{INNER}" if both else EDGE, "white_space",
                             Reason.WHITE_SPACE, "hold stray white space in")  # fmt: skip


def _matching(
    snapshot: Snapshot,
    column: ColumnProfile,
    pattern: str,
    check: str,
    reason: Reason,
    what: str,
    *,
    usual: float = 1.0,
) -> Iterator[Issue]:
    codes = snapshot.codes(column.name)
    found = _matches(codes, pattern)
    # Blank cells are the business of `missing`.
    for i in np.flatnonzero(found):
        found[i] = not codes.values[i].isspace()
    rows = int(codes.counts[found].sum())
    if not rows or rows > usual * max(column.present, 1):
        return
    name = quote_identifier(column.name)
    condition = f"regexp_matches({name}, '{pattern}') and not {missing_sql(column.name)}"
    issue = issue_from_sql(
        snapshot,
        select_where(snapshot.name, [column.name], condition),
        check=check,
        reason=reason,
        columns=[column.name],
        message=f"{{rows}} rows ({{share}}) {what} {column.name}: "
        f"{quoted([ascii_shown(v) for v in texts(codes, found)])}.",
    )
    if issue is not None:
        yield issue


def _matches(codes: Codes, pattern: str) -> npt.NDArray[np.bool_]:
    found = pc.match_substring_regex(pa.array(codes.values, pa.string()), pattern)
    return np.array(found.to_numpy(zero_copy_only=False), dtype=bool)


def _not_ascii(codes: Codes) -> npt.NDArray[np.int64]:
    plain = pc.string_is_ascii(pa.array(codes.values, pa.string()))
    return np.flatnonzero(~np.asarray(plain.to_numpy(zero_copy_only=False), dtype=bool))


def ascii_shown(text: str) -> str:
    """The text with its invisible characters written out as escapes."""
    return "".join(c if c == " " or c.isprintable() else c.encode("unicode_escape").decode()
                   for c in text)  # fmt: skip

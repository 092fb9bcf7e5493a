"""Bytes to text, strictly: which encoding a file is in, and where it breaks.

UTF-8 is believed when the whole file decodes as UTF-8; only then does a guess from the bytes that
are not ASCII count. A byte that does not decode is refused, never replaced.
"""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, cast

from steward.errors import InputError, UsageError

BLOCK = 1 << 20
SAMPLE = 1 << 16

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
GUESSED = ["gb18030", "big5", "shift_jis", "euc_kr", "cp1252", "cp1251", "cp1250", "latin_1"]


class Encoding(NamedTuple):
    """The name of an encoding, and whether the file starts with its byte order mark."""

    name: str
    bom: bool = False

    @property
    def mark(self) -> bytes:
        """The byte order mark to write or to skip; empty when there is none."""
        return "\ufeff".encode(self.name) if self.bom else b""


@contextmanager
def open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, unpacked when it is gzip; errors of the disk or the archive are `InputError`."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if packed:
                with gzip.open(raw) as unpacked:
                    yield cast(IO[bytes], unpacked)
            else:
                yield raw
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(
            f"{path} is a damaged or truncated gzip file ({error}).",
            hint="Fetch the delivery again.",
        ) from error
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror or error}.",
            hint="Check the path and its permissions.",
        ) from error


def detect(path: Path, wanted: str | None = None) -> Encoding:
    """Return the encoding of a file of text.

    Args:
        path: the file; gzip is unpacked.
        wanted: an encoding the user named; it is believed, and checked when the rows are read.
    """
    with open_bytes(path) as stream:
        head = stream.read(SAMPLE)
    marked = next((Encoding(name, True) for bom, name in BOMS if head.startswith(bom)), None)
    if wanted is not None:
        return _named(wanted, marked)
    if marked:
        return marked
    if not head:
        raise InputError(f"{path} is empty.", hint="Deliver a table with a header line.")
    wide = _without_mark(head)
    if wide:
        return wide
    if b"\0" in head:
        raise InputError(
            f"{path} is binary, not text: it holds a NUL byte at position {head.index(0)}.",
            hint="If it is a table of another kind, name it with --format.",
        )
    suspects = _beyond_utf8(path)
    return Encoding("utf-8") if suspects is None else _guess(path, suspects)


def _named(wanted: str, marked: Encoding | None) -> Encoding:
    try:
        name = codecs.lookup(wanted).name
    except LookupError:
        raise UsageError(
            f"There is no encoding named {wanted!r}.",
            hint="Try utf-8, gb18030, latin-1 or utf-16.",
        ) from None
    if name in ("utf-8-sig", "utf-16", "utf-32"):
        plain = "utf-8" if name == "utf-8-sig" else f"{name}-le"
        return marked or Encoding(plain)
    name = "gb18030" if name in ("gbk", "gb2312") else name
    return Encoding(name, marked is not None and marked.name == name)


def _without_mark(head: bytes) -> Encoding | None:
    """UTF-16 without a mark: text of our kind has a zero in every other byte."""
    if len(head) < 4:
        return None
    even, odd = head[0::2].count(0) / len(head), head[1::2].count(0) / len(head)
    if odd > 0.2 and even < 0.05:
        return Encoding("utf-16-le")
    if even > 0.2 and odd < 0.05:
        return Encoding("utf-16-be")
    return None


def _beyond_utf8(path: Path) -> bytes | None:
    """Lines that are not ASCII around the first break of UTF-8; None when the file is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_bytes(path) as stream:
        while block := stream.read(BLOCK):
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return _foreign_lines(block)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:  # all of it was UTF-8 but for the last character: cut short
            raise undecodable(path, Encoding("utf-8")) from None
    return None


def _foreign_lines(block: bytes) -> bytes:
    lines = [line for line in block.splitlines(keepends=True) if not line.isascii()]
    return b"".join(lines)[:SAMPLE].rsplit(b"\n", 1)[0]


def _guess(path: Path, sample: bytes) -> Encoding:
    if _is_broken_utf8(sample):
        raise undecodable(path, Encoding("utf-8"))
    if _is_chinese(sample):
        return Encoding("gb18030")
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=GUESSED).best()
    if best is None:
        raise InputError(
            f"{path} is not UTF-8, and its encoding cannot be told from its bytes.",
            hint="Name it with --encoding, for example gb18030 or latin-1.",
        )
    return Encoding(codecs.lookup(best.encoding).name)


def _is_broken_utf8(sample: bytes) -> bool:
    """Is nearly all beyond ASCII UTF-8? Then the rest is damage, not another encoding."""
    text = sample.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return sum(letter > "\x7f" for letter in text) - bad >= 4 * bad


def _is_chinese(sample: bytes) -> bool:
    """Do two thirds of the letters beyond ASCII fall among the everyday Han characters?"""
    try:
        text = sample.decode("gb18030")
    except UnicodeDecodeError:
        return False
    foreign = [letter for letter in text if letter > "\x7f"]
    # GB2312 level 1 holds the 3,755 everyday characters: lead bytes B0 to D7, trail bytes A1 up.
    everyday = 0
    for letter in foreign:
        code = letter.encode("gb18030")
        everyday += len(code) == 2 and 0xB0 <= code[0] <= 0xD7 and code[1] >= 0xA1
        everyday += len(code) == 2 and 0xA1 <= code[0] <= 0xA3 and code[1] >= 0xA1
    return everyday * 3 >= len(foreign) * 2


@contextmanager
def open_text(path: Path, encoding: Encoding) -> Iterator[IO[str]]:
    """Open a file as text with its line ends kept; a byte that does not decode is `InputError`."""
    with open_bytes(path) as stream:
        stream.read(len(encoding.mark))
        blocks = io.BufferedReader(stream, BLOCK)  # type: ignore[type-var]
        text = io.TextIOWrapper(blocks, encoding.name, newline="")
        try:
            yield text
        except UnicodeDecodeError as error:
            raise undecodable(path, encoding) from error
        finally:
            text.detach()
            blocks.detach()  # the stream closes itself; a dropped buffer would warn about it


def undecodable(path: Path, encoding: Encoding) -> InputError:
    """Say at which line and byte a file leaves its encoding."""
    decoder = codecs.getincrementaldecoder(encoding.name)()
    line, before = 1, 0
    with open_bytes(path) as stream:
        while block := stream.read(SAMPLE):
            state = decoder.getstate()[0]
            try:
                line += decoder.decode(block).count("\n")
            except UnicodeDecodeError as error:
                known = (state + block)[: error.start].decode(encoding.name, "ignore")
                line, at = line + known.count("\n"), before - len(state) + error.start
                return _break(path, encoding, line, at, (state + block)[error.start])
            before += len(block)
    return _break(path, encoding, line, before, None)


def _break(path: Path, encoding: Encoding, line: int, at: int, byte: int | None) -> InputError:
    what = "the file ends inside a character" if byte is None else f"byte 0x{byte:02x}"
    return InputError(
        f"{path} is not valid {encoding.name}: line {line:,}, byte {at:,}: {what}.",
        hint="Name the right encoding with --encoding (gb18030, latin-1, utf-16 …).",
    )

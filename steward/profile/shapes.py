"""Shapes of text: masks, scripts and lengths, on whole columns at once.

A mask writes `9` for a digit, `A` and `a` for letters, `汉` for Chinese characters, `w` for letters
of other scripts; all else stands for itself, full-width signs too. The short mask writes a run of
one class once (`a+`), so that texts of one kind share it whatever their length.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

CHUNK = 100_000
_PLANE = 0x10000
Points = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
_HAN = ord("汉")
_PLUS = ord("+")
_RUNS = (*map(ord, "9Aaw"), _HAN)
SCRIPTS = ("Latin", "Han", "Digits", "Kana", "Hangul", "Cyrillic", "Arabic", "Other")


@cache
def _classes() -> npt.NDArray[np.uint16]:
    """Code point of the BMP → code point of its mask."""
    table = np.arange(_PLANE, dtype=np.uint16)
    for point in range(_PLANE):
        char = chr(point)
        if char.isascii():
            table[point] = ord(_ascii_class(char))
        elif 0xFF00 <= point < 0xFFF0:
            continue
        elif char.isalpha():
            table[point] = _HAN if _is_han(point) else ord(_letter_class(char))
    table[-1] = ord("w")  # stands for all beyond the BMP
    return table


@cache
def _in_runs() -> npt.NDArray[np.bool_]:
    """Which mask characters are classes, whose runs a short mask writes once."""
    table = np.zeros(_PLANE, bool)
    table[list(_RUNS)] = True
    return table


def _is_han(point: int) -> bool:
    return 0x3400 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF


def _ascii_class(char: str) -> str:
    if char.isdigit():
        return "9"
    if char.isalpha():
        return "A" if char.isupper() else "a"
    return char


def _letter_class(char: str) -> str:
    if unicodedata.category(char) in ("Lu", "Ll") and "LATIN" in unicodedata.name(char, ""):
        return "A" if char.isupper() else "a"
    return "w"


def masks(values: pa.StringArray, *, short: bool) -> pa.StringArray:
    """Return the mask of each value (no nulls in, none out)."""
    parts = [_mask_chunk(chunk, short) for chunk in _chunks(values)]
    return pa.concat_arrays(parts) if parts else pa.array([], pa.string())


def mask(text: str, *, short: bool = False) -> str:
    """Return the mask of one text."""
    return str(masks(pa.array([text]), short=short)[0].as_py())


def _chunks(values: pa.StringArray) -> Iterator[pa.StringArray]:
    for start in range(0, len(values), CHUNK):
        yield values.slice(start, CHUNK)


def points(values: pa.StringArray) -> tuple[Points, npt.NDArray[np.int64]]:
    """Return the code points of all values end to end, and where each value starts (n + 1).

    ASCII comes as bytes (uint8); other text as uint16, in which 65535 stands for all beyond.
    """
    text = pc.binary_join(pa.ListArray.from_arrays([0, len(values)], values), "")[0].as_py() or ""
    if text.isascii():
        lengths = pc.binary_length(values).to_numpy(zero_copy_only=False)
        found: Points = np.frombuffer(text.encode(), np.uint8)
    else:
        lengths = pc.utf8_length(values).to_numpy(zero_copy_only=False)
        wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        found = np.minimum(wide, _PLANE - 1).astype(np.uint16)
    return found, np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])


def _mask_chunk(values: pa.StringArray, short: bool) -> pa.StringArray:
    chars, starts = points(values)
    shape: Points = _classes()[chars]
    if chars.dtype == np.uint8:
        shape = _classes()[:256].astype(np.uint8)[chars]
    if short and len(shape):
        shape, starts = _shorten(shape, starts)
    data = shape.tobytes()
    if shape.dtype != np.uint8:
        data = data.decode("utf-16-le", "surrogatepass").encode("utf-8", "surrogatepass")
        widths = 1 + (shape >= 0x80).view(np.int8) + (shape >= 0x800).view(np.int8)
        starts = np.concatenate([[0], np.cumsum(widths, dtype=np.int64)])[starts]
    offsets = pa.py_buffer(starts.astype(np.int32))
    return pa.StringArray.from_buffers(len(values), offsets, pa.py_buffer(data))


def _shorten(shape: Points, starts: npt.NDArray[np.int64]) -> tuple[Points, npt.NDArray[np.int64]]:
    """Write a run of one class as one of it and a plus."""
    same = np.zeros(len(shape), bool)
    same[1:] = shape[1:] == shape[:-1]
    same[starts[:-1][starts[:-1] < len(shape)]] = False
    same &= _in_runs()[shape]
    kept = np.ones(len(shape), bool)
    kept[1:] = ~(same[1:] & same[:-1])
    shape = np.where(same, shape.dtype.type(_PLUS), shape)
    places = np.concatenate([[0], np.cumsum(kept, dtype=np.int32)])
    return shape[kept], places[starts].astype(np.int64)


@cache
def _script_table() -> npt.NDArray[np.uint8]:
    """Code point of the BMP → the bit of its script; 0 for signs and space."""
    table = np.zeros(_PLANE, np.uint8)
    for low, high, script in (
        (0x30, 0x39, 2), (0x41, 0x5A, 0), (0x61, 0x7A, 0), (0xC0, 0x24F, 0), (0x3400, 0x9FFF, 1),
        (0xF900, 0xFAFF, 1), (0x3040, 0x30FF, 3), (0xAC00, 0xD7A3, 4), (0x400, 0x4FF, 5),
        (0x600, 0x6FF, 6), (0x370, 0x3FF, 7), (0x590, 0x5FF, 7), (0x900, 0x109F, 7),
        (0xFF10, 0xFF19, 2), (0xFF21, 0xFF5A, 0), (0xE00, 0xE7F, 7),
    ):  # fmt: skip
        table[low : high + 1] = 1 << script
    table[0xD7], table[0xF7] = 0, 0
    return table


def scripts(values: pa.StringArray, rows: npt.NDArray[np.int64]) -> list[tuple[str, int]]:
    """Return each script and the rows whose text holds a character of it, most rows first.

    No value may be empty.
    """
    table = _script_table()
    found = np.zeros(len(SCRIPTS), np.int64)
    for at in range(0, len(values), CHUNK):
        chars, starts = points(values.slice(at, CHUNK))
        bits = table[chars]
        held = np.bitwise_or.reduceat(bits, starts[:-1])
        for script in range(len(SCRIPTS)):
            inside = (held >> script & 1).astype(bool)
            found[script] += rows[at : at + CHUNK][inside].sum()
    order = sorted(range(len(SCRIPTS)), key=lambda i: (-found[i], i))
    return [(SCRIPTS[i], int(found[i])) for i in order if found[i]]

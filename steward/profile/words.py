"""Word lists written as text, which is how they are best read and amended."""

from __future__ import annotations


def words(text: str, separator: str | None = None) -> frozenset[str]:
    """Split a list of words at white space, or at `separator`."""
    return frozenset(word.strip() for word in text.split(separator) if word.strip())

"""Tool files as a user may drop them, good and broken."""

GOOD = '''"""How long is a text?"""

from typing import Annotated, Literal

from steward import Store, ToolResult

ACCESS = "read"


def text_length(
    store: Store,
    text: Annotated[str, "the text"],
    unit: Literal["characters", "bytes"] = "characters",
    times: int = 1,
    words: list[str] | None = None,
) -> ToolResult:
    """Count the characters or bytes of a text."""
    size = len(text) if unit == "characters" else len(text.encode())
    return ToolResult(f"{size * times} {unit}.", {"size": size * times, "words": words})
'''

BROKEN = {
    "syntax": ("def syntax(store:\n", "line 1"),
    "fails": ('ACCESS = "read"\n\n1 / 0\n', "line 3: ZeroDivisionError"),
    "imports": ("import no_such_package\n", "line 1: ModuleNotFoundError"),
    "nameless": ('ACCESS = "read"\n\n\ndef other(store):\n    """X."""\n', "no function nameless"),
    "silent": ('ACCESS = "read"\n\n\ndef silent(store):\n    return 1\n', "no docstring"),
    "powerful": ('ACCESS = "root"\n\n\ndef powerful(store):\n    """X."""\n', "read, propose or"),
    "unsaid": ('def unsaid(store):\n    """X."""\n', "ACCESS = None"),
    "storeless": ('ACCESS = "read"\n\n\ndef storeless(a: int):\n    """X."""\n', "store: Store"),
    "untyped": ('ACCESS = "read"\n\n\ndef untyped(store, a):\n    """X."""\n', "no annotation"),
    "starred": ('ACCESS = "read"\n\n\ndef starred(store, **a: int):\n    """X."""\n', "no *a"),
    "odd": ('ACCESS = "read"\n\n\ndef odd(store, a: 7):\n    """X."""\n', "no schema"),
}

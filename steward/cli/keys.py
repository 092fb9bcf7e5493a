"""One key from a person: read as it is pressed on a terminal, as a line from a pipe."""

from __future__ import annotations

import sys


def read_key(prompt: str) -> str:
    """Ask for one key; in a pipe, the first letter of a line. `q` at the end of the input.

    What was pressed is shown behind the prompt; without a prompt, nothing is shown.
    """
    print(prompt, end="", flush=True)
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        key = line.strip()[:1] if line else "q"
    else:
        key = _pressed()
    if prompt:
        print(key if key.isprintable() else "")
    return key


def read_text(prompt: str) -> str | None:
    """Ask for a line of text; None at the end of the input."""
    print(prompt, end="", flush=True)
    line = sys.stdin.readline()
    return line.rstrip("\r\n") if line else None


def _pressed() -> str:
    try:
        import termios
        import tty
    except ImportError:  # a terminal without single keys, as on Windows: read a line
        return sys.stdin.readline().strip()[:1]
    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)
    try:
        # Drained, not flushed: what was typed ahead counts.
        tty.setcbreak(number, termios.TCSADRAIN)
        return _one_key(number)
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)


def _one_key(number: int) -> str:
    """One key from a terminal; an arrow or function key, which is several bytes, as its escape."""
    import os
    from select import select

    typed = os.read(number, 1)
    if not typed or typed == b"\x04":  # the line was hung up, or Ctrl-D
        return "q"
    if typed == b"\x1b":
        while select([number], [], [], 0.02)[0]:
            os.read(number, 16)
        return "\x1b"
    while len(typed) < 4 and "\ufffd" in typed.decode("utf-8", "replace"):
        typed += os.read(number, 1)
    return typed.decode("utf-8", "replace")

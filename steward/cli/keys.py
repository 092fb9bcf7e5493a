"""One key from a person: read as it is pressed on a terminal, as a line from a pipe."""

from __future__ import annotations

import sys


def read_key(prompt: str) -> str:
    """Ask for one key; in a pipe, the first letter of a line. `q` at the end of the input.

    What was pressed is shown behind the prompt; without a prompt, nothing is shown.
    """
    if not sys.stdin.isatty():
        print(prompt, end="", flush=True)
        line = sys.stdin.readline()
        key = line.strip()[:1] if line else "q"
    else:
        key = _pressed(prompt)
    if prompt:
        print(key if key.isprintable() else "")
    return key


def read_text(prompt: str) -> str | None:
    """Ask for a line of text; None at the end of the input."""
    print(prompt, end="", flush=True)
    line = sys.stdin.readline()
    return line.rstrip("\r\n") if line else None


def _pressed(prompt: str) -> str:
    try:
        import termios
        import tty
    except ImportError:  # a terminal without single keys, as on Windows: read a line
        print(prompt, end="", flush=True)
        return sys.stdin.readline().strip()[:1]
    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)
    try:
        # Drained, not flushed: what was typed ahead counts.
        tty.setcbreak(number, termios.TCSADRAIN)
        # Only now: whoever answers at once is not to meet a terminal that still waits for lines.
        print(prompt, end="", flush=True)
        return _one_key(number)
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)


def _one_key(number: int) -> str:
    """One key from a terminal; an arrow or function key, which is several bytes, as its escape."""
    import os
    from select import select

    typed = os.read(number, 1)
    # The line was hung up, or Ctrl-D; a Ctrl-D pressed ahead of the question comes as a zero.
    if not typed or typed in (b"\x04", b"\x00"):
        return "q"
    if typed == b"\x1b":
        while select([number], [], [], 0.02)[0]:
            os.read(number, 16)
        return "\x1b"
    while len(typed) < 4 and "\ufffd" in typed.decode("utf-8", "replace"):
        typed += os.read(number, 1)
    return typed.decode("utf-8", "replace")

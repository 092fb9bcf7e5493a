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
        tty.setcbreak(number)
        return sys.stdin.read(1)
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)

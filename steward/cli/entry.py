"""From arguments to an exit code: errors become two lines on stderr, never a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from steward.errors import StewardError

INTERRUPTED = 130
BROKEN_PIPE = 141
LOUDNESS = ("-q", "--quiet", "-v", "--verbose")


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (see `steward.errors`)."""
    words = _loudness_first(list(sys.argv[1:] if arguments is None else arguments))
    try:
        return _run(words)
    except BrokenPipeError:
        return _reader_left()


def _run(words: list[str]) -> int:
    from steward.cli.app import app

    try:
        result = app(args=words, prog_name="steward", standalone_mode=False)
        sys.stdout.flush()
        code = result if isinstance(result, int) else 0
        # typer turns Ctrl-C into a result of its own.
        return _stopped() if code == INTERRUPTED else code
    except (KeyboardInterrupt, EOFError, typer.Abort):
        return _stopped()
    except SystemExit as leave:
        # typer leaves by itself when the reader of a pipe has left.
        pipe = isinstance(leave.__context__, BrokenPipeError)
        return _reader_left() if pipe else int(leave.code or 0)
    except BrokenPipeError:
        raise
    except Exception as error:
        if os.environ.get("STEWARD_DEBUG") == "1":
            raise
        return _failed(error)


def _loudness_first(words: list[str]) -> list[str]:
    """Let --quiet and --verbose stand anywhere: they hold for every command."""
    end = words.index("--") if "--" in words else len(words)
    loud = [word for word in words[:end] if word in LOUDNESS]
    return [*loud, *(word for word in words[:end] if word not in LOUDNESS), *words[end:]]


def _failed(error: Exception) -> int:
    if isinstance(error, StewardError):
        return _say(error.message, error.hint, error.exit_code)
    if isinstance(error, TyperException):
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message())
            return 0
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "steward"
        message = error.format_message() if hasattr(error, "format_message") else str(error)
        return _say(message, f"See: {path} --help", 2)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return _say(f"{where}{error.strerror or error}.", "Check the path and its permissions.", 1)
    if isinstance(error, MemoryError):
        return _say("There is not enough memory.", "Try a smaller table, or a larger machine.", 1)
    return _say(
        f"Something unexpected went wrong: {type(error).__name__}: {_one_line(error)}",
        "This is a mistake in steward. STEWARD_DEBUG=1 shows the traceback to report.",
        1,
    )


def _reader_left() -> int:
    """The reader left (`| head`): point stdout elsewhere so that the exit stays silent."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


def _stopped() -> int:
    return _say("Stopped.", "Nothing that was not finished has been written.", INTERRUPTED)


def _say(message: str, hint: str, code: int) -> int:
    print(f"Error: {message.strip()}", file=sys.stderr)
    if hint:
        print(f"  Next: {_one_line(hint)}", file=sys.stderr)
    return code


def _one_line(text: object) -> str:
    return " ".join(str(text).split())

"""Every error a person may see, and the exit code that scripts may use.

    StewardError            1   something could not be done
    ├── UsageError          2   the command or its arguments are wrong
    │   ├── UnknownTable        no such table in the store
    │   └── UnknownColumn       no such column in the table
    ├── StoreError          3   the store cannot be opened, read or written
    │   ├── NoStore             there is no store at that path
    │   ├── StoreLocked         another process is writing
    │   └── StoreFull           no room on the disk
    ├── InputError          4   a delivery cannot be read; nothing was changed
    ├── StaleFix            5   the table changed after the fix was proposed
    │   └── UndoBlocked         a later change touched the same cells
    ├── MissingExtra        6   an optional package is not installed
    ├── ContentError        7   a prompt, tool, eval or checks file is wrong
    ├── GateError           8   a gate or a check refused (for scripts and CI)
    ├── ModelError          9   a model server cannot be reached, or its reply cannot be used
    ├── Unanswered         10   a question was not answered; what is known so far was printed
    └── ToolRetry          11   a tool was called wrongly; written for the model that called it

A message says what happened, where, and what to do next; the command line prints it without a
traceback and leaves with `exit_code`.
"""

from __future__ import annotations


class StewardError(Exception):
    """A message written for the person at the keyboard. Never a traceback."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(StewardError):
    """The command or its arguments are wrong."""

    exit_code = 2


class UnknownTable(UsageError):
    """No such table in the store."""


class UnknownColumn(UsageError):
    """No such column in the table."""


class StoreError(StewardError):
    """The store cannot be opened, read or written."""

    exit_code = 3


class NoStore(StoreError):
    """There is no store at that path."""


class StoreLocked(StoreError):
    """Another process is writing to the store."""


class StoreFull(StoreError):
    """There is no room left on the disk."""


class InputError(StewardError):
    """A delivery cannot be read. It is refused whole, and nothing was changed."""

    exit_code = 4


class StaleFix(StewardError):
    """The table changed after the fix was proposed. Propose again."""

    exit_code = 5


class UndoBlocked(StaleFix):
    """A later change touched the same cells; the message names it."""


class MissingExtra(StewardError):
    """An optional package is not installed."""

    exit_code = 6

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs an optional package that is not installed.",
            hint=f'pip install "steward[{extra}]"',
        )


class ContentError(StewardError):
    """A prompt, tool, eval or checks file is wrong."""

    exit_code = 7


class GateError(StewardError):
    """A gate or a check refused."""

    exit_code = 8


class ModelError(StewardError):
    """A model server cannot be reached, refuses, or its reply cannot be used."""

    exit_code = 9


class Unanswered(StewardError):
    """A question was not answered; what is known so far was printed."""

    exit_code = 10


class ToolRetry(StewardError):
    """A tool was called wrongly. The message tells a model what to try instead."""

    exit_code = 11

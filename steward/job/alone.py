"""One process at a time: two that write the same folder would spoil each other's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from steward.errors import StoreLocked


@contextmanager
def alone(path: Path, what: str) -> Iterator[None]:
    """Hold a lock file while something is done; the lock of a killed process is free again.

    Where the system has no such locks (Windows), nothing is locked.

    Args:
        path: of the lock file.
        what: is being done, for the message: `This training`.

    Raises:
        StoreLocked: another process holds it.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreLocked(
                f"{what} runs already, in another process.", hint="Wait until it has ended."
            ) from None
        try:
            yield
        finally:
            path.unlink(missing_ok=True)

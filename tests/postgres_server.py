"""A PostgreSQL server for the tests: the one that STEWARD_POSTGRES names, else one of their own."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

USER = "postgres"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a server; one is started in a folder of its own where none is named."""
    given = os.environ.get("STEWARD_POSTGRES")
    if given:
        yield given
        return
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed, and STEWARD_POSTGRES names no server")
    with tempfile.TemporaryDirectory(prefix="steward-postgres-", ignore_cleanup_errors=True) as own:
        home = Path(own)
        if os.getuid() == 0:  # the server refuses to run as root
            shutil.chown(home, USER, USER)
        data, port = home / "data", _free_port()
        _run(programs / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        # No fsync: nothing here need outlive the tests.
        options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off"
        control = (programs / "pg_ctl", "-D", data, "-w")
        _run(*control, "-l", home / "log", "-o", options, "start")
        try:
            yield f"postgresql://{USER}@127.0.0.1:{port}/postgres"
        finally:
            _run(*control, "-m", "immediate", "stop")


def _programs() -> Path | None:
    """The folder of initdb and pg_ctl: on the path, else where Debian puts them, newest last."""
    onpath = shutil.which("initdb")
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb"), *([Path(onpath)] if onpath else [])]
    return max(found, key=lambda path: path.parts).parent if found else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(*words: object) -> None:
    command = [str(word) for word in words]
    if os.getuid() == 0:
        command = ["runuser", "-u", USER, "--", *command]
    # A server that starts keeps the pipes of its parent open: no pipe is given to it.
    done = subprocess.run(
        command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=120
    )
    assert done.returncode == 0, " ".join(command)

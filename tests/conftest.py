"""What every test gets: no setting of the person at the keyboard, and a folder of its own."""

import os
import signal
from pathlib import Path

# Each worker has a core to itself. Threads of OpenMP that wait for one another in two workers at
# once burn both cores: a test of five seconds then took two and a half minutes.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import settings
from postgres_server import postgres_url

__all__ = ["postgres_url"]

SETTINGS = ("STEWARD_STORE", "STEWARD_CONTENT", "STEWARD_DEBUG", "STEWARD_MODEL_URL", "NO_COLOR")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*SETTINGS, "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path_factory.getbasetemp()))
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder that holds the package."""
    return Path(__file__).parent.parent


@pytest.fixture
def benchmark_data() -> Path:
    """Public benchmark files, from the folder that STEWARD_DATA names."""
    given = os.environ.get("STEWARD_DATA")
    if not given or not Path(given).is_dir():
        pytest.skip("STEWARD_DATA names no folder with the benchmark files")
    return Path(given)


# Whoever starts the tests in the background makes them deaf to Ctrl-C, and a process that is born
# deaf stays so: the tests that press it would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# People explore new cases at every run; a machine that decides gets the same ones every time.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

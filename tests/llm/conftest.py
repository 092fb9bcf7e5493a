"""What every test of the model's room gets: a small server, and no waiting between tries."""

from collections.abc import Iterator

import pytest
from small_server import SmallServer

from steward.llm import Server


@pytest.fixture
def small() -> Iterator[SmallServer]:
    server = SmallServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def there(small: SmallServer) -> Server:
    return Server(small.url, "small", timeout=5)


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waiting between tries is openai's own; tests do not wait for it."""
    import openai._base_client as client

    monkeypatch.setattr(client, "INITIAL_RETRY_DELAY", 0.01)
    monkeypatch.setattr(client, "MAX_RETRY_DELAY", 0.02)

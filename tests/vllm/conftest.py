"""The real server, started once for all of these tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from vllm_process import NAME, VllmProcess, vllm_python

from steward.llm import Server


@pytest.fixture(scope="session")
def vllm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VllmProcess]:
    """The process, for tests that kill it and start it again; it is up when a test begins."""
    if not vllm_python().exists():
        pytest.skip("vLLM's venv is not there; make test-vllm builds it")
    server = VllmProcess(tmp_path_factory.mktemp("vllm"))
    server.make_model()
    server.start()
    try:
        server.wait()
        yield server
    finally:
        server.kill()


@pytest.fixture
def vllm_server(vllm: VllmProcess) -> Server:
    """A real vLLM server whose model is random weights: what it says is noise."""
    return Server(vllm.url, NAME, timeout=60)


@pytest.fixture(scope="session")
def no_white_space(vllm: VllmProcess) -> dict[str, int]:
    """A `logit_bias` that forbids tokens of nothing but white space.

    An untrained model fills the free places of a JSON object with them until it is cut.
    """
    from tiny_model import white_space

    return {str(token): -100 for token in white_space(Path(vllm.model))}

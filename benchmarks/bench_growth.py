"""How profile, check, fix and apply grow with the rows, timed as a user runs them.

    python benchmarks/bench_growth.py [--rows 10000 100000 1000000] [--seed 7]

For each size a catalogue with recorded dirt is written from a seed, and each command runs as a
process of its own on a fresh store; times include the start of the process. The last column is
the exponent of growth from the first size to the last: 1 is linear, less is better.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

STEPS = {
    "ingest": ["ingest", "{csv}", "--table", "items"],
    "profile": ["profile", "--table", "items", "--json"],
    "check": ["check", "--table", "items", "--json"],
    "fix": ["fix", "--table", "items", "--json"],
    "fix --apply safe": ["fix", "--table", "items", "--apply", "safe", "--json"],
}


COLOURS = ("red", "green", "blue", "black", "白色")


def make_items(path: Path, rows: int, seed: int) -> None:
    """Write a catalogue with four kinds of dirt: disguised missing, units, typos, broken rules."""
    rng = np.random.default_rng(seed)
    brand = rng.integers(0, 300, rows)
    dirt = rng.random((rows, 4))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sku", "title", "brand", "supplier", "size", "price", "colour"])
        for n in range(rows):
            b = int(brand[n])
            supplier = f"Supplier {b // 5}" if dirt[n, 0] > 0.01 else f"Suplier {b // 5}"
            size = f"{b % 20 + 1}00 ml" if dirt[n, 1] > 0.05 else f"{b % 20 + 1}00ML"
            colour = COLOURS[b % 5] if dirt[n, 2] > 0.05 else "N/A"
            price = f"{b % 90 + dirt[n, 3]:.2f}"
            title = f"Brand {b} bottle {n % 997}"
            writer.writerow([f"S{n:08d}", title, f"Brand {b}", supplier, size, price, colour])


def timed(arguments: list[str], store: Path) -> float:
    started = time.perf_counter()
    done = subprocess.run(
        [str(Path(sys.executable).with_name("steward")), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "STEWARD_STORE": str(store)},
    )
    if done.returncode:
        sys.exit(f"steward {' '.join(arguments)} left with {done.returncode}:\n{done.stderr}")
    return time.perf_counter() - started


def measure(folder: Path, rows: int, seed: int) -> dict[str, float]:
    data, store = folder / f"items-{rows}.csv", folder / f"store-{rows}.db"
    make_items(data, rows, seed)
    timed(["init"], store)
    return {
        name: timed([part.format(csv=data) for part in step], store) for name, step in STEPS.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = {rows: measure(Path(folder), rows, options.seed) for rows in options.rows}
    first, last = options.rows[0], options.rows[-1]
    print(f"{'seconds':18}" + "".join(f"{rows:>12,}" for rows in options.rows) + "  exponent")
    for name in STEPS:
        times = [found[rows][name] for rows in options.rows]
        grown = math.log(times[-1] / times[0]) / math.log(last / first) if last > first else 0.0
        print(f"{name:18}" + "".join(f"{seconds:12.2f}" for seconds in times) + f"{grown:10.2f}")


if __name__ == "__main__":
    main()

"""How long and how much memory a profile takes, side by side with what others measure.

    python benchmarks/bench_profile.py [--rows 1000000] [--repeat 3] [--with-ydata]

In turn, in processes of their own so that peak memory is each one's, `--repeat` times: DuckDB
`SUMMARIZE` over the table with its 8 columns of numbers as numbers, the same with all as text, and
`steward.profile` over the text, which is what a delivery holds; then the ratios with their spread.
`--with-ydata` makes a throwaway virtual environment outside the checkout and profiles 100,000 rows
with ydata-profiling in its minimal mode (numbers typed), and says so plainly when that cannot be
installed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

MEASURE = """
import json, resource, sys, time
started = time.perf_counter()
{work}
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({{"seconds": seconds, "peak_mb": peak}}))
"""
SUMMARIZE = """
import duckdb
started = time.perf_counter()
connection = duckdb.connect()
connection.execute("set threads to 2; set enable_progress_bar = false")
connection.execute("summarize select * from read_parquet('{path}')").fetchall()
"""
MAKE = """
import runpy
from pathlib import Path
runpy.run_path('{script}')["make_table"](Path('{path}'), {rows})
"""
TYPED = """
import duckdb
names = "item_id price list_price stock rating reviews weight_g margin".split()
casts = ", ".join(f"cast({{n}} as double) as {{n}}" for n in names)
connection = duckdb.connect()
connection.execute("set enable_progress_bar = false")
connection.execute(f"copy (select * replace ({{casts}}) from read_parquet('{path}')) to '{typed}'")
"""
STEWARD = """
from pathlib import Path
from steward.engine import Snapshot
from steward.profile import profile_table
started = time.perf_counter()
profile_table(Snapshot("bench", Path('{path}')))
"""
YDATA = """
import pandas
from ydata_profiling import ProfileReport
frame = pandas.read_parquet('{path}')
started = time.perf_counter()
ProfileReport(frame, minimal=True, progress_bar=False).to_json()
"""


def make_table(path: Path, rows: int, seed: int = 11) -> None:
    """Write a catalogue of 8 columns of numbers and 12 of text, all of them text, as delivered."""
    rng = np.random.default_rng(seed)
    brand = rng.zipf(1.3, rows) % 900
    category = brand % 40 * 3 + rng.integers(0, 3, rows)
    numbers = rng.integers(0, 9999, (2, rows))
    title = [
        f"{_WORDS[a]} {_WORDS[b]} {_WORDS[c]} {n} 手机 {d}"
        for (a, b, c), n, d in zip(rng.integers(0, 40, (rows, 3)), *numbers, strict=True)
    ]
    price = np.round(rng.lognormal(3, 1, rows), 2)
    day = np.datetime_as_string(np.datetime64("2022-01-01") + rng.integers(0, 900, rows))
    lots = rng.integers(0, 20_000, rows)
    columns: dict[str, Iterable[object]] = {
        "item_id": np.arange(1, rows + 1).astype(str),
        "price": price.astype(str),
        "list_price": np.round(price * 1.2, 2).astype(str),
        "stock": rng.integers(0, 5000, rows).astype(str),
        "rating": np.round(rng.uniform(1, 5, rows), 1).astype(str),
        "reviews": rng.zipf(1.5, rows).clip(0, 10**6).astype(str),
        "weight_g": rng.integers(10, 30000, rows).astype(str),
        "margin": np.round(rng.normal(0.3, 0.1, rows), 4).astype(str),
        "title": title,
        "brand": [f"Brand {b}" for b in brand],
        "category": [f"Shop > Aisle {c // 10} > Shelf {c}" for c in category],
        "supplier": [f"S{b % 60:03d}" for b in brand],
        "size": [f"{n} ml" for n in rng.integers(1, 40, rows) * 50],
        "colour": COLOURS[rng.integers(0, 6, rows)],
        "sku": [f"A{n:07d}-{n % 9}" for n in rng.permutation(rows)],
        "url": [f"https://shop.example/p/{n}" for n in rng.permutation(rows)],
        "listed": day,
        "country": np.array(["CN", "US", "DE", "JP", "FR"])[rng.integers(0, 5, rows)],
        "active": np.array(["yes", "no"])[rng.integers(0, 2, rows)],
        "note": np.where(rng.random(rows) < 0.7, "", np.char.add("lot ", lots.astype(str))),
    }  # fmt: skip
    arrays = {
        name: pa.array(list(map(str, values)), pa.string()) for name, values in columns.items()
    }
    arrays["note"] = pa.array([v or None for v in arrays["note"].to_pylist()], pa.string())
    ids = pa.array(np.arange(1, rows + 1))
    batch = pa.array(np.repeat([1, 2, 3, 4], -(-rows // 4))[:rows])
    pq.write_table(
        pa.table({"_steward_row": ids, "_steward_batch": batch, **arrays}), path, compression="zstd"
    )


_LIST = (
    "steel cotton mini super light smart classic pro soft large small blue red garden kitchen "
    "travel office school summer winter baby dog cat sport water phone case cable lamp chair desk "
    "bottle cup shirt shoe watch ring bag box set"
)
_WORDS = _LIST.split()
COLOURS = np.array(["red", "blue", "green", "black", "白色", "N/A"])


def measure(work: str, path: Path, python: str = sys.executable) -> dict[str, float]:
    code = MEASURE.format(work=work.format(path=path))
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def run(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)


def compare(path: Path, repeat: int) -> None:
    typed = path.with_name("typed.parquet")
    run(TYPED.format(path=path, typed=typed))
    works = {
        "SUMMARIZE, numbers typed": (SUMMARIZE, typed),
        "SUMMARIZE, all text": (SUMMARIZE, path),
        "steward profile": (STEWARD, path),
    }
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in works}
    for _ in range(repeat):
        for name, (work, file) in works.items():
            runs[name].append(measure(work, file))
    for name, found in runs.items():
        seconds = [run["seconds"] for run in found]
        print(f"{name:26} {_spread(seconds)} s, peak {max(r['peak_mb'] for r in found):.0f} MB")
    for name in list(works)[:2]:
        pairs = zip(runs["steward profile"], runs[name], strict=True)
        ratios = [ours["seconds"] / theirs["seconds"] for ours, theirs in pairs]
        print(f"steward / {name}: {_spread(ratios)}")
    print("goal: at most 4 times SUMMARIZE (typed), at most 1500 MB")


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} [{min(values):.2f}, {max(values):.2f}]"


def compare_ydata(folder: Path, repeat: int) -> None:
    path = folder / "hundred.parquet"
    run(MAKE.format(script=__file__, path=path, rows=100_000))
    typed = folder / "hundred-typed.parquet"  # what pandas would infer from the file
    run(TYPED.format(path=path, typed=typed))
    python = folder / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    install = subprocess.run(
        [python, "-m", "pip", "install", "-q", "ydata-profiling", "setuptools<81", "pyarrow"],
        capture_output=True,
        text=True,
        check=False,
    )
    if install.returncode:
        print("ydata-profiling: not installable here:", install.stderr.strip().splitlines()[-1])
        return
    theirs, ours = [], []
    for _ in range(repeat):
        theirs.append(measure(YDATA, typed, str(python)))
        ours.append(measure(STEWARD, path))
    print(f"{'ydata-profiling minimal':24} {_spread([r['seconds'] for r in theirs])} s")
    print(f"{'steward profile':24} {_spread([r['seconds'] for r in ours])} s")
    ratios = [a["seconds"] / b["seconds"] for a, b in zip(theirs, ours, strict=True)]
    print(f"{'times faster':24} {_spread(ratios)} (goal: at least 20)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--with-ydata", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.parquet"
        run(MAKE.format(script=__file__, path=path, rows=options.rows))
        print(f"{options.rows:,} rows x 20 columns")
        compare(path, options.repeat)
        if options.with_ydata:
            print("100,000 rows x 20 columns")
            compare_ydata(Path(folder), options.repeat)


if __name__ == "__main__":
    main()

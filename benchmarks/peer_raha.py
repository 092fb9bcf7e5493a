"""Runs Raha and Baran on one table; started by bench_peers.py with a Python that has `raha`.

    python -m venv .venv-raha
    .venv-raha/bin/pip install "pandas<2.2" "numpy<2" "scikit-learn<1.5" raha

Usage: python peer_raha.py DIRTY.csv CLEAN.csv OUT.json LABELS. Labels come from the clean table.
"""

import json
import sys

import raha


def main() -> None:
    dirty, clean, out, labels = sys.argv[1:5]
    source = {"name": "case", "path": dirty, "clean_path": clean}
    detection = raha.Detection()
    correction = raha.Correction()
    for step in (detection, correction):
        step.LABELING_BUDGET = int(labels)
        step.VERBOSE = step.SAVE_RESULTS = False
    found = detection.run(source)
    data = raha.Dataset(source)
    data.detected_cells = dict(found)
    fixed = correction.run(data)
    cells = [[int(row), int(column), value] for (row, column), value in sorted(fixed.items())]
    with open(out, "w", encoding="utf-8") as target:
        json.dump({"detected": len(found), "cells": cells}, target)


if __name__ == "__main__":
    main()

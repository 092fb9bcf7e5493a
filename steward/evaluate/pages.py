"""A run, or a comparison of two, as one Markdown text and one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from steward.evaluate import exam_tables, plots, tables
from steward.evaluate.exam import KIND
from steward.evaluate.paired import Difference
from steward.evaluate.record import Record
from steward.evaluate.study import Findings
from steward.evaluate.tables import Grid

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#2d3748;margin:2rem auto;max-width:72rem;
padding:0 1rem}
table{border-collapse:collapse;font-size:13px;margin:.5rem 0 1.5rem}.wide{overflow-x:auto}
th,td{padding:.2rem .6rem;text-align:right;border-bottom:1px solid #e2e8f0;white-space:nowrap}
th:first-child,td:first-child{text-align:left}h2{margin-top:2.5rem;border-top:2px solid #e2e8f0}
"""


def markdown(record: Record) -> str:
    """The run as Markdown: settings, an overview, and each case by column, kind and corrector."""
    if record.kind == KIND:
        grids = [_md(grid) for grid in exam_tables.grids(record)]
        return "\n\n".join([f"# {exam_tables.title(record)}", _told(record), *grids]) + "\n"
    parts = [f"# {_title(record)}", _told(record), _md(tables.overview(record))]
    for case in record.cases:
        parts.append(f"## {case['name']}")
        parts += [_md(grid) for grid in _case_grids(case)]
    return "\n\n".join(parts) + "\n"


def html(record: Record) -> str:
    """The run as one HTML page with its plots inside."""
    if record.kind == KIND:
        told = f"<p>{escape(_told(record))}</p>"
        drawn = plots.bars(exam_tables.shares(record), ("right", "right in every trial"))
        grids = map(_table, exam_tables.grids(record))
        return _page(exam_tables.title(record), [told, drawn, *grids])
    rows = [
        (case["name"], [case["whole"][rate] for rate in ("precision", "recall", "f1")])
        for case in record.cases
    ]
    names = ("precision", "recall", "F1")
    parts = [f"<p>{escape(_told(record))}</p>", plots.bars(rows, names)]
    parts.append(_table(tables.overview(record)))
    for case in record.cases:
        parts += [f"<h2>{escape(case['name'])}</h2>", *_drawn(case)]
        parts += [_table(grid) for grid in _case_grids(case)]
    return _page(_title(record), parts)


def findings_markdown(found: Findings) -> str:
    """What a study found as Markdown; its figures lie beside the text."""
    figures = [f"![{name}]({name})" for name in found.figures]
    parts = [f"# {found.title}", *map(_md, found.grids), *found.notes, *figures]
    return "\n\n".join(parts) + "\n"


def comparison_markdown(a: Record, b: Record, found: Sequence[Difference]) -> str:
    """Two runs side by side as Markdown."""
    told = f"A: {_told(a)}\n\nB: {_told(b)}"
    return f"# Two runs of {a.task}\n\n{told}\n\n{_md(tables.differences(found))}\n"


def comparison_html(a: Record, b: Record, found: Sequence[Difference]) -> str:
    """Two runs side by side as one HTML page."""
    first = found[0].measure
    f1 = [(d.case, [d.a, d.b]) for d in found if d.measure == first]
    parts = [
        f"<p>A: {escape(_told(a))}</p><p>B: {escape(_told(b))}</p>",
        f"<h3>{escape(first)}</h3>" + plots.bars(f1, ("A", "B")),
        "<h3>B less A, 95 % intervals</h3>" + plots.intervals(found),
        _table(tables.differences(found)),
    ]
    return _page(f"Two runs of {a.task}", parts)


def _case_grids(case: Mapping[str, Any]) -> list[Grid]:
    grids = [
        tables.detection(case),
        tables.by_kind(case),
        tables.by_corrector(case),
        tables.by_column(case),
    ]
    return [grid for grid in grids if grid.rows]


def _drawn(case: Mapping[str, Any]) -> list[str]:
    wrong = [(n, t) for n, t in case["columns"].items() if t["errors"] or t["written"]]
    rows = [(name, [t["recall"], t["precision"]]) for name, t in wrong[:40]]
    drawn = ["<h3>By column</h3>" + plots.bars(rows, ("recall", "precision"))] if rows else []
    for which in ("written", "proposed"):
        calibration = case["calibration"][which]
        if calibration["cells"]:
            title = f"{which}: {calibration['cells']} cells, ECE {calibration['ece']:.3f}"
            drawn.append(plots.reliability(calibration, title))
    return drawn


def _title(record: Record) -> str:
    return f"{record.task}, solver {record.settings.solver}"


def _told(record: Record) -> str:
    s, v = record.settings, record.versions
    asked = f", model {s.agent}" if s.agent else ""
    options = "".join(f", {name}={value}" for name, value in sorted(s.options.items()))
    return (
        f"steward {v.get('steward')}, Python {v.get('python')}, solver {s.solver}{options}, "
        f"{s.answers} answers{asked}, seed {s.seed}; {len(record.cases)} cases in "
        f"{record.seconds:.1f} s, started {record.started}."
    )


def _md(grid: Grid) -> str:
    lines = ["| " + " | ".join(grid.heads) + " |"]
    lines.append("|" + "|".join(["---", *["---:"] * (len(grid.heads) - 1)]) + "|")
    lines += [
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in grid.rows
    ]
    return f"### {grid.title}\n\n" + "\n".join(lines)


def _table(grid: Grid) -> str:
    heads = "".join(f"<th>{escape(head)}</th>" for head in grid.heads)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in grid.rows
    )
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<h3>{escape(grid.title)}</h3><div class="wide">{table}</div>'


def _page(title: str, parts: Sequence[str]) -> str:
    body = "\n".join(parts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>\n{body}\n</body></html>\n"
    )

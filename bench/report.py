"""bench/RESULTS.md: the figures of one run with the machine they were taken on, and plots of cost against size."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

import altair as alt
import pandas as pd
from pysqlite3 import sqlite_version

from bench.figures import Figure, Growth

PACKAGES = ("flask", "waitress", "sqlalchemy", "pandas", "numpy", "pyarrow")
HEADINGS = ("work", "here", "bound", "times better", "whose word the bound is")
LINEAR = 1.1
"""An exponent up to which growth is called linear: two runs of the same thing differ by as much."""


def write(figures: Sequence[Figure], growths: Sequence[Growth], folder: Path) -> Path:
    """Write RESULTS.md and its plots into `folder`; gives the page."""
    page = folder / "RESULTS.md"
    lines = ["# What `make bench` measured", "", *_circumstances(), "", *_table(figures)]
    if growths:
        lines += [
            "",
            "## Cost against size",
            "",
            "Both axes are logarithmic: slope 1 is linear.",
            "",
        ]
    for growth in growths:
        plot = folder / "plots" / f"{re.sub('[^a-z0-9]+', '-', growth.name.lower()).strip('-')}.svg"
        _plot(growth, plot)
        word = "linear or better" if growth.exponent <= LINEAR else "WORSE THAN LINEAR"
        lines += [
            f"![{growth.name}](plots/{plot.name})",
            "",
            f"{growth.name}: size^{growth.exponent:.2f}, {word}.",
            "",
        ]
    page.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    return page


def _circumstances() -> Iterator[str]:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    yield f"{date.today()}, on {_processor()}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}."
    yield f"Python {platform.python_version()}, SQLite {sqlite_version}, {packages}."
    yield "The bounds that are multiples of something were measured in the same run, beside what they bound."


def _processor() -> str:
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def _table(figures: Sequence[Figure]) -> Iterator[str]:
    yield f"| {' | '.join(HEADINGS)} |"
    yield "|---|--:|--:|--:|---|"
    for figure in figures:
        yield f"| {' | '.join(figure.cells())} |"


def _plot(growth: Growth, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    kinds = {"this program": growth.points, "floor": growth.floor}
    rows = [(kind, size, cost) for kind, points in kinds.items() for size, cost in points]
    sizes = [size for size, _ in growth.points]
    shown = pd.DataFrame(rows, columns=["what", growth.size, growth.unit])
    chart = (
        alt.Chart(shown, title=growth.name, width=420, height=240)
        .mark_line(point=True)
        .encode(
            alt.X(growth.size, type="quantitative").scale(type="log").axis(values=sizes),
            alt.Y(growth.unit, type="quantitative").scale(type="log").axis(tickCount=5),
            alt.Color("what", type="nominal", sort=list(kinds)).title(None),
            alt.StrokeDash("what", type="nominal", sort=list(kinds)).legend(None),
        )
    )
    chart.save(path)

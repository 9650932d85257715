"""`make bench`: prints every figure beside its bound, writes RESULTS.md, and ends with 1 where a bound is missed."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import report
from bench.cluster import clustering
from bench.desk import at_the_desk
from bench.evening import evening
from bench.figures import Figure, Growth
from bench.measures import MEASURES, Bench, pages
from bench.shares import shares
from bench.streams import streams
from bench.tables import tables


def measured(folder: Path) -> Iterator[Figure | Growth]:
    """All figures, one after another."""
    yield from pages()
    bench = Bench.set_up(folder)
    try:
        for measure in (*MEASURES, tables, streams, clustering):
            yield from measure(bench)
        yield from shares(folder / "within")
        yield from evening(folder / "evening")
        yield from at_the_desk(folder / "desk")
    finally:
        bench.survey.storage.close()


def main() -> None:
    """Measure, print, write down, judge."""
    began = time.monotonic()
    figures: list[Figure] = []
    growths: list[Growth] = []
    with tempfile.TemporaryDirectory() as folder:
        for each in measured(Path(folder)):
            if isinstance(each, Figure):
                print(each.text(), flush=True)
                figures.append(each)
            else:
                growths.append(each)
    page = report.write(figures, growths, Path(__file__).parent)
    missed = sum(not figure.holds for figure in figures)
    print(
        f"{len(figures)} figures in {time.monotonic() - began:.0f} s, {missed} missed; written to {page.name}"
    )
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()

"""`make bench`: prints every figure beside its bound, and ends with 1 where one is missed."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure
from bench.measures import MEASURES, Bench, pages


def figures(folder: Path) -> Iterator[Figure]:
    """All figures, one after another."""
    yield from pages()
    bench = Bench.set_up(folder)
    try:
        for measure in MEASURES:
            yield from measure(bench)
    finally:
        bench.survey.storage.close()


def main() -> None:
    """Measure, print, judge."""
    began, missed, seen = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for figure in figures(Path(folder)):
            print(figure.text(), flush=True)
            missed += not figure.holds
            seen += 1
    print(f"{seen} figures in {time.monotonic() - began:.0f} s, {missed} missed")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()

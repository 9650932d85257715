"""A figure, what it is held against, how figures grow with their size, and how all of it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from math import log


@dataclass(frozen=True)
class Bound:
    """What a figure must reach (`least`) or must not pass, or what another program needs; and whose word that is."""

    value: float
    source: str
    least: bool = False


@dataclass(frozen=True)
class Figure:
    """One thing measured. A figure without a bound is told for itself."""

    name: str
    value: float
    unit: str
    bound: Bound | None = None

    @property
    def ratio(self) -> float | None:
        """How many times better than its bound it is; under 1 is worse."""
        if self.bound is None:
            return None
        return self.value / self.bound.value if self.bound.least else self.bound.value / max(self.value, 1e-9)

    @property
    def holds(self) -> bool:
        """Whether it is at least as good as its bound."""
        return self.ratio is None or self.ratio >= 1

    def cells(self) -> tuple[str, str, str, str, str]:
        """The name, the figure, its bound, how many times better, and whose word the bound is."""
        told = (self.name, f"{number(self.value)} {self.unit}")
        if self.bound is None or self.ratio is None:
            return (*told, "", "", "")
        word = "at least" if self.bound.least else "at most"
        times = f"× {self.ratio:.3g}" + ("" if self.holds else " MISSED")
        return (*told, f"{word} {number(self.bound.value)}", times, self.bound.source)

    def text(self) -> str:
        """One line for the screen."""
        name, value, bound, times, source = self.cells()
        return f"{name:<50}{value:>20}  {bound:<18} {times:<14} {source}".rstrip()


@dataclass(frozen=True)
class Growth:
    """How one thing's cost grows: `points` of (size, cost), and those of a floor measured beside it."""

    name: str
    size: str
    unit: str
    points: tuple[tuple[int, float], ...]
    floor: tuple[tuple[int, float], ...] = ()

    @property
    def exponent(self) -> float:
        """Of the power by which cost grows from the smallest size to the largest: 1 is linear, less is better."""
        (small, cheap), (large, dear) = self.points[0], self.points[-1]
        return log(dear / cheap) / log(large / small)


def number(value: float) -> str:
    """With thousands parted, and as many decimals as tell something."""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:,.3g}"


def floor(value: float) -> Bound:
    """What must be reached."""
    return Bound(value, "our own floor", least=True)


def ceiling(value: float) -> Bound:
    """What must not be passed."""
    return Bound(value, "our own limit")

"""A figure, what it is held against, and how both are printed."""

from __future__ import annotations

from dataclasses import dataclass


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

    def text(self) -> str:
        """One line: the name, the figure, its bound, how many times better, and whose word the bound is."""
        told = f"{self.name:<46}{_number(self.value):>11} {self.unit:<10}"
        if self.bound is None or self.ratio is None:
            return told.rstrip()
        word = "at least" if self.bound.least else "at most"
        mark = "" if self.holds else "  MISSED"
        return f"{told}{word} {_number(self.bound.value):>9}  × {self.ratio:<6.3g}{mark} {self.bound.source}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:,.2f}"


def floor(value: float) -> Bound:
    """What must be reached."""
    return Bound(value, "our own floor", least=True)


def ceiling(value: float) -> Bound:
    """What must not be passed."""
    return Bound(value, "our own limit")

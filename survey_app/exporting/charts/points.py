"""What a chart is drawn of: the figures of a table's answers, with the words at each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from rich.cells import cell_len

from survey_app.campaign.campaign import Campaign, Tile
from survey_app.exporting.cells import visible
from survey_app.tabulation import Table
from survey_app.tabulation.intervals import is_small
from survey_app.tabulation.text import NO_FIGURE, balanced, hidden, wrapped
from survey_app.tabulation.variables import is_answer

NUMBERED = 4
"""Letters of the number before a label: it keeps labels apart and in order, and is not shown."""
SIDE_WIDTH, HEAD_WIDTH, LEGEND_WIDTH, TILE_WIDTH = 36, 14, 26, 9
"""Where labels are wrapped, in columns of a screen: a Chinese letter takes two."""
Value = dict[str, Any]


@lru_cache(maxsize=4096)
def _in_lines(label: str, width: int) -> str:
    return "\n".join(balanced(label, width))


@dataclass(frozen=True)
class Line:
    """A row or a column of the table: where it stands there, its code and its label."""

    place: int
    code: str
    label: str

    def named(self, width: int) -> str:
        """Its label in lines, behind its number."""
        return f"{self.place:0{NUMBERED}d}" + _in_lines(self.label, width)


@dataclass(frozen=True)
class Points:
    """The answers of a table; who did not answer is in no chart."""

    table: Table
    campaign: Campaign
    language: str

    @cached_property
    def rows(self) -> list[Line]:
        """Its rows."""
        return self._lines(self.table.rows, self.table.row_base)

    @cached_property
    def columns(self) -> list[Line]:
        """Its columns."""
        return self._lines(self.table.columns, self.table.column_base)

    def _lines(self, side: Sequence[tuple[str, Any]], bases: Any) -> list[Line]:
        """Those of answers; one with a small base is marked."""
        marks = np.where(is_small(bases), "*", "")
        return [
            Line(place, code, visible(label.in_(self.language)) + str(marks[place]))
            for place, (code, label) in enumerate(side)
            if is_answer(code)
        ]

    @property
    def head(self) -> str:
        """What the columns are called; nothing where there is but one."""
        return visible(self.table.sides[1].in_(self.language)) if len(self.columns) > 1 else ""

    @property
    def tall(self) -> int:
        """The most lines that a row's label takes."""
        return max((row.named(SIDE_WIDTH).count("\n") + 1 for row in self.rows), default=1)

    @property
    def wide(self) -> int:
        """The widest line of a column's label."""
        lines = [line for column in self.columns for line in column.named(HEAD_WIDTH)[NUMBERED:].split("\n")]
        return max(map(cell_len, lines), default=0)

    @property
    def is_share(self) -> bool:
        """Whether the figures are shares."""
        return self.table.is_share

    def values(self) -> Iterator[Value]:
        """A record for each cell: row, column, legend, value, its words, and its interval where there is one."""
        for row in self.rows:
            for column in self.columns:
                yield self._value(row, column)

    @property
    def has_tiles(self) -> bool:
        """Whether a row has a tile."""
        places = {tile.code for tile in self.campaign.tiles}
        return any(row.code in places for row in self.rows)

    def on_tiles(self) -> list[Value]:
        """Those of regions that have a tile, with its place."""
        places = {tile.code: tile for tile in self.campaign.tiles}
        return [
            self._value(row, column) | self._on_tile(row, places[row.code])
            for row in self.rows
            if row.code in places
            for column in self.columns
        ]

    def _on_tile(self, row: Line, tile: Tile) -> Value:
        """Where it stands, and what it is called there: the short name, where there is one."""
        region = self.campaign.regions.by_code.get(row.code)
        short = region.short.in_(self.language) if region is not None and region.short else row.label
        lines = wrapped(visible(short), TILE_WIDTH)
        return {"x": tile.column, "y": tile.row, "name": "\n".join(lines), "lines": len(lines)}

    def _value(self, row: Line, column: Line) -> Value:
        cell = self.table.figures[row.place, column.place]
        main = cell.counts if cell.values is None else cell.values
        known = not np.isnan(main) and not np.isnan(cell.counts)
        found: Value = {
            "row": row.named(SIDE_WIDTH),
            "column": column.named(HEAD_WIDTH),
            "legend": column.named(LEGEND_WIDTH),
            "value": round(float(main), 6) if known else None,
            "words": self._words(cell.counts, main),
        }
        if known and cell.low is not None and cell.high is not None:
            found |= {"low": round(float(cell.low), 6), "high": round(float(cell.high), 6)}
        return found

    def _words(self, count: Any, main: Any) -> str:
        if np.isnan(count):
            return hidden(self.table)
        if np.isnan(main):
            return NO_FIGURE
        if self.is_share:
            return f"{100 * main:.1f}%"
        return f"{main:.0f}" if float(main).is_integer() else f"{main:.2f}"

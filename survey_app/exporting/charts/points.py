"""What a chart is drawn of: the figures of a table's answers, with the words at each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from rich.cells import cell_len

from survey_app.campaign.campaign import Campaign, Tile
from survey_app.campaign.texts import Text
from survey_app.exporting.cells import visible
from survey_app.tabulation import Table
from survey_app.tabulation.chance import Differences, differences
from survey_app.tabulation.text import NO_FIGURE, balanced, star, wrapped
from survey_app.tabulation.variables import is_answer
from survey_app.tabulation.words import HIDDEN

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
    """A row or a column of the table: where it stands there, its code, what it is called, and the star of one that
    stands on a small base."""

    place: int
    code: str
    name: str
    star: str = ""

    @property
    def label(self) -> str:
        """Its name, starred or not."""
        return self.name + self.star

    def named(self, width: int) -> str:
        """Its label in lines, behind its number."""
        return f"{self.place:0{NUMBERED}d}" + _in_lines(self.label, width)


@dataclass(frozen=True)
class Comparison:
    """Another table that a table is held against; `names`: what the table's own figures and the other's are called."""

    table: Table
    names: tuple[Text, Text]

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """By code, where a row of that code stands."""
        return {code: place for place, (code, _) in enumerate(self.table.rows)}

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """The same of columns."""
        return {code: place for place, (code, _) in enumerate(self.table.columns)}


@dataclass(frozen=True)
class Points:
    """The answers of a table, and what they are compared with; who did not answer is in no chart."""

    table: Table
    campaign: Campaign
    language: str
    against: Comparison | None = None

    @cached_property
    def rows(self) -> list[Line]:
        """Its rows."""
        return self._lines(self.table.rows, self.table.small_rows)

    @cached_property
    def columns(self) -> list[Line]:
        """Its columns."""
        return self._lines(self.table.columns, self.table.small_columns)

    def _lines(self, side: Sequence[tuple[str, Any]], small: Any) -> list[Line]:
        """Those of answers."""
        return [
            Line(place, code, visible(label.in_(self.language)), star(small[place]))
            for place, (code, label) in enumerate(side)
            if is_answer(code)
        ]

    @property
    def star(self) -> str:
        """What marks all figures together, where they stand on one small base that no label of the chart tells."""
        return star(self.table.is_small) or (self.columns[0].star if len(self.columns) == 1 else "")

    @cached_property
    def differences(self) -> Differences | None:
        """By how much the table differs from what it is compared with."""
        return None if self.against is None else differences(self.table, self.against.table)

    @property
    def has_small_cells(self) -> bool:
        """Whether a figure stands on a small base of its own."""
        small = self.table.small_cells
        return any(bool(small[row.place, column.place]) for row in self.rows for column in self.columns)

    @property
    def has_stars(self) -> bool:
        """Whether anything on the chart is marked for its small base."""
        return (
            bool(self.star) or self.has_small_cells or any(line.star for line in (*self.rows, *self.columns))
        )

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
        """A record for each figure, those that it is compared with right after it: `pair` 0 and 1.

        Each has row, column, legend, whether its period is whole, value (`beneath`: that of the own figure), its words,
        its interval where there is one, and the keys by which `marking.marked` finds what was drawn: of marks, of words
        beside or within them, of lines.
        """
        for row in self.rows:
            for column in self.columns:
                yield from self._values(row, column)

    @property
    def pairs(self) -> int:
        """How many figures stand side by side: two in a comparison."""
        return 1 if self.against is None else 2

    def cell(self, row: Line, column: Line, pair: int = 0) -> tuple[Table, int, int] | None:
        """The table, row and column of a figure, its own or the one compared with; None where the other has none."""
        if pair == 0 or self.against is None:
            return self.table, row.place, column.place
        other = self.against
        if row.code not in other.rows or column.code not in other.columns:
            return None
        return other.table, other.rows[row.code], other.columns[column.code]

    @property
    def has_tiles(self) -> bool:
        """Whether a row has a tile."""
        places = {tile.code for tile in self.campaign.tiles}
        return any(row.code in places for row in self.rows)

    def on_tiles(self) -> list[Value]:
        """Those of regions that have a tile, with its place."""
        places = {tile.code: tile for tile in self.campaign.tiles}
        return [
            value | self._on_tile(row, places[row.code])
            for row in self.rows
            if row.code in places
            for column in self.columns
            for value in self._values(row, column)
        ]

    def _on_tile(self, row: Line, tile: Tile) -> Value:
        """Where it stands, and what it is called there: the short name, where there is one, with its star."""
        region = self.campaign.regions.by_code.get(row.code)
        short = row.name if region is None else region.briefly(self.language)
        lines = wrapped(visible(short) + row.star, TILE_WIDTH)
        return {"x": tile.column, "y": tile.row, "name": "\n".join(lines), "lines": len(lines)}

    def _values(self, row: Line, column: Line) -> Iterator[Value]:
        beneath = None
        for pair in range(self.pairs):
            found = self.cell(row, column, pair)
            figure: Value = (
                {"value": None, "words": NO_FIGURE} if found is None else _figure(*found, self.language)
            )
            if pair and self.differences is not None:
                figure["words"] += star(self.differences.small[row.place, column.place])
            elif found is not None:
                figure["words"] += star(self.table.small_cells[row.place, column.place])
            beneath = beneath if pair else figure["value"]
            yield {
                "row": row.named(SIDE_WIDTH),
                "column": column.named(HEAD_WIDTH),
                "legend": column.named(LEGEND_WIDTH),
                "pair": pair,
                "offset": f"{column.place:0{NUMBERED}d}{pair}",
                "key": f"{'mo'[pair]}{row.place},{column.place}",
                "beside": f"{'bp'[pair]}{row.place},{column.place}",
                "within": f"{'wv'[pair]}{row.place},{column.place}",
                "line": f"l{column.place}",
                "beneath": beneath,
                "whole": found is None or row.code not in found[0].partial,
                **figure,
            }


def _figure(table: Table, row: int, column: int, language: str) -> Value:
    cell = table.figures[row, column]
    main = cell.counts if cell.values is None else cell.values
    hidden = bool(table.hidden[row, column])
    known = not np.isnan(main) and not hidden
    found: Value = {
        "value": round(float(main), 6) if known else None,
        "words": HIDDEN.in_(language) if hidden else in_words(table, main),
    }
    if known and cell.low is not None and cell.high is not None:
        found |= {"low": round(float(cell.low), 6), "high": round(float(cell.high), 6)}
    return found


def in_words(table: Table, main: Any) -> str:
    """A figure as it stands on a chart, one that does not exist as a dash."""
    if np.isnan(main):
        return NO_FIGURE
    if table.is_share:
        return f"{100 * main:.1f}%"
    is_whole = table.measure.kind != "mean" and float(main).is_integer()
    return f"{main:,.0f}" if is_whole else f"{main:,.2f}"

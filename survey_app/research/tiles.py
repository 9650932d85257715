"""The tile grid of the coverage board, as numbers for an SVG: a square for each place that tilegrid.json has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from survey_app.tabulation.coverage import Board, Line

SIDE, GAP = 100, 6
BANDS = (0.25, 0.5, 0.75, 1.0)
"""Shares at which the colour changes: of the target, or, without targets, of the largest number of responses."""


class Square(NamedTuple):
    """One tile: its place in the drawing, its name, line, share (None: no target), how full it is drawn, its band."""

    x: int
    y: int
    name: str
    line: Line
    share: float | None
    filled: float
    band: int


@dataclass(frozen=True)
class Grid:
    """The squares in scope; `by_target`: whether colours tell of targets."""

    squares: tuple[Square, ...]
    width: int
    height: int
    by_target: bool


def grid(board: Board, language: str) -> Grid | None:
    """The tiles of the places in scope; None where the campaign has none."""
    tiles = [tile for tile in board.campaign.tiles if board.sees(tile.code)]
    if not tiles:
        return None
    lines = {tile.code: board.line(tile.code) for tile in tiles}
    by_target = any(line.in_all for line in lines.values())
    most = max(line.total for line in lines.values()) or 1
    left, top = min(tile.column for tile in tiles), min(tile.row for tile in tiles)
    squares = []
    for tile in tiles:
        line = lines[tile.code]
        share = line.in_all.share if line.in_all else None
        filled = min(1.0, share or 0.0) if by_target else line.total / most
        x, y = ((tile.column - left) * (SIDE + GAP), (tile.row - top) * (SIDE + GAP))
        name = board.campaign.regions[tile.code].briefly(language)
        squares.append(Square(x, y, name, line, share, filled, sum(filled >= band for band in BANDS)))
    return Grid(
        tuple(squares),
        max(square.x for square in squares) + SIDE,
        max(square.y for square in squares) + SIDE,
        by_target,
    )

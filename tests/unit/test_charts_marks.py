"""What a chart's marks say, what it is compared with, and how its words stand: by size, shade and line."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from rich.cells import cell_len

from survey_app.campaign.campaign import Disclosure
from survey_app.campaign.texts import Text
from survey_app.exporting.charts import KINDS, Comparison, as_svg
from survey_app.tabulation import ask, disclosed
from survey_app.tabulation.measures import Figures
from survey_app.tabulation.text import balanced, wrapped
from tests.machinery.counted import CATALOGUE, frame_of, said
from tests.unit.test_charts import MAPPED, TABLES, table, texts

OTHERS = [
    *(said(place="n1", home="north", sort="truck", verdict="s5", met=["FEE"]) for _ in range(21)),
    *(said(place="s1", home="south", sort="bus", verdict="s4", met=["FEE"]) for _ in range(17)),
]
NAMES = (Text({"zh": "本组", "en": "own"}), Text({"zh": "全省", "en": "all"}))


def marks(svg: str, name: str = "mark") -> dict[tuple[str, ...], ET.Element]:
    """The marks of a picture by row, column and pair."""
    root = ET.fromstring(svg)  # noqa: S314 - our own
    found = [each for each in root.iter() if each.get("class") == name]
    by_place = {tuple(each.get(f"data-{of}", "") for of in ("row", "column", "pair")): each for each in found}
    assert len(by_place) == len(found)
    return by_place


@pytest.mark.parametrize("kind", KINDS)
def test_every_mark_says_whose_figure_it_is_and_what_it_stands_on(kind: str):
    found = table(kind)
    by_place = marks(as_svg(found, kind, MAPPED, "en"))
    rows = [place for place, (code, _) in enumerate(found.rows) if not code.startswith("_")]
    if kind == "tiles":
        rows = [place for place in rows if found.rows[place][0] in {"north", "south"}]
    columns = [place for place, (code, _) in enumerate(found.columns) if not code.startswith("_")]
    assert by_place.keys() == {(str(row), str(column), "0") for row in rows for column in columns}
    for (row, column, _), mark in by_place.items():
        lines = (mark.get("aria-label") or "").split("\n")
        labels = [found.rows[int(row)][1].in_("en"), found.columns[int(column)][1].in_("en")]
        assert [label.rstrip("*") for label in lines[0].split(" · ")] == labels
        cell = found.figures[int(row), int(column)]
        if cell.values is not None and cell.values == cell.values:
            assert lines[1] == (
                f"{100 * cell.values:.1f}% (95% interval {100 * cell.low:.1f}–{100 * cell.high:.1f}%)"
            )
        assert lines[-1].startswith(f"{cell.counts:.0f} ")
        assert mark.get("role") == "img"


def test_the_base_of_a_share_is_that_of_its_cell():
    svg = as_svg(table("bars"), "bars", MAPPED, "en")
    told = {place: mark.get("aria-label") for place, mark in marks(svg).items()}
    assert "34 of 34 respondents" in (told["0", "0", "0"] or "")
    assert "\n0 of 34 respondents" in (told["0", "1", "0"] or "")
    assert "12 of 12 respondents" in (told["1", "3", "0"] or "")


def test_a_share_of_nobody_names_its_base_where_several_answers_make_a_side():
    svg = as_svg(table("tiles"), "tiles", MAPPED, "en")
    told = [mark.get("aria-label") or "" for mark in marks(svg).values()]
    assert any("0 of 34 respondents" in each for each in told)
    assert all(" of " in each for each in told)


@pytest.mark.parametrize("kind", KINDS)
def test_the_library_says_nothing_of_itself(kind: str):
    svg = as_svg(table(kind), kind, MAPPED, "zh")
    for own in ("graphics-", "aria-roledescription", "style=", "X-axis"):
        assert own not in svg


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_table_is_compared_with_is_drawn_beside_it(kind: str):
    found = table(kind)
    other = ask(frame_of(OTHERS), CATALOGUE, **TABLES[kind])
    svg = as_svg(found, kind, MAPPED, "zh", against=Comparison(other, NAMES))
    assert "本组" in texts(svg)
    assert "全省" in texts(svg)
    by_place = marks(svg)
    pairs = {pair for _, _, pair in by_place}
    assert pairs == {"0", "1"}
    codes = {code: place for place, (code, _) in enumerate(other.rows)}
    columns = {code: place for place, (code, _) in enumerate(other.columns)}
    seen = 0
    for (row, column, pair), mark in by_place.items():
        row_code, column_code = found.rows[int(row)][0], found.columns[int(column)][0]
        lines = (mark.get("aria-label") or "").split("\n")
        assert lines[1] == ("本组", "全省")[int(pair)]
        if pair == "1" and row_code in codes and column_code in columns:
            cell = other.figures[codes[row_code], columns[column_code]]
            assert lines[-1].startswith(f"{cell.counts:.0f} 人")
            seen += cell.counts
    assert seen >= 38
    assert as_svg(found, kind, MAPPED, "zh") != svg


def test_a_place_that_the_other_table_does_not_have_is_a_dash():
    other = ask(frame_of(OTHERS), CATALOGUE, **TABLES["heat"])
    one_row = replace(other, rows=(("north", Text("N")), ("x", Text("X")), ("y", Text("Y"))))
    by_place = marks(as_svg(table("heat"), "heat", MAPPED, "en", against=Comparison(one_row, NAMES)))
    assert (by_place["0", "0", "1"].get("aria-label") or "").endswith("respondents")
    assert (by_place["1", "0", "1"].get("aria-label") or "").split("\n")[1:] == ["all"]
    assert "".join(by_place["1", "0", "1"].itertext()) == "–"


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_of_made_up_answers_says_so(kind: str):
    assert "虚构答卷" in texts(as_svg(table(kind), kind, MAPPED, "zh", made_up=True))
    assert "虚构" not in texts(as_svg(table(kind), kind, MAPPED, "zh"))
    assert "Made-upanswers" in texts(as_svg(table(kind), kind, MAPPED, "en", made_up=True))


@pytest.mark.parametrize("kind", KINDS)
def test_all_words_have_a_size_and_a_font_that_looks_well(kind: str):
    other = ask(frame_of(OTHERS), CATALOGUE, **TABLES[kind])
    root = ET.fromstring(  # noqa: S314 - our own
        as_svg(table(kind), kind, MAPPED, "zh", against=Comparison(other, NAMES))
    )
    words = [each for each in root.iter() if each.tag.endswith("}text")]
    assert {each.get("font-family", "").partition(",")[0] for each in words} <= {
        "Noto Sans CJK SC",
        "Liberation Sans",
    }
    assert min(float(each.get("font-size", "0px").removesuffix("px")) for each in words) >= 9.5


def test_words_stand_in_the_middle_of_their_cells():
    svg = as_svg(table("heat"), "heat", MAPPED, "en")
    words, number = marks(svg, "by"), r"(-?[\d.]+)"
    cells = marks(svg)
    assert len(cells) == len(words) > 4
    for place, cell in cells.items():
        corner = re.match(rf"M{number},{number}h{number}v{number}", cell.get("d") or "")
        at = re.match(rf"translate\({number},{number}\)", words[place].get("transform") or "")
        assert corner is not None
        assert at is not None
        x, y, width, height = map(float, corner.groups())
        assert float(at[1]) == pytest.approx(x + width / 2, abs=1)
        # the lower edge of letters that are 11 high
        assert float(at[2]) == pytest.approx(y + height / 2 + 3, abs=1.5)


def test_tiles_say_what_their_shades_stand_for():
    words = [
        "".join(each.itertext())
        for each in ET.fromstring(as_svg(table("tiles"), "tiles", MAPPED, "en")).iter()  # noqa: S314 - our own
        if each.tag.endswith("}text")
    ]
    assert {"0%", "50%", "100%"} <= set(words)


def test_a_hidden_cell_and_one_without_a_figure_have_an_outline_and_a_nought_has_a_shade():
    hidden = disclosed(table("heat"), Disclosure())
    fills = {
        "".join(lines[1:2]): mark.get("fill")
        for mark in marks(as_svg(hidden, "heat", MAPPED, "en")).values()
        if (lines := (mark.get("aria-label") or "").split("\n"))
    }
    assert fills["hidden"] == "white"
    nought = marks(as_svg(table("heat"), "heat", MAPPED, "en"))["0", "1", "0"]
    assert (nought.get("aria-label") or "").endswith("\n0 respondents")
    assert nought.get("fill") not in (None, "white")


@pytest.mark.parametrize("width", range(3, 30))
def test_no_line_ends_with_what_opens_or_begins_with_what_closes(width: int):
    words = (
        "没有出示证件（包括“执法证”、工作证）、《通知书》：不开票据，"
        "收取现金（多次）。要求停车（在“高速”路上），100% 如此"
    )
    for lines in (wrapped(words, width), balanced(words, width)):
        assert "".join(lines).replace(" ", "") == words.replace(" ", "")
        for line in lines:
            assert cell_len(line) <= width
        if width >= 8:
            assert not [line for line in lines[:-1] if line[-1] in "（“《"]
            assert not [line for line in lines[1:] if line[0] in "）”》、，。：%"]


def luminance(colour: str) -> float:
    """Of sRGB, as WCAG 2 has it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def hexed(fill: str) -> str:
    """A colour of a picture, however it is written there."""
    numbers = re.findall(r"\d+", fill) if fill.startswith("rgb") else []
    named = {"black": "#000000", "white": "#ffffff"}
    return "#" + "".join(f"{int(number):02x}" for number in numbers) if numbers else named.get(fill, fill)


def told_apart(one: str, other: str) -> float:
    """The contrast of two colours, as WCAG 2 has it."""
    dark, light = sorted(map(luminance, (hexed(one), hexed(other))))
    return (light + 0.05) / (dark + 0.05)


def contrasts(svg: str) -> list[float]:
    """Of all words on cells, each beside the shade that it stands on."""
    root = ET.fromstring(svg)  # noqa: S314 - our own
    keyed = [each for each in root.iter() if each.get("data-row")]
    shades = {
        (each.get("data-row"), each.get("data-column")): each.get("fill", "")
        for each in keyed
        if each.tag.endswith("}path") and each.get("data-pair") == "0"
    }
    return [
        told_apart(each.get("fill", ""), shades[each.get("data-row"), each.get("data-column")])
        for each in keyed
        if each.tag.endswith("}text")
    ]


def test_words_can_be_told_from_every_shade_of_a_scale():
    """A hundred steps of it, and what they are compared with beneath."""
    wide = ask(frame_of(OTHERS), CATALOGUE, "sort", "home_region")
    steps = np.arange(102.0).reshape(51, 2)
    beside = np.zeros((51, wide.figures.counts.shape[1] - 2))
    counts = np.vstack([np.hstack([steps, beside]), wide.figures.counts[-1:]])
    scaled = replace(
        wide,
        rows=tuple((f"c{place}", Text(f"c{place}")) for place in range(51)),
        figures=Figures(counts),
        row_bases=np.full(52, 100.0),
    )
    found = contrasts(as_svg(scaled, "heat", MAPPED, "en", against=Comparison(wide, NAMES)))
    assert len(found) == 2 * 102
    assert min(found) >= 4.5


def test_names_and_figures_can_be_told_from_the_shade_of_their_tile():
    found = table("tiles")
    other = ask(frame_of(OTHERS), CATALOGUE, **TABLES["tiles"])
    seen = contrasts(as_svg(found, "tiles", MAPPED, "en", against=Comparison(other, NAMES)))
    assert len(seen) == 3 * 2 * len([code for code, _ in found.columns if not code.startswith("_")])
    assert min(seen) >= 4.5

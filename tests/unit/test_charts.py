"""A chart could go into a report as it is: everything is said on it, nothing is cut, and words stay words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date

import pytest
from rich.cells import cell_len

from survey_app.campaign.campaign import Campaign, Disclosure, Tile
from survey_app.campaign.texts import Text
from survey_app.errors import NotFound, SurveyError
from survey_app.exporting.charts import KINDS, Comparison, as_png, as_svg, fitting
from survey_app.tabulation import Table, ask, disclosed
from survey_app.tabulation.text import balanced, wrapped
from tests.machinery.counted import CAMPAIGN, CATALOGUE, Person, frame_of, said
from tests.machinery.hostile import HOSTILE

MAPPED = replace(CAMPAIGN, tiles=(Tile(code="north", column=0, row=0), Tile(code="south", column=1, row=1)))
PEOPLE = [
    *(said(place="n1", home="north", sort="truck", verdict="s5", met=["FINE"]) for _ in range(34)),
    *(said(place="s1", home="south", sort="bus", verdict="s1", met=["FEE", "FINE"]) for _ in range(12)),
    said(place="n2", home="north", sort="no"),
]
FRAME = frame_of([*PEOPLE, Person({"sort": "bus"}, day=date(2021, 6, 20))])
TABLES = {
    "line": {"rows": "date", "columns": "sort", "period": "week"},
    "bars": {"rows": "sort", "columns": "satisfaction", "percent": "row"},
    "stacked": {"rows": "sort", "columns": "satisfaction", "percent": "row"},
    "heat": {"rows": "region", "columns": "issue", "level": "prefecture"},
    "tiles": {"rows": "home_region", "columns": "issue", "percent": "row"},
}


def table(kind: str) -> Table:
    return ask(FRAME, CATALOGUE, **TABLES[kind])


def texts(svg: str) -> str:
    """All words that stand in a picture, without the breaks of lines."""
    root = ET.fromstring(svg)  # noqa: S314 - our own
    return "".join("".join(each.itertext()) for each in root.iter() if each.tag.endswith("}text")).replace(
        " ", ""
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_alike_twice_with_title_base_and_source(kind: str):
    svg = as_svg(table(kind), kind, MAPPED, "zh", "调研办公室")
    assert svg == as_svg(table(kind), kind, MAPPED, "zh", "调研办公室")
    words = texts(svg)
    found = table(kind)
    for said_ in (found.title, found.figure_label, Text.plain(f"{found.base}人"), found.notes[-1]):
        assert said_.in_("zh").replace(" ", "") in words
    assert "调研办公室" in words
    assert "…" not in words
    assert as_png(found, kind, MAPPED, "zh")[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("kind", ["bars", "heat", "tiles"])
def test_all_figures_stand_in_it(kind: str):
    found = table(kind)
    words = texts(as_svg(found, kind, MAPPED, "en"))
    main = found.counts if found.values is None else found.values
    for row, (code, _) in enumerate(found.rows):
        for column, _ in enumerate(found.columns):
            if kind == "tiles" or not code.startswith("_"):
                figure = main[row, column]
                shown = f"{100 * figure:.1f}%" if found.percent else f"{figure:.0f}"
                assert figure != figure or shown in words  # noqa: PLR0124 - a figure that does not exist


def test_labels_are_whole_however_long_they_are():
    long = "在没有出示执法证件的情况下要求停车接受检查并当场收取现金罚款且不提供任何票据" * 3
    found = table("bars")
    labelled = replace(
        found,
        title=Text(long),
        rows=tuple((code, Text(f"{long}{place}")) for place, (code, _) in enumerate(found.rows)),
        columns=tuple((code, Text(f"{long}{place}甲")) for place, (code, _) in enumerate(found.columns)),
    )
    for kind in ("bars", "heat", "stacked"):
        svg = as_svg(labelled, kind, MAPPED, "zh", long)
        words = texts(svg)
        assert words.count(long) >= 2 + len(labelled.columns)
        width, height = (float(re.search(rf'{side}="([\d.]+)"', svg)[1]) for side in ("width", "height"))
        assert width < 1400
        assert height < 3000


def test_words_are_never_markup_nor_a_formula_nor_an_address():
    found = table("bars")
    for start in range(0, len(HOSTILE), 12):
        some = [text for text in HOSTILE[start : start + 12] if text.strip()]
        rows = tuple((f"c{place}", Text(text)) for place, text in enumerate(some))
        wide = ask(FRAME, CATALOGUE, "date", "all")
        filled = replace(
            wide,
            title=Text(some[0]),
            rows=rows,
            figures=wide.figures[[0] * len(rows) + [-1]],
            row_bases=wide.row_bases[[0] * len(rows) + [-1]],
            where=some[-1],
        )
        root = ET.fromstring(as_svg(filled, "bars", MAPPED, "zh", some[0]))  # noqa: S314 - our own
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert tags <= {"svg", "rect", "g", "path", "text", "tspan", "line", "defs", "clipPath"}
        values = [value for element in root.iter() for name, value in element.items() if "href" in name]
        assert not values
    assert "<script>alert(1)</script>".replace(" ", "") in texts(
        as_svg(replace(found, title=Text("<script>alert(1)</script>")), "bars", MAPPED, "zh")
    )


def test_a_hidden_figure_is_said_to_be_hidden_and_has_no_bar():
    hidden = disclosed(table("bars"), Disclosure())
    words = texts(as_svg(hidden, "bars", MAPPED, "en"))
    assert "<10" in words
    assert "34" not in words
    assert "multiplesof5" in words


def test_only_charts_that_say_something_true_are_offered():
    assert fitting(table("line"), MAPPED) == ("line", "bars", "stacked", "heat")
    assert fitting(table("tiles"), MAPPED) == ("bars", "heat", "tiles")
    assert fitting(table("tiles"), CAMPAIGN) == ("bars", "heat")
    several = ask(FRAME, CATALOGUE, "sort", "issue", percent="row")
    assert "stacked" not in fitting(several, MAPPED)
    for wish in ({"measure": "mean:satisfaction"}, {"percent": "column"}):
        assert "stacked" not in fitting(ask(FRAME, CATALOGUE, "sort", "region", **wish), MAPPED)
    nobody = ask(FRAME[:0], CATALOGUE, "date", "all")
    assert fitting(nobody, MAPPED) == ()


def test_what_cannot_be_drawn_gets_words():
    with pytest.raises(NotFound, match="no chart 'pie'"):
        as_svg(table("bars"), "pie", MAPPED, "en")
    with pytest.raises(SurveyError, match="cannot be drawn as tiles"):
        as_svg(table("bars"), "tiles", MAPPED, "en")


@pytest.mark.parametrize("kind", KINDS)
def test_charts_are_drawn_of_every_campaign_in_every_language(kind: str):
    campaign: Campaign = MAPPED
    for language in ("zh", "en", "bo"):
        assert as_svg(table(kind), kind, campaign, language).startswith("<svg")


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
    assert "34 of 34 respondents" in (told["0", "1", "0"] or "")
    assert "0 of 34 respondents" in (told["0", "0", "0"] or "")
    assert "12 of 12 respondents" in (told["1", "0", "0"] or "")


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
    assert fills["<10"] == "white"
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

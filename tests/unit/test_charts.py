"""A chart could go into a report as it is: everything is said on it, nothing is cut, and words stay words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date

import pytest

from survey_app.campaign.campaign import Campaign, Disclosure, Tile
from survey_app.campaign.texts import Text
from survey_app.errors import NotFound, SurveyError
from survey_app.exporting.charts import KINDS, as_png, as_svg, fitting
from survey_app.exporting.charts.look import COLOURS, NO_STEP, WORST_TO_BEST, colours_of
from survey_app.tabulation import Table, ask, disclosed
from survey_app.tabulation.variables import is_answer
from survey_app.tabulation.words import SELF_SELECTED, SELF_SELECTED_SHORT
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
    trust = SELF_SELECTED if kind == "bars" else SELF_SELECTED_SHORT
    for said_ in (found.title, found.figure_label, Text.plain(f"{found.base}人"), trust):
        assert said_.in_("zh").replace(" ", "") in words
    assert "调研办公室" in words
    assert ("区间" in words) is (kind == "bars")
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


def test_the_steps_of_a_scale_go_from_one_colour_to_another_and_what_is_beside_it_is_grey():
    found = ask(FRAME, CATALOGUE, rows="sort", columns="verdict", percent="row")
    codes = [code for code, _ in found.columns if is_answer(code)]
    colours = dict(zip(codes, colours_of([found.scores.get(code) for code in codes]), strict=True))
    best, worst = (choose(found.scores, key=lambda code: found.scores[code]) for choose in (max, min))
    assert (colours[worst], colours[best]) == (WORST_TO_BEST[0], WORST_TO_BEST[-1])
    assert {colours[code] for code in codes if code not in found.scores} == {NO_STEP[0]}
    svg = as_svg(found, "stacked", MAPPED, "zh")
    assert all(f'fill="{colour}"' in svg for colour in colours.values())


def test_colours_of_columns():
    assert colours_of([None, None]) == list(COLOURS[:2])
    assert colours_of([3, None]) == list(COLOURS[:2]), "one step is no scale"
    assert colours_of([5, 4, 3, 2, 1, None]) == [*reversed(WORST_TO_BEST), NO_STEP[0]]
    assert colours_of([1, 0]) == [WORST_TO_BEST[-1], WORST_TO_BEST[0]]
    assert colours_of([None, 1, 0, None, None, None])[::3] == [NO_STEP[0], NO_STEP[1]]


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
    assert "hidden" in words
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

"""Texts fit a format, and nobody's text becomes a formula."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from survey_app.exporting.cells import CSV, EXACT, XLSX, Fitting, Place, cut, units
from survey_app.exporting.tabs import tab_names
from survey_app.formulas import arm, disarm
from tests.machinery.hostile import HOSTILE

PLACE = Place("responses", "words", "r1")
ANY_TEXT = st.text(st.characters(codec=None))
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")


@pytest.mark.parametrize("mark", FORMULA)
def test_text_that_a_spreadsheet_could_run_gets_an_apostrophe(mark: str) -> None:
    assert disarm(f"{mark}1+1") == f"'{mark}1+1"


@pytest.mark.parametrize("text", ["好", "a=1", "1+1", "'tis", "B07 您在哪里？", "510100", "", "（=1）"])
def test_harmless_text_is_left_alone(text: str) -> None:
    assert disarm(text) == text


@given(ANY_TEXT)
@example("'=x")
@example("''=x")
@example("'tis")
@example("<r>'")
def test_the_apostrophe_can_be_taken_off_again(text: str) -> None:
    assert arm(disarm(text)) == text


@given(ANY_TEXT)
def test_no_text_that_leaves_begins_like_a_formula(text: str) -> None:
    for holds in (CSV, XLSX):
        fitted = Fitting(holds, "zh").text(text, PLACE)
        assert not fitted.lstrip(" \u3000\xa0\ufeff\u200b").startswith(FORMULA)
        fitted.encode()


@given(st.text())
def test_parquet_and_json_take_any_real_text_as_it_is(text: str) -> None:
    fitting = Fitting(EXACT, "zh")
    assert fitting.text(text, PLACE) == text
    assert not fitting.notes


def test_half_a_surrogate_pair_is_replaced_and_noted_in_every_format() -> None:
    for holds in (CSV, XLSX, EXACT):
        fitting = Fitting(holds, "zh")
        assert fitting.text("好\ud800", PLACE) == "好\ufffd"
        assert [note.place for note in fitting.notes] == [PLACE]
        assert "r1" in str(fitting.notes[0])
        assert "words" in str(fitting.notes[0])


def test_a_control_character_stays_visible_in_a_spreadsheet() -> None:
    fitting = Fitting(CSV, "en")
    assert fitting.text("a\0b\x0bc\td\ne", PLACE) == "a␀b␋c\td\ne"
    assert "control characters" in str(fitting.notes[0])


def test_ends_of_line_become_one_kind_in_a_spreadsheet() -> None:
    fitting = Fitting(XLSX, "zh")
    assert fitting.text("a\r\nb\rc\nd", PLACE) == "a\nb\nc\nd"
    assert not fitting.notes


@given(st.text(st.sampled_from("a中😀="), max_size=80), st.integers(1, 40))
def test_a_text_is_cut_between_characters(text: str, longest: int) -> None:
    kept, rest = cut(text, longest)
    assert kept + rest == text
    assert units(kept) <= longest
    assert not rest or units(kept) >= longest - 1


@pytest.mark.parametrize("text", ["长" * 40_000, "😀" * 40_000, "=1" * 20_000, "x" * 32_768])
def test_the_rest_of_a_long_answer_is_kept_in_pieces(text: str) -> None:
    fitting = Fitting(XLSX, "zh")
    cell = fitting.text(text, PLACE)
    assert units(cell) <= 32_767
    assert len(fitting.notes) == 1
    kept = arm(cell)[: -len("……〔余下见 long answers〕")]
    assert kept + "".join(piece.text for piece in fitting.pieces) == text
    assert [piece.number for piece in fitting.pieces] == list(range(1, len(fitting.pieces) + 1))


def test_a_text_that_just_fits_a_cell_is_not_cut() -> None:
    fitting = Fitting(XLSX, "zh")
    assert fitting.text("长" * 32_766, PLACE) == "长" * 32_766
    assert not fitting.notes


@pytest.mark.parametrize(
    "name", [*HOSTILE, "x" * 40, "x" * 30 + "'y", "😀" * 20, "[a]:b*?/\\", "History", "'a'", ""]
)
def test_any_name_becomes_one_that_a_tab_can_have(name: str) -> None:
    (tab,) = tab_names([name])
    assert 0 < units(tab) <= 31
    assert not set(tab) & set("[]:*?/\\\0")
    assert not tab.startswith(("'", "=", "+", "-", "@"))
    assert not tab.endswith("'")
    assert tab.casefold() != "history"


def test_two_tabs_never_have_the_same_name() -> None:
    names = ["a" * 40, "A" * 40, "a" * 31, "responses", "Responses"]
    tabs = tab_names(names)
    assert len({tab.casefold() for tab in tabs}) == len(names)

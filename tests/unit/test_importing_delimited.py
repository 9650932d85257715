"""Text files are read however they are written, and what was found is said."""

from __future__ import annotations

import csv

import pytest

from survey_app.errors import SurveyError
from tests.machinery.incoming import Desk

CHINESE = [["您觉得怎么样？", "还想说"], ["很好", "服务很热情，谢谢"], ["不好", "排队时间太长"]]
WESTERN = [["How was it?", "Anything else"], ["Good", "£5 in a naïve café"], ["Bad", "100 € – résumé"]]


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with a byte order mark"),
        ("utf-16", "UTF-16"),
        ("gb18030", "GB18030"),
        ("gbk", "GB18030"),
    ],
)
def test_chinese_is_read_in_every_encoding(desk: Desk, encoding: str, words: str) -> None:
    report = desk.take(desk.csv(CHINESE, encoding=encoding))
    assert f"text in {words}, columns parted by commas" in report.text()
    assert {answers["said"] for answers in desk.kept()} == {"服务很热情，谢谢", "排队时间太长"}


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1252", "Windows-1252"),
        ("utf-8", "UTF-8"),
        ("utf-16-le", "UTF-16 without"),
        ("utf-16-be", "big-endian"),
    ],
)
def test_western_signs_are_read_in_every_encoding(desk: Desk, encoding: str, words: str) -> None:
    report = desk.take(desk.csv(WESTERN, encoding=encoding))
    assert words in report.found
    assert {answers["said"] for answers in desk.kept()} == {"£5 in a naïve café", "100 € – résumé"}


def test_a_rare_sign_of_gb18030_does_not_hide_the_encoding(desk: Desk) -> None:
    rows = [["您觉得怎么样？", "还想说"], ["很好", "我住在㐂镇，彝文ꀀ，这里的服务一直很好"]]
    assert desk.answers(desk.csv(rows, encoding="gb18030"))[0]["said"].startswith("我住在㐂镇，彝文ꀀ")


def test_the_mapping_has_the_last_word_on_the_encoding(desk: Desk) -> None:
    path = desk.csv([["how", "said"], ["good", "Привет"]], encoding="cp1251")
    assert desk.answers(path, "encoding: cp1251")[0]["said"] == "Привет"


@pytest.mark.parametrize("written", ["utf-9", "base64", "idna", "rot13"])
def test_an_encoding_that_does_not_exist_gets_words_with_its_line(desk: Desk, written: str) -> None:
    path = desk.csv([["how"], ["good"]])
    with pytest.raises(SurveyError, match=r"map.yaml:1: .* is no encoding that is known"):
        desk.take(path, f"encoding: {written}")


@pytest.mark.parametrize(("sign", "word"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs")])
def test_the_delimiter_is_found(desk: Desk, sign: str, word: str) -> None:
    rows = [["how", "which", "said"], ["good", "pay", "a, b; c"], ["bad", "ask", "d, e; f\tg"]]
    report = desk.take(desk.csv(rows, sign=sign))
    assert f"columns parted by {word}" in report.found
    assert {answers["said"] for answers in desk.kept()} == {"a, b; c", "d, e; f\tg"}


def test_the_mapping_has_the_last_word_on_the_delimiter(desk: Desk) -> None:
    path = desk.text("how!said\ngood!a,b\n")
    assert desk.answers(path, 'delimiter: "!"') == [{"how": "good", "said": "a,b"}]


def test_a_delimiter_of_two_signs_gets_words(desk: Desk) -> None:
    with pytest.raises(SurveyError, match="cannot part columns"):
        desk.take(desk.text("how\ngood\n"), "delimiter: '::'")


def test_one_column_needs_no_delimiter(desk: Desk) -> None:
    assert desk.answers(desk.text("How was it?\nGood\n")) == [{"how": "good"}]


def test_a_newline_inside_quotes_is_part_of_the_answer(desk: Desk) -> None:
    path = desk.text('how,said\r\ngood,"one\r\ntwo"\r\nbad,three\r\n')
    assert {answers["said"] for answers in desk.answers(path)} == {"one\ntwo", "three"}


def test_rows_are_numbered_as_a_spreadsheet_shows_them(desk: Desk) -> None:
    path = desk.text('how,said\ngood,"one\ntwo"\n\nwrong,three\n')
    report = desk.take(path)
    assert [complaint.row for complaint in report.complaints] == [4]
    assert report.because == {"blank": 1}


def test_shorter_rows_are_blank_at_the_end_and_counted(desk: Desk) -> None:
    report = desk.take(desk.text("how,said,age\ngood\nbad,words,30\n"))
    assert (report.added, report.short) == (2, 1)
    assert "1 row is shorter than the header" in report.text()


def test_a_row_with_a_delimiter_too_many_is_bad(desk: Desk) -> None:
    report = desk.take(desk.text("how,said\ngood,one, two\nbad,three,\n"))
    assert (report.bad, report.added) == (1, 1)
    assert "row 2: the row has 3 cells, the header 2 (put text that holds the delimiter" in report.text()


def test_an_unclosed_quote_is_told_and_the_rows_before_it_count(desk: Desk) -> None:
    report = desk.take(desk.text('how,said\ngood,fine\nbad,"never closed\ngood,x\ngood,y\n'))
    assert (report.added, report.bad) == (1, 1)
    assert "row 3: a quote is opened and not closed where it should; 3 lines were read" in report.text()


def test_a_row_with_wrong_quotes_does_not_stop_the_next(desk: Desk) -> None:
    report = desk.take(desk.text('how,said\ngood,"a"b\nbad,fine\n'))
    assert (report.added, report.bad) == (1, 1)
    assert "row 2: its quotes are wrong" in report.text()


def test_quotes_inside_a_plain_cell_are_part_of_it(desk: Desk) -> None:
    assert desk.answers(desk.text("how,said\ngood,5'4\" tall\n"))[0]["said"] == "5'4\" tall"


@pytest.mark.parametrize("content", ["", "\n", ",,,\n", "\ufeff", " , \n"])
def test_a_file_without_a_header_gets_words(desk: Desk, content: str) -> None:
    with pytest.raises(SurveyError, match=r"The file is empty: its header is wanted there"):
        desk.take(desk.text(content))


def test_a_header_alone_adds_nothing(desk: Desk) -> None:
    report = desk.take(desk.text("how,said\n"))
    assert (report.read, report.added) == (0, 0)
    assert "0 rows read" in report.text()


def test_300_columns_are_no_trouble(desk: Desk) -> None:
    extra = [f"extra {number}" for number in range(298)]
    report = desk.take(desk.csv([["how", *extra, "said"], ["good", *extra, "fine"]]))
    assert desk.kept() == [{"how": "good", "said": "fine"}]
    assert "278 more columns are no questions" in report.text()


def test_an_answer_as_long_as_the_question_allows_comes_in_whole(desk: Desk) -> None:
    long = "长" * 20_000
    assert desk.answers(desk.csv([["how", "said"], ["good", long]]))[0]["said"] == long


def test_a_cell_of_40_000_characters_is_bad_and_not_printed_whole(desk: Desk) -> None:
    report = desk.take(desk.csv([["how", "said"], ["good", "长" * 40_000], ["bad", "y"]]))
    assert (report.added, report.bad) == (1, 1)
    assert "At most 20000 characters; you wrote 40000" in report.text()
    assert max(map(len, report.text().splitlines())) < 500


def test_damaged_utf8_is_told_with_its_line(desk: Desk) -> None:
    good = ("how,said\n" + "good,服务很热情\n" * 20).encode()
    with pytest.raises(SurveyError, match="is UTF-8, but line 22 holds bytes that are none"):
        desk.take(desk.text(good + "bad,很".encode()[:-1]))


def test_bytes_that_are_no_text_get_words(desk: Desk) -> None:
    with pytest.raises(SurveyError, match="is not text in"):
        desk.take(desk.text(b"how,said\ngood,\x81\x8d\xff\xff\x00\x01\x02\n"))


def test_formulas_of_our_own_exports_are_the_answers_again(desk: Desk) -> None:
    path = desk.csv([["how", "said"], ["good", "'=1+1"], ["good", "'quoted"], ["good", "'-5 °C"]])
    assert {answers["said"] for answers in desk.answers(path)} == {"=1+1", "'quoted", "-5 °C"}


def test_a_nul_and_half_a_character_break_nothing(desk: Desk) -> None:
    assert desk.answers(desk.text("how,said\ngood,a\0b\n")) == [{"how": "good", "said": "ab"}]


def test_no_cell_of_a_file_changes_the_limits_of_other_readers(desk: Desk) -> None:
    desk.take(desk.text("how\ngood\n"))
    assert csv.field_size_limit() >= 131_072

"""The same words in several responses: found whatever signs stand between, and never by chance."""

from __future__ import annotations

from typing import Any

import pytest

from survey_app.storage.wordings import LONG, repeated, wordings

LONG_WORDS = "每次过检查站都要等两个小时，开了罚单也不给票据，问了还骂人。"


def again(*answers: dict[str, Any], prefilled: frozenset[str] = frozenset()) -> list[bool]:
    return list(repeated(wordings(answers, ["B23", "B24"], prefilled=prefilled)))


def test_two_who_wrote_the_same_are_both_marked_and_nobody_else():
    other = {"B23": "路上检查太多次了，希望能够合并起来一次查完就可以。"}
    assert again({"B23": LONG_WORDS}, other, {}, {"B23": LONG_WORDS}) == [True, False, False, True]


@pytest.mark.parametrize(
    "twin",
    [
        LONG_WORDS.replace("，", " "),
        LONG_WORDS.replace("，", ", ").replace("。", "!!!"),
        "\n".join(LONG_WORDS),
        f"《{LONG_WORDS}》",
    ],
)
def test_spaces_and_signs_do_not_tell_two_apart(twin: str):
    assert again({"B23": LONG_WORDS}, {"B23": twin}) == [True, True]


def test_capitals_and_widths_do_not_tell_two_apart():
    said = "They stopped me 3 times in one day"
    wide = said.replace("3", "３").replace("They", "ＴＨＥＹ")
    assert again({"B23": said}, {"B23": said.upper()}, {"B23": wide}) == [True, True, True]


def test_what_many_people_write_is_no_sign_of_anything():
    for words in ("没有", "无", "希望越来越好", "川" * (LONG - 1), "…………" * LONG):
        assert again({"B23": words}, {"B23": words}) == [False, False]


def test_the_same_words_twice_in_one_response_are_one_persons():
    assert again({"B23": LONG_WORDS, "B24": LONG_WORDS}, {}) == [False, False]


def test_the_same_words_under_another_question_are_found():
    assert again({"B23": LONG_WORDS}, {"B24": LONG_WORDS}) == [True, True]


def test_what_stood_there_before_nobody_wrote():
    assert again({"B23": LONG_WORDS}, {"B23": LONG_WORDS}, prefilled=frozenset({LONG_WORDS})) == [
        False,
        False,
    ]


@pytest.mark.parametrize("odd", [None, 12, ["a" * 30], {"a": "b" * 30}, True])
def test_an_answer_of_another_kind_under_that_name_is_passed_over(odd: Any):
    assert again({"B23": odd}, {"B23": odd}) == [False, False]


def test_of_nobody_nobody_is_marked():
    assert again() == []

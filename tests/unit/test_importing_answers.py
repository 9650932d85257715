"""Cells become answers: labels in any language, several answers in one cell, words beside a choice, places."""

from __future__ import annotations

from typing import Any

import pytest

from tests.machinery.incoming import Desk, one


def answer(desk: Desk, cells: dict[str, object], mapping: str | None = None) -> dict[str, Any]:
    """The answers that a table of one row gives."""
    found = desk.answers(desk.csv(one(cells)), mapping)
    assert len(found) == 1
    return found[0]


def refused(desk: Desk, cells: dict[str, object], mapping: str | None = None) -> str:
    """What is said of a table of one bad row."""
    before = len(desk.kept())
    report = desk.take(desk.csv(one(cells)), mapping)
    assert (report.bad, report.added) == (1, 0)
    assert len(desk.kept()) == before
    return report.text()


@pytest.mark.parametrize(
    "header",
    [
        "how",
        "How was it?",
        "how was it ?",
        "您觉得怎么样？",
        "您觉得怎么样?",
        "3、您觉得怎么样？ ",
        "Q3. How was it? *",
    ],
)
def test_a_header_is_known_by_name_and_by_label_in_any_language(desk: Desk, header: str) -> None:
    assert answer(desk, {header: "good"}) == {"how": "good"}


def test_a_header_that_only_begins_like_a_name_is_no_question(desk: Desk) -> None:
    report = desk.take(desk.csv(one({"how": "good", "age of the house": "99", "said in public": "x"})))
    assert desk.kept() == [{"how": "good"}]
    assert "column B “age of the house” is no question and is left out" in report.text()


@pytest.mark.parametrize("cell", ["good", "Good", " GOOD ", "Ｇｏｏｄ", "很好", "很 好", "\u200b很好"])
def test_a_label_is_known_in_any_language_width_and_case(desk: Desk, cell: str) -> None:
    assert answer(desk, {"how": cell}) == {"how": "good"}


def test_a_label_that_is_not_known_is_told_with_the_one_that_was_meant(desk: Desk) -> None:
    text = refused(desk, {"how": "Goood"})
    assert "row 2, column A “how”: “Goood” is none of the answers (did you mean “Good”?" in text


def test_the_mapping_says_what_a_label_stands_for(desk: Desk) -> None:
    rule = 'questions: {how: {column: how, values: {"Yes, quite": good, "n/a": null}}}'
    assert answer(desk, {"how": "yes,  quite", "age": 3}, rule) == {"how": "good", "age": 3}


def test_a_rule_without_a_column_holds_for_the_column_that_the_header_tells(desk: Desk) -> None:
    assert answer(desk, {"How was it?": "1"}, 'questions: {how: {values: {"1": good}}}') == {"how": "good"}


def test_cells_that_mean_missing_are_not_answers(desk: Desk) -> None:
    rule = 'missing: ["(跳过)", "(空)", -3]'
    cells = {"how": "good", "age": "-3", "which": "(空)", "said": "（跳过）", "day": ""}
    assert answer(desk, cells, rule) == {"how": "good"}


def test_words_beside_a_choice_go_to_its_companion(desk: Desk) -> None:
    assert answer(desk, {"how": "其他〖有好有坏〗"}) == {"how": "other", "how_other": "有好有坏"}


def test_words_beside_a_choice_can_go_to_a_text_question(desk: Desk) -> None:
    rule = "questions: {how: {column: how, text_to: said}}"
    assert answer(desk, {"how": "很好〖真的〗"}, rule) == {"how": "good", "said": "真的"}


def test_words_beside_a_choice_that_asks_for_none_are_counted(desk: Desk) -> None:
    report = desk.take(desk.csv([["age", "first"], ["3", "time〖why〗"]]))
    assert desk.kept() == [{"age": 3, "first": ["time"]}]
    assert "words beside first: 1 answer left out" in report.text()


def test_a_label_that_is_not_listed_can_stand_for_other(desk: Desk) -> None:
    rule = "questions: {how: {unlisted: other}}"
    assert answer(desk, {"how": "so so"}, rule) == {"how": "other", "how_other": "so so"}
    assert refused(desk, {"how": "so so so", "age": "x"}, rule)


@pytest.mark.parametrize(
    "cell", ["缴费┋询问，投诉", "Pay; Ask, or complain", "pay ask", "Pay,ask", "缴费\n询问,投诉", "pay|ask"]
)
def test_several_answers_in_one_cell_are_parted(desk: Desk, cell: str) -> None:
    assert answer(desk, {"which": cell}) == {"which": ["pay", "ask"]}


def test_a_label_may_hold_the_separator(desk: Desk) -> None:
    rule = 'questions: {which: {separator: ","}}'
    assert answer(desk, {"which": "Ask, or complain,Pay"}, rule) == {"which": ["pay", "ask"]}


def test_words_inside_brackets_may_hold_the_separator(desk: Desk) -> None:
    words = "┋".join("打听问路带孩子看海")
    cells = {"which": f"缴费┋其他〖{words}〗"}
    assert answer(desk, cells) == {"which": ["pay", "else"], "which_other": words}


def test_one_unknown_answer_among_several_makes_the_row_bad(desk: Desk) -> None:
    assert "“游泳” is none of the answers" in refused(desk, {"which": "缴费┋游泳"})


def test_an_answer_that_stands_alone_must(desk: Desk) -> None:
    text = refused(desk, {"which": "缴费┋没有"})
    assert "“缴费┋没有” does not fit which (“没有” cannot be chosen together with other answers)" in text


@pytest.mark.parametrize(
    ("yes", "no"), [("1", "0"), ("是", "否"), ("√", ""), ("TRUE", "FALSE"), ("缴费", ""), ("x", "×")]
)
def test_one_column_per_choice(desk: Desk, yes: str, no: str) -> None:
    assert answer(desk, {"how": "good", "which/pay": yes, "which/ask": no}) == {
        "how": "good",
        "which": ["pay"],
    }


def test_one_column_per_choice_by_labels_and_by_mapping(desk: Desk) -> None:
    cells = {"how": "good", "办了哪些事？—缴费": "1", "Complaints": "hm", "办了哪些事？:其他": "1〖问路〗"}
    rule = "questions: {which: {columns: {pay: 2, ask: Complaints, else: 4}, chosen: [hm]}}"
    assert answer(desk, cells, rule) == {
        "how": "good",
        "which": ["pay", "ask", "else"],
        "which_other": "问路",
    }


def test_a_cell_that_does_not_say_whether_a_choice_was_made_is_told(desk: Desk) -> None:
    text = refused(desk, {"how": "good", "which/pay": "1", "which/ask": "2"})
    assert "row 2, column C “which/ask”: “2” does not say whether this was chosen" in text


def test_a_checklist_has_one_column_per_row(desk: Desk) -> None:
    cells = {"checks/polite": "是", "逐项—快": "No"}
    assert answer(desk, cells) == {"checks": {"polite": "yes", "quick": "no"}}


def test_a_bad_cell_of_a_checklist_is_told_with_its_column(desk: Desk) -> None:
    assert "column B “checks/quick”: “perhaps” is none" in refused(
        desk, {"checks/polite": "是", "checks/quick": "perhaps"}
    )


def test_a_ranking_stands_in_one_cell_or_in_a_column_per_choice(desk: Desk) -> None:
    assert answer(desk, {"first": "价格┋时间"}) == {"first": ["price", "time"]}


def test_a_ranking_by_places(desk: Desk) -> None:
    cells = {"first/time/rank": "2", "first/price": "1", "first/words/rank": ""}
    assert answer(desk, cells) == {"first": ["price", "time"]}


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("511002", "511002"),
        ("四川省-成都市-锦江区", "510104"),
        ("四川/成都/锦江", "510104"),
        ("成都市锦江区-锦江区", None),
        ("锦江区", "510104"),
        ("Emeishan", "511181"),
        ("峨眉山", "511181"),
        ("内江市-市中区", "511002"),
        ("四川省 > 乐山市 > 市中区", "511102"),
        ("高速公路", "road"),
        ("road", "road"),
    ],
)
def test_a_place_is_known_by_code_name_and_path(desk: Desk, cell: str, code: str | None) -> None:
    if code is None:
        assert "is no place of this campaign" in refused(desk, {"place": cell})
    else:
        assert answer(desk, {"place": cell}) == {"place": code}


def test_a_name_that_two_places_have_is_told_with_their_paths(desk: Desk) -> None:
    text = refused(desk, {"place": "市中区"})
    assert (
        "2 places are named “市中区” (write the path or code: 四川省-内江市-市中区, 四川省-乐山市-市中区)"
        in text
    )


def test_a_place_in_the_wrong_prefecture_is_told(desk: Desk) -> None:
    assert "“成都市-市中区” is no place of this campaign" in refused(desk, {"place": "成都市-市中区"})


def test_a_prefecture_where_a_county_is_asked_is_told(desk: Desk) -> None:
    assert "“乐山市” does not fit place (Choose the place within 乐山市 too)" in refused(
        desk, {"place": "乐山市"}
    )


def test_a_place_of_another_campaign_is_told_with_the_one_that_was_meant(desk: Desk) -> None:
    text = refused(desk, {"place": "峨嵋山市"})
    assert "“峨嵋山市” is no place of this campaign (did you mean “峨眉山市”?" in text


def test_one_column_per_level(desk: Desk) -> None:
    cells = {"how": "good", "县": "市中区", "市": "乐山市"}
    rule = "questions: {place: {columns: {prefecture: 市, county: 县}}}"
    assert answer(desk, cells, rule) == {"place": "511102", "how": "good"}


def test_names_above_the_tree_are_left_out_where_the_mapping_says_so(desk: Desk) -> None:
    rule = "questions: {place: {above: [中国]}}"
    assert answer(desk, {"place": "中国-四川省-成都市-锦江区"}, rule) == {"place": "510104"}
    assert "is no place" in refused(desk, {"place": "日本-四川省-成都市-锦江区", "how": "bad"}, rule)


def test_the_response_belongs_to_its_place(desk: Desk) -> None:
    desk.take(desk.csv([["place"], ["锦江区"], ["高速公路"]]))
    assert {response.region for response in desk.storage.responses("poll")} == {"510104", None}


@pytest.mark.parametrize(
    ("question", "cell", "kept"),
    [
        ("age", "41", 41),
        ("age", "４１", 41),
        ("share", "1,234.5", 1234.5),
        ("share", "1,234,567", 1234567),
        ("day", "44334", "2021-05-18"),
        ("day", "2021/5/8", "2021-05-08"),
        ("day", "2021-05-08 23:59:59", "2021-05-08"),
        ("at", "8:05", "08:05"),
    ],
)
def test_numbers_and_days_are_read_as_people_write_them(
    desk: Desk, question: str, cell: str, kept: Any
) -> None:
    assert answer(desk, {question: cell}) == {question: kept}


def test_days_with_the_month_first_need_a_word_of_the_mapping(desk: Desk) -> None:
    rule = "questions: {day: {order: mdy}}"
    assert answer(desk, {"day": "5/18/2021"}, rule) == {"day": "2021-05-18"}
    assert "“5/18/2021” does not fit day" in refused(desk, {"day": "5/18/2021", "age": "1"}, "missing: []")


@pytest.mark.parametrize(
    ("question", "cell"),
    [("share", "1,234"), ("day", "1/2/03"), ("day", "2021-02-30"), ("at", "25:00"), ("age", "3.5")],
)
def test_what_could_be_read_in_two_ways_or_none_is_not_guessed(desk: Desk, question: str, cell: str) -> None:
    assert f"“{cell}” does not fit {question}" in refused(desk, {question: cell})


def test_a_number_out_of_bounds_is_told_with_the_bound(desk: Desk) -> None:
    assert "column A “age”: “150” does not fit age (It must be 120 or less)" in refused(desk, {"age": "150"})


def test_a_refusal_is_a_choice_of_its_own(desk: Desk) -> None:
    assert answer(desk, {"how": "不愿回答"}) == {"how": "silent"}


def test_an_answer_for_all_rows_comes_from_the_mapping(desk: Desk) -> None:
    assert answer(desk, {"how": "good"}, "constants: {place: 510104}") == {"place": "510104", "how": "good"}


def test_language_channel_and_day_come_from_columns(desk: Desk) -> None:
    rule = """\
        date: {column: sent, order: dmy}
        language: {column: spoken, values: {chinesisch: zh}}
        channel: {column: by}
        """
    rows = [
        ["how", "sent", "spoken", "by"],
        ["good", "3.5.2021", "English", "visit"],
        ["bad", "4.5.2021", "chinesisch", ""],
    ]
    desk.take(desk.csv(rows), rule)
    found = {(r.date.isoformat(), r.language, r.channel) for r in desk.storage.responses("poll")}
    assert found == {("2021-05-03", "en", "visit"), ("2021-05-04", "zh", "import")}


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"sent": "soon"}, "“soon” is no day"),
        ({"sent": "2031-01-01"}, "2031-01-01 cannot be the day of an answer"),
        ({"spoken": "Klingon"}, "“Klingon” is no language of this questionnaire (known: en, zh)"),
        ({"by": "Smoke signals!"}, "“Smoke signals!” is no channel"),
    ],
)
def test_a_wrong_day_language_or_channel_makes_the_row_bad(
    desk: Desk, cells: dict[str, object], words: str
) -> None:
    rule = "date: {column: sent}\nlanguage: {column: spoken}\nchannel: {column: by}\n"
    assert words in refused(desk, {"how": "good", "sent": "", "spoken": "", "by": ""} | cells, rule)

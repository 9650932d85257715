"""A mapping that does not fit gets words with the line of each mistake, all at once."""

from __future__ import annotations

import pytest

from survey_app.importing import MappingError, read_mapping
from tests.machinery.incoming import Desk


def mistakes(
    desk: Desk, mapping: str, header: tuple[str, ...] = ("Wie war es", "b", "c", "what")
) -> list[str]:
    path = desk.csv([header, ["good"] * len(header)])
    with pytest.raises(MappingError) as refused:
        desk.take(path, mapping)
    assert desk.kept() == []
    return refused.value.words.splitlines()


def test_an_unknown_question_is_told_with_the_one_that_was_meant(desk: Desk) -> None:
    assert mistakes(desk, "questions:\n  hwo: {column: Wie war es}\n") == [
        "map.yaml:2: poll has no question hwo (did you mean how?)"
    ]


def test_an_unknown_column_is_told_with_the_one_that_was_meant(desk: Desk) -> None:
    assert mistakes(desk, "questions:\n  how:\n    column: Wie war sie\n") == [
        "map.yaml:3: the file has no column “Wie war sie” (did you mean Wie war es?)"
    ]


def test_a_column_number_beyond_the_file_is_told(desk: Desk) -> None:
    found = mistakes(desk, "questions:\n  how: {column: 9}\n")
    assert "map.yaml:2: there is no column number 9 (the file has 4 columns)" in found


def test_words_over_two_columns_must_be_a_number(desk: Desk) -> None:
    found = mistakes(desk, "questions:\n  age: {column: age}\n", ("how", "age", "age"))
    assert found[0] == "map.yaml:2: “age” stands over 2 columns (name it by number: 2 (B), 3 (C))"


def test_a_number_chooses_between_columns_of_the_same_words(desk: Desk) -> None:
    path = desk.csv([["how", "age", "age"], ["good", "30", "31"]])
    assert desk.answers(path, "ignore: [2]") == [{"how": "good", "age": 31}]


def test_two_columns_for_one_question_without_a_mapping_are_told(desk: Desk) -> None:
    path = desk.csv([["how", "age", "Age"], ["good", "30", "31"]])
    with pytest.raises(MappingError, match=r"columns 2 \(B\) and|columns 2 \(B\), 3 \(C\) are all age"):
        desk.take(path)


def test_two_places_for_one_question_are_told(desk: Desk) -> None:
    found = mistakes(desk, "questions:\n  which:\n    column: what\n    columns: {pay: 1}\n")
    assert "map.yaml:4: there are two places for one question (keep column or columns)" in found
    found = mistakes(desk, "questions:\n  how: {column: 1}\n  how: {column: 2}\n")
    assert found[0] == 'map.yaml:3: "how" stands twice; the first one is in line 2 (keep one of them)'


def test_one_column_for_two_questions_is_told(desk: Desk) -> None:
    found = mistakes(desk, "questions:\n  how: {column: 1}\n  said: {column: 1}\n")
    assert found == [
        "map.yaml:3: column A “Wie war es” is taken already, for how (a column holds the answer to one question)"
    ]


def test_a_code_that_the_question_has_not_is_told(desk: Desk) -> None:
    found = mistakes(
        desk, 'questions:\n  how:\n    column: 1\n    values:\n      "gut": god\n    unlisted: othr\n'
    )
    assert found == [
        "map.yaml:5: how has no answer god (did you mean good?)",
        "map.yaml:6: how has no answer othr (did you mean other?)",
    ]


def test_a_part_that_the_question_has_not_is_told(desk: Desk) -> None:
    found = mistakes(desk, "questions:\n  checks: {columns: {quik: 1, polite: 2}}\n")
    assert found == ["map.yaml:2: checks has no part quik (did you mean quick?)"]


def test_a_checklist_in_one_column_is_told(desk: Desk) -> None:
    found = mistakes(desk, "questions:\n  checks: {column: 4}\n")
    assert (
        "map.yaml:2: checks cannot stand in one column (name its columns: in one column for each part)"
        in found
    )


def test_a_text_question_that_is_none_is_told(desk: Desk) -> None:
    found = mistakes(desk, "questions:\n  how: {column: 1, text_to: age}\n")
    assert found == ["map.yaml:2: age is no text question (text questions: why, said)"]


def test_a_constant_beside_a_column_or_for_no_question_is_told(desk: Desk) -> None:
    found = mistakes(
        desk, "questions:\n  how: {column: 1}\nignore: [2, 3]\nconstants:\n  how: good\n  wo: 51\n"
    )
    assert found[0] == "map.yaml:5: how has a constant answer and a column (keep one of them)"
    assert found[1].startswith("map.yaml:6: poll has no question wo")


def test_a_constant_or_a_language_that_cannot_be_is_told(desk: Desk) -> None:
    found = mistakes(
        desk,
        "questions: {how: {column: 1}}\nconstants:\n  age: old\nlanguage: {always: de, values: {x: eng}}",
    )
    assert found == [
        "map.yaml:3: this cannot be the answer to age (Enter a whole number, as in 12)",
        "map.yaml:4: poll has no language de (languages: zh, en)",
        "map.yaml:4: poll has no language eng (did you mean en?)",
    ]


def test_a_mapping_for_another_questionnaire_is_refused(desk: Desk) -> None:
    found = mistakes(desk, "questionnaire: driver\nquestions: {how: {column: 1}}\nignore: [2, 3]\n")
    assert found == [
        "map.yaml:1: this mapping is for driver, not for poll (import with --questionnaire driver)"
    ]


def test_all_mistakes_of_shape_are_told_at_once(desk: Desk) -> None:
    path = desk.map(
        """\
        questionaire: poll
        header_row: first
        missing_required: maybe
        questions:
          how: {colum: 1}
          age: {column: [1, 2]}
        skip: {frist: 2}
        """
    )
    with pytest.raises(MappingError) as refused:
        read_mapping(path)
    assert refused.value.words.splitlines() == [
        'map.yaml:1: "questionaire" is not a key of a mapping (did you mean questionnaire?)',
        'map.yaml:2: "header_row" must be a whole number, not "first" (write digits only)',
        'map.yaml:3: "missing_required" cannot be "maybe" (known are accept, refuse)',
        'map.yaml:5: "colum" is not a key of question how (did you mean column?)',
        'map.yaml:6: "column": a column is named by the words in its header, or by its number (the first one is 1)',
        'map.yaml:7: "frist" is not a key of skip (did you mean first?)',
    ]


def test_a_mapping_that_is_no_yaml_gets_words(desk: Desk) -> None:
    with pytest.raises(MappingError, match=r"map.yaml:1: cannot be read as YAML"):
        read_mapping(desk.map("questions: {how: [\n"))
    with pytest.raises(MappingError, match=r"There is no file .*nothing.yaml"):
        read_mapping(desk.folder / "nothing.yaml")


def test_a_file_none_of_whose_columns_is_a_question_gets_words(desk: Desk) -> None:
    with pytest.raises(
        MappingError, match=r"no column of the file is a question of poll \(its headers are “a”, “b”"
    ):
        desk.take(desk.csv([["a", "b"], ["1", "2"]]))


@pytest.mark.parametrize("label", ["label", "Label::English (en)"])
def test_a_form_is_not_taken_for_answers(desk: Desk, label: str) -> None:
    with pytest.raises(MappingError, match=r"the file is a form in XLSForm, and holds no answers"):
        desk.take(desk.csv([["type", "name", label, "hint"], ["text", "place", "Where?", ""]]))


def test_columns_that_are_left_out_are_told_with_what_was_probably_meant(desk: Desk) -> None:
    report = desk.take(desk.csv([["how", "How old", "Anything els"], ["good", "30", "x"]]))
    assert "column B “How old” is no question and is left out" in report.text()
    assert (
        "column C “Anything els” is no question and is left out; did you mean question said?" in report.text()
    )
    assert any(note.startswith("no column holds the answers to place, why, which") for note in report.notes)


def test_hostile_headers_print_as_codes(desk: Desk) -> None:
    report = desk.take(desk.csv([["how", "\x1b[31mred\u202e\x07", "[bold]"], ["good", "x", "y"]]))
    assert "\\u001b[31mred\\u202e\\u0007" in report.text()
    assert "\x1b" not in report.text()

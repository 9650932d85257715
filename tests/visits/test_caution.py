"""A word of caution where somebody types a number by which a person can be found."""

from __future__ import annotations

from tests.machinery.everykind import at_the_second_page
from tests.machinery.person import Person


def test_a_phone_number_in_free_words_is_pointed_out_once_and_the_choice_is_the_persons(person: Person):
    at_the_second_page(person).answers(age="12", words="请打 138 1234 5678 找我")
    assert person.status == 200
    assert person.at == "typed"
    assert "好像写了电话号码" in person.text
    assert person.holds("words") == "请打 138 1234 5678 找我"
    assert person.answers().at == "places"


def test_words_that_were_changed_and_still_hold_a_number_are_pointed_out_again(person: Person):
    at_the_second_page(person).answers(age="12", words="川A12345")
    assert "好像写了车牌号" in person.text
    person.answers(words="510104199003071234")
    assert "好像写了身份证号" in person.text
    assert person.answers(words="算了").at == "places"


def test_harmless_words_hold_nobody_up(person: Person):
    at_the_second_page(person).answers(age="12", words="2021年6月4日罚款2000元，打12328没人接")
    assert person.at == "places"


def test_all_that_a_text_tells_is_named_at_once(person: Person):
    at_the_second_page(person).answers(age="12", words="电话13800138000，川A12345")
    assert "这里好像写了电话号码和车牌号" in person.text

"""What a receipt opens later: the proof, one's own answers, adding to them, a quiet dialogue, taking all back."""

from __future__ import annotations

import csv
import gzip
import re
import statistics
import time
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from survey_app.exporting import export
from survey_app.importing import import_file
from survey_app.respondent import guesses, qr
from survey_app.respondent.guesses import AN_ADDRESS
from tests.machinery.everykind import at_the_check, at_the_second_page
from tests.machinery.person import Person
from tests.visits.conftest import kept

OTHER = "1234567890123456"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def token(person: Person) -> str:
    """The CSRF token of any form on the page."""
    return re.search(r'name="csrf_token" value="([^"]+)"', person.text)[1]


def looks_up(person: Person, number: str, follow: bool = True) -> Person:
    person.opens("/receipt")
    return person.posts("/receipt", {"csrf_token": token(person), "number": number}, follow)


def presses(person: Person, address: str, **fields: str) -> Person:
    return person.posts(address, {"csrf_token": token(person), **fields})


@pytest.fixture
def receipt(every_kind: Flask) -> str:
    """That of somebody who is 12 years at the wheel and left a phone number."""
    person = Person(every_kind)
    at_the_second_page(person).answers(age="12", phone="13800000000")
    return person.answers(place="P1a").answers().answers().receipt


@pytest.fixture
def opened(every_kind: Flask, receipt: str) -> Person:
    """That person, later, on another device, with the receipt looked up."""
    return looks_up(Person(every_kind), receipt)


def the_id(app: Flask) -> str:
    return next(iter(kept(app).responses())).id


def test_the_receipt_page_is_made_to_be_kept(person: Person):
    receipt = at_the_check(person).answers().receipt
    assert re.search(r'<p id="receipt" class="receipt">(<span>\d{4}</span> ?){4}</p>', person.text)
    assert "截图" in person.text
    assert qr.drawn(receipt) in person.text
    assert "localhost/receipt" in person.text


@pytest.mark.parametrize("written", ["{}", " {} ", "fours", "full", "dashes"])
def test_a_receipt_opens_however_it_is_typed(every_kind: Flask, receipt: str, written: str):
    fours = [receipt[i : i + 4] for i in range(0, 16, 4)]
    typed = {"fours": " ".join(fours), "full": receipt.translate(FULL_WIDTH), "dashes": "-".join(fours)}
    person = looks_up(Person(every_kind), typed.get(written, written.format(receipt)))
    assert "您的答案已收到" in person.text
    assert f"{date.today().year}年" in person.text


def test_the_answers_are_shown_in_words_and_sealed_ones_only_as_sealed(opened: Person):
    for words in ("绿", "第一项：有", "驾龄的两倍", "东市 东市甲县", "已加密封存", "未回答"):
        assert words in opened.text, words
    assert "13800000000" not in opened.text
    assert re.fullmatch(r"[0-9a-f]{4}( [0-9a-f]{4}){3}", opened.sees.ids["fingerprint"])


def test_the_proof_stays_the_same_until_an_answer_changes(every_kind: Flask, receipt: str, opened: Person):
    first = opened.sees.ids["fingerprint"]
    assert opened.opens("/receipt").sees.ids["fingerprint"] == first
    other = at_the_check(Person(every_kind)).answers().receipt
    assert looks_up(Person(every_kind), other).sees.ids["fingerprint"] != first
    with kept(every_kind).engine.begin() as connection:
        connection.execute(text("UPDATE responses SET answers = '{}'"))
    assert opened.opens("/receipt").sees.ids["fingerprint"] != first


def test_the_digits_stand_in_no_address_no_title_and_no_cookie(every_kind: Flask, receipt: str):
    person = looks_up(Person(every_kind), receipt, follow=False)
    given = "".join(person.page.headers.getlist("Set-Cookie"))
    assert receipt not in given
    assert "Path=/receipt" in given
    for mark in ("HttpOnly", "SameSite=Strict"):
        assert mark in given
    assert person.page.headers["Location"] == "/receipt"
    person.opens("/receipt")
    assert receipt not in person.text
    assert person.page.headers["Cache-Control"] == "no-store"
    assert person.sees.titles == ["回执号"]
    assert the_id(every_kind) not in given


def test_a_wrong_receipt_is_answered_like_a_right_one_and_then_tells_nothing(every_kind: Flask, receipt: str):
    seen = [looks_up(Person(every_kind), number, follow=False).page for number in (receipt, OTHER)]
    right, wrong = ((page.status, page.data, _shape(page.headers)) for page in seen)
    assert right == wrong
    person = looks_up(Person(every_kind), OTHER)
    assert "没有找到" in person.errors
    assert "请检查" in person.sees.titles[0]
    assert person.opens("/receipt").errors == ""


def _shape(headers: object) -> list[tuple[str, str]]:
    """The headers, with the receipt's cookie replaced by its length; the session's is packed, so it has any."""
    plain = [(name, re.sub(r"^session=[^;]+", "session=", value)) for name, value in headers]
    return [(name, re.sub(r"^receipt=[^;]+", lambda m: f"{len(m[0])}", value)) for name, value in plain]


def test_a_wrong_receipt_takes_as_long_as_a_right_one(
    every_kind: Flask, receipt: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(guesses, "FREE", 1000)
    person = Person(every_kind).opens("/receipt")
    fields = {"csrf_token": token(person)}

    def takes(number: str) -> float:
        began = time.perf_counter()
        person.client.post("/receipt", data=fields | {"number": number}, headers=person.headers)
        return time.perf_counter() - began

    def alike() -> bool:
        took: dict[str, list[float]] = {receipt: [], OTHER: []}
        for turn in range(60):  # whichever comes first waits longer for a busy machine
            for number in sorted(took, reverse=turn % 2 == 0):
                took[number].append(takes(number))
        right, wrong = (statistics.quantiles(times)[0] for times in took.values())
        return abs(right - wrong) < 0.25 * max(right, wrong)

    assert alike() or alike()  # a busy machine makes a difference now and then, the program would each time


def test_what_is_no_receipt_at_all_is_told_by_the_number_of_its_digits(every_kind: Flask, receipt: str):
    person = looks_up(Person(every_kind), receipt[:15])
    assert person.status == 422
    assert "15" in person.errors
    assert receipt[:15] in person.text


def test_who_tries_by_hand_waits_longer_each_time_and_a_right_one_ends_it(every_kind: Flask, receipt: str):
    person = Person(every_kind)
    waits = []
    for number in range(6):
        looks_up(person, f"{number:016d}")
        with person.client.session_transaction() as session:
            waits.append(round(max(0, session["tries"][1] - time.time())))
            session["tries"] = (session["tries"][0], 0)
    assert waits == [0, 0, 0, 2, 4, 8]
    with person.client.session_transaction() as session:
        session["tries"] = (9, time.time() + 50)
    assert looks_up(person, receipt).status == 429
    assert 40 < int(person.page.headers["Retry-After"]) <= 50
    assert "秒" in person.errors
    with person.client.session_transaction() as session:
        session["tries"] = (9, 0)
    assert "您的答案已收到" in looks_up(person, receipt).text
    with person.client.session_transaction() as session:
        assert "tries" not in session


def test_one_address_may_be_wrong_often_but_not_for_ever_and_right_ones_do_not_count(
    every_kind: Flask, receipt: str
):
    for _ in range(5):
        assert "您的答案已收到" in looks_up(Person(every_kind), receipt).text
    with every_kind.test_request_context("/"):
        for _ in range(AN_ADDRESS):
            assert guesses.guesses().wait() == 0
            guesses.guesses().tried(right=False)
            guesses.guesses().right()
    neighbour = looks_up(Person(every_kind), receipt)
    assert neighbour.status == 200, "test requests without an address share another count"
    for _ in range(AN_ADDRESS):
        with every_kind.test_request_context("/", environ_base={"REMOTE_ADDR": "127.0.0.1"}):
            guesses.guesses().tried(right=False)
    assert looks_up(Person(every_kind), receipt).status == 429


def test_something_is_added_beside_the_answers_once(every_kind: Flask, opened: Person):
    before = next(iter(kept(every_kind).responses()))
    for _ in range(2):
        presses(opened, "/receipt/add", words="  还想说：\r\n<b>罚款单</b>没有编号\x07 ")
        assert opened.status == 200
    assert "补充内容已收到" in opened.text
    assert "还想说：\n&lt;b&gt;罚款单&lt;/b&gt;没有编号" in opened.text
    assert next(iter(kept(every_kind).responses())) == before
    [added] = kept(every_kind).dialogue.additions("every-kind")[before.id]
    assert (added.words, added.date) == ("还想说：\n<b>罚款单</b>没有编号", date.today())


def test_too_much_too_little_and_a_phone_number_get_words_and_keep_what_was_typed(
    every_kind: Flask, opened: Person
):
    presses(opened, "/receipt/add", words="   ")
    assert opened.status == 422
    assert "请先写点内容" in opened.errors
    presses(opened, "/receipt/add", words="长" * 501)
    assert opened.status == 422
    assert "501" in opened.errors
    assert "长" * 501 in opened.text
    presses(opened, "/receipt/add", words="打我电话 13912345678")
    assert "电话号码" in opened.errors or "手机号" in opened.errors
    assert "13912345678" in opened.text
    assert kept(every_kind).dialogue.additions("every-kind") == {}
    presses(opened, "/receipt/add", words="打我电话 13912345678")
    assert len(kept(every_kind).dialogue.additions("every-kind")[the_id(every_kind)]) == 1


def test_a_question_waits_quietly_and_is_answered_once(every_kind: Flask, opened: Person):
    kept(every_kind).dialogue.ask(the_id(every_kind), "罚款单上盖的是哪个单位的章？")
    opened.opens("/receipt")
    assert "罚款单上盖的是哪个单位的章？" in opened.text
    presses(opened, "/receipt/questions/1", words="看不清")
    assert "您的回答已收到" in opened.text
    assert "看不清" in opened.text
    presses(opened, "/receipt/questions/1", words="改口")
    assert "改口" not in opened.text
    assert presses(opened, "/receipt/questions/2", words="没有这个问题").status == 200
    [inquiry] = kept(every_kind).dialogue.inquiries(["every-kind"])[the_id(every_kind)]
    assert (inquiry.answer, inquiry.answered) == ("看不清", date.today())


def test_the_device_that_sent_tells_of_a_question_and_opens_without_typing(every_kind: Flask):
    person = Person(every_kind)
    at_the_check(person).answers()
    assert "有1个问题" not in person.text
    kept(every_kind).dialogue.ask(the_id(every_kind), "在哪个收费站？")
    assert "有1个问题" in person.opens("/q/every-kind/sent").text
    presses(person, "/q/every-kind/sent")
    assert person.at == "receipt"
    assert "在哪个收费站？" in person.text
    stranger = Person(every_kind).opens("/q/every-kind")
    assert presses(stranger, "/q/every-kind/sent").at == "every-kind"


def test_the_research_group_reads_what_came_after_in_lines_and_in_exports(
    every_kind: Flask, opened: Person, tmp_path: Path
):
    survey, owner, day = every_kind.extensions["survey"], the_id(every_kind), date.today()
    presses(opened, "/receipt/add", words="第一句\n第二句")
    survey.storage.dialogue.ask(owner, "哪天？")
    survey.storage.dialogue.ask(owner, "哪里？")
    presses(opened, "/receipt/questions/2", words="北站")
    assert list(survey.dialogue(["every-kind"])) == [
        f"every-kind {owner}",
        f"  {day} added: 第一句\n第二句",
        f"  {day} asked: 哪天？",
        "  no answer yet",
        f"  {day} asked: 哪里？",
        f"  {day} answered: 北站",
    ]
    export(survey.source("every-kind"), "csv", tmp_path / "all.csv")
    with (tmp_path / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file)
    assert row["_additions"] == f"{day} 第一句\n第二句"
    assert "北站" not in str(row)
    asked = survey.campaigns["every-kind"].questionnaires["every-kind"]
    report = import_file(
        survey.storage, survey.campaigns["every-kind"], asked, tmp_path / "all.csv", None, dry_run=True
    )
    assert "_additions" not in report.text()
    presses(opened.opens("/receipt/withdraw"), "/receipt/withdraw")
    assert list(survey.dialogue(["every-kind"])) == [f"every-kind {day}: 1 withdrawn"]


def test_withdrawing_asks_first_and_then_leaves_nothing_but_the_two_days(
    every_kind: Flask, receipt: str, opened: Person
):
    presses(opened, "/receipt/add", words="补一句")
    kept(every_kind).dialogue.ask(the_id(every_kind), "问一句")
    opened.opens("/receipt/withdraw")
    for words in ("确定要撤回", "立即从所有统计表", "批次", "备份到期", "不能恢复"):
        assert words in opened.text, words
    assert kept(every_kind).counts() == {"every-kind": 1}
    presses(opened, "/receipt/withdraw")
    assert opened.at == "receipt"
    assert "已撤回" in opened.text
    for words in ("补一句", "问一句", "驾龄的两倍", "已加密封存", "/receipt/add"):
        assert words not in opened.text, words
    assert kept(every_kind).counts() == {}
    campaign = next(iter(every_kind.extensions["survey"].campaigns.values()))
    assert len(kept(every_kind).frame(campaign, "every-kind")) == 0
    assert "已撤回" in looks_up(Person(every_kind), receipt).text
    assert presses(opened, "/receipt/close").at == "receipt"
    assert kept(every_kind).dialogue.withdrawals() == {"every-kind": {date.today(): 1}}


def test_the_device_that_sent_shows_that_it_was_withdrawn_and_sends_nothing_again(every_kind: Flask):
    person = Person(every_kind)
    at_the_check(person)
    form = person.form()
    receipt = person.answers().receipt
    presses(person, "/q/every-kind/sent")
    presses(person.opens("/receipt/withdraw"), "/receipt/withdraw")
    assert person.posts("/q/every-kind/check", form).receipt == receipt
    assert "已撤回" in person.text
    assert kept(every_kind).counts() == {}
    assert "查看我的答案" not in person.text, "there is nothing left to look at"


def test_words_sent_after_a_withdrawal_in_another_tab_are_not_kept(every_kind: Flask, opened: Person):
    opened.opens("/receipt/withdraw")
    presses(opened, "/receipt/withdraw")
    presses(opened, "/receipt/add", words="还在吗")
    assert "还在吗" not in opened.text
    assert presses(opened, "/receipt/withdraw").status == 200
    assert kept(every_kind).dialogue.additions("every-kind") == {}


def test_it_closes_by_hand_by_itself_and_with_the_quick_way_out(
    every_kind: Flask, receipt: str, monkeypatch: pytest.MonkeyPatch
):
    person = looks_up(Person(every_kind), receipt)
    presses(person, "/receipt/close")
    assert "绿" not in person.opens("/receipt").text
    looks_up(person, receipt)
    link = next(link for link in person.sees.links if link.endswith("/leave"))
    person.opens(link)
    assert "绿" not in person.opens("/receipt").text
    looks_up(person, receipt)
    monkeypatch.setattr("survey_app.respondent.opened.IDLE_SECONDS", -1)
    assert "30分钟" in person.opens("/receipt").text
    assert "绿" not in person.text


def test_words_typed_into_a_page_that_closed_meanwhile_are_handed_back(
    opened: Person, monkeypatch: pytest.MonkeyPatch
):
    old = token(opened)
    monkeypatch.setattr("survey_app.respondent.opened.IDLE_SECONDS", -1)
    opened.posts("/receipt/add", {"csrf_token": old, "words": "写了很久的话"})
    assert opened.status == 403
    assert "写了很久的话" in opened.text
    assert "请先复制" in opened.text


def test_a_stale_form_does_nothing_and_keeps_what_was_typed(every_kind: Flask, receipt: str, opened: Person):
    stale = {"csrf_token": "old", "words": "写了很久的话", "number": receipt}
    for address in ("/receipt/add", "/receipt/withdraw", "/receipt/close"):
        opened.posts(address, stale)
        assert opened.status == 400, address
    assert "写了很久的话" in opened.posts("/receipt/add", stale).text
    assert kept(every_kind).dialogue.additions("every-kind") == {}
    assert kept(every_kind).counts() == {"every-kind": 1}
    stranger = Person(every_kind)
    stranger.posts("/receipt", stale)
    assert stranger.status == 400
    assert receipt in stranger.text
    for address in ("/receipt/add", "/receipt/questions/1"):
        assert "写了很久的话" in stranger.posts(address, stale).text


@pytest.mark.parametrize("cookie", ["", "x", "汉字", "gAAAAAB" + "A" * 100, "\x80"])
def test_a_cookie_made_by_hand_opens_nothing(every_kind: Flask, receipt: str, cookie: str):
    person = Person(every_kind)
    person.client.set_cookie("receipt", cookie, path="/receipt")
    assert person.opens("/receipt").status == 200
    assert "绿" not in person.text
    assert person.opens("/receipt/withdraw").at == "receipt"


def test_an_opened_receipt_is_light_too(opened: Person):
    assert len(gzip.compress(opened.page.data)) < 5_000


def test_the_pages_speak_the_language_of_the_reader_and_are_light(real: Flask):
    person = Person(real, "en").opens("/receipt")
    assert "The 16 digits of your receipt" in person.text
    assert len(gzip.compress(person.page.data)) < 2_500
    assert person.opens("/receipt?language=zh").sees.language == "zh-Hans"

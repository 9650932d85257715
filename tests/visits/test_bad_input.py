"""What goes wrong gets words, in the reader's language; nothing typed is lost and nothing forged is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask

from survey_app.errors import StorageError
from survey_app.storage import Storage
from tests.conftest import WriteCampaign
from tests.machinery.everykind import CHOSEN
from tests.machinery.person import Person
from tests.visits.conftest import OpenSurvey, kept

TINY = {
    "campaign.yaml": """
        name: tiny
        title: {zh: 小调查, en: Tiny survey}
        organisation: {zh: 办公室, en: Office}
        languages: {zh: 中文, en: English}
        privacy: {zh: 匿名, en: Anonymous}
        consent: {zh: 同意, en: Agreed}
        """,
    "tiny.yaml": """
        name: tiny
        title: {zh: 小问卷, en: Tiny}
        audience: [all]
        pages:
          - name: only
            label: {zh: 一页, en: One page}
            questions:
              - {name: well, type: text, label: {zh: 好吗？, en: How is it?}}
        """,
    "staffed.yaml": """
        name: staffed
        title: {zh: 内部, en: Internal}
        audience: [staff]
        staff: true
        pages:
          - name: only
            label: {zh: 一页, en: One page}
            questions:
              - {name: well, type: text, label: {zh: 好吗？, en: How is it?}}
        """,
}


def nothing_is_kept(app: Flask) -> bool:
    return kept(app).counts() == {}


def at_the_check(person: Person) -> Person:
    return person.begins("every-kind").answers(**CHOSEN).answers().answers().answers(place="P3").answers()


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names in this list are methods of the storage that fail as on a full disk."""
    failing: list[str] = []
    for name in ("save_draft", "send", "arrive", "start_draft"):
        working = getattr(Storage, name)

        def maybe(self: Storage, *words: object, _name: str = name, _working=working, **more: object):
            if _name in failing:
                raise StorageError("The disk of the server is full.")
            return _working(self, *words, **more)

        monkeypatch.setattr(Storage, name, maybe)
    yield failing


@pytest.mark.parametrize(
    ("language", "words"), [("zh-CN", "没有找到这个页面"), ("en-US", "There is no page here")]
)
def test_an_unknown_address_is_told_in_the_readers_language(every_kind: Flask, language: str, words: str):
    person = Person(every_kind, language)
    for address in ("/q/nobody", "/q/nobody/page", "/q/every-kind/nowhere", "/nothing", "/q/every-kind/%ff"):
        person.opens(address)
        assert person.status == 404, address
        assert words in person.text
        assert ("请检查网址" if language == "zh-CN" else "Please check the address") in person.text
    assert person.posts("/q/nobody", {"csrf_token": "x"}).status == 404
    assert person.posts("/q/every-kind/nowhere", {"csrf_token": "x"}).status == 404


def test_a_staff_questionnaire_is_not_on_the_public_pages(
    open_survey: OpenSurvey, write_campaign: WriteCampaign
):
    person = Person(open_survey(write_campaign(TINY)))
    assert "staffed" not in person.opens("/").text
    assert person.opens("/q/staffed").status == 404


def test_a_wrong_method_is_told(person: Person):
    for method, address in (("post", "/"), ("post", "/q/every-kind/later"), ("put", "/q/every-kind")):
        answer = getattr(person.client, method)(address, headers=person.headers)
        assert answer.status_code == 405
        assert "不能这样使用" in answer.get_data(as_text=True)
    assert person.client.get("/q/every-kind/afresh").status_code == 405
    assert set(person.client.put("/q/every-kind").headers["Allow"].split(", ")) >= {"GET", "POST"}


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [(-20, -10, "这份问卷已经结束"), (10, 20, "还没有开始"), (None, -1, "截止"), (5, None, "开始")],
)
def test_a_closed_questionnaire_says_when_it_was_open(
    open_survey: OpenSurvey, write_campaign: WriteCampaign, opens: int | None, closes: int | None, words: str
):
    days = {"opens": opens, "closes": closes}
    told = {key: date.today() + timedelta(days=day) for key, day in days.items() if day is not None}
    lines = "".join(f"        {key}: {day}\n" for key, day in told.items())
    person = Person(open_survey(write_campaign(TINY | {"tiny.yaml": TINY["tiny.yaml"].rstrip(" ") + lines})))
    assert "/q/tiny" not in person.opens("/").sees.links
    for address in ("/q/tiny", "/q/tiny/only", "/q/tiny/check"):
        person.opens(address)
        assert person.status == 403
        assert words in person.text
        for day in told.values():
            assert f"{day.year}年{day.month}月{day.day}日" in person.text
    assert person.posts("/q/tiny/only", {"q-well": "好"}).status == 403


def test_who_has_sent_still_sees_the_receipt_when_it_is_closed(
    open_survey: OpenSurvey, write_campaign: WriteCampaign
):
    person = Person(open_survey(write_campaign(TINY)))
    receipt = person.begins("tiny").answers(well="好").answers().receipt
    yesterday = date.today() - timedelta(days=1)
    over = TINY | {"tiny.yaml": TINY["tiny.yaml"].rstrip(" ") + f"        closes: {yesterday}\n"}
    later = Person(open_survey(write_campaign(over)))
    later.client = _same_cookies(person, later)
    assert later.opens("/q/tiny").receipt == receipt


@pytest.mark.parametrize("token", [None, "", "forged", "IjEi.aaaaaa.bbbb"])
def test_a_missing_or_stale_token_shows_the_page_again_with_the_answers(every_kind: Flask, token: str | None):
    person = Person(every_kind).begins("every-kind")
    fields = person.form(**CHOSEN, many=["red", "blue"], one_other="淡黄")
    fields = {name: value for name, value in fields.items() if name != "csrf_token"}
    person.posts("/q/every-kind/chosen", fields if token is None else fields | {"csrf_token": token})
    assert person.status == 400
    assert "打开得太久" in person.text
    assert person.holds("one") == "green"
    assert sorted(person.holds("many")) == ["blue", "red"]
    assert person.holds("one_other") == "淡黄"
    again = Person(every_kind)
    again.client = person.client
    assert again.opens("/q/every-kind/chosen").holds("one") == []  # nothing was kept
    assert person.answers().at == "chosen"  # the note came up: the page was taken
    assert person.answers().at == "typed"


def test_a_stale_start_and_a_stale_check_are_shown_again_and_work_then(every_kind: Flask):
    person = Person(every_kind).opens("/q/every-kind")
    person.posts("/q/every-kind", {"csrf_token": "old"})
    assert person.status == 400
    assert "请再按一次按钮" in person.text
    at_the_check(person)
    person.posts("/q/every-kind/check", {"csrf_token": "old"})
    assert person.status == 400
    assert nothing_is_kept(every_kind)
    assert person.answers().at == "sent"


def test_a_stale_page_whose_draft_expired_does_not_say_that_all_answers_are_here(every_kind: Flask):
    person = Person(every_kind).begins("every-kind").answers(**CHOSEN).answers()
    kept(every_kind).purge_expired_drafts(date.today() + timedelta(days=400))
    person.posts("/q/every-kind/typed", person.form(line="写了半天") | {"csrf_token": "old"})
    assert person.status == 400
    assert "都还在" not in person.text
    assert "您在这一页填的内容还在，请再按一次按钮" in person.text
    assert person.holds("line") == "写了半天"
    assert "已经保留" in person.answers().text


def test_a_browser_without_cookies_is_told_so_and_loses_nothing(every_kind: Flask):
    person = Person(every_kind).begins("every-kind")
    fields = person.form(one="other", one_other="紫")
    nobody = Person(every_kind).posts("/q/every-kind/chosen", fields)
    assert nobody.status == 400
    assert "Cookie" in nobody.text
    assert nobody.holds("one_other") == "紫"


def test_without_a_draft_every_page_leads_to_the_start_with_words(person: Person):
    for address in ("/q/every-kind/chosen", "/q/every-kind/check"):
        person.opens(address)
        assert person.at == "every-kind"
        assert "请从这里开始" in person.text
    assert person.opens("/q/every-kind/sent").at == "every-kind"


def test_an_expired_draft_begins_again_with_words_and_keeps_the_page(every_kind: Flask):
    person = Person(every_kind).begins("every-kind").answers(**CHOSEN).answers()
    kept(every_kind).purge_expired_drafts(date.today() + timedelta(days=400))
    person.posts("/q/every-kind/typed", person.form(line="写了半天", age="8") | {"go": "on"})
    assert person.at == "every-kind"
    assert "需要重新开始" in person.text
    assert "已经保留" in person.text
    assert person.answers().at == "chosen"
    assert person.answers(**CHOSEN).answers().holds("line") == "写了半天"
    assert person.holds("age") == "8"


def test_an_expired_draft_is_told_on_reading_a_page_too(every_kind: Flask):
    person = Person(every_kind).begins("every-kind")
    kept(every_kind).purge_expired_drafts(date.today() + timedelta(days=400))
    person.opens("/q/every-kind/chosen")
    assert person.at == "every-kind"
    assert person.text.count("您之前填的答案已不在这里") == 1
    assert "保留7天后删除" in person.text


def test_the_receipt_outlives_its_draft(every_kind: Flask):
    person = at_the_check(Person(every_kind)).answers()
    receipt = person.receipt
    kept(every_kind).purge_expired_drafts(date.today() + timedelta(days=400))
    assert person.opens("/q/every-kind").receipt == receipt


def test_a_body_that_is_too_large_is_told(every_kind: Flask):
    person = Person(every_kind).begins("every-kind").answers(**CHOSEN).answers()
    person.posts("/q/every-kind/typed", person.form(words="长" * 100_000))
    assert person.status == 413
    assert "内容太多了" in person.text
    assert nothing_is_kept(every_kind)


FORGED = [
    {"q-nobody": "x"},
    {"q-one-more": "x"},
    {"q-rows": "did"},
    {"q-rows-third": "did"},
    {"q-one": "purple"},
    {"q-one": ["red", "green"]},
    {"q-many": ["red", "<script>"]},
    {"q-liked": "l9"},
    {"q-order-purple": "1"},
    {"q-rows-first": ["did", "did_not"]},
    {"q-age": "5"},  # a question of another page
    {f"q-x{number}": "x" for number in range(900)},
    {f"field{number}": "x" for number in range(10_000)},
    {"q-one": "gr\0een"},
    {"q-\0": "x"},
    {"go": "remove-events-0"},
    {"go": "add-nobody"},
    {"language": "xx"},
]


@pytest.mark.parametrize("forged", FORGED, ids=lambda forged: repr(forged)[:40])
def test_a_hand_made_request_is_refused_with_words_and_nothing_of_it_is_kept(every_kind: Flask, forged: dict):
    person = Person(every_kind).begins("every-kind").answers("back", one="red").opens("/q/every-kind/chosen")
    form = person.form(one_other="不该留下")
    person.posts("/q/every-kind/chosen", form | forged)
    assert 400 <= person.status < 500
    assert person.text.strip()
    person.opens("/q/every-kind/chosen")
    assert person.holds("one") == "red"
    if "language" not in forged:
        assert person.holds("one_other") != "不该留下"
    assert nothing_is_kept(every_kind)


BODIES = [
    b"q-one=%ff%fe",
    b"q-one=\xff\xfe",
    b"%ff=1",
    b"q-one_other=%ed%a0%80",
    b"q-one=%00",
    b"\x00",
    b"&&&===",
    b"{}",
]
MULTIPART = "multipart/form-data; boundary=x"


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", MULTIPART, "application/json", "text/plain"]
)
def test_bytes_that_are_no_form_are_refused_with_words(every_kind: Flask, kind: str):
    person = Person(every_kind).begins("every-kind")
    for body in BODIES:
        token = f"csrf_token={person.token}&".encode()
        person.posts("/q/every-kind/chosen", token + body, content_type=kind)
        assert 400 <= person.status < 500, body
        assert "<h1>" in person.text
        assert person.opens("/q/every-kind/chosen").holds("one") == []


def test_a_multipart_form_is_read_as_strictly(every_kind: Flask):
    person = Person(every_kind).begins("every-kind")
    head = 'Content-Disposition: form-data; name="{}"\r\n\r\n'
    for value in (b"\xff\xfe", b"gr\0een"):
        token = head.format("csrf_token").encode() + person.token.encode()
        body = (
            b"--x\r\n"
            + token
            + b"\r\n--x\r\n"
            + head.format("q-one_other").encode()
            + value
            + b"\r\n--x--\r\n"
        )
        person.posts("/q/every-kind/chosen", body, content_type=MULTIPART)
        assert person.status == 400
        assert "无法读取" in person.text
        person.opens("/q/every-kind/chosen")
    nameless = b"--x\r\nContent-Disposition: form-data\r\n\r\nred\r\n--x--\r\n"
    assert person.posts("/q/every-kind/chosen", nameless, content_type=MULTIPART).status == 400
    assert "无法读取" in person.text
    person.opens("/q/every-kind/chosen")
    upload = person.form() | {"q-one": (BytesIO(b"file"), "picture.jpg")}
    assert person.posts("/q/every-kind/chosen", upload, content_type="multipart/form-data").status == 400


@pytest.mark.parametrize("host", ["a..b", "..", "h" * 64])
def test_a_host_that_is_none_is_refused_with_words(person: Person, host: str):
    for address in ("/", "/q/every-kind", "/nowhere"):
        answer = person.client.get(address, headers=person.headers | {"Host": host})
        assert answer.status_code == 400
        assert "请返回上一页再试一次" in answer.get_data(as_text=True)


def test_a_region_that_is_none_or_lies_elsewhere_is_refused(person: Person):
    person.begins("every-kind").answers(**CHOSEN).opens("/q/every-kind/places")
    for forged in ({"q-place": "X9"}, {"q-near": "P2a"}, {"q-place-county": "P1a"}):
        person.posts("/q/every-kind/places", person.form() | forged)
        assert person.status == 400, forged
        person.opens("/q/every-kind/places")


def test_a_full_disk_while_a_page_is_saved_loses_nothing(every_kind: Flask, full_disk: list[str]):
    person = Person(every_kind).begins("every-kind")
    full_disk.append("save_draft")
    person.answers(**CHOSEN, one_other="淡黄")
    assert person.status == 503
    assert "您的答案都还在" in person.text
    assert person.holds("one") == "green"
    assert person.holds("one_other") == "淡黄"
    full_disk.clear()
    assert person.answers().answers().at == "typed"


def test_a_full_disk_at_sending_says_send_again_and_sending_again_works(
    every_kind: Flask, full_disk: list[str]
):
    person = at_the_check(Person(every_kind))
    full_disk.append("send")
    person.answers()
    assert person.status == 503
    assert "您的答案都还在，请再提交一次" in person.text
    assert nothing_is_kept(every_kind)
    full_disk.clear()
    assert person.answers().at == "sent"
    assert kept(every_kind).counts() == {"every-kind": 1}


def test_the_log_tells_the_operator_once_what_to_mend_and_nothing_of_the_person(
    every_kind: Flask, full_disk: list[str], caplog: pytest.LogCaptureFixture
):
    person = at_the_check(Person(every_kind))
    full_disk.append("send")
    person.answers().answers()
    full_disk.append("arrive")
    assert person.opens("/q/every-kind/chosen").status == 503
    assert [record.getMessage() for record in caplog.records] == ["The disk of the server is full."]


@pytest.mark.parametrize("away", ["arrive", "start_draft"])
def test_a_database_that_is_away_is_told_with_a_time_to_come_again(
    every_kind: Flask, full_disk: list[str], away: str
):
    person = Person(every_kind).opens("/q/every-kind").answers().opens("/q/every-kind/chosen")
    stranger = Person(every_kind).opens("/q/every-kind")
    full_disk.append(away)
    met = person.opens("/q/every-kind/chosen") if away == "arrive" else stranger.answers()
    assert met.status == 503
    assert met.page.headers["Retry-After"].isdecimal()
    assert "请过几分钟再试" in met.text


def test_a_database_that_is_away_does_not_lose_the_page_that_was_typed(
    every_kind: Flask, full_disk: list[str]
):
    person = Person(every_kind).begins("every-kind")
    full_disk.append("arrive")
    person.answers(**CHOSEN, one_other="淡黄")
    assert person.status == 503
    assert person.holds("one_other") == "淡黄"
    full_disk.clear()
    assert person.answers().answers().at == "typed"


def test_a_draft_goes_on_in_the_version_it_began_with(open_survey: OpenSurvey, write_campaign: WriteCampaign):
    person = Person(open_survey(write_campaign(TINY))).begins("tiny")
    changed = TINY["tiny.yaml"].replace("name: well", "name: better").replace("好吗", "更好吗")
    app = open_survey(write_campaign(TINY | {"tiny.yaml": changed}))
    later = Person(app)
    later.client = _same_cookies(person, later)
    later.opens("/q/tiny/only")
    assert later.shows("well")
    assert later.answers(well="好").answers().at == "sent"
    (response,) = kept(app).responses()
    assert response.answers == {"well": "好"}
    assert Person(app).begins("tiny").shows("better")


def test_days_that_moved_hold_for_a_draft_of_an_earlier_version_too(
    open_survey: OpenSurvey, write_campaign: WriteCampaign
):
    person = Person(open_survey(write_campaign(TINY))).begins("tiny")
    yesterday = date.today() - timedelta(days=1)
    changed = TINY["tiny.yaml"].replace("好吗", "更好吗").rstrip(" ") + f"        closes: {yesterday}\n"
    app = open_survey(write_campaign(TINY | {"tiny.yaml": changed}))
    later = Person(app)
    later.client = _same_cookies(person, later)
    for address in ("/q/tiny", "/q/tiny/only", "/q/tiny/check"):
        assert later.opens(address).status == 403, address
    assert later.posts("/q/tiny/only", person.form(well="好")).status == 403
    assert nothing_is_kept(app)


def test_no_mistake_of_ours_shows_its_traceback(every_kind: Flask, monkeypatch: pytest.MonkeyPatch):
    def broken(self: Storage, *words: object) -> None:
        raise RuntimeError("secret detail")

    person = Person(every_kind).begins("every-kind")
    monkeypatch.setattr(Storage, "arrive", broken)
    person.opens("/q/every-kind/chosen")
    assert person.status == 500
    assert "这是我们的问题" in person.text
    assert "secret detail" not in person.text


def _same_cookies(earlier: Person, later: Person):
    """The browser of `earlier`, now at the application of `later`."""
    for name in ("session", "draft-tiny"):
        cookie = earlier.client.get_cookie(name, path="/q/tiny" if name == "draft-tiny" else "/")
        if cookie is not None:
            later.client.set_cookie(name, cookie.value, path=cookie.path)
    return later.client

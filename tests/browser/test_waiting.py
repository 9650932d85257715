"""The wait before the start in a burst, the limits, and a whole visit that nothing is flagged of, in Chromium."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from playwright.sync_api import Page, expect

from survey_app.config import Settings
from survey_app.respondent.waiting import WAIT_SECONDS
from survey_app.storage import StoredResponse
from survey_app.survey import open_survey
from tests.browser.conftest import EVERY_KIND, OpenPage
from tests.machinery.hands import CHENGDU, JINNIU, at, begins, goes_on, is_kept
from tests.machinery.live_server import LiveServer, running_server

TAP_MS = 600
"""Between two taps of somebody who knows the questions already."""


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server on which a second start in a minute is unusual; of one process, since each counts its own starts."""
    folder = tmp_path_factory.mktemp("crowded")
    with running_server(folder, EVERY_KIND, ["--processes", "1"], SURVEY_CALM_STARTS="1") as server:
        yield server


@pytest.fixture
def burst(crowded: LiveServer) -> LiveServer:
    """That server, in a minute in which others have begun, and that is not over at once."""
    if (left := 60 - time.monotonic() % 60) < 20:
        time.sleep(left)
    others_begin(crowded.url)
    return crowded


def others_begin(url: str) -> None:
    """More than are usual in a minute."""
    for _ in range(3):
        _begins_by_program(url)


def _begins_by_program(url: str) -> None:
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    page = opener.open(f"{url}/q/every-kind").read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    try:
        opener.open(f"{url}/q/every-kind", urlencode({"csrf_token": token}).encode()).close()
    except HTTPError as held:
        assert held.code == 429


def taps(page: Page, **answers: str) -> None:
    """Choose one after the other, at a person's speed."""
    for question, code in answers.items():
        page.wait_for_timeout(TAP_MS)
        page.locator(f'input[name="q-{question}"][value="{code}"]').check()


def picks(page: Page, name: str, code: str) -> None:
    page.wait_for_timeout(TAP_MS)
    page.select_option(f'select[name="q-{name}"]', code)


def fills_rows(page: Page, question: str, code: str) -> None:
    for box in page.locator(f'input[name^="q-{question}-"][value="{code}"]').all():
        page.wait_for_timeout(TAP_MS // 3)
        box.check()


def responses(server: LiveServer) -> list[StoredResponse]:
    survey = open_survey(Settings.read(server.environment))
    try:
        return list(survey.storage.responses())
    finally:
        survey.storage.close()


def test_the_script_works_and_goes_on_by_itself(page: Page, burst: LiveServer):
    page.goto(f"{burst.url}/q/every-kind")
    with page.expect_response(lambda answer: answer.status == 429):
        page.locator("form#answers button.go").click()
    page.wait_for_url("**/chosen", timeout=WAIT_SECONDS * 1000)


def test_the_button_works_after_the_wait_where_no_script_works_or_none_arrives(
    page: Page, plain_page: Page, burst: LiveServer
):
    page.route("**/work.js", lambda route: route.abort())
    for each in (page, plain_page):
        each.goto(f"{burst.url}/q/every-kind")
        goes_on(each)
    expect(plain_page.locator("h1")).to_have_text("请稍候")
    assert f"{WAIT_SECONDS}秒" in plain_page.locator("main").inner_text()
    goes_on(plain_page)
    expect(plain_page.locator("h1")).to_have_text("请稍候")
    page.wait_for_timeout(WAIT_SECONDS * 1000)
    others_begin(burst.url)
    for each in (page, plain_page):
        goes_on(each)
        assert at(each) == "chosen"


def test_what_was_typed_before_the_draft_was_lost_is_there_after_the_wait(page: Page, burst: LiveServer):
    page.goto(f"{burst.url}/q/every-kind")
    page.locator("form#answers button.go").click()
    page.wait_for_url("**/chosen", timeout=WAIT_SECONDS * 1000)
    page.goto(f"{burst.url}/q/every-kind/typed")
    page.context.clear_cookies(name="draft-every-kind")
    page.fill('[name="q-line"]', "山路十八弯")
    others_begin(burst.url)  # by now the minute may be another one
    goes_on(page)
    assert at(page) == "every-kind"
    page.locator("form#answers button.go").click()
    page.wait_for_url(re.compile("/(chosen|typed)$"), timeout=WAIT_SECONDS * 1000)
    page.goto(f"{burst.url}/q/every-kind/typed")
    assert page.input_value('[name="q-line"]') == "山路十八弯"


def test_a_page_that_is_asked_to_wait_keeps_its_answers_on_the_phone_and_saves_them_by_itself(
    page: Page, burst: LiveServer
):
    page.goto(f"{burst.url}/q/every-kind")
    page.locator("form#answers button.go").click()
    page.wait_for_url("**/chosen", timeout=WAIT_SECONDS * 1000)
    page.goto(f"{burst.url}/q/every-kind/typed")
    page.route("**/typed", lambda route: route.fulfill(status=429, headers={"Retry-After": "2"}, body="…"))
    page.fill('[name="q-line"]', "山路")
    expect(page.locator("#saved")).to_contain_text("已存在手机里")
    page.unroute("**/typed")
    with page.expect_response(is_kept):
        pass
    page.reload()
    assert page.input_value('[name="q-line"]') == "山路"


@pytest.mark.parametrize("javascript", [True, False])
def test_nothing_is_flagged_of_a_driver_who_answers_at_a_persons_speed(
    open_page: OpenPage, live_server: LiveServer, javascript: bool
):
    page = open_page(javascript=javascript)
    begins(page, live_server, "driver")
    taps(page, B01="taxi", B03="y1", B05="local")
    picks(page, "B04", CHENGDU)
    goes_on(page)
    taps(page, B06="c1_2", B10="f1")
    if not javascript:
        goes_on(page)
    taps(page, B08="toll")
    fills_rows(page, "B11", "did")
    picks(page, "B07-prefecture", CHENGDU)
    if not javascript:
        goes_on(page)
    picks(page, "B07", JINNIU)
    fills_rows(page, "B09", "did")
    goes_on(page)
    taps(page, B12="s2", B13="t3")
    goes_on(page)
    taps(page, B14="none", B15="none", B16="none", B17="none", B18="none")
    if javascript:
        expect(page.locator("#saved")).to_have_text("已保存。")
    goes_on(page)
    taps(page, B20="hotline", B21="P1")
    page.locator('textarea[name="q-B23"]').press_sequentially("希望少一点重复检查。", delay=80)
    goes_on(page)
    assert at(page) == "check"
    page.locator("button.go").click()
    page.wait_for_url("**/sent")
    (response,) = responses(live_server)
    assert response.flags == ()


def test_answers_that_came_back_from_the_phone_are_not_flagged_as_too_fast(
    page: Page, shared_server: LiveServer
):
    begins(page, shared_server, "driver", "problems")
    questions = ("B14", "B15", "B16", "B17", "B18")
    page.context.set_offline(True)
    taps(page, **dict.fromkeys(questions, "none"))
    expect(page.locator("#saved")).to_contain_text("已存在手机里")
    address, browser = page.url, page.context
    page.close()
    browser.set_offline(False)
    again = browser.new_page()
    again.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    again.goto(address)
    again.check(
        'input[name="q-B14"][value="CASH"]'
    )  # from here on the whole page is sent, not what the phone held
    again.unroute("**/*")
    goes_on(again)
    survey = open_survey(Settings.read(shared_server.environment))
    token = next(each["value"] for each in browser.cookies() if each["name"] == "draft-driver")
    draft = survey.storage.draft(token)
    survey.storage.close()
    assert set(questions) <= set(draft.answers)
    assert draft.flags == ()

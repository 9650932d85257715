"""The pages with their script: what it does at once, what it keeps when the network goes, and what it never does."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from survey_app.respondent.views import ASSETS
from survey_app.web import packing
from tests.browser.conftest import EVERY_KIND, OpenPage
from tests.machinery.hands import (
    CHENGDU,
    GUANGYUAN,
    JINNIU,
    ZHAOHUA,
    at,
    begins,
    chooses,
    fills_the_rows,
    goes_on,
    is_kept,
)
from tests.machinery.live_server import LiveServer, running_server

SOURCE = (ASSETS.folder / "live.js").read_text("utf-8")
MOST_BYTES = 8000
KEPT = "Object.entries(localStorage).map(pair => pair.join(' ')).join()"
VOICE = """
    const said = window.said = [];
    Object.defineProperty(window, "speechSynthesis", {value: {
        getVoices: () => [{lang: "en-US"}, {lang: "zh-CN"}],
        cancel: () => said.push(""),
        speak: one => said.push(one.text),
    }});
    window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with running_server(tmp_path_factory.mktemp("real")) as server:
        yield server


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with running_server(tmp_path_factory.mktemp("kinds"), EVERY_KIND) as server:
        yield server


def holds(page: Page, question: str) -> str:
    return page.input_value(f'[name="q-{question}"]')


# What the script is.


def test_the_script_is_small_enough_for_a_slow_network():
    for pack in packing.SMALL.values():
        assert len(pack(ASSETS.contents["live.js"])) <= MOST_BYTES


def test_the_script_never_reads_words_as_markup_or_as_a_program():
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "srcdoc",
        'setTimeout("',
    ):
        assert word not in SOURCE


def test_the_script_is_written_in_words_that_old_phones_know():
    without_texts = re.sub(r'"(\\.|[^"\\\n])*"|/\*.*?\*/|//.*', '""', SOURCE, flags=re.DOTALL)
    for word in (
        "?.",
        "??",
        "import ",
        "export ",
        "async ",
        "class ",
        "#",
        ".at(",
        ".flat(",
        "replaceAll",
        "(?<",
        "**",
    ):
        assert word not in re.sub(r"/\^.*?\$/", "", without_texts), word


# Relevance.


def test_a_question_comes_and_goes_with_the_answer_it_hangs_on(page: Page, real: LiveServer):
    begins(page, real, "driver")
    address = page.url
    assert page.locator("#ask-B02").count() == 0
    chooses(page, B01="truck_own")
    chooses(page, B02="heavy")
    expect(page.locator("#saved")).to_have_text("下面多了需要回答的问题。")
    chooses(page, B01="taxi")
    assert page.locator("#ask-B02").count() == 0
    assert "q-B02" not in page.evaluate("[...new FormData(document.getElementById('answers')).keys()]")
    chooses(page, B01="truck_hired")
    assert page.locator('[name="q-B02"]:checked').input_value() == "heavy"
    assert page.url == address


def test_a_question_that_was_before_the_person_is_judged_at_once(page: Page, real: LiveServer):
    begins(page, real, "driver")
    chooses(page, B01="truck_own", B03="y1", B05="local")
    page.select_option('[name="q-B04"]', CHENGDU)
    goes_on(page)
    assert at(page) == "about"
    assert "哪一类" in page.locator("#errors").inner_text()
    assert page.locator("main .notice").count() == 0
    chooses(page, B02="semi")
    goes_on(page)
    assert at(page) == "checks"


def test_what_is_worked_out_changes_as_one_types(page: Page, kinds: LiveServer):
    begins(page, kinds, "every-kind", "typed")
    page.fill('[name="q-age"]', "12")
    expect(page.locator("#ask-double strong")).to_have_text("24")
    page.fill('[name="q-age"]', "1e1")
    expect(page.locator("#ask-double")).to_be_hidden()


def test_a_driver_answers_everything_without_a_page_that_comes_back(page: Page, real: LiveServer):
    begins(page, real, "driver")
    chooses(page, B01="truck_hired", B02="heavy", B03="y4_10", B05="local")
    page.select_option('[name="q-B04"]', CHENGDU)
    goes_on(page)
    chooses(page, B06="c1_2", B08="toll", B10="f1")
    page.select_option('[name="q-B07-prefecture"]', CHENGDU)
    page.select_option('[name="q-B07"]', JINNIU)
    fills_the_rows(page, "B09", "did")
    fills_the_rows(page, "B11", "did")
    goes_on(page)
    chooses(page, B12="s2", B13="t3")
    goes_on(page)
    chooses(page, B14="CASH", B15="none", B16="none", B17="none", B18="none")
    page.select_option('[name="q-B19-prefecture"]', GUANGYUAN)
    page.select_option('[name="q-B19"]', ZHAOHUA)
    goes_on(page)
    chooses(page, B20="hotline", B21="P1")
    goes_on(page)
    assert at(page) == "check"
    page.locator("button.go").dblclick()
    page.wait_for_url("**/sent")
    assert re.fullmatch(r"\d{16}", re.sub(r"\s", "", page.locator("#receipt").inner_text()))


# Choices and words.


def test_a_choice_that_stands_alone_stands_alone_at_once(page: Page, kinds: LiveServer):
    begins(page, kinds, "every-kind")
    chooses(page, many="red")
    chooses(page, many="none")
    assert page.locator('[name="q-many"]:checked').evaluate_all("all => all.map(one => one.value)") == [
        "none"
    ]
    chooses(page, many="blue")
    assert page.locator('[name="q-many"]:checked').evaluate_all("all => all.map(one => one.value)") == [
        "blue"
    ]


def test_one_choice_too_many_is_refused_in_words(page: Page, kinds: LiveServer):
    begins(page, kinds, "every-kind")
    chooses(page, many="red")
    chooses(page, many="blue")
    page.locator('[name="q-many"][value="green"]').click()
    assert page.locator('[name="q-many"]:checked').count() == 2
    told = page.locator("#ask-many [role=status]")
    expect(told).to_have_text("最多选2项，请先取消一项。")
    page.set_viewport_size({"width": 360, "height": 320})
    page.locator("#ask-many input").first.scroll_into_view_if_needed()
    expect(told).to_be_in_viewport(ratio=1)
    page.uncheck('[name="q-many"][value="red"]')
    expect(told).to_be_hidden()


def test_the_words_beside_other_come_with_it(page: Page, kinds: LiveServer):
    begins(page, kinds, "every-kind")
    for choose, other in (("one", "other"), ("many", "else")):
        line = page.locator(f'[name="q-{choose}_other"]')
        expect(line).to_be_hidden()
        chooses(page, **{choose: other})
        expect(line).to_be_visible()
    chooses(page, one="red")
    expect(page.locator('[name="q-one_other"]')).to_be_hidden()


def test_characters_are_counted_as_people_count_them(page: Page, kinds: LiveServer):
    begins(page, kinds, "every-kind", "typed")
    told = page.locator("#ask-line [role=status]")
    page.fill('[name="q-line"]', "😀" * 10)
    expect(told).to_be_hidden()
    page.fill('[name="q-line"]', "😀" * 18)
    expect(told).to_have_text("还可以写2字")
    page.fill('[name="q-line"]', "川" * 23)
    expect(told).to_have_text("超出3字")


# Places.


def test_a_place_is_chosen_without_a_reload_and_another_prefecture_takes_the_county_away(
    page: Page, kinds: LiveServer
):
    begins(page, kinds, "every-kind", "places")
    page.select_option('[name="q-place-prefecture"]', "P1")
    page.select_option('[name="q-place"]', "P1b")
    page.select_option('[name="q-place-prefecture"]', "P3")
    expect(page.locator('[name="q-place"]')).to_have_count(0)
    page.select_option('[name="q-place-prefecture"]', "P2")
    assert holds(page, "place") == ""
    assert page.locator('[value^="deeper"]').count() == 0


def test_what_was_chosen_before_the_places_came_opens_the_next_list_when_they_come(
    page: Page, kinds: LiveServer
):
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/places/**", hold)
    begins(page, kinds, "every-kind", "places")
    page.select_option('[name="q-place-prefecture"]', "P1")
    expect(page.locator('[name="q-place"]')).to_have_count(0)
    for route in held:
        route.continue_()
    page.select_option('[name="q-place"]', "P1b")
    assert page.input_value('[name="q-place-prefecture"]') == "P1"


@pytest.mark.parametrize("typed", ["金牛", "jinniu", "Jin Niu"])
def test_a_place_is_found_by_its_characters_and_by_pinyin(page: Page, real: LiveServer, typed: str):
    begins(page, real, "driver", "checks")
    chooses(page, B06="c1_2")
    page.locator("#ask-B07-find").press_sequentially(typed)
    button = page.locator("#ask-B07 .found button").first
    expect(button).to_have_text("成都市 金牛区")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    page.keyboard.press("Enter")
    assert holds(page, "B07") == JINNIU
    assert holds(page, "B07-prefecture") == CHENGDU
    expect(page.locator("#ask-B07 [role=status]").first).to_have_text("成都市 金牛区")
    assert at(page) == "checks"


def test_the_places_are_fetched_once_and_kept(page: Page, real: LiveServer):
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if "/places/" in request.url else None)
    begins(page, real, "driver", "checks")
    chooses(page, B06="c1_2")
    expect(page.locator("#ask-B07-find")).to_be_visible()
    address = fetched[-1]
    came = f"performance.getEntriesByName('{address}').map(each => each.transferSize)"
    page.goto(f"{real.url}/q/driver/checks")
    chooses(page, B06="c1_2")
    expect(page.locator("#ask-B07-find")).to_be_visible()
    assert page.evaluate(came) == [0], "the second time they come out of the browser's own store"
    answer = page.request.get(address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert len(gzip.compress(answer.body())) < 4000


# Saving.


def test_what_is_typed_is_saved_when_the_person_pauses(page: Page, kinds: LiveServer):
    begins(page, kinds, "every-kind", "typed")
    with page.expect_response(is_kept):
        page.fill('[name="q-words"]', "第一行\n第二行")
    expect(page.locator("#saved")).to_have_text("已保存。")
    page.reload()
    assert holds(page, "words") == "第一行\n第二行"
    assert page.evaluate(KEPT) == ""


def test_without_a_network_answers_wait_on_the_phone_and_go_by_themselves(page: Page, kinds: LiveServer):
    begins(page, kinds, "every-kind", "typed")
    page.context.set_offline(True)
    page.fill('[name="q-line"]', "山路")
    page.fill('[name="q-phone"]', "13800000000")
    expect(page.locator("#saved")).to_have_text("没有网络，已存在手机里，恢复后自动保存。")
    assert "山路" in page.evaluate(KEPT)
    assert "13800000000" not in page.evaluate(KEPT)
    with page.expect_response(is_kept):
        page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_text("已保存。")
    assert page.evaluate(KEPT) == ""
    page.reload()
    assert holds(page, "line") == "山路"
    assert holds(page, "phone") == "13800000000"


def test_what_the_phone_holds_comes_back_into_the_page(page: Page, real: LiveServer):
    begins(page, real, "driver", "checks")
    page.context.set_offline(True)
    chooses(page, B06="c3_5")
    chooses(page, B08="toll")
    fills_the_rows(page, "B09", "did")
    expect(page.locator("#saved")).to_contain_text("已存在手机里")
    address, browser = page.url, page.context
    page.close()
    browser.set_offline(False)
    again = browser.new_page()
    with again.expect_response(is_kept):
        again.goto(address)
    assert again.locator('[name="q-B08"]:checked').input_value() == "toll"
    assert again.locator('[name^="q-B09-"]:checked').count() > 1
    assert again.evaluate(KEPT) == ""
    again.reload()
    assert again.locator('[name="q-B08"]:checked').input_value() == "toll"


def test_a_place_that_the_phone_holds_comes_back_whole(page: Page, kinds: LiveServer):
    begins(page, kinds, "every-kind", "places")
    expect(page.locator("#ask-place-find")).to_be_visible()
    page.context.set_offline(True)
    page.select_option('[name="q-place-prefecture"]', "P2")
    page.select_option('[name="q-place"]', index=1)
    chosen = holds(page, "place")
    expect(page.locator("#saved")).to_contain_text("已存在手机里")
    address, browser = page.url, page.context
    page.close()
    browser.set_offline(False)
    again = browser.new_page()
    with again.expect_response(is_kept):
        again.goto(address)
    expect(again.locator('[name="q-place"]')).to_have_value(chosen)
    again.reload()
    assert holds(again, "place") == chosen


def test_answers_of_somebody_else_on_this_phone_are_not_shown(page: Page, kinds: LiveServer):
    begins(page, kinds, "every-kind", "typed")
    page.evaluate(
        """localStorage.setItem("survey.every-kind", JSON.stringify(
            {draft: "another", pages: {"/q/every-kind/typed": [["q-line", "别人的"], ["shown", "ask-line"]]}}))"""
    )
    page.reload()
    assert holds(page, "line") == ""
    assert page.evaluate(KEPT) == ""


def test_the_button_waits_for_the_network_and_goes_on_by_itself(page: Page, kinds: LiveServer):
    begins(page, kinds, "every-kind", "typed")
    page.context.set_offline(True)
    page.fill('[name="q-line"]', "山路")
    page.locator("button.go").click()
    page.locator("button.go").click()
    expect(page.locator("#saved")).to_have_text("没有网络，已存在手机里，恢复后自动进入下一步。")
    page.context.set_offline(False)
    page.wait_for_url("**/places")
    assert page.evaluate(KEPT) == ""
    page.goto(f"{kinds.url}/q/every-kind/typed")
    assert holds(page, "line") == "山路"


def test_sending_without_a_network_says_so_and_happens_by_itself_once(page: Page, kinds: LiveServer):
    begins(page, kinds, "every-kind")
    chooses(page, one="green")
    fills_the_rows(page, "rows", "did")
    goes_on(page)
    goes_on(page)
    page.select_option('[name="q-place-prefecture"]', "P3")
    goes_on(page)
    goes_on(page)
    page.context.set_offline(True)
    page.locator("button.go").click()
    expect(page.locator("#saved")).to_have_text("没有网络，还没有提交。请不要关闭本页，恢复后自动提交。")
    page.locator("button.go").click()
    page.context.set_offline(False)
    page.wait_for_url("**/sent")
    receipt = page.locator("#receipt").inner_text()
    page.goto(f"{kinds.url}/q/every-kind/check")
    assert page.locator("#receipt").inner_text() == receipt


def test_a_form_that_grew_old_is_saved_with_a_new_token(page: Page, kinds: LiveServer):
    begins(page, kinds, "every-kind", "typed")
    page.context.clear_cookies(name="session")
    with page.expect_response(is_kept):
        page.fill('[name="q-line"]', "还在")
    goes_on(page)
    assert at(page) == "places"


def test_what_is_not_complete_is_told_by_the_server_as_without_a_script(page: Page, kinds: LiveServer):
    begins(page, kinds, "every-kind", "check")
    page.locator("button.go").click()
    expect(page.locator("#errors")).to_contain_text("选一种颜色")
    expect(page.locator("#errors")).to_have_attribute("role", "alert")


def test_the_back_button_finds_a_page_that_had_come_back_with_errors(page: Page, kinds: LiveServer):
    page.goto(f"{kinds.url}/q/every-kind")
    goes_on(page)
    goes_on(page)
    assert page.locator("#errors").count() == 1
    for row in ("first", "second"):
        page.check(f'input[name="q-rows-{row}"][value="did"]')
    page.check('input[name="q-one"][value="green"]')
    goes_on(page)
    assert at(page) == "typed"
    page.go_back()
    assert at(page) == "chosen"
    assert page.is_checked('input[name="q-one"][value="green"]')


def test_leaving_in_a_hurry_takes_everything_off_the_phone(page: Page, kinds: LiveServer):
    begins(page, kinds, "every-kind", "typed")
    page.context.set_offline(True)
    page.fill('[name="q-line"]', "山路")
    expect(page.locator("#saved")).to_contain_text("已存在手机里")
    page.context.set_offline(False)
    page.locator("#saved").evaluate("window.stop()")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: not url.endswith("/typed"))
    page.goto(f"{kinds.url}/q/every-kind")
    assert page.evaluate(KEPT) == ""


# Reading aloud.


def test_a_question_is_read_aloud_on_a_tap_and_stops_on_the_next(open_page: OpenPage, kinds: LiveServer):
    page = open_page()
    page.add_init_script(VOICE)
    begins(page, kinds, "every-kind")
    button = page.locator("#ask-one .listen")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert page.evaluate("said").pop().split("\n") == ["选一种颜色", "红", "绿", "其他"]
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert page.evaluate("said").pop() == ""


def test_no_voice_no_button(page: Page, kinds: LiveServer):
    begins(page, kinds, "every-kind")
    assert page.locator("#saved").count() == 1
    assert page.locator(".listen").count() == 0

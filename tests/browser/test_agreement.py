"""The script's evaluator and the server's come to the same: thousands of drawn cases, in a real Chromium."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from playwright.sync_api import Page
from werkzeug.datastructures import MultiDict

from survey_app.campaign.answers import check
from survey_app.campaign.expressions import parse, to_json
from survey_app.campaign.expressions.conversions import to_text, truth
from survey_app.campaign.expressions.evaluation import OPERATORS, evaluate
from survey_app.campaign.expressions.signatures import ARITIES
from survey_app.campaign.loading import load_campaign
from survey_app.respondent import pages
from survey_app.respondent.controls import Asking
from survey_app.respondent.following import ASKS_SERVER, Following
from survey_app.respondent.posted import Posted
from survey_app.respondent.views import ASSETS
from tests.conftest import WriteCampaign
from tests.machinery.hands import goes_on
from tests.machinery.live_server import StartServer
from tests.machinery.trees import Case, cases

SEED, COUNT = 20210601, 12_000
TODAY = date(2021, 6, 1)

RUN = """([drawn, today]) => drawn.map(([tree, answers, own]) => {
    const at = {day: Date.UTC(...today) / 864e5, us: null};
    const value = surveyLive.run(tree, {answer: name => answers[name], own, today: at});
    return [surveyLive.text(value), surveyLive.truth(value)];
})"""


@dataclass
class Scope:
    """What an expression sees on the server."""

    answers: Mapping[str, Any]
    dot: Any
    today: date = TODAY
    now: datetime = field(default_factory=lambda: datetime(2021, 6, 1, 9, 30))

    def answer(self, name: str) -> Any:
        return self.answers.get(name, "")

    def own(self) -> Any:
        return self.dot

    def position(self) -> int:
        return 1

    def choice_label(self, question: str, code: str) -> str:
        return code


def on_the_server(case: Case) -> list[Any]:
    value = evaluate(parse(case.source), Scope(case.answers, case.own))
    return [to_text(value), truth(value)]


def in_the_browser(page: Page, drawn: list[Case]) -> list[list[Any]]:
    """The served script, run in an empty page."""
    page.set_content("<!doctype html>")
    page.add_script_tag(content=ASSETS.contents["live.js"].decode())
    trees = [[to_json(parse(case.source)), case.answers, case.own] for case in drawn]
    found: list[list[Any]] = page.evaluate(RUN, [trees, [TODAY.year, TODAY.month - 1, TODAY.day]])
    return found


def test_both_come_to_the_same_text_and_truth(page: Page):
    drawn = list(cases(SEED, COUNT, ASKS_SERVER))
    expected = [on_the_server(case) for case in drawn]
    found = in_the_browser(page, drawn)
    different = [
        f"{case.source}\n  {dict(case.answers)} own {case.own!r}\n  server {here}, browser {there}"
        for case, here, there in zip(drawn, expected, found, strict=True)
        if here != there
    ]
    assert not different, f"{len(different)} of {COUNT} differ:\n" + "\n".join(different[:10])
    assert len({text for text, _ in expected}) > 500, "the cases are all alike"


def test_the_script_has_every_function_but_those_that_ask_the_server(page: Page):
    page.set_content("<!doctype html>")
    page.add_script_tag(content=ASSETS.contents["live.js"].decode())
    has = set(page.evaluate("surveyLive.names")) | {"today"}
    assert has == (set(ARITIES) | set(OPERATORS)) - ASKS_SERVER


HANGING = """\
name: hanging
title: {zh: 试, en: Try}
audience: [tester]
pages:
  - name: before
    label: 先
    questions:
      - {name: age, type: integer, label: 岁}
      - {name: met, type: select_multiple, label: 见, choices: [{name: a, label: a}, {name: b, label: b}]}
  - name: here
    label: 后
    questions:
      - name: one
        type: select_one
        label: 一
        choices: [{name: x, label: x}, {name: y, label: y}, {name: z, label: z, specify: true}]
      - {name: on_one, type: text, label: 1, relevant: "${one} = 'x' or ${age} > 40"}
      - {name: on_words, type: text, label: 2, relevant: "string-length(${one_other}) > 2 and selected(${met}, 'b')"}
      - name: many
        type: select_multiple
        label: 多
        max_choices: 2
        shuffle: true
        choices:
          - {name: p, label: p}
          - {name: q, label: q}
          - {name: r, label: r}
          - {name: none, label: none, exclusive: true}
      - {name: on_many, type: note, label: 3, relevant: "${many} = 'p q' or selected(${many}, 'none')"}
      - {name: whole, type: integer, label: 整, min: 0, max: 60, constraint: . != 13}
      - {name: broken, type: decimal, label: 小, relevant: "${whole} >= 5 or ${whole} = ''"}
      - name: inside
        type: group
        label: 组
        relevant: ${broken} < 2.5
        questions:
          - {name: words, type: text, label: 字, max_length: 6, constraint: "regex(., '[a-z]+|1')"}
          - {name: on_text, type: scale, label: 4, relevant: "${words} != ''",
             choices: [{name: s1, label: s1, score: 1}, {name: s2, label: s2, score: 2}]}
      - {name: on_scale, type: note, label: 5, relevant: "${on_text} = 's2' or count-selected(${many}) = 2"}
      - {name: day, type: date, label: 日, min: 2021-01-01}
      - {name: on_day, type: note, label: 6, relevant: "${day} > '2021-05-01' and today() - ${day} > 0"}
      - name: rows
        type: checklist
        label: 表
        rows: [{name: r1, label: r1}, {name: r2, label: r2}]
        choices: [{name: did, label: did}, {name: not, label: not}]
      - {name: on_row, type: note, label: 7, relevant: "${rows/r2} = 'not'"}
      - {name: on_rows, type: note, label: 8, relevant: "count-non-empty(${rows}) = 2"}
      - {name: points, type: calculate, label: 分, calculation: "round(${broken} * 3, 0) + count-selected(${many})"}
      - {name: on_points, type: note, label: 9, relevant: "${points} > 4"}
      - {name: place, type: region, label: 地, level: county, extra_choices: [{name: far, label: far}]}
      - {name: on_place, type: note, label: 10, relevant: "${place} = 'P1a' or ${place} = 'far' or ${place} = 'P3'"}
      - {name: at, type: time, label: 时}
      - {name: on_time, type: note, label: 11, relevant: "${at} != ''"}
"""
ABOUT = """\
name: hanging
title: {zh: 试, en: Try}
organisation: {zh: 试, en: Try}
languages: {zh: 中文, en: English}
privacy: {zh: 试, en: Try}
consent: {zh: 试, en: Try}
levels: [{name: prefecture, label: 市}, {name: county, label: 县}]
"""
REGIONS = """\
code,parent,level,label::zh
P1,,prefecture,东市
P1a,P1,county,东市甲县
P1b,P1,county,东市乙县
P2,,prefecture,西市
P2a,P2,county,西市甲县
P3,,prefecture,南市
"""
BEFORE = {"age": "41", "met": ["b"]}

FILL = """([seed, rounds]) => {
    const lot = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    const pick = list => list[Math.floor(lot() * list.length)];
    const WORDS = ["", "1", "3", "13", "2.5", "61", "１２", "1e1", "abc", "ab1", "abcdefg", "2021-06-01"];
    const form = document.getElementById("answers");
    const turn = one => {
        if (one.type === "radio" || one.type === "checkbox") return one.click();
        if (one.localName === "select") one.value = pick([...one.options]).value;
        else one.value = one.type === "date" ? pick(["", "2021-06-01", "2021-01-31", "2099-01-01", "2020-01-01"])
            : one.type === "time" ? pick(["", "08:30"]) : pick(WORDS);
        one.dispatchEvent(new Event("change", {bubbles: true}));
    };
    return Array.from({length: rounds}, () => {
        for (let turns = 0; turns < 15; turns += 1) turn(pick([...form.querySelectorAll('[name^="q-"]')]));
        const pairs = [...new FormData(form)];
        return [pairs.filter(pair => pair[0] !== "shown"), pairs.find(pair => pair[0] === "shown")[1].split(" ")];
    });
}"""


def test_both_ask_the_same_questions_whatever_is_typed(
    page: Page, start_server: StartServer, write_campaign: WriteCampaign
):
    folder = write_campaign({"campaign.yaml": ABOUT, "hanging.yaml": HANGING, "regions.csv": REGIONS})
    server = start_server(campaigns=folder)
    page.goto(f"{server.url}/q/hanging")
    goes_on(page)
    page.fill('[name="q-age"]', "41")
    page.check('[name="q-met"][value="b"]')
    goes_on(page)
    page.locator("#ask-place-find").wait_for()
    rounds = page.evaluate(FILL, [SEED, 400])
    campaign = load_campaign(folder)
    asked = campaign.questionnaires["hanging"]
    here = asked.pages[1]
    decided = sorted(Following(asked, here, can_seal=True).later - {"points"})
    assert "on_time" not in decided
    counted = Counter()
    for pairs, shown in rounds:
        raw = pages.read(here, Posted(MultiDict(pairs)), BEFORE, frozenset(), Asking(campaign, "zh", ""))
        relevant = check(asked, raw, campaign).relevant
        expected = [name for name in decided if name in relevant]
        assert [name for name in decided if f"ask-{name}" in shown] == expected, pairs
        counted.update(expected)
    assert all(counted[name] > 0 for name in decided), counted
    assert counted["on_place"] < len(rounds)

"""The script's evaluator and the server's come to the same: thousands of drawn cases, in a real Chromium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from playwright.sync_api import Page

from survey_app.campaign.expressions import parse, to_json
from survey_app.campaign.expressions.evaluation import OPERATORS, evaluate, to_text, truth
from survey_app.campaign.expressions.signatures import ARITIES
from survey_app.respondent import assets
from survey_app.respondent.following import ASKS_SERVER
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
    page.add_script_tag(content=assets.contents()["live.js"].decode())
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
    page.add_script_tag(content=assets.contents()["live.js"].decode())
    has = set(page.evaluate("surveyLive.names")) | {"today"}
    assert has == (set(ARITIES) | set(OPERATORS)) - ASKS_SERVER

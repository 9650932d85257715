"""`survey demo`: answers that the one check takes, spread as real ones are, known for what they are, and gone again."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from survey_app.campaign.answers import check
from survey_app.campaign.campaign import Campaign
from survey_app.campaign.loading import load_campaign, load_campaigns
from survey_app.demo import Demo, fill, made_up, people
from survey_app.errors import StorageError, SurveyError
from survey_app.storage import DEMO, NewResponse, Storage
from survey_app.storage.failures import FULL
from tests.machinery.drawn import campaign as drawn_campaign
from tests.machinery.drawn import question, questionnaire, response
from tests.machinery.live_server import PROJECT

REAL = load_campaign(PROJECT / "questionnaires" / "sichuan-2021")
OTHERS = [
    *load_campaigns(PROJECT / "tests" / "campaigns").values(),
    load_campaign(PROJECT / "questionnaires" / "starter"),
]
LAST = date(2021, 8, 20)
TINY = questionnaire(question("text", "words"))


def demo(responses: int, seed: int = 7, campaign: Campaign = REAL) -> Demo:
    return Demo(campaign, responses, seed, LAST)


@pytest.mark.parametrize("campaign", OTHERS, ids=lambda campaign: campaign.name)
def test_every_campaign_can_be_filled(campaign: Campaign):
    found = list(made_up(demo(40, campaign=campaign)))
    assert len({each.id for each in found}) == 40
    assert all(each.flags == (DEMO,) and each.id is not None and each.id.startswith(DEMO) for each in found)


def test_what_a_person_typed_is_taken_as_it_is_and_stands_when_checked_again():
    asked = REAL.questionnaires["driver"]
    for raw, checked in people(asked, REAL, 50, 1):
        assert checked.problems == ()
        assert check(asked, checked.answers, REAL).answers == checked.answers
        assert raw.keys() <= checked.relevant


def test_a_seed_makes_the_same_responses_and_another_one_others():
    assert list(made_up(demo(60))) == list(made_up(demo(60)))
    assert [each.id for each in made_up(demo(5))] != [each.id for each in made_up(demo(5, seed=8))]


def test_responses_are_spread_unevenly_over_questionnaires_places_days_and_channels():
    found = list(made_up(demo(3000)))
    named = Counter(each.questionnaire for each in found)
    assert named.keys() == REAL.questionnaires.keys()
    assert named.most_common(1)[0][0] == REAL.public[0].name
    days = Counter(each.date for each in found)
    assert max(days) <= LAST and len(days) > 50
    places = Counter(REAL.regions.roll_up(each.region, "prefecture") for each in found if each.region)
    assert len(places) == 21 and max(places.values()) > 4 * min(places.values())
    counties = {each.region for each in found}
    assert any(region.code not in counties for region in REAL.regions if region.level == "county")
    assert {"web", "paper", "qr:wechat"} <= {each.channel for each in found}


def test_what_breaks_off_says_how_many_came_in_and_the_same_again_adds_the_rest(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
):
    add, calls = storage.add, []

    def full_at_the_third(chunk: list[NewResponse]) -> int:
        calls.append(len(chunk))
        if len(calls) == 3:
            raise StorageError(FULL)
        return add(chunk)

    monkeypatch.setattr(storage, "add", full_at_the_third)
    wish = demo(1200, campaign=drawn_campaign(TINY))
    with pytest.raises(StorageError) as refused:
        fill(storage, wish)
    assert refused.value.words.startswith("1000 made-up responses were added to drawn; then it broke off.")
    assert "What was being written is not kept" in refused.value.words
    assert storage.counts() == {"tiny": 1000}
    assert fill(storage, wish) == 200


def test_made_up_responses_are_kept_once_and_leave_no_trace_when_they_are_removed(storage: Storage):
    assert fill(storage, demo(120)) == 120
    assert fill(storage, demo(120)) == 0
    assert storage.made_up.is_there()
    assert storage.made_up.is_there([each.name for each in REAL.public])
    assert not storage.made_up.is_there(["another"]) and not storage.made_up.is_there([])
    assert {each.flags for each in storage.responses()} == {(DEMO,)}
    assert storage.made_up.remove() == 120
    assert not storage.made_up.is_there()
    assert storage.counts() == {}
    assert fill(storage, demo(120)) == 120


def test_real_responses_stay_when_the_made_up_ones_go(storage: Storage):
    campaign = drawn_campaign(TINY)
    storage.register(TINY)
    storage.add([response(campaign, TINY, {"words": "罚款"}) for _ in range(3)])
    with pytest.raises(SurveyError, match="3 real responses are here"):
        fill(storage, demo(10, campaign=campaign))
    assert fill(storage, demo(10, campaign=campaign), beside_real=True) == 10
    assert storage.made_up.beside() == 3
    assert storage.made_up.remove() == 10
    assert storage.counts() == {"tiny": 3}


def test_a_campaign_without_questionnaires_cannot_be_filled(storage: Storage):
    with pytest.raises(SurveyError, match="has no questionnaire"):
        fill(storage, demo(1, campaign=drawn_campaign()))


def test_no_random_id_is_ever_taken_for_a_made_up_one():
    assert not set(DEMO) <= set("0123456789abcdef")


def test_an_answer_that_can_never_be_right_is_told(storage: Storage):
    impossible = questionnaire(question("integer", "n", required=True, constraint=". > 5 and . < 5"))
    campaign = drawn_campaign(impossible)
    with pytest.raises(SurveyError, match="No answers to tiny could be made up"):
        list(made_up(demo(1, campaign=campaign)))

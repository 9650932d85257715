"""By a poster, a sticker or a link somebody bent: where it leads, and what the answers carry."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask import Flask

from tests.conftest import WriteCampaign
from tests.machinery.everykind import at_the_second_page
from tests.machinery.person import Person
from tests.unit.test_channels import FILES, FORM
from tests.visits.conftest import OpenSurvey, kept
from tests.visits.test_resume import asks_for_a_code, types

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "../../etc",
    "=1+1",
    "车站",
    "x" * 3000,
    "%00",
]


def via(person: Person) -> str | None:
    """The code that the address before the person carries."""
    return parse_qs(urlsplit(person.place).query).get("via", [None])[0]


def channels_of(app: Flask) -> list[str]:
    return sorted(response.channel for response in kept(app).responses())


def finishes(person: Person) -> Person:
    """From the first page to the receipt."""
    person.answers(one="green", rows__first="did", rows__second="did_not").answers()
    return person.answers(age="12").answers(place="P1a").answers().answers()


def by_poster(person: Person) -> Person:
    return person.opens("/s/every-kind-p1a")


def by_the_list(person: Person) -> Person:
    person.opens("/?via=P1a")
    (start,) = [link for link in person.sees.links if urlsplit(link).path == "/q/every-kind"]
    return person.opens(start)


def by_choosing_a_language(person: Person) -> Person:
    by_poster(person)
    (english,) = [link for link in person.sees.links if "language=en" in link]
    person.opens(f"/q/every-kind{english}")
    assert person.sees.language == "en"
    return person


def after_a_stale_button(person: Person) -> Person:
    by_poster(person)
    person.posts("/q/every-kind", person.form() | {"csrf_token": "stale"})
    assert person.status == 400
    return person


@pytest.mark.parametrize("way", [by_poster, by_the_list, by_choosing_a_language, after_a_stale_button])
def test_the_answers_carry_the_code_they_came_by(every_kind: Flask, way: Callable[[Person], Person]):
    finishes(way(Person(every_kind)).answers())
    assert channels_of(every_kind) == ["qr:P1a"]


def test_without_a_code_they_came_by_the_web(every_kind: Flask):
    finishes(Person(every_kind).begins("every-kind"))
    assert channels_of(every_kind) == ["web"]


def test_the_code_is_kept_by_the_draft_and_stands_in_no_address_from_then_on(every_kind: Flask):
    person = by_poster(Person(every_kind))
    assert person.place.endswith("/q/every-kind?via=P1a")
    person.answers()
    places = [person.place, *person.sees.links, *person.sees.actions.values()]
    assert not [place for place in places if "P1a" in place]


def test_the_code_survives_the_back_button_and_another_poster_on_the_way(every_kind: Flask):
    person = by_poster(Person(every_kind)).answers()
    person.answers("back")
    assert person.at == "every-kind"
    person.opens("/q/every-kind?via=P1b").answers()
    finishes(person)
    assert channels_of(every_kind) == ["qr:P1a"]


def test_the_code_survives_going_on_on_another_phone(every_kind: Flask):
    first = by_poster(Person(every_kind)).answers()
    code = asks_for_a_code(first.answers(one="green", rows__first="did", rows__second="did_not").answers())
    other = types(Person(every_kind), code)
    other.opens("/q/every-kind/typed").answers(age="12").answers(place="P1a").answers().answers()
    assert channels_of(every_kind) == ["qr:P1a"]


def test_the_code_survives_deleting_the_answers_and_beginning_afresh(every_kind: Flask):
    person = by_poster(Person(every_kind)).answers()
    person.opens("/q/every-kind")
    person.posts("/q/every-kind/afresh", {"csrf_token": person.token})
    assert via(person) == "P1a"
    finishes(person.answers())
    assert channels_of(every_kind) == ["qr:P1a"]


def test_whoever_came_by_no_poster_begins_afresh_without_a_code(every_kind: Flask):
    person = at_the_second_page(Person(every_kind)).opens("/q/every-kind")
    person.posts("/q/every-kind/afresh", {"csrf_token": person.token})
    assert person.place.endswith("/q/every-kind")


@pytest.mark.parametrize("typed", HOSTILE, ids=lambda typed: repr(typed[:8]))
@pytest.mark.parametrize("address", ["/q/every-kind?via=", "/?via="])
def test_what_nobody_knows_is_never_shown(every_kind: Flask, address: str, typed: str):
    person = Person(every_kind).opens(address + quote(typed))
    assert person.status == 200
    assert typed not in person.text
    assert "via=unknown" in person.text


@pytest.mark.parametrize("typed", HOSTILE, ids=lambda typed: repr(typed[:8]))
def test_what_nobody_knows_is_counted_as_unknown(every_kind: Flask, typed: str):
    person = Person(every_kind).opens("/q/every-kind")
    person.posts("/q/every-kind", person.form() | {"via": typed})
    finishes(person)
    assert channels_of(every_kind) == ["qr:unknown"]


def test_a_code_that_stands_twice_is_taken_once(every_kind: Flask):
    finishes(Person(every_kind).opens("/q/every-kind?via=P1a&via=%3Cb%3E").answers())
    assert channels_of(every_kind) == ["qr:P1a"]


@pytest.fixture
def tiny(open_survey: OpenSurvey, write_campaign: WriteCampaign) -> Flask:
    return open_survey(write_campaign(FILES))


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("ZG-01", "/q/driver?via=ZG-01"),
        ("zg-01", "/q/driver?via=ZG-01"),
        ("driver-5101", "/q/driver?via=5101"),
        ("DRIVER-NIGHT-5101", "/q/driver-night?via=5101"),
        ("driver-9999", "/q/driver?via=unknown"),  # a region that is no longer there
        ("all", "/?via=all"),
        ("nobody", "/?via=unknown"),
        ("review", "/?via=unknown"),
        ("review-5101", "/?via=5101"),
    ],
)
def test_a_short_link_leads_to_its_questionnaire_or_to_the_list(tiny: Flask, code: str, place: str):
    person = Person(tiny).opens(f"/s/{code}")
    assert (person.status, person.place) == (200, place)


@pytest.mark.parametrize("code", ["<b>", "a_b", "x" * 91, "a b", "车站", "a.html"])
def test_what_cannot_be_a_short_link_is_not_found(tiny: Flask, code: str):
    person = Person(tiny).opens(f"/s/{quote(code)}")
    assert person.status == 404
    assert code not in re.sub(r'href="[^"]*"', "", person.text)


def test_a_short_link_that_names_no_questionnaire_leads_to_the_only_one(
    open_survey: OpenSurvey, write_campaign: WriteCampaign
):
    night = FORM.format(name="driver-night", staff="true")
    app = open_survey(write_campaign({**FILES, "driver-night.yaml": night}))
    assert Person(app).opens("/s/all").place == "/q/driver?via=all"


def test_a_short_link_to_a_closed_questionnaire_says_so_and_keeps_the_code(
    open_survey: OpenSurvey, write_campaign: WriteCampaign
):
    closed = FORM.format(name="driver", staff="false") + "closes: 2020-01-31\n"
    app = open_survey(write_campaign({**FILES, "driver.yaml": closed}))
    person = Person(app).opens("/s/driver-5101")
    assert person.status == 403
    assert "本问卷已结束" in person.text or "2020年1月31日" in person.text
    assert "/?via=5101" in person.sees.links


def test_a_code_of_an_author_goes_before_a_place_of_another_campaign(
    open_survey: OpenSurvey, write_campaign: WriteCampaign
):
    folder = write_campaign(FILES)
    other = {
        "../a-first/campaign.yaml": FILES["campaign.yaml"].replace("name: tiny", "name: a-first"),
        "../a-first/bus.yaml": FORM.format(name="bus", staff="false"),
        "../a-first/regions.csv": "code,level,label\nall,county,Everywhere\nonly,county,Only\n",
    }
    write_campaign(other)
    app = open_survey(folder.parent)
    assert Person(app).opens("/s/all").place == "/?via=all"
    assert Person(app).opens("/s/only").place == "/q/bus?via=only"


def test_a_short_link_writes_nothing_and_asks_no_database(every_kind: Flask):
    before = kept(every_kind).counts()
    assert Person(every_kind).client.get("/s/P1a").status_code == 303
    assert Person(every_kind).client.post("/s/P1a").status_code == 405
    assert kept(every_kind).counts() == before

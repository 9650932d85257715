"""A campaign with everything that can happen to answers, what plain pandas reads of it, and who may look at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from flask import Flask

from survey_app import create_app
from survey_app.campaign.campaign import Campaign
from survey_app.campaign.loading import load_campaign
from survey_app.campaign.scopes import EVERYWHERE
from survey_app.campaign.texts import Text
from survey_app.config import Settings
from survey_app.demo import Demo, made_up
from survey_app.storage import NewResponse, Storage
from survey_app.storage.desk import passwords
from tests.machinery.exported import Exported
from tests.machinery.person import Person
from tests.machinery.sheet import Sheet
from tests.visits.conftest import REAL, kept
from tests.visits.desk.conftest import CHEAP, PASSWORD

RESPONSES = int(os.environ.get("EVERY_NUMBER", "2400"))
"""With 20,000 this takes some minutes: EVERY_NUMBER=20000 make test ARGS="-k every_number"."""
OLDER = RESPONSES // 20
SENT = 30
SEED = 23
NAME, GROUP = "sichuan-2021", "G3"
PUBLIC = (
    "categories-by-prefecture",
    "issues-by-audience",
    "responses-by-prefecture-and-channel",
    "satisfaction-by-prefecture",
    "trend-by-prefecture",
)
MORE = """
      - name: B24
        type: rank
        label: {zh: 最要紧的先排, en: The most urgent first}
        max_choices: 3
        choices:
          - {name: signs, label: {zh: 标志, en: Signs}}
          - {name: parking, label: {zh: 停车, en: Parking}}
          - {name: tolls, label: {zh: 收费, en: Tolls}}
          - {name: scales, label: {zh: 称重, en: Scales}}
          - {name: lights, label: {zh: 照明, en: Lights}}
      - {name: B25, type: range, label: {zh: 份量, en: Weight}, required: true, start: 0, end: 2, step: 0.25}
"""
"""What drivers are asked since the older version: to rank, and a number to weigh by, of quarters, whose sums are exact
in whatever order they are added up."""


@dataclass(frozen=True)
class Viewer:
    """Somebody at the desk; `sees`: the places whose answers they see, None: all answers there are."""

    person: Person
    sees: set[str] | None

    @property
    def is_coordinator(self) -> bool:
        """Whether they see everything."""
        return self.sees is None


@dataclass(frozen=True)
class Office:
    """The desk over the answers, and the same answers exported.

    `excluded`: responses that do not count; `ticked`: places that reached the milestone plan_issued today.
    """

    app: Flask
    campaign: Campaign
    exported: Exported
    excluded: list[NewResponse]
    ticked: set[str]
    viewers: dict[str, Viewer]
    today: date
    words: set[str] = field(repr=False)

    def sheet(self, viewer: Viewer, address: str) -> Sheet:
        """A page as they see it. Raises AssertionError for a refusal."""
        viewer.person.opens(address)
        assert viewer.person.status == 200, (address, viewer.person.status)
        return Sheet.of(viewer.person.text, self.words)

    def seen_by(self, viewer: Viewer) -> Exported:
        """What is exported of what they see."""
        return self.exported.within(viewer.sees)


Check = Callable[[Exported], None]


def holds_and_notices(check: Check, exported: Exported, inside: set[str] | None = None) -> None:
    """Raise AssertionError where a page does not say what pandas counts, or would say so too with a response less,
    the first one from `inside`.
    """
    check(exported)
    with pytest.raises(AssertionError):
        check(exported.without_one(inside))


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One for all these tests: none of them changes an answer."""
    folder = tmp_path_factory.mktemp("office")
    older = load_campaign(_older(folder / "older" / NAME))
    campaigns = _changed(folder / "campaigns" / NAME)
    made = Settings(campaigns, folder / "instance", folder, f"sqlite:///{folder / 'a.db'}", "s" * 64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", CHEAP)
        app = create_app(made)
        (campaign,) = app.extensions["survey"].campaigns.values()
        excluded = _fill(app, campaign, older, today := date.today())
        ticked = {each.code for each in campaign.regions if int(each.code) % 3 == 0}
        for code in ticked:
            kept(app).milestones.tick(NAME, "plan_issued", code, today, "lin")
        exported = Exported.of(app, campaign, folder, [older.questionnaires["driver"]])
        viewers = {
            "coordinator": Viewer(_signed_in(app, "coordinator", None), None),
            "researcher": Viewer(_signed_in(app, "researcher", GROUP), exported.places.of_group(GROUP)),
            "observer": Viewer(_signed_in(app, "observer", None), set()),
        }
    words = _words(app, campaign, exported)
    yield Office(app, campaign, exported, excluded, ticked, viewers, today, words)
    kept(app).close()


@pytest.fixture(params=["coordinator", "researcher"])
def viewer(office: Office, request: pytest.FixtureRequest) -> Viewer:
    """Each of those who see rows."""
    return office.viewers[request.param]


def _older(folder: Path) -> Path:
    """The campaign before its driver questionnaire lost a kind of vehicle and gained questions."""
    shutil.copytree(REAL / NAME, folder)
    file = folder / "driver.yaml"
    text = file.read_text("utf-8")
    crew = "          - {name: crew, label: {zh: 船舶（船员）, en: Vessel crew}}\n"
    cart = "          - {name: cart, label: {zh: 马车, en: Cart}}\n"
    assert crew in text
    file.write_text(text.replace(crew, crew + cart), "utf-8")
    return folder


def _changed(folder: Path) -> Path:
    """The campaign with more questions and public tables; gives the folder that it lies in."""
    shutil.copytree(REAL / NAME, folder)
    with (folder / "driver.yaml").open("a", encoding="utf-8") as questions:
        questions.write(MORE)
    file = folder / "campaign.yaml"
    text = file.read_text("utf-8")
    for name in PUBLIC:
        entry = f"  - name: {name}\n"
        assert entry in text
        text = text.replace(entry, f"{entry}    public: true\n")
    file.write_text(text, "utf-8")
    return folder.parent


def _fill(app: Flask, campaign: Campaign, older: Campaign, today: date) -> list[NewResponse]:
    """Made-up answers as `survey demo` makes them, and all that people do with answers; gives the excluded ones."""
    storage = kept(app)
    storage.register(older.questionnaires["driver"])
    before = (
        each for each in made_up(Demo(older, 4 * OLDER, SEED + 1, today)) if each.questionnaire == "driver"
    )
    all_ = [
        *made_up(Demo(campaign, RESPONSES, SEED, today)),
        *islice(before, OLDER),
    ]
    responses = [replace(each, flags=_FLAGS[place % len(_FLAGS)]) for place, each in enumerate(all_)]
    storage.add(responses[SENT:])
    storage.batches.fold(campaign, today)
    _talk(storage, [_sent(storage, each) for each in responses[:SENT]])
    excluded = responses[SENT::40]
    for each in excluded:
        storage.reviews.change(EVERYWHERE, str(each.id), "excluded", "lin", "twice")
    for each in responses[SENT + 1 :: 60]:
        storage.dialogue.withdraw(str(each.id))
    for each in responses[SENT + 2 :: 50]:
        storage.reviews.change(EVERYWHERE, str(each.id), "valid", "lin", "")
    return excluded


_FLAGS: tuple[tuple[str, ...], ...] = ((), (), ("demo",), ("fast",), (), ("honeypot", "fast"), ())


def _sent(storage: Storage, response: NewResponse) -> str:
    """The response as somebody sends it who gets a receipt, by which one can be asked something; gives its id."""
    draft = storage.start_draft(response.questionnaire, response.version, response.channel, response.language)
    found = storage.dialogue.find(storage.send(draft.id, replace(response, key=None, id=None)))
    assert found
    return found


def _talk(storage: Storage, responses: list[str]) -> None:
    """Additions, and questions to those who answered, some of which are answered."""
    for number, each in enumerate(responses):
        storage.dialogue.add(each, "1 more thing")
        storage.dialogue.ask(each, "where was that?")
        if number % 3 == 0:
            storage.dialogue.answer(each, 1, "on the road")


def _signed_in(app: Flask, role: str, group: str | None) -> Person:
    storage = kept(app)
    storage.people.add(role, role, group, PASSWORD, by="test")  # type: ignore[arg-type]  # one of the roles
    storage.people.set_password(role, PASSWORD, by=role)
    person = Person(app)
    person.client.set_cookie("desk", storage.sessions.begin(role, "whole"), domain="localhost")
    return person


def _words(app: Flask, campaign: Campaign, exported: Exported) -> set[str]:
    """Texts of the campaign that hold digits and are no figures: what questions and places are called, versions."""
    columns = [column for found in exported.declared.values() for column in found.values()]
    schemes = campaign.issues.schemes.values()
    texts: list[Text | None] = [
        campaign.about.title,
        *(each.title for each in campaign.questionnaires.values()),
        *(text for column in columns for text in (column.label, column.row_label, *column.codes.values())),
        *(text for scheme in schemes for text in (scheme.label, *(each.label for each in scheme.categories))),
        *(each.label for each in campaign.about.tables),
        *(each.label for each in campaign.issues.issues),
        *(each.label for each in campaign.every_channel.values()),
    ]
    found = {text.in_("zh") for text in texts if text is not None}
    found |= {each.version for name in campaign.questionnaires for each in kept(app).versions(name)}
    return {each for each in found if any(sign.isdigit() for sign in each) and not each.isdigit()}

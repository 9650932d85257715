"""A pause by hand: kept once a questionnaire, over on its day, ended by `survey reopen`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey_app import cli
from survey_app.storage import Pause, Storage, open_storage
from tests.conftest import WriteCampaign
from tests.unit.test_channels import FILES

DAY = date(2021, 6, 18)
NEXT = DAY + timedelta(days=1)

Run = Callable[..., Result]


@pytest.fixture
def storage(database_url: str) -> Iterator[Storage]:
    opened = open_storage(database_url, secret=b"s" * 32)
    opened.migrate()
    yield opened
    opened.close()


def test_nothing_is_paused_at_first(storage: Storage):
    assert storage.pauses.on(DAY) == {}


def test_a_pause_without_a_day_lasts_until_it_is_ended(storage: Storage):
    storage.pauses.begin("driver", Pause(None, {"zh": "维护"}))
    assert storage.pauses.on(DAY) == {"driver": Pause(None, {"zh": "维护"})}
    assert storage.pauses.on(date(2099, 1, 1)) == {"driver": Pause(None, {"zh": "维护"})}
    assert storage.pauses.end("driver")
    assert storage.pauses.on(DAY) == {}


def test_a_pause_is_over_on_the_day_it_names(storage: Storage):
    storage.pauses.begin("driver", Pause(NEXT))
    assert list(storage.pauses.on(DAY)) == ["driver"]
    assert storage.pauses.on(NEXT) == {}


def test_a_second_pause_takes_the_place_of_the_first(storage: Storage):
    storage.pauses.begin("driver", Pause(NEXT, {"zh": "维护"}))
    storage.pauses.begin("driver", Pause(None, {"en": "Repair"}))
    assert storage.pauses.on(NEXT) == {"driver": Pause(None, {"en": "Repair"})}


def test_each_questionnaire_has_its_own(storage: Storage):
    storage.pauses.begin("driver", Pause())
    storage.pauses.begin("bus", Pause())
    assert storage.pauses.end("driver")
    assert list(storage.pauses.on(DAY)) == ["bus"]


def test_what_is_not_paused_cannot_be_ended(storage: Storage):
    storage.pauses.begin("bus", Pause())
    assert not storage.pauses.end("driver")
    assert list(storage.pauses.on(DAY)) == ["bus"]


@pytest.fixture
def survey(tmp_path: Path, write_campaign: WriteCampaign) -> Run:
    """Runs `survey …` on the tiny campaign, in an installation of its own."""
    folder = write_campaign(FILES)

    def run(*words: str) -> Result:
        own = {"SURVEY_CAMPAIGNS": str(folder), "SURVEY_INSTANCE": str(tmp_path / "instance")}
        return CliRunner().invoke(cli.survey, words, env=own)

    return run


def done(result: Result) -> str:
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def refused(result: Result) -> str:
    assert (result.exit_code, result.stdout) == (1, "")
    assert isinstance(result.exception, SystemExit)  # words, no traceback
    return result.stderr


def test_an_operator_pauses_changes_the_pause_and_reopens(survey: Run):
    tomorrow = date.today() + timedelta(days=1)
    said = done(
        survey("pause", "driver", "--until", str(tomorrow), "--words", "zh=维护", "--words", "en=Repair")
    )
    assert said == f"driver is paused. It opens again on {tomorrow}.\n"
    said = done(survey("pause", "driver"))
    assert "`survey reopen driver` opens it again." in said
    assert "Answers that were begun are kept for 30 days, in a pause as well." in said
    assert done(survey("reopen", "driver")) == "driver takes answers again.\n"
    assert "driver is not paused; its days are those of campaign.yaml." in refused(survey("reopen", "driver"))


@pytest.mark.parametrize("command", ["pause", "reopen"])
def test_a_questionnaire_that_is_not_there_is_told_with_the_one_that_was_meant(survey: Run, command: str):
    assert "did you mean driver?" in refused(survey(command, "drivr"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("driver", "--until", "2020-01-01"), "2020-01-01 is no later day than today"),
        (("driver", "--until", str(date.today())), "is no later day than today"),
        (("driver", "--words", "维护"), "'维护' is no wording: write the language before it, as in zh="),
        (("driver", "--words", "zh="), "'zh=' is no wording"),
        (("driver", "--words", "xx=a"), "there is no language 'xx' in campaign tiny: there are zh, en"),
        (("review",), "review is filled in by staff: it has no public page that could be paused."),
    ],
    ids=str,
)
def test_what_would_pause_nothing_is_refused_and_nothing_is_paused(
    survey: Run, words: tuple[str, ...], told: str
):
    assert told in refused(survey("pause", *words))
    assert "is not paused" in refused(survey("reopen", words[0]))


def test_a_day_that_is_none_is_a_wrong_use(survey: Run):
    result = survey("pause", "driver", "--until", "tomorrow")
    assert result.exit_code == 2
    assert "'tomorrow' does not match the format '%Y-%m-%d'" in result.stderr


def test_a_pause_that_ends_after_the_last_day_is_refused(survey: Run, write_campaign: WriteCampaign):
    closes = date.today() + timedelta(days=10)
    write_campaign({"driver.yaml": f"{FILES['driver.yaml']}closes: {closes}\n"})
    late = refused(survey("pause", "driver", "--until", str(closes + timedelta(days=1))))
    assert f"driver closes on {closes}, before it would open again." in late
    assert done(survey("pause", "driver", "--until", str(closes)))


def test_reopening_before_the_first_day_says_that_the_days_still_hold(
    survey: Run, write_campaign: WriteCampaign
):
    write_campaign({"driver.yaml": f"{FILES['driver.yaml']}opens: 2099-01-01\n"})
    done(survey("pause", "driver"))
    assert done(survey("reopen", "driver")) == "driver takes answers again, on the days of campaign.yaml.\n"

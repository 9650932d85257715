"""channels.csv, and what becomes of a code: of a poster, a sticker, a link that somebody bent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.channels import by_short_code, kept_as, known, short_code
from survey_app.campaign.checking import check_path
from survey_app.campaign.loading import load_campaign, load_campaigns
from survey_app.campaign.reports import render
from survey_app.storage import NewResponse, Storage, open_storage
from survey_app.tabulation import Catalogue, as_text, tabulate
from tests.conftest import WriteCampaign

REAL = load_campaigns(Path(__file__).parents[2] / "questionnaires")
FORM = """\
name: {name}
title: {{zh: 司机, en: Drivers}}
audience: [driver]
staff: {staff}
pages: [{{name: p, label: P, questions: [{{type: integer, name: n, label: N}}]}}]
"""
FILES = {
    "campaign.yaml": """\
        name: tiny
        title: Tiny
        organisation: Office
        languages: {zh: 中文, en: English}
        levels: [{name: county, label: County}]
        privacy: Safe.
        consent: Yes.
        """,
    "driver.yaml": FORM.format(name="driver", staff="false"),
    "driver-night.yaml": FORM.format(name="driver-night", staff="false"),
    "review.yaml": FORM.format(name="review", staff="true"),
    "regions.csv": "code,level,label\n5101,county,East\nno_dash,county,West\n",
    "units.csv": "code,label,kind\nU-1,Corps,corps\n",
    "channels.csv": """\
        code,questionnaire,label::zh,label::en,region,unit
        ZG-01,driver,车站,Station,5101,
        all,,传单,Leaflet,,U-1
        """,
}
HEADER = "code,questionnaire,label,region,unit\n"


@pytest.fixture
def tiny(write_campaign: WriteCampaign) -> Campaign:
    return load_campaign(write_campaign(FILES))


BROKEN = {
    "a questionnaire that is not there": (
        "a,drivr,A,,",
        "channels.csv:2: channel a: there is no questionnaire drivr (did you mean driver?)",
    ),
    "a questionnaire of the staff": (
        "a,review,A,,",
        "channels.csv:2: channel a: review is filled in by staff, and has no public page "
        "(name a public one, or leave it empty)",
    ),
    "a region that is not there": (
        "a,,A,5102,",
        "channels.csv:2: channel a: region 5102 does not exist (did you mean 5101?)",
    ),
    "a unit that is not there": ("a,,A,,U-2", "channels.csv:2: channel a: unit U-2 does not exist (did you mean U-1?)"),
    "the code of what nobody knows": (
        "Unknown,,A,,",
        "channels.csv:2: channel Unknown has the name that links get which nobody knows (give it another code)",
    ),
    "the same code in other letters": (
        "zg-1,,A,,\nZG-1,,B,,",
        "channels.csv:3: channel zg-1 stands twice; the first one is in line 2 "
        "(keep one of them; capitals make no difference)",
    ),
    "a code that no address can carry": ("a_b,,A,,", 'channels.csv:2: "code" cannot be "a_b" (1 to 24 letters'),
    "a code in Chinese": ("车站,,A,,", 'channels.csv:2: "code" cannot be "车站" (1 to 24 letters'),
    "a code too long to type": (f"{'a' * 25},,A,,", 'channels.csv:2: "code" cannot be'),
    "no code": (",,A,,", 'channels.csv:2: "code" is missing'),
    "no label": ("a,,,,", 'channels.csv:2: "label" is missing'),
    "more cells than columns": ("a,,A,,,x", "channels.csv:2: has 6 cells, more than there are columns"),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_line_is_named_with_its_cure(write_campaign: WriteCampaign, lines: str, words: str):
    found = render(check_path(write_campaign({**FILES, "channels.csv": HEADER + lines + "\n"})).mistakes)
    (told,) = [
        line for line in found.splitlines() if line.startswith("channels.csv") and "warning" not in line
    ]
    assert told.startswith(words)
    assert told.endswith(")")  # the cure


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("code,label,colour\n", 'channels.csv:1: the column "colour" is not known'),
        ("code,questionnaire\n", 'channels.csv:1: the column "label" is missing'),
        ("code;label\n", "channels.csv:1: its columns are not parted by commas"),
    ],
)
def test_a_wrong_header_is_named(write_campaign: WriteCampaign, header: str, words: str):
    assert words in render(check_path(write_campaign({**FILES, "channels.csv": header})).mistakes)


def test_every_broken_line_is_told_at_once(write_campaign: WriteCampaign):
    lines = HEADER + "a,drivr,A,,\nb,,B,5102,\nc,,C,,U-2\n"
    found = render(check_path(write_campaign({**FILES, "channels.csv": lines})).mistakes)
    assert [f"channels.csv:{line}:" in found for line in (2, 3, 4)] == [True] * 3


def test_a_code_is_known_however_its_letters_were_typed(tiny: Campaign):
    assert [channel and channel.code for channel in (known(tiny, "zg-01"), known(tiny, " ZG-01 "))] == [
        "ZG-01"
    ] * 2
    assert kept_as(tiny, "zG-01") == "qr:ZG-01"


def test_each_region_and_each_unit_is_a_channel_unless_its_code_cannot_be_one(tiny: Campaign):
    assert kept_as(tiny, "5101") == "qr:5101"
    assert kept_as(tiny, "u-1") == "qr:U-1"
    assert known(tiny, "no_dash") is None


def test_a_line_of_the_file_goes_before_the_place_of_the_same_code(write_campaign: WriteCampaign):
    campaign = load_campaign(write_campaign({**FILES, "channels.csv": f"{HEADER}5101,,Market,,\n"}))
    channel = known(campaign, "5101")
    assert channel is not None
    assert channel.label.in_("en") == "Market"


HOSTILE = [
    "<script>",
    "'; drop table responses; --",
    "=1+1",
    "\0",
    "a" * 100_000,
    "车站",
    "qr:ZG-01",
    "unknown",
    "web",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=lambda typed: repr(typed[:12]))
def test_what_nobody_knows_is_kept_as_unknown_whatever_it_says(tiny: Campaign, typed: str):
    assert kept_as(tiny, typed) == "qr:unknown"


def test_without_a_code_it_is_the_web(tiny: Campaign):
    assert kept_as(tiny, "") == "web"


SHORT_LINKS = {
    "ZG-01": ("driver", "ZG-01"),
    "zg-01": ("driver", "ZG-01"),
    "all": (None, "all"),
    "driver-5101": ("driver", "5101"),
    "DRIVER-all": ("driver", "all"),
    "driver-night-5101": ("driver-night", "5101"),
    "driver-night": ("driver-night", None),
    "driver-9999": ("driver", None),  # a region that is no longer there
    "driver": ("driver", None),
}


@pytest.mark.parametrize("code", SHORT_LINKS)
def test_a_short_link_names_a_channel_and_may_name_its_questionnaire(tiny: Campaign, code: str):
    found = by_short_code(tiny, code)
    assert found is not None
    questionnaire, channel = found
    assert (questionnaire, channel and channel.code) == SHORT_LINKS[code]


@pytest.mark.parametrize("code", ["nobody", "drive", "drivers-5101", "-", ""])
def test_a_short_link_that_names_nothing_is_none(tiny: Campaign, code: str):
    assert by_short_code(tiny, code) is None


@pytest.mark.parametrize("campaign", REAL.values(), ids=REAL)
def test_every_short_code_on_a_poster_leads_where_the_poster_says(campaign: Campaign):
    for questionnaire in campaign.public:
        for channel in campaign.every_channel.values():
            if channel.questionnaire in (None, questionnaire.name):
                found = by_short_code(campaign, short_code(channel, questionnaire.name))
                assert found == (questionnaire.name, channel)


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    opened = open_storage(f"sqlite:///{tmp_path / 'answers.sqlite3'}", secret=b"s" * 32)
    opened.migrate()
    yield opened
    opened.close()


def answered(storage: Storage, campaign: Campaign, channels: list[str]) -> pd.DataFrame:
    """The frame after one answer by each of these channels."""
    asked = campaign.questionnaires["driver"]
    storage.register(asked)
    storage.add(
        NewResponse.of(
            campaign,
            asked,
            {"n": 1},
            ["n"],
            channel=channel,
            language="zh",
            date=date(2021, 6, 18),
            key=f"{n:032x}",
        )
        for n, channel in enumerate(channels)
    )
    frame: pd.DataFrame = storage.frame(campaign, "driver")
    return frame


def counted(storage: Storage, campaign: Campaign, channels: list[str]) -> tuple[dict[str, int], str]:
    frame = answered(storage, campaign, channels)
    catalogue = Catalogue.of(campaign, {"driver": [campaign.questionnaires["driver"]]})
    table = tabulate(frame, catalogue.variable("channel"), catalogue.variable("all"))
    counts = {code: int(count) for (code, _), count in zip(table.rows, table.counts[:, 0], strict=True)}
    return counts, as_text(table, "zh", 100)


def test_a_table_has_each_line_of_the_file_and_of_places_those_that_occur(storage: Storage, tiny: Campaign):
    counts, text = counted(storage, tiny, ["web", "qr:ZG-01", "qr:ZG-01", "qr:5101", "qr:unknown"])
    assert {code: n for code, n in counts.items() if n} == {
        "web": 1,
        "qr:ZG-01": 2,
        "qr:5101": 1,
        "qr:unknown": 1,
    }
    assert counts["qr:all"] == 0  # nobody used it: a row with 0, since an author waits for it
    assert "qr:U-1" not in counts
    assert "二维码·车站" in text
    assert "二维码·未登记的来源" in text


def test_the_channel_of_a_removed_region_stays_in_the_table_under_its_code(
    storage: Storage, write_campaign: WriteCampaign
):
    campaign = load_campaign(write_campaign(FILES))
    counted(storage, campaign, ["qr:5101"])
    gone = load_campaign(
        write_campaign({"regions.csv": "code,level,label\n5109,county,North\n", "channels.csv": HEADER})
    )
    counts, text = counted(storage, gone, [])
    assert counts["qr:5101"] == 1
    assert "qr:5101" in text

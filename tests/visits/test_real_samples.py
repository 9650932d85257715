"""Real answers come in through the command line, and the figures equal those counted from the files by hand."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from survey_app.config import Settings
from survey_app.errors import SurveyError
from survey_app.importing import import_file
from survey_app.survey import open_survey

CAMPAIGNS = Path(__file__).parents[1] / "campaigns"
FLYING = "R1_538_flying-etiquette.csv"
PHONES = "R2_问卷星_800_文本版.xls"


@dataclass(frozen=True)
class Office:
    """An installation of its own with one campaign, and a copy of a sample, since files may be written beside it."""

    campaign: Path
    sample: Path
    variables: dict[str, str]

    def survey(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `survey …` and give what it printed."""
        command = [sys.executable, "-m", "survey_app.cli", *arguments]
        return subprocess.run(
            command, env=os.environ | self.variables, capture_output=True, encoding="utf-8", check=False
        )

    def said(self, *arguments: str) -> str:
        """What `survey …` prints when all is well."""
        done = self.survey(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def take(self, questionnaire: str, *more: str) -> str:
        """What `survey import` says of the sample."""
        mapping = str(self.campaign / "map.yaml")
        return self.said(
            "import", str(self.sample), "--questionnaire", questionnaire, "--map", mapping, *more
        )

    def table(self, rows: str, columns: str, questionnaire: str, *more: str) -> dict[str, Any]:
        """A table as JSON."""
        named = ("--questionnaire", questionnaire, "--format", "json")
        found: dict[str, Any] = json.loads(self.said("tabulate", rows, columns, *named, *more))
        return found


@pytest.fixture
def office(samples: Path, tmp_path: Path) -> Callable[[str, str], Office]:
    def open_for(campaign: str, sample: str) -> Office:
        copy = tmp_path / sample
        shutil.copyfile(samples / "responses" / sample, copy)
        variables = {
            "SURVEY_CAMPAIGNS": str(CAMPAIGNS / campaign),
            "SURVEY_INSTANCE": str(tmp_path / "instance"),
        }
        return Office(CAMPAIGNS / campaign, copy, variables)

    return open_for


def by_hand(path: Path) -> list[dict[str, str]]:
    """The rows of the published file, read by nothing of ours."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def totals(table: dict[str, Any], side: str) -> dict[str, int]:
    """Respondents per code of one side, special codes included."""
    counts = table["counts"] if side == "rows" else list(zip(*table["counts"], strict=True))
    codes = [entry["code"] for entry in table[side]]
    return {code: sum(cells) for code, cells in zip(codes, counts, strict=True)}


def test_the_published_figures_on_flying_come_out(office: Callable[[str, str], Office]) -> None:
    here = office("flying-etiquette", FLYING)
    people = by_hand(here.sample)
    assert "1040 would be added" in here.take("flying-etiquette", "--dry-run")
    assert "1040 rows read, for questionnaire flying-etiquette:\n  1040 added\n" in here.take(
        "flying-etiquette"
    )

    table = here.table("region", "rude_recline", "flying-etiquette", "--level", "division")
    rude = totals(table, "columns")
    answered = Counter(person["Is itrude to recline your seat on a plane?"] for person in people)
    assert (rude["very"], rude["somewhat"]) == (answered["Yes, very rude"], answered["Yes, somewhat rude"])
    assert rude["very"] + rude["somewhat"] == 352
    assert sum(rude[code] for code in ("very", "somewhat", "not_at_all")) == 854
    assert round(100 * 352 / 854) == 41

    flown = totals(here.table("travel_frequency", "rude_recline", "flying-etiquette"), "rows")
    assert sum(count for code, count in flown.items() if code != "never") == 874
    assert flown["never"] == 166 == rude["_not_asked"]

    often = totals(here.table("recline_often", "rude_recline", "flying-etiquette"), "rows")
    assert sum(count for code, count in often.items() if not code.startswith("_")) == 858


def test_regions_add_up_with_those_who_gave_none(office: Callable[[str, str], Office]) -> None:
    here = office("flying-etiquette", FLYING)
    people = by_hand(here.sample)
    here.take("flying-etiquette")
    given = Counter(person["Location (Census Region)"].lower().replace(" ", "-") for person in people)
    divisions = totals(here.table("region", "gender", "flying-etiquette", "--level", "division"), "rows")
    assert divisions.pop("_not_answered") == given.pop("") == 42
    assert {code: count for code, count in divisions.items() if count} == dict(given)
    regions = totals(here.table("region", "gender", "flying-etiquette", "--level", "region"), "rows")
    assert regions["west"] == given["pacific"] + given["mountain"]
    assert sum(regions.values()) == sum(given.values()) + 42 == 1040


def test_every_answer_of_every_question_on_flying_is_counted(office: Callable[[str, str], Office]) -> None:
    here = office("flying-etiquette", FLYING)
    people = by_hand(here.sample)
    here.take("flying-etiquette")
    survey = open_survey(Settings.read(here.variables))
    campaign = survey.campaigns["flying-etiquette"]
    frame = survey.storage.frame(campaign, "flying-etiquette")
    survey.storage.close()
    questions = list(campaign.questionnaires["flying-etiquette"].questions)
    headers = list(people[0])[1:]
    assert len(questions) == len(headers) == 26
    for question, header in zip(questions, headers, strict=True):
        counted = Counter(str(code) for code in frame[question])
        unasked = counted.pop("_not_asked", 0) + counted.pop("_not_answered", 0)
        written = Counter(person[header] for person in people)
        assert unasked == written.pop("", 0), question
        assert sorted(counted.values()) == sorted(written.values()), question


def phones(path: Path) -> list[dict[str, str]]:
    """The rows of the platform's file, read by nothing of ours."""
    header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, header), map(str, row), strict=True)) for row in rows]


def test_several_answers_in_one_cell_are_counted_as_by_hand(office: Callable[[str, str], Office]) -> None:
    here = office("wenjuanxing", PHONES)
    people = phones(here.sample)
    assert "800 rows read, for questionnaire phones:\n  800 added\n" in here.take("phones")
    survey = open_survey(Settings.read(here.variables))
    questionnaire = survey.campaigns["wenjuanxing"].questionnaires["phones"]
    frame = survey.storage.frame(survey.campaigns["wenjuanxing"], "phones")
    survey.storage.close()
    for question, header in (("hobbies", "6、兴趣爱好"), ("news", "8、关注资讯")):
        written = Counter(
            label.partition("〖")[0] for person in people for label in person[header].split("┋")
        )
        for choice in questionnaire.questions[question].choices:  # type: ignore[union-attr]
            label = choice.label.in_("zh").replace("（", "(").replace("）", ")")
            assert int(frame[f"{question}/{choice.name}"].sum()) == written.pop(label), label
        assert written == {}
    table = here.table("hobbies", "gender", "phones", "--measure", "mentions")
    assert totals(table, "rows")["food"] == 492


def test_single_answers_words_and_days_come_in_as_they_stand(office: Callable[[str, str], Office]) -> None:
    here = office("wenjuanxing", PHONES)
    people = phones(here.sample)
    here.take("phones")
    survey = open_survey(Settings.read(here.variables))
    frame = survey.storage.frame(survey.campaigns["wenjuanxing"], "phones")
    kept = list(survey.storage.responses("phones"))
    survey.storage.close()
    singles = {"phones": "1、手机部数", "price": "2、手机价格", "gender": "3、性别 ", "age": "4、年龄 "}
    singles |= {"income": "5、月收入", "share_spent": "7、爱好投入占收入比重 "}
    for question, header in singles.items():
        written = Counter(person[header].partition("〖")[0] for person in people)
        assert sorted(Counter(map(str, frame[question])).values()) == sorted(written.values()), question
    assert set(frame["price_other"].dropna()) == {"我妈买的。", "亲友赠送的"}
    assert set(frame["news_other"].dropna()) == {"育儿", "无目的", "社会", "新闻", "电影，餐饮"}
    assert {response.date for response in kept} == {date(2015, 6, 1)}
    assert {response.channel for response in kept} == {"import"}


def test_a_damaged_workbook_gets_words_or_a_report(office: Callable[[str, str], Office]) -> None:
    here = office("wenjuanxing", PHONES)
    whole = here.sample.read_bytes()
    chance = random.Random(2021)
    survey = open_survey(Settings.read(here.variables))
    campaign = survey.campaigns["wenjuanxing"]
    told = 0
    for zone in (600, 4096, len(whole)) * 6:
        damaged = bytearray(whole)
        for _ in range(chance.choice([1, 8, 30])):
            damaged[chance.randrange(8, zone)] = chance.choice([0, 1, 255])
        here.sample.write_bytes(damaged)
        try:
            import_file(
                survey.storage,
                campaign,
                campaign.questionnaires["phones"],
                here.sample,
                here.campaign / "map.yaml",
            )
        except SurveyError as error:
            told += 1
            assert "Open it in Excel" in error.words or "sheets:" in error.words
    survey.storage.close()
    assert told >= 6


@pytest.mark.parametrize(
    ("campaign", "sample", "questionnaire"),
    [("flying-etiquette", FLYING, "flying-etiquette"), ("wenjuanxing", PHONES, "phones")],
)
def test_the_same_file_twice_adds_nothing(
    office: Callable[[str, str], Office], campaign: str, sample: str, questionnaire: str
) -> None:
    here = office(campaign, sample)
    before = here.sample.read_bytes()
    here.take(questionnaire)
    assert "\n  0 added\n" in here.take(questionnaire)
    assert here.sample.read_bytes() == before
    assert not list(here.sample.parent.glob("*.bad*"))


def test_where_people_sat_when_they_answered_is_never_kept(office: Callable[[str, str], Office]) -> None:
    here = office("wenjuanxing", PHONES)
    people = phones(here.sample)
    table = here.sample.with_suffix(".csv")
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(people[0]))
        writer.writeheader()
        seen = {"来自IP": "10.99.98.97", "来源详情": "微信@somebody", "提交答卷时间": "2021/5/18 9:03:12"}
        writer.writerows(person | seen for person in people[:20])
    mapping = str(here.campaign / "map.yaml")
    here.said("import", str(table), "--questionnaire", "phones", "--map", mapping)
    database = here.variables["SURVEY_INSTANCE"]
    stored = b"".join(path.read_bytes() for path in Path(database).glob("survey.sqlite3*"))
    assert b"2021-05-18" in stored
    assert b"10.99.98.97" not in stored
    assert b"somebody" not in stored
    assert b"9:03" not in stored


def test_an_import_with_bad_rows_ends_with_words_and_a_number(office: Callable[[str, str], Office]) -> None:
    here = office("flying-etiquette", FLYING)
    text = here.sample.read_text(encoding="utf-8").replace("Once a month or less", "Once a week", 3)
    here.sample.write_text(text, encoding="utf-8")
    mapping = str(here.campaign / "map.yaml")
    done = here.survey("import", str(here.sample), "--questionnaire", "flying-etiquette", "--map", mapping)
    assert done.returncode == 1
    assert "1037 added" in done.stdout
    assert "3 bad, written to" in done.stdout
    assert "“Once a week” is none of the answers (say under values in the mapping" in done.stdout

"""What can go wrong around a command gets words and a status, never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey_app import cli
from survey_app.config import Settings
from survey_app.errors import SurveyError

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def survey(tmp_path: Path) -> Run:
    """Runs `survey …` with the starter campaign and an installation of its own."""

    def run(*arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
        variables = {
            "SURVEY_CAMPAIGNS": str(ROOT / "questionnaires" / "starter"),
            "SURVEY_INSTANCE": str(tmp_path / "instance"),
            **more.pop("variables", {}),
        }
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
        return subprocess.run(
            [sys.executable, "-m", "survey_app.cli", *arguments],
            env=os.environ | variables,
            encoding="utf-8",
            check=False,
            **streams,
        )

    return run


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """What a command said that could not do it."""
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_table_is_written_to_a_text_file_as_it_stands_on_the_screen(survey: Run, tmp_path: Path):
    path = tmp_path / "table.txt"
    done = survey("tabulate", "all", "all", "-o", str(path))
    assert (done.returncode, done.stdout) == (0, f"{path}\n")
    assert path.read_text(encoding="utf-8") == survey("tabulate", "all", "all").stdout


@pytest.mark.parametrize(
    ("place", "words"),
    [("nowhere/table.txt", "there is no folder"), ("", "is a folder"), ("table.csv", "ends like a csv file")],
)
def test_a_table_that_cannot_be_put_there_says_so(survey: Run, tmp_path: Path, place: str, words: str):
    assert words in refused(survey("tabulate", "all", "all", "--format", "text", "-o", str(tmp_path / place)))


@pytest.mark.parametrize(
    ("name", "begins"),
    [("t.csv", b"\xef\xbb\xbf"), ("t.JSON", b"{"), ("t.xlsx", b"PK"), ("t.txt", "全部".encode())],
)
def test_the_ending_of_a_file_tells_its_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, begins: bytes
):
    monkeypatch.setenv("SURVEY_CAMPAIGNS", str(ROOT / "questionnaires" / "starter"))
    done = CliRunner().invoke(cli.survey, ["tabulate", "all", "all", "-o", str(tmp_path / name)])
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / name).read_bytes().startswith(begins)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_behind_the_screen_has_words(survey: Run):
    with Path("/dev/full").open("w") as full:
        done = survey("tabulate", "all", "all", stdout=full)
    assert "No space left on device" in refused(done)


def test_a_closed_screen_is_no_mishap(survey: Run):
    done = survey("tabulate", "all", "all", preexec_fn=lambda: os.close(1))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "command", [("tabulate", "all", "all"), ("export", "csv", "--questionnaire", "starter")]
)
def test_a_language_that_the_campaign_does_not_have_is_refused(
    survey: Run, tmp_path: Path, command: tuple[str, ...]
):
    done = survey(*command, "--language", "xx", "-o", str(tmp_path / "file.csv"))
    assert "there is no language 'xx' in campaign starter: there are zh, en" in refused(done)
    assert not (tmp_path / "file.csv").exists()


def test_what_commands_write_is_for_their_user_alone(survey: Run, tmp_path: Path):
    made = {"SURVEY_EXPORTS": str(tmp_path / "of" / "exports")}
    for command in (
        ("export", "xlsx", "--questionnaire", "starter"),
        ("tabulate", "all", "all", "--format", "xlsx"),
        ("export", "csv", "--questionnaire", "starter", "-o", str(tmp_path / "here.csv")),
    ):
        done = survey(*command, variables=made, preexec_fn=lambda: os.umask(0o022))
        assert done.returncode == 0, done.stderr
    found = list(tmp_path.rglob("*"))
    assert {path.name for path in found} >= {"exports", "here.csv", "here-codebook.csv", "instance"}
    assert {oct(path.stat().st_mode & 0o777) for path in found if path.is_dir()} == {"0o700"}
    assert {oct(path.stat().st_mode & 0o777) for path in found if path.is_file()} == {"0o600"}


@pytest.mark.parametrize("name", ["nix", "localhost", "127.0.0.1:80", "10.0.0.0/8"])
def test_a_proxy_that_is_no_address_is_refused_before_anything_is_served(name: str):
    done = CliRunner().invoke(cli.survey, ["serve", "--trusted-proxy", name])
    assert done.exit_code == 2
    assert f"'{name}' is no IP address. Write it as in 127.0.0.1" in done.stderr


@pytest.mark.parametrize(
    ("written", "seen"), [("127.0.0.1", "127.0.0.1"), ("2001:DB8:0::1", "2001:db8::1"), ("*", "*")]
)
def test_the_address_of_a_proxy_is_that_which_the_server_will_see(written: str, seen: str):
    command = cli.survey.commands["serve"]
    assert command.make_context("serve", ["--trusted-proxy", written]).params["trusted_proxy"] == seen


@pytest.fixture
def two_campaigns(tmp_path: Path) -> Path:
    """A folder of two campaigns that ask the same and keep the same table: north and south."""
    for name in ("north", "south"):
        folder = tmp_path / "campaigns" / name
        shutil.copytree(ROOT / "questionnaires" / "starter", folder)
        for old, new in (("campaign.yaml", "campaign.yaml"), ("starter.yaml", f"{name}.yaml")):
            text = (folder / old).read_text("utf-8")
            (folder / old).unlink()
            (folder / new).write_text(text.replace("name: starter", f"name: {name}"), "utf-8")
    return tmp_path / "campaigns"


@pytest.mark.parametrize("sides", [("satisfaction-by-district",), ("home_region", "all")])
def test_where_two_campaigns_can_answer_one_is_named(two_campaigns: Path, tmp_path: Path, sides: tuple[str]):
    variables = {"SURVEY_CAMPAIGNS": str(two_campaigns), "SURVEY_INSTANCE": str(tmp_path / "instance")}

    def tabulate(*options: str) -> Result:
        return CliRunner(env=variables).invoke(cli.survey, ["tabulate", *sides, "--format", "json", *options])

    cure = "several campaigns can answer this: name one with --campaign, of north, south\n"
    assert (tabulate().exit_code, tabulate().stderr) == (1, cure)
    for options in (["--campaign", "south"], ["--questionnaire", "south"]):
        assert [*json.loads(tabulate(*options).stdout)["questionnaires"]] == ["south"]
    assert "there is no campaign 'east': there are north, south" in tabulate("--campaign", "east").stderr


def test_the_tables_that_two_campaigns_keep_are_listed_once(two_campaigns: Path, tmp_path: Path):
    variables = {"SURVEY_CAMPAIGNS": str(two_campaigns), "SURVEY_INSTANCE": str(tmp_path / "instance")}
    done = CliRunner(env=variables).invoke(cli.survey, ["tabulate", "zzz"])
    assert done.stderr == "there is no table 'zzz': campaign.yaml names satisfaction-by-district\n"


def test_without_campaigns_the_words_name_the_setting(survey: Run, tmp_path: Path):
    done = survey("tabulate", "all", "all", variables={"SURVEY_CAMPAIGNS": str(tmp_path / "none")})
    assert "SURVEY_CAMPAIGNS" in refused(done)


@pytest.mark.parametrize(("place", "words"), [("none.yaml", "There is no file"), ("", "is a folder")])
def test_a_mapping_that_is_not_there_says_so(survey: Run, tmp_path: Path, place: str, words: str):
    answers = tmp_path / "answers.csv"
    answers.write_text("Q1\n1\n")
    done = survey("import", str(answers), "--questionnaire", "starter", "--map", str(tmp_path / place))
    assert words in refused(done)


def test_a_lost_secret_key_is_not_replaced_beside_an_old_database(survey: Run, tmp_path: Path):
    assert survey("tidy").returncode == 0
    key = tmp_path / "instance" / "secret.key"
    kept = key.read_text()
    key.unlink()
    words = refused(survey("tidy"))
    assert "secret.key is missing" in words
    assert "Restore the key from a backup" in words
    assert not key.exists()
    key.write_text(kept)
    assert survey("tidy").returncode == 0


def test_a_given_secret_key_that_is_too_short_is_named_with_the_way_to_a_good_one(tmp_path: Path):
    with pytest.raises(SurveyError, match=r"SURVEY_SECRET_KEY is shorter than 32 characters") as refused:
        Settings.read({"SURVEY_INSTANCE": str(tmp_path), "SURVEY_SECRET_KEY": "s" * 31})
    command = refused.value.words.partition("prints: ")[2]
    made = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout.strip()
    found = Settings.read({"SURVEY_INSTANCE": str(tmp_path), "SURVEY_SECRET_KEY": made})
    assert found.secret_key == made


def test_an_instance_that_is_a_file_is_told_so(tmp_path: Path):
    file = tmp_path / "instance"
    file.touch()
    with pytest.raises(
        SurveyError, match=r"SURVEY_INSTANCE is .*instance, which is a file\. Set it to a folder"
    ):
        Settings.read({"SURVEY_INSTANCE": str(file)})


def test_a_secret_key_that_cannot_be_read_says_so(survey: Run, tmp_path: Path):
    (tmp_path / "instance" / "secret.key").mkdir(parents=True)
    assert "secret.key cannot be read or made" in refused(survey("tidy"))


def test_frames_are_made_verified_and_made_again(survey: Run, tmp_path: Path):
    frames = tmp_path / "instance" / "frames"
    assert (
        survey("frames", "fold").stdout
        == "0 responses taken in, 0 files written anew, 0 old files removed.\n"
    )
    assert survey("frames", "verify").stdout == "There are no files to compare.\n"
    with sqlite3.connect(tmp_path / "instance" / "survey.sqlite3") as database:
        questionnaire, version = database.execute("SELECT name, version FROM questionnaires").fetchone()
        database.executemany(
            "INSERT INTO responses (id, key, questionnaire, version, audience, channel, language, date, status, "
            "answers, asked) VALUES (?, ?, ?, ?, 'driver', 'web', 'zh', '2021-05-18', 'received', '{}', '[]')",
            [(f"{n:032x}", f"{n}", questionnaire, version) for n in range(1200)],
        )
        database.execute("UPDATE responses SET questionnaire = '' WHERE CAST(key AS INT) >= 999")
        database.commit()
        few = "999 responses are in no file, which tables count from the database: a file is begun when 1,000"
        for command in ("rebuild", "verify"):
            assert few in survey("frames", command).stdout
        database.execute("UPDATE responses SET questionnaire = ?", [questionnaire])
    database.close()
    assert "1200 responses taken in" in survey("frames", "fold").stdout
    counted = survey("tabulate", "all", "all", "--questionnaire", questionnaire, "--format", "json").stdout
    assert json.loads(counted)["base"] == 1200
    assert survey("frames", "verify").returncode == 0
    (file,) = frames.glob("*.parquet")
    file.write_bytes(file.read_bytes()[:-9])
    assert "survey frames rebuild" in refused(survey("frames", "verify"))
    again = survey("tabulate", "all", "all", "--questionnaire", questionnaire, "--format", "json").stdout
    assert again == counted, "what cannot be read is counted from the database"
    assert "1 file written anew" in survey("frames", "rebuild").stdout
    assert survey("frames", "verify").returncode == 0


def test_made_up_answers_are_marked_in_table_and_export_and_gone_when_they_are_taken_out(
    survey: Run, tmp_path: Path
):
    done = survey("demo", "--responses", "40", "--seed", "5", "--until", "2021-08-20")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("40 made-up responses were added to starter, each with the flag `demo`.")
    assert "供试用的虚构答卷 40" in survey("tabulate", "all", "all").stdout
    file = tmp_path / "all.csv"
    assert survey("export", "csv", "-o", str(file)).returncode == 0
    lines = file.read_text("utf-8-sig").splitlines()
    assert len(lines) == 41 and all('"demo"' in line for line in lines[1:])
    assert survey("demo", "--remove").stdout == "40 made-up responses were removed.\n"
    assert '"people": 0' in survey("tabulate", "all", "all", "--format", "json").stdout


def test_one_is_told_as_one(tmp_path: Path):
    runner = CliRunner(env={"SURVEY_INSTANCE": str(tmp_path / "instance")})
    assert runner.invoke(cli.survey, ["user", "add", "chief", "--role", "coordinator"]).exit_code == 0
    told = runner.invoke(cli.survey, ["audit", "verify"]).stdout
    assert told.startswith("The log is as it was written, with 1 act. Keep this head")
    assert runner.invoke(cli.survey, ["demo", "--responses", "1"]).stdout.startswith("1 made-up response was")
    assert runner.invoke(cli.survey, ["demo", "--remove"]).stdout == "1 made-up response was removed.\n"


def test_a_demo_makes_up_nothing_for_days_to_come():
    tomorrow = date.today() + timedelta(days=1)
    done = CliRunner().invoke(cli.survey, ["demo", "--responses", "5", "--until", f"{tomorrow}"])
    assert (done.exit_code, done.stderr.partition(",")[0]) == (1, f"{tomorrow} is after today")


def test_a_demo_says_what_it_needs_to_know(survey: Run):
    assert "Say either how many" in refused(survey("demo"))
    assert "Say either how many" in refused(survey("demo", "--remove", "--responses", "5"))
    assert "there is no campaign 'nowhere'" in refused(
        survey("demo", "--responses", "5", "--campaign", "nowhere")
    )

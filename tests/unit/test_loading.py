"""A campaign folder is loaded whole, or refused with words for everything that is wrong with it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.campaign.checking import check_path
from survey_app.campaign.loading import find_questionnaire, load_campaign, load_campaigns
from survey_app.errors import CampaignError, NotFound
from tests.conftest import WriteCampaign

CAMPAIGNS = Path(__file__).parents[2] / "questionnaires"

CAMPAIGN = """\
name: tiny
title: {zh: 小, en: Tiny}
organisation: Office
languages: {zh: 中文, en: English}
levels:
  - {name: province, label: Province}
  - {name: county, label: County}
privacy: Safe.
consent: Yes.
"""
QUESTIONNAIRE = """\
name: driver
title: Drivers
audience: [driver]
choice_lists:
  yn:
    - {name: yes, label: Yes}
    - {name: no, label: 没有}
pages:
  - name: one
    label: One
    questions:
      - {type: select_one, name: fined, label: Fined, choices: yn}
      - {type: select_multiple, name: which, label: Which, choices: "@issues", relevant: "${fined} = 'yes'"}
      - {type: region, name: where, label: Where, level: county, within: 51}
"""
REGIONS = """\
code,parent,level,label::zh,label::en,short::zh,pinyin,zone
51,,province,四川,Sichuan,川,Sichuan,
5101,51,county,成都,Chengdu,,Chengdu,plain
"""
NOTE = """\
name: driver
title: A
audience: [all]
pages: [{name: p, label: P, questions: [{type: note, name: n, label: N}]}]
"""
FILES = {
    "campaign.yaml": CAMPAIGN,
    "driver.yaml": QUESTIONNAIRE,
    "regions.csv": REGIONS,
    "issues.yaml": """\
        schemes:
          six: {label: Six, categories: [{name: P1, label: One}]}
        issues:
          - {name: FEE, label: {zh: 费, en: Fee}, groups: {six: P1}}
          - {name: OLD, label: Old, retired: true}
        """,
    "groups.yaml": "groups:\n  - {name: G1, label: Group 1, regions: [5101]}\n",
    "units.csv": "code,label::zh,label::en,kind,parent,region,status,evidence\nU1,总队,Corps,corps,,51,confirmed,a\n",
    "tilegrid.json": '{\n\t"tiles": [{"code": "5101", "column": 2, "row": 1}]\n}\n',
}


def test_everything_in_the_folder_is_there(write_campaign: WriteCampaign) -> None:
    campaign = load_campaign(write_campaign(FILES))
    assert campaign.name == "tiny"
    assert campaign.about.title.in_("zh") == "小"
    assert list(campaign.questionnaires) == ["driver"]
    assert list(campaign.regions.by_code) == ["51", "5101"]
    assert campaign.regions["51"].short is not None
    assert campaign.regions.roll_up("5101", "group") == "G1"
    assert campaign.units[0].region == "51"
    assert (campaign.tiles[0].column, campaign.tiles[0].row) == (2, 1)


def test_words_that_look_like_truths_and_numbers_stay_as_written(write_campaign: WriteCampaign) -> None:
    odd = "{name: yes, label: Yes}, {name: 0123, label: 7}, {name: 1.10, label: off}, {name: 2021-05-18, label: D}"
    questions = f"choices: [{odd}]"
    text = QUESTIONNAIRE.replace("choices: yn", questions).replace("'yes'", "'1.10'")
    text = text.replace(
        "choice_lists:\n  yn:\n    - {name: yes, label: Yes}\n    - {name: no, label: 没有}\n", ""
    )
    question = (
        load_campaign(write_campaign({**FILES, "driver.yaml": text}))
        .questionnaires["driver"]
        .questions["fined"]
    )
    assert [choice.name for choice in question.choices] == ["yes", "0123", "1.10", "2021-05-18"]
    assert [choice.label.in_("en") for choice in question.choices] == ["Yes", "7", "off", "D"]


def test_lists_of_the_campaign_can_be_named(write_campaign: WriteCampaign) -> None:
    questions = """\
      - {type: select_one, name: unit, label: U, choices: "@units"}
      - {type: select_one, name: group, label: G, choices: "@groups"}
      - {type: select_one, name: category, label: C, choices: "@six"}
    """.rstrip(" ")
    asked = load_campaign(write_campaign({**FILES, "driver.yaml": QUESTIONNAIRE + questions})).questionnaires[
        "driver"
    ]
    names = {name: [c.name for c in getattr(q, "choices", ())] for name, q in asked.questions.items()}
    assert names == {
        "fined": ["yes", "no"],
        "which": ["FEE"],
        "where": [],
        "unit": ["U1"],
        "group": ["G1"],
        "category": ["P1"],
    }
    assert asked.questions["which"].choices[0].issue == "FEE"


def test_only_the_campaign_and_a_questionnaire_are_needed(write_campaign: WriteCampaign) -> None:
    campaign = load_campaign(write_campaign({"campaign.yaml": CAMPAIGN, "driver.yaml": NOTE}))
    assert len(campaign.regions) == 0
    assert campaign.issues.issues == ()


def test_questionnaires_stand_in_the_order_of_their_files(write_campaign: WriteCampaign) -> None:
    files = {
        f"{name}.yaml": QUESTIONNAIRE.replace("name: driver", f"name: {name}") for name in ("b", "a", "c")
    }
    assert list(load_campaign(write_campaign({**FILES, **files})).questionnaires) == ["a", "b", "c", "driver"]


def test_an_import_mapping_is_no_questionnaire(write_campaign: WriteCampaign) -> None:
    files = {**FILES, "map.yaml": "columns: {}", "old.map.yaml": "columns: {}"}
    assert list(load_campaign(write_campaign(files)).questionnaires) == ["driver"]


def test_a_folder_of_campaigns_gives_them_by_name(write_campaign: WriteCampaign) -> None:
    folder = write_campaign(FILES)
    write_campaign({"../zoo/campaign.yaml": CAMPAIGN.replace("tiny", "zoo")})
    campaigns = load_campaigns(folder.parent)
    assert list(campaigns) == ["tiny", "zoo"]
    assert list(load_campaigns(folder)) == ["tiny"]


def test_a_questionnaire_is_found_by_name_or_the_one_meant_is_told(write_campaign: WriteCampaign) -> None:
    campaigns = load_campaigns(write_campaign(FILES))
    assert find_questionnaire(campaigns, "driver")[1].name == "driver"
    with pytest.raises(NotFound, match=r"there is no questionnaire 'drivers': did you mean driver\?"):
        find_questionnaire(campaigns, "drivers")
    with pytest.raises(NotFound, match=r"there are driver"):
        find_questionnaire(campaigns, "zzz")
    with pytest.raises(NotFound, match=r"no campaign has one"):
        find_questionnaire({}, "zzz")


def test_a_campaign_with_mistakes_is_refused_with_a_line_for_each(write_campaign: WriteCampaign) -> None:
    folder = write_campaign({**FILES, "driver.yaml": QUESTIONNAIRE.replace("choices: yn", "choices: yno")})
    write_campaign({"regions.csv": REGIONS + "5102,59,county,又,Again,,,\n"})
    with pytest.raises(CampaignError) as refused:
        load_campaign(folder)
    assert refused.value.words.splitlines() == [
        "driver.yaml:12 question fined: choice list 'yno' is not defined (did you mean yn?)",
        "regions.csv:4: region 5102: its parent 59 does not exist (add it, or leave the parent empty)",
    ]


def test_a_warning_does_not_stop_a_campaign(write_campaign: WriteCampaign) -> None:
    folder = write_campaign(
        {**FILES, "driver.yaml": QUESTIONNAIRE.replace("label: Where", "label: {zh: 哪里}")}
    )
    assert [mistake.severity for mistake in check_path(folder).mistakes] == ["warning"]
    assert load_campaign(folder).name == "tiny"


BAD_FILES: dict[str, tuple[bytes, str]] = {
    "an empty file": (b"", "driver.yaml: is empty (write it, or take the file out of the folder)"),
    "only comments": (b"# to do\n", "driver.yaml: is empty (write it, or take the file out of the folder)"),
    "another encoding": (
        "name: a\ntitle: 四川\n".encode("gb18030"),
        "driver.yaml:2: is not in UTF-8 (save it again with the encoding UTF-8 (in Excel: CSV UTF-8))",
    ),
    "an invisible character": (
        b"name: a\nti\x07tle: b\n",
        "driver.yaml:2: holds the invisible character 0x0007 (delete it)",
    ),
    "a tab": (b"name:\n\ta: b\n", "driver.yaml:2: a tab stands where spaces are needed (indent with spaces)"),
    "a list without quotes": (
        b"name: a\nchoices: @issues\n",
        'driver.yaml:2: text cannot begin with @ here (put it between quotes, as in "@…")',
    ),
    "a colon in a text": (
        b"name: a\ntitle: a: b\n",
        "driver.yaml:2: cannot be read as YAML: mapping values are not allowed in this context "
        "(put text that holds a colon between quotes)",
    ),
    "a line too far right": (
        b"name: a\n  title: b\n",
        "driver.yaml:2: cannot be read as YAML: mapping values are not allowed in this context "
        "(indent it like the lines that belong together)",
    ),
    "an open quote": (
        b"name: a\ntitle: 'b\nend: c\n",
        "driver.yaml:2: cannot be read as YAML: found unexpected end of stream (close the quote that is open)",
    ),
    "a key that stands twice": (
        NOTE.replace("title: A", "title: A\nname: other").encode(),
        'driver.yaml:3: "name" stands twice; the first one is in line 1 (keep one of them)',
    ),
    "a part that repeats another": (
        b"a: &a [1]\nb: *a\n",
        'driver.yaml:2: "*a" repeats another part (write it out, or use choice_lists)',
    ),
    "a billion laughs": (
        b"a: &a [x,x]\n" + b"".join(b"%c: &%c [*%c,*%c]\n" % (n + 1, n + 1, n, n) for n in range(97, 110)),
        'driver.yaml:2: "*a" repeats another part (write it out, or use choice_lists)',
    ),
    "a Python object": (
        b"a: !!python/object/apply:os.system [echo]\n",
        'driver.yaml:1: the YAML tag "tag:yaml.org,2002:python/object/apply:os.system" is not read here '
        "(take it out; quote what must be text)",
    ),
    "brackets without end": (
        b"[" * 100_000,
        "driver.yaml:1: is nested deeper than 40 (see that brackets and indentation are right)",
    ),
    "two documents": (
        b"a: 1\n---\nb: 2\n",
        'driver.yaml:3: a second document begins here (take out the line "---")',
    ),
    "too much": (
        b"# long\n" * 300_000,
        "driver.yaml: is larger than 2 MB (split it, or leave out what is not needed)",
    ),
    "a list": (
        b"- a\n",
        "driver.yaml:1: the file must be a mapping, not a list (write keys and values, as in name: …)",
    ),
    "a colon of a Chinese keyboard": (
        "name：a\n".encode(),
        "driver.yaml:1: the file is not a mapping (write the colon as : with a space behind it, not as ：)",
    ),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_cannot_be_read_is_told_and_hides_nothing(
    write_campaign: WriteCampaign, case: str
) -> None:
    content, expected = BAD_FILES[case]
    regions = REGIONS + "5102,59,county,又,Again,,,\n"
    folder = write_campaign({"campaign.yaml": CAMPAIGN, "regions.csv": regions})
    (folder / "driver.yaml").write_bytes(content)
    assert [str(mistake) for mistake in check_path(folder).mistakes] == [
        expected,
        "regions.csv:4: region 5102: its parent 59 does not exist (add it, or leave the parent empty)",
    ]


def test_regions_saved_by_excel_in_another_encoding_are_told(write_campaign: WriteCampaign) -> None:
    folder = write_campaign(FILES)
    (folder / "regions.csv").write_bytes(REGIONS.encode("gb18030"))
    with pytest.raises(CampaignError, match=r"regions.csv:2: is not in UTF-8 \(save it again .* CSV UTF-8"):
        load_campaign(folder)
    (folder / "regions.csv").write_bytes(REGIONS.encode("utf-8-sig"))
    assert len(load_campaign(folder).regions) == 2


@pytest.mark.parametrize(
    "folder", sorted(path.name for path in CAMPAIGNS.iterdir() if (path / "campaign.yaml").exists())
)
def test_every_campaign_of_the_repository_is_right(folder: str) -> None:
    assert [
        str(mistake) for mistake in check_path(CAMPAIGNS / folder).mistakes if mistake.severity == "error"
    ] == []


def test_the_real_campaigns_load_within_a_second() -> None:
    load_campaigns(CAMPAIGNS)
    began = time.process_time()
    load_campaigns(CAMPAIGNS)
    assert time.process_time() - began < 1


PIECES = [
    "\t",
    ":",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "!!x ",
    "'",
    '"',
    "#",
    "|",
    ">",
    "${a}",
    "\n",
    "\r",
    "  ",
]
PIECES += [
    "null",
    "~",
    "yes",
    "1e999",
    "-",
    "name: ",
    "type: group",
    "questions: ",
    "choices: ",
    "\0",
    "\ufeff",
    "é",
    "𝄞",
    "",
]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    file=st.sampled_from(sorted(FILES)),
    edits=st.lists(
        st.tuples(st.integers(0, 900), st.integers(0, 40), st.sampled_from(PIECES) | st.text(max_size=5)),
        min_size=1,
        max_size=4,
    ),
)
def test_whatever_is_written_gives_a_campaign_or_words(
    write_campaign: WriteCampaign, file: str, edits: list[tuple[int, int, str]]
) -> None:
    text = FILES[file]
    for place, length, piece in edits:
        text = text[:place] + piece + text[place + length :]
    folder = write_campaign(FILES)
    (folder / file).write_bytes(text.encode("utf-8", "surrogatepass"))
    mistakes = check_path(folder).mistakes
    assert all(mistake.words and str(mistake) for mistake in mistakes)
    if any(mistake.severity == "error" for mistake in mistakes):
        return
    assert load_campaign(folder).name


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    line=st.integers(0, 60),
    change=st.sampled_from(["drop", "indent", "outdent", "twice", "upper", "empty"]),
    file=st.sampled_from(
        ["driver.yaml", "case-review.yaml", "field-record.yaml", "issues.yaml", "campaign.yaml"]
    ),
    step=st.integers(1, 40),
)
def test_a_real_file_with_a_line_spoilt_gives_words(
    tmp_path: Path, line: int, change: str, file: str, step: int
) -> None:
    real = CAMPAIGNS / "sichuan-2021"
    if not (real / file).exists():
        pytest.skip("the real campaign is not here")
    folder = tmp_path / "real"
    folder.mkdir(exist_ok=True)
    for each in real.iterdir():
        (folder / each.name).write_bytes(each.read_bytes())
    lines = (real / file).read_text(encoding="utf-8").splitlines()
    place = (line * step) % len(lines)
    changes = {
        "drop": [],
        "indent": ["  " + lines[place]],
        "outdent": [lines[place][2:]],
        "twice": [lines[place], lines[place]],
        "upper": [lines[place].upper()],
        "empty": [lines[place].partition(":")[0] + ":"],
    }
    lines[place : place + 1] = changes[change]
    (folder / file).write_text("\n".join(lines), encoding="utf-8")
    assert all(str(mistake) for mistake in check_path(folder).mistakes)

"""What looks wrong goes from the draft into the response, the frame, the exports and under the tables."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from survey_app.campaign.campaign import Campaign
from survey_app.exporting import Source, Whole, export
from survey_app.respondent import guards
from survey_app.storage import DEMO, Storage, Wanted, open_storage
from survey_app.storage.frames import build
from survey_app.storage.wordings import REPEATED
from survey_app.tabulation import Catalogue, ask
from survey_app.tabulation.words import FLAGS as FLAG_NAMES
from tests.machinery.drawn import SECRET, campaign, choices, question, questionnaire, response, stored

WORDS = "每次过检查站都要等两个小时，开了罚单也不给票据，问了还骂人。"
HINT = "请写在哪里、什么时候、谁、为什么，写得越清楚越好，谢谢您。"
ASKED = questionnaire(
    question("select_one", "fined", choices=choices("yes", "no")),
    question("text", "words"),
    question("text", "hinted", default=HINT),
)
CAMPAIGN = campaign(ASKED)
PEOPLE = [
    stored(ASKED, {"fined": "yes", "words": WORDS}, id="a"),
    stored(ASKED, {"fined": "yes"}, id="b", flags=("fast", "untimed")),
    stored(ASKED, {"fined": "no", "words": WORDS}, id="c", flags=("fast",)),
    stored(ASKED, {"fined": "no", "hinted": HINT}, id="d"),
    stored(ASKED, {"fined": "no", "hinted": HINT}, id="e"),
]
FLAGS = ["repeated", "fast untimed", "fast repeated", "", ""]


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    opened = open_storage(f"sqlite:///{tmp_path / 'survey.sqlite3'}", secret=SECRET)
    yield opened
    opened.close()


def frame() -> pd.DataFrame:
    return build(PEOPLE, [ASKED], CAMPAIGN)


def catalogue(campaign: Campaign) -> Catalogue:
    return Catalogue.of(campaign, {"tiny": [ASKED]})


def test_a_frame_says_of_each_response_what_looks_wrong():
    found = frame()
    assert found["_flags"].tolist() == FLAGS
    assert found["_flags"].dtype == "string"
    assert not [name for name in found.columns if "wordings" in name]


def test_the_same_words_far_apart_are_found_across_the_pieces_that_a_frame_is_built_of(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("survey_app.storage.frames.AT_ONCE", 2)
    assert frame()["_flags"].tolist() == FLAGS


def test_an_empty_frame_has_the_column_too():
    assert build([], [ASKED], CAMPAIGN)["_flags"].tolist() == []


def test_a_frame_of_several_questionnaires_has_them(storage: Storage):
    other = questionnaire(question("text", "words"), name="other")
    both = campaign(ASKED, other)
    storage.add(
        [
            response(both, ASKED, {"words": WORDS}, key="1"),
            response(both, ASKED, {"words": WORDS}, key="2", flags=("burst",)),
            response(both, other, {"words": WORDS}, key="3"),
        ]
    )
    found = storage.frame(both, ["tiny", "other"], Wanted())
    assert sorted(found["_flags"]) == ["", "burst repeated", "repeated"]


def test_a_draft_hands_its_flags_to_the_response_and_withdrawing_takes_them(storage: Storage):
    draft = storage.start_draft("tiny", ASKED.version, "web", "zh", flags=("burst",))
    storage.save_draft(draft.id, {"fined": "yes"}, flags=("burst", "fast"))
    assert storage.draft(draft.id).flags == ("burst", "fast")
    storage.send(draft.id, response(CAMPAIGN, ASKED, {"fined": "yes"}, flags=("burst", "fast")))
    (kept,) = storage.responses()
    assert kept.flags == ("burst", "fast")
    storage.dialogue.withdraw(kept.id)
    assert list(storage.responses()) == []


def test_an_export_has_them_beside_the_answers(tmp_path: Path):
    export(Source(CAMPAIGN, [ASKED], Whole(frame())), "csv", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig") as file:
        assert [row["_flags"] for row in csv.DictReader(file)] == FLAGS


def test_a_table_counts_them_and_says_so_and_leaves_them_out_when_asked():
    whole = ask(frame(), catalogue(CAMPAIGN), "fined", "fined")
    assert whole.people == 5
    assert any(
        "3" in note.in_("en") and "too fast 2, same words as another 2, without a time 1" in note.in_("en")
        for note in whole.notes
    )
    chinese = " ".join(note.in_("zh") for note in whole.notes)
    assert "答得比人快 2、与另一份答卷的长文字相同 2、没有或伪造了时间 1" in chinese
    rest = ask(frame(), catalogue(CAMPAIGN), "fined", "fined", without_flagged=True)
    assert rest.people == 2
    assert any("3" in note.in_("en") and "too fast 2" in note.in_("en") for note in rest.notes)
    assert [note for note in rest.notes if note in whole.notes] != list(rest.notes)


def test_a_table_of_people_about_whom_nothing_looks_wrong_says_nothing():
    clean = ask(build(PEOPLE[3:], [ASKED], CAMPAIGN), catalogue(CAMPAIGN), "fined", "fined")
    assert not any("fast" in note.in_("en") or "wrong" in note.in_("en") for note in clean.notes)


def test_only_those_whom_the_condition_holds_for_are_told_of():
    found = ask(frame(), catalogue(CAMPAIGN), "fined", "fined", where="${fined} = 'yes'")
    assert any(
        "too fast 1, same words as another 1, without a time 1" in note.in_("en") for note in found.notes
    )
    rest = ask(frame(), catalogue(CAMPAIGN), "fined", "fined", where="${fined} = 'yes'", without_flagged=True)
    assert rest.people == 0


def test_each_flag_that_there_is_has_a_name():
    known = {guards.HONEYPOT, guards.FAST, guards.UNTIMED, guards.BURST, REPEATED, DEMO}
    assert set(FLAG_NAMES) == known

"""Some rows of a stream, with words masked: as many pieces as hold any, the same columns in each."""

from __future__ import annotations

import pandas as pd
import pytest

from survey_app.campaign.columns import columns
from survey_app.campaign.freewords import HIDDEN
from survey_app.exporting import Chosen, Whole, streams, written_columns
from tests.machinery.drawn import campaign, choices, question, questionnaire


def frame(rows: int = 7) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "_id": [f"id{number}" for number in range(rows)],
            "_channel": pd.Categorical(["qr:ours", "qr:theirs"] * rows)[:rows],
            "why": pd.array(["打13800138000", None] * rows, dtype="str")[:rows],
            "many": pd.array([13800138000] * rows, dtype="Int64"),
        }
    )


@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_the_pieces_hold_the_chosen_rows_masked_and_no_channel_of_others(
    monkeypatch: pytest.MonkeyPatch, at_once: int
):
    monkeypatch.setattr(streams, "AT_ONCE", at_once)
    mine = Chosen(Whole(frame()), ["id0", "id3", "id4", "unknown"], {"why", "many", "nothing"}, ["qr:ours"])
    assert len(mine) == 3
    for columns_ in (None, {"why"}):
        pieces = list(mine.read(columns_))
        assert all(list(piece.index) == list(range(len(piece))) and len(piece) for piece in pieces)
        assert [each for piece in pieces for each in piece["_id"]] == ["id0", "id3", "id4"]
        words = [each for piece in pieces for each in piece["why"]]
        assert [each if isinstance(each, str) else None for each in words] == [
            f"打{HIDDEN}",
            None,
            f"打{HIDDEN}",
        ]
        for piece in (*pieces, mine.empty):
            assert list(piece["_channel"].cat.categories) == ["qr:ours"]
            assert (piece.dtypes == mine.empty.dtypes).all()
            assert not (piece["many"] != 13800138000).any(), "numbers that were asked for stay"


def test_nobody_chosen_is_one_piece_without_rows():
    nobody = Chosen(Whole(frame()), [], {"why"}, [])
    (piece,) = nobody.read()
    assert (len(nobody), len(piece), list(piece.columns)) == (0, 0, list(frame().columns))


def test_all_columns_in_which_words_can_stand_are_masked():
    asked = questionnaire(
        question("text", "why"),
        question("select_one", "fined", choices=choices("yes", other={"specify": True})),
        question("calculate", "joined", calculation="concat(${why}, 'x')"),
        question("integer", "many"),
    )
    drawn = campaign(asked)
    found = written_columns(columns([asked], drawn))
    assert found == {"_additions", "why", "fined_other", "joined"}

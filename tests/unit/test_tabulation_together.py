"""All questions counted in one pass say what each says when it is asked alone."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from survey_app.campaign.expressions import parse
from survey_app.errors import NotFound
from survey_app.exporting.banner import banner
from survey_app.tabulation import Where, Whole, ask
from survey_app.tabulation.together import frequencies
from tests.machinery.counted import CATALOGUE, frame_of, said
from tests.machinery.parts import cut

LOT = random.Random(6)
FRAME = frame_of(
    [
        said(
            place=LOT.choice(["n1", "s1", "road"]),
            met=LOT.choice([["FINE"], ["FINE", "FEE"], ["none"]]),
            sort=LOT.choice(["truck", "bus", "no"]),
            verdict=LOT.choice(["s5", "s1", "dk"]),
            seen={"badge": LOT.choice(["did", "did_not"])},
            **({"trips": LOT.randint(0, 9)} if LOT.random() < 0.7 else {}),
            **({"words": "好"} if LOT.random() < 0.5 else {}),
        )
        for _ in range(60)
    ]
).assign(_flags=[LOT.choice(["", "fast"]) for _ in range(60)])
PARTS = cut(FRAME, CATALOGUE, LOT)
CONDITION = "${sort} != 'bus'"


@pytest.mark.parametrize("by", ["all", "sort", "issue", "channel"])
@pytest.mark.parametrize("narrowed", [False, True])
def test_each_question_by_a_side_is_what_it_is_alone(by: str, narrowed: bool):
    where = Where(parse(CONDITION), CATALOGUE) if narrowed else None
    found = frequencies(PARTS, CATALOGUE, by, where=where, without_flagged=narrowed)
    compared = 0
    for each in found:
        if each.column.type in ("choice", "multiple", "rank"):
            options = {
                "where": CONDITION if narrowed else None,
                "without_flagged": narrowed,
                "percent": "column",
            }
            alone = ask(FRAME, CATALOGUE, each.column.name, by, **options).to_json_dict()
            mine = each.table.to_json_dict()
            for key in ("title", "questionnaires"):
                mine.pop(key), alone.pop(key)
            assert json.dumps(mine) == json.dumps(alone), each.column.name
            compared += 1
    assert compared >= 7


def test_numbers_have_their_mean_and_words_how_many_wrote_some():
    found = {each.column.name: each for each in frequencies(Whole(FRAME), CATALOGUE)}
    trips = FRAME["trips"]
    assert found["trips"].mean == pytest.approx(float(trips.mean()))
    assert found["trips"].table.counts[0, 0] == trips.notna().sum()
    assert found["words"].table.counts[0, 0] == (FRAME["words"].fillna("") != "").sum()
    assert "phone" not in found
    assert "how" not in found
    nobody = {each.column.name: each for each in frequencies(Whole(FRAME[:0]), CATALOGUE)}
    assert np.isnan(nobody["trips"].mean)


def test_a_side_that_there_is_not_gets_words_and_the_workbook_opens():
    with pytest.raises(NotFound, match="no question, role or column 'sorts'"):
        frequencies(PARTS, CATALOGUE, "sorts")
    assert banner(frequencies(PARTS, CATALOGUE, "sort"), "题目 × 车型", "zh").startswith(b"PK")

"""The whole of a table stands in its address, and comes back out of it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from survey_app.campaign.campaign import TableWish
from survey_app.errors import SurveyError
from survey_app.research.tables.state import State, called
from tests.machinery.counted import CATALOGUE

FIELDS = list(State.__dataclass_fields__)
TEXTS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=30).map(
    lambda text: " ".join(text.splitlines()).strip()
)


@given(st.dictionaries(st.sampled_from(FIELDS), TEXTS))
def test_every_state_comes_back_out_of_its_address(given_: dict[str, str]):
    state = State(**given_)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(f"/t?{state.address}").query).items()}
    assert State.read(asked) == state
    assert set(asked) <= {called(name) for name in FIELDS}


def test_filters_become_one_condition():
    state = State(
        from_="2021-06-01",
        to="2021-06-30",
        channel="qr:yard",
        spoken="zh",
        question="met",
        answer="FINE",
        where="${sort} = 'bus' or true()",
    )
    assert state.condition(CATALOGUE) == (
        "${date} >= '2021-06-01' and ${date} <= '2021-06-30' and ${channel} = 'qr:yard' and ${language} = 'zh' "
        "and selected(${met}, 'FINE') and (${sort} = 'bus' or true())"
    )
    assert State(where="true()").condition(CATALOGUE) == "true()"
    assert State(question="sort", answer="it's").condition(CATALOGUE) == '${sort} = "it\'s"'
    assert State(question="sort").condition(CATALOGUE) is None


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State(from_="yesterday"), "no day"),
        (State(channel="'\""), "cannot hold both"),
    ],
)
def test_what_no_condition_can_hold_gets_words(state: State, words: str):
    with pytest.raises(SurveyError, match=words):
        state.condition(CATALOGUE)


def test_what_nobody_types_is_refused():
    for state, words in ((State(rows="x" * 201), "201 letters"), (State(rows="a\0b"), "cannot be shown")):
        with pytest.raises(SurveyError, match=words):
            state.refuse_unreadable()


def test_the_entry_for_the_campaign_is_one_that_it_can_read():
    state = State(
        rows="region",
        columns="met",
        questionnaire="road",
        level="prefecture",
        percent="row",
        measure="mean",
        scale="verdict",
        from_="2021-06-01",
        without_flagged="1",
        place="n1",
    )
    (entry,) = yaml.safe_load(state.wish("by-place", {"zh": "各地", "en": "By place"}, CATALOGUE))
    wish = TableWish.model_validate(entry)
    assert (wish.rows, wish.columns, wish.questionnaires) == ("region", "met", ("road",))
    assert (wish.level, wish.percent, wish.measure, wish.without_flagged) == (
        "prefecture",
        "row",
        "mean:verdict",
        True,
    )
    assert wish.where is not None
    assert wish.where.source == "${date} >= '2021-06-01'"
    assert wish.label.in_("zh") == "各地"
    plain = yaml.safe_load(State(rows="met").wish("met", {"zh": "遇到"}, CATALOGUE))
    assert plain == [{"name": "met", "label": {"zh": "遇到"}, "rows": "met", "columns": "all"}]

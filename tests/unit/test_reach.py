"""A question is told to be out of reach exactly when no answers make it relevant to the judge of answers."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.campaign.answers import check
from survey_app.campaign.campaign import Campaign, CampaignFile
from survey_app.campaign.checks.form import Form
from survey_app.campaign.checks.reach import unreachable
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.reading.folder import Folder
from survey_app.campaign.reading.mending import read_questionnaire
from survey_app.campaign.reading.yamlsource import Source, compose
from survey_app.campaign.texts import Text

CODES = ("x", "y")
ABOUT = CampaignFile(
    name="tiny",
    title=Text.plain("T"),
    organisation=Text.plain("O"),
    languages={"en": "English"},
    privacy=Text.plain("P"),
    consent=Text.plain("C"),
)


def campaign_of(questionnaire: Questionnaire) -> Campaign:
    """A campaign of this questionnaire alone."""
    return Campaign(Path("tiny"), ABOUT, questionnaires={questionnaire.name: questionnaire})


@st.composite
def conditions(draw: st.DrawFn, names: list[str]) -> str:
    """A condition over some of the names."""
    atoms = st.one_of(
        st.builds(
            "${{{}}} {} '{}'".format,
            st.sampled_from(names),
            st.sampled_from(["=", "!="]),
            st.sampled_from(["x", "y", ""]),
        ),
        st.builds("selected(${{{}}}, '{}')".format, st.sampled_from(names), st.sampled_from(CODES)),
    )
    tree = st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.builds("({} and {})".format, inner, inner),
            st.builds("({} or {})".format, inner, inner),
            st.builds("not({})".format, inner),
        ),
        max_leaves=5,
    )
    return draw(tree)


@st.composite
def questionnaires(draw: st.DrawFn) -> str:
    """Five questions, each with a condition on those before it."""
    lines = [
        "name: q",
        "title: Q",
        "audience: [driver]",
        "pages:",
        "  - name: one",
        "    label: One",
        "    questions:",
    ]
    for number in range(5):
        kind = draw(st.sampled_from(["select_one", "select_one", "select_multiple", "calculate"]))
        before = [f"q{earlier}" for earlier in range(number)]
        lines.append(
            f"      - type: {kind if before else 'select_one'}\n        name: q{number}\n        label: Q"
        )
        if kind == "calculate" and before:
            lines.append(f"        calculation: \"if({draw(conditions(before))}, 'x', 'y')\"")
        else:
            lines.append("        choices: [{name: x, label: X}, {name: y, label: Y}]")
        if before and draw(st.booleans()):
            lines.append(f'        relevant: "{draw(conditions(before))}"')
    return "\n".join(lines)


def reached(questionnaire: Questionnaire) -> set[str]:
    """The questions that some answers reach, found by trying all of them."""
    found: set[str] = set()
    values = {
        "select_one": [None, "x", "y"],
        "select_multiple": [None, ["x"], ["y"], ["x", "y"]],
        "calculate": [None],
    }
    questions = questionnaire.questions
    campaign = campaign_of(questionnaire)
    for chosen in product(*(values[question.type] for question in questions.values())):
        raw = {name: value for name, value in zip(questions, chosen, strict=True) if value is not None}
        found |= check(questionnaire, raw, campaign).relevant
    return found


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(questionnaires())
def test_what_is_told_is_what_no_answers_reach(text: str) -> None:
    source = Source("q.yaml")
    compose(text, source)
    reading = read_questionnaire(source, {}, {}, forgiving=False)
    assert reading.model is not None, source.mistakes
    assert source.root is not None
    form = Form(Folder(Path("tiny"), campaign_of(reading.model)), reading, reading.model, source.root)
    told = {mistake.question for mistake in unreachable(form)}
    assert told == set(reading.model.questions) - reached(reading.model)

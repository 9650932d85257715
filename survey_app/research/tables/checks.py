"""What of an address is passed over, since nothing that is chosen uses it, and what is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from survey_app.campaign.campaign import ABOUT_RESPONSES, OF_A_SCALE, Campaign
from survey_app.campaign.columns import ISSUE_ROLES
from survey_app.campaign.reports import meant
from survey_app.errors import Said, SurveyError
from survey_app.exporting.charts import KINDS
from survey_app.research.tables.state import State, day
from survey_app.tabulation import Catalogue, Parts
from survey_app.tabulation.channels import labels
from survey_app.tabulation.periods import Dates
from survey_app.tabulation.variables import Variable, is_place, names_of


def settled(state: State, catalogue: Catalogue) -> State:
    """The same without what an earlier choice left behind: a level where no side is regions, and the like.

    A share is respondents in per cent of the row, unless something else is said.
    """
    if not state.is_asked:
        return state
    if state.measure == "share":
        state = replace(state, measure="respondents", percent=state.percent or "row")
    sides = list(_sides(state, catalogue))
    if len(sides) < 2:  # one of them is not there, which counting will say
        return state
    used = {
        "level": any(map(is_place, sides)),
        "scheme": any(side.name in {*ISSUE_ROLES} & {*catalogue.roles} for side in sides),
        "period": any(isinstance(side, Dates) for side in sides),
        "scale": state.measure in OF_A_SCALE,
        "percent": state.measure not in OF_A_SCALE,
        "answer": bool(state.question),
    }
    return replace(state, **{field: "" for field, is_used in used.items() if not is_used})


def _sides(state: State, catalogue: Catalogue) -> Iterable[Variable]:
    """Rows and columns, as far as there are such."""
    for name in (state.rows, state.columns or "all"):
        try:
            yield catalogue.variable(name)
        except SurveyError:
            continue


def refuse_unknown(state: State, campaign: Campaign, catalogue: Catalogue, parts: Parts) -> None:
    """Raise SurveyError or NotFound with words for what cannot be counted by, though nothing would count it."""
    state.refuse_unreadable()
    for first, last in ((state.from_, state.to), (state.versus_from, state.versus_to)):
        if first and last and day(first) > day(last):
            raise SurveyError(
                Said(
                    "the days run backwards, from %(first)s to %(last)s: put the earlier one first",
                    first=first,
                    last=last,
                )
            )
    if state.channel:
        known = {*labels(campaign), *_occurring(parts, "_channel")}
        _refuse_stranger(Said("Channel"), state.channel, known)
    if state.spoken:
        known = {*campaign.about.languages, *_occurring(parts, "_language")}
        _refuse_stranger(Said("Language of the answers"), state.spoken, known)
    if state.chart:
        _refuse_stranger(Said("Chart"), state.chart, KINDS)
    if state.scale:
        catalogue.scale(state.scale)
    if state.question and state.question not in {*catalogue.roles, *ABOUT_RESPONSES}:
        catalogue.column(state.question)


def _refuse_stranger(field: Said, typed: str, known: Collection[str]) -> None:
    """`field`: what the form calls it."""
    if typed not in known:
        cure = meant(typed, known, Said("choose one of the list"))
        raise SurveyError(
            Said("'%(field)s' cannot be '%(typed)s': %(cure)s", field=field, typed=typed, cure=cure)
        )


def _occurring(parts: Parts, column: str) -> list[str]:
    """The codes that some response has; of somebody else's nothing is told."""
    empty = parts.empty
    return names_of(empty[column].array) if column in empty.columns else []

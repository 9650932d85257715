"""One's own table beside the public figures of all regions: rounded, and the only ones of others that one may see."""

from __future__ import annotations

from dataclasses import replace

from survey_app.campaign.campaign import Campaign, TableWish
from survey_app.research.tables.checks import settled
from survey_app.research.tables.state import RELEASED, State
from survey_app.tabulation import Catalogue


def matching(state: State, campaign: Campaign, catalogue: Catalogue) -> TableWish | None:
    """The public table of the same rows, columns, measure and filters; None where there is none."""
    asked = _bare(settled(state, catalogue))
    for wish in campaign.about.tables:
        if wish.public:
            same = state_of(wish)
            if same is not None and _bare(settled(same, catalogue)) == asked:
                return wish
    return None


def state_of(wish: TableWish) -> State | None:
    """What the table builder is asked for the same table by; None for one of several questionnaires, but not of all."""
    if len(wish.questionnaires) > 1:
        return None
    measure, _, scale = wish.measure.partition(":")
    return State(
        rows=wish.rows,
        columns="" if wish.columns == "all" else wish.columns,
        questionnaire=next(iter(wish.questionnaires), ""),
        level=wish.level or "",
        scheme=wish.scheme or "",
        period=wish.period or "",
        measure=measure,
        scale=scale,
        percent=wish.percent or "",
        where=wish.where.source if wish.where else "",
        without_flagged="1" if wish.without_flagged else "",
        weights=wish.weights or "",
        versus=RELEASED,
    )


def _bare(state: State) -> State:
    """What is counted, without whose answers and how it is shown."""
    return replace(
        state,
        campaign="",
        columns=state.columns or "all",
        measure=state.measure or "respondents",
        without_flagged="1" if state.without_flagged else "",
        place="",
        versus="",
        question=state.question if state.answer else "",
        order="",
        chart="",
    )

"""By which poster, sticker or link somebody comes: `?via=CODE` on the pages before the first question, and /s/CODE.

The code goes from page to page in their links and in the form that begins; from then on the draft has it, and no
address.
"""

from __future__ import annotations

import re

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.channels import QR, SHORT, UNKNOWN, by_short_code, kept_as, known
from survey_app.respondent import visits

BEGIN = "respondent.begin"


def install(blueprint: Blueprint) -> None:
    """Put the short links on `blueprint`."""
    blueprint.add_url_rule("/s/<code>", "short_link", follow)


def via() -> str:
    """The code that this request came with; what no campaign knows is UNKNOWN, so that no page shows what it says."""
    # no other form has it, and reading one that is too large for its page fails
    holder = request.form if request.endpoint == BEGIN else request.args
    typed = holder.get("via", "")
    found = (known(campaign, typed) for campaign in visits.campaigns().values())
    return next((channel.code for channel in found if channel), UNKNOWN) if typed else ""


def kept(campaign: Campaign) -> str:
    """The channel of a draft that this request begins."""
    return kept_as(campaign, via())


def code_of(kept: str) -> str | None:
    """The code with which a link comes by the channel that a draft has; None for one that came by no poster."""
    return kept.removeprefix(QR) if kept.startswith(QR) else None


def follow(code: str) -> Response:
    """To the questionnaire of a short link; to the list where it names none, or is not known: paper lasts longer."""
    if not re.match(SHORT, code):
        raise NotFound
    every = visits.campaigns().values()
    # a code that an author gave goes before that of a place of another campaign
    for campaign in sorted(every, key=lambda each: not _is_listed(each, code)):
        if (found := by_short_code(campaign, code)) is not None:
            name, channel = found
            return _to(campaign, name, channel.code if channel else UNKNOWN)
    return redirect(url_for("respondent.front", via=UNKNOWN), 303)


def _is_listed(campaign: Campaign, code: str) -> bool:
    return any(channel.code.casefold() == code.casefold() for channel in campaign.channels)


def _to(campaign: Campaign, name: str | None, code: str) -> Response:
    here = visits.open_today(campaign)
    if name is None and len(here) == 1:
        name = here[0].name
    if name is None or campaign.questionnaires[name].staff:
        return redirect(url_for("respondent.front", via=code), 303)
    return redirect(url_for("respondent.start", name=name, via=code), 303)

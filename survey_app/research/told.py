"""What an act of the log says, in words of the page's language. The log itself keeps codes, whose digests stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import g
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from survey_app.research import access, grouping, labels, posters, seen
from survey_app.research.tables import choices
from survey_app.roles import ROLES
from survey_app.storage import Act
from survey_app.tabulation.words import VARIABLES, both
from survey_app.web import languages

BETWEEN = " · "
LISTS = both("、", ", ")
CHANGED = " → "
"""Between what was and what is, where rights changed."""
NAMES = {
    "address": _("Address of the survey, as people see it"),
    "active": _("May sign in"),
    "act": _("What"),
    "after": _("Response"),
    "answer": _("Answer"),
    "answered": _("Answered"),
    "answered_in": _("Language"),
    "by": _("Compared by"),
    "campaign": _("Campaign"),
    "channel": _("Channel"),
    "chart": _("Chart"),
    "columns": _("Columns"),
    "day": _("Day"),
    "filters": _("Filters"),
    "first": _("Sent from"),
    "flag": _("Flags"),
    "form": _("Format"),
    "format": _("Format"),
    "from": _("Sent from"),
    "group": _("Group"),
    "languages": _("Languages"),
    "last": _("Sent until"),
    "left": _("Codes left"),
    "level": _("Level"),
    "measure": _("Measure"),
    "milestone": _("Milestone"),
    "percent": _("Percent"),
    "period": _("Period"),
    "person": _("Who"),
    "place": _("Place"),
    "query": _("Table"),
    "question": _("Question"),
    "questionnaire": _("Questionnaire"),
    "questions": _("Questions"),
    "region": _("Region"),
    "responses": _("Responses"),
    "role": _("Role"),
    "rows": _("Rows"),
    "scale": _("Scale"),
    "scheme": _("Scheme"),
    "shared": _("Shared with the group"),
    "sheets": _("Sheets of A4"),
    "size": _("Kind"),
    "spoken": _("Language"),
    "state": _("State"),
    "ticked by": _("Ticked by"),
    "to": _("Sent until"),
    "together": _("Marked together"),
    "versus": _("Compared with"),
    "versus_from": _("Compared from"),
    "versus_to": _("Compared until"),
    "weights": _("Weights"),
    "what": _("For"),
    "where": _("Condition"),
    "without_flagged": _("Without flagged responses"),
    "words": _("Words in it"),
    "zone": _("Time zone"),
}
"""What the details of an act are called."""


def details(act: Act) -> str:
    """All that the act says beyond who, what and to what; nothing where it says no more."""
    return BETWEEN.join(_pairs(act.details))


def subject(act: Act) -> str:
    """To what it was done: a campaign and a questionnaire by their titles, all else by its name or number."""
    return _titles().get(act.subject, act.subject)


def _pairs(said: Mapping[str, Any]) -> Iterator[str]:
    for name, value in sorted(said.items()):
        if name == "query":
            yield from _pairs(dict(parse_qsl(str(value))))
        elif name == "filters" and isinstance(value, Mapping):
            yield from _pairs(value)
        elif value not in (None, ""):
            yield gettext("%(name)s: %(value)s", name=str(NAMES.get(name, name)), value=_value(name, value))


def _value(name: str, value: Any) -> str:
    """A value in words: each side of a change, each questionnaire with its questions."""
    if isinstance(value, Mapping):
        return _listed(
            gettext("%(name)s (%(parts)s)", name=_titles().get(key, key), parts=_listed(map(str, of)))
            for key, of in value.items()
        )
    if isinstance(value, list):
        return _listed(map(str, value))
    say = SAID.get(name)
    if say is None:
        return str(value)
    return CHANGED.join(say(str(each)) for each in str(value).split(CHANGED))


def _listed(parts: Iterable[str]) -> str:
    return LISTS.in_(languages.current()).join(parts)


def _titles() -> dict[str, str]:
    """What campaigns and their questionnaires are called; worked out once for all acts of a page."""
    if "titles" not in g:
        language, campaigns = languages.current(), access.campaigns()
        of = {q.name: q.title.in_(language) for each in campaigns for q in each.questionnaires.values()}
        g.titles = of | {each.name: each.about.title.in_(language) for each in campaigns}
    found: dict[str, str] = g.titles
    return found


def _yes_or_no(value: str) -> str:
    return str(_("yes") if value in ("True", "on", "1", "yes") else _("no"))


def _of(words: Mapping[str, Any]) -> Callable[[str], str]:
    return lambda code: str(words.get(code, code))


def _role(code: str) -> str:
    return labels.role_label(code) if code in ROLES else code


def _group(code: str) -> str:
    """A research group; in a filter it may be a place, or an issue, or a category of issues."""
    if code == "None":
        return str(_("none"))
    issues = {each.name: each.label for campaign in access.campaigns() for each in campaign.issues.issues}
    known = issues.get(code)
    return known.in_(languages.current()) if known else _place(labels.group_label(code))


def _place(code: str) -> str:
    group = labels.groups().get(code.removeprefix("group:"))
    return group or next(
        (seen.place(each, code) for each in access.campaigns() if each.regions.path(code)), code
    )


def _by(code: str) -> str:
    return next((ways[code] for each in access.campaigns() if code in (ways := grouping.ways(each))), code)


def _level(code: str) -> str:
    return _by(f"{grouping.LEVEL}{code}").removeprefix(grouping.LEVEL)


def _scheme(code: str) -> str:
    return _by(f"{grouping.SCHEME}{code}").removeprefix(grouping.SCHEME)


def _channel(code: str) -> str:
    named = (seen.channel(each, code) for each in access.campaigns())
    return next((name for name in named if name != code), code)


def _language(code: str) -> str:
    return next(
        (each.about.languages[code] for each in access.campaigns() if code in each.about.languages), code
    )


def _milestone(code: str) -> str:
    every = (each for campaign in access.campaigns() for each in campaign.about.milestones)
    return next((each.label.in_(languages.current()) for each in every if each.name == code), code)


def _variable(code: str) -> str:
    return VARIABLES[code].in_(languages.current()) if code in VARIABLES else code


def _flag(code: str) -> str:
    return str(seen.FLAGS[code][0]) if code in seen.FLAGS else gettext("any flag") if code == "any" else code


SAID: dict[str, Callable[[str], str]] = {
    "active": _yes_or_no,
    "act": labels.act_label,
    "answered": _yes_or_no,
    "answered_in": _language,
    "by": _by,
    "campaign": lambda code: _titles().get(code, code),
    "channel": _channel,
    "chart": _of(choices.CHARTS),
    "columns": _variable,
    "flag": _flag,
    "group": _group,
    "size": _of(posters.SIZE_LABELS),
    "what": _of(posters.KINDS),
    "level": _level,
    "measure": _of(choices.MEASURES),
    "milestone": _milestone,
    "percent": _of(choices.PERCENTS),
    "period": _of(choices.PERIODS),
    "place": _place,
    "question": _variable,
    "questionnaire": lambda code: _titles().get(code, code),
    "region": _place,
    "role": _role,
    "rows": _variable,
    "scheme": _scheme,
    "shared": _yes_or_no,
    "spoken": _language,
    "state": _of(seen.STATES),
    "versus": _place,
    "without_flagged": _yes_or_no,
}
"""How the values of these details are said; all others as they stand."""

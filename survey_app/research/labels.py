"""What roles and research groups are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from survey_app.research.access import campaigns
from survey_app.roles import Role
from survey_app.storage import COMMAND_LINE
from survey_app.web import languages

ROLE_LABELS = {
    "coordinator": _("Coordinator"),
    "researcher": _("Researcher"),
    "observer": _("Observer"),
    "auditor": _("Auditor"),
}
ABOUT_ROLES = {
    "coordinator": _("A coordinator sees all responses, looks after people, and ticks milestones."),
    "researcher": _("A researcher sees the responses from the regions of the research group."),
    "observer": _("An observer sees the figures that are meant for the public."),
    "auditor": _("An auditor reads the log of what people do here, and nothing else."),
}


def role_label(role: Role) -> str:
    """What a role is called."""
    return str(ROLE_LABELS[role])


def about_role(role: Role) -> str:
    """What somebody with that role sees."""
    return str(ABOUT_ROLES[role])


def group_label(name: str) -> str:
    """What a research group is called; its own name where no campaign has it any more."""
    return groups().get(name, name)


def groups() -> dict[str, str]:
    """The research groups of all campaigns: each name with what it is called."""
    language = languages.current()
    found: dict[str, str] = {}
    for campaign in campaigns():
        for group in campaign.regions.groups:
            found.setdefault(group.name, group.label.in_(language))
    return found


ACTS = {
    "signed in": _("signed in"),
    "signed out": _("signed out"),
    "sign-in refused": _("sign-in refused"),
    "code refused": _("code refused"),
    "codes set up": _("codes set up"),
    "codes taken away": _("codes taken away"),
    "recovery code used": _("code of the list used"),
    "recovery codes drawn": _("new list of codes drawn"),
    "password changed": _("password changed"),
    "person added": _("person added"),
    "rights changed": _("rights changed"),
    "log exported": _("log taken as a file"),
    "table saved": _("table saved"),
    "table deleted": _("table deleted"),
    "table exported": _("table or chart taken as a file"),
    "banner exported": _("all questions taken as a workbook"),
    "public table exported": _("public figures taken as a file"),
    "coverage exported": _("coverage taken as a file"),
    "posters made": _("posters made"),
    "milestone ticked": _("milestone ticked"),
    "milestone unticked": _("milestone's tick removed"),
    "texts searched": _("texts searched"),
    "words counted": _("distinctive words counted"),
    "response looked at": _("response looked at"),
    "responses exported": _("responses taken as a file"),
    "questions looked at": _("questions to respondents looked at"),
    "files listed": _("files of a response listed"),
    "response valid": _("response marked as valid"),
    "response excluded": _("response excluded"),
    "response restored": _("response restored"),
    "response commented on": _("response commented on"),
    "respondent asked": _("respondent asked something"),
}
"""What the acts of the log are called; each is written in the log as it stands on the left, in English."""


def person_label(name: str) -> str:
    """Who did something: a person's own name, or the command line."""
    return str(_("(command line)")) if name == COMMAND_LINE else name


def act_label(act: str) -> str:
    """What an act is called; one without a name as it stands in the log."""
    return str(ACTS.get(act, act))

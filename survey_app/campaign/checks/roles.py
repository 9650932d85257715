"""Roles that fit the question which carries them, and answers that must be sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.checks.form import Form
from survey_app.campaign.columns import REGION_ROLES
from survey_app.campaign.expressions.conversions import to_text
from survey_app.campaign.expressions.nodes import Call, Constant, Node
from survey_app.campaign.models import Calculate, Checklist, FileQuestion, all_choices, is_sealed
from survey_app.campaign.reading.folder import ABOUT
from survey_app.campaign.reports import Mistake, article, listed, suggestion

_KINDS: dict[str, tuple[str, ...]] = {
    "region": ("region", "calculate"),
    "home_region": ("region", "calculate"),
    "issue": ("select_multiple", "select_one"),
    "issue_check": ("checklist",),
    "priority": ("select_one", "select_multiple", "rank"),
    "satisfaction": ("scale",),
    "trend": ("scale",),
    "group": ("select_one", "calculate"),
    "unit": ("select_one", "calculate"),
    "contact": ("text", "integer"),
}
"""The types of question that can carry a role."""


def _issues_missing(question: object) -> tuple[str, str] | None:
    if any(choice.issue for choice in all_choices(question)):
        return None
    return "has no choice that stands for an issue", 'write choices: "@issues", or issue: … at its choices'


def _rows_missing(question: object) -> tuple[str, str] | None:
    rows = question.rows if isinstance(question, Checklist) else ()
    if not any(row.issue for row in rows):
        return "has no row that stands for an issue", "write issue: … at its rows"
    if not any(choice.problem for choice in all_choices(question)):
        return (
            "has no choice that counts as a problem",
            "write problem: true at the choice by which an issue is met",
        )
    return None


def _unsealed(question: object) -> tuple[str, str] | None:
    if getattr(question, "sensitive", False):
        return None
    return "is not sealed", "write sensitive: true"


_MORE: dict[str, Callable[[object], tuple[str, str] | None]] = {
    "issue": _issues_missing,
    "issue_check": _rows_missing,
    "contact": _unsealed,
}


def roles_fit(form: Form) -> Iterator[Mistake]:
    """A role is carried by a question that can give what the role stands for."""
    for spot in form.spots:
        question = spot.placed.question
        role = getattr(question, "role", None)
        if role is None or spot.name in form.doubtful:
            continue
        kinds = _KINDS[role]
        if question.type not in kinds:
            words = f"the role {role} does not go with {article(question.type)} question"
            yield form.mistake(spot, "role", words, f"its type can be {' or '.join(kinds)}")
        elif role in _MORE and (found := _MORE[role](question)):
            yield form.mistake(spot, "role", f"a question with the role {role} {found[0]}", found[1])


def worked_out_codes_exist(form: Form) -> Iterator[Mistake]:
    """A code that a calculation with a role can give, as far as it is written out, is one of the role's."""
    for use in form.uses:
        question = use.spot.placed.question if use.spot else None
        if use.key != "calculation" or not isinstance(question, Calculate) or question.role is None:
            continue
        known = _codes_of(question.role, form.folder.campaign)
        for code in dict.fromkeys(_results(use.expression.tree)):
            if known and code and code not in known:
                words = f"gives '{code}', which is no code of the role {question.role}"
                cure = suggestion(code, known, f"there are {listed(known)}")
                yield form.mistake_of(use, words, cure)


def _codes_of(role: str, campaign: Campaign | None) -> list[str]:
    """The codes of a role that a calculation can carry; none where nothing is known of them."""
    if campaign is None:
        return []
    if role in REGION_ROLES:
        return list(campaign.regions.by_code)
    return [each.name for each in (campaign.regions.groups if role == "group" else campaign.units)]


def _results(node: Node) -> Iterator[str]:
    """The texts and numbers written out that an expression can come to."""
    match node:
        case Constant(value):
            yield to_text(value)
        case Call("if", (_, *ways)) | Call("coalesce" | "once", tuple(ways)):
            for way in ways:
                yield from _results(way)


def sealed(form: Form) -> Iterator[Mistake]:
    """Without a recipient there is nobody who could open a sealed answer, so it is not asked."""
    campaign = form.folder.campaign
    if campaign is None or campaign.about.recipients or form.folder.root(ABOUT).child("recipients"):
        return
    for spot in form.spots:
        question = spot.placed.question
        is_file = isinstance(question, FileQuestion)
        if is_file or getattr(question, "sensitive", False):
            why = "files are sealed" if is_file else "it is sensitive"
            words = f"will not be asked: {why}, and campaign.yaml names no recipients who could open it"
            key = "type" if is_file else "sensitive"
            yield form.mistake(spot, key, words, "write recipients: and an age public key", "warning")


def files_stand_alone(form: Form) -> Iterator[Mistake]:
    """A file belongs to a response as a whole: an entry of a repeat has no place for it."""
    for spot in form.spots:
        if isinstance(spot.placed.question, FileQuestion) and spot.repeat is not None:
            words = f"will not be asked: it takes files, and stands inside the repeat {spot.repeat}"
            yield form.mistake(spot, "type", words, "move it out of the repeat", "warning")


def seals_hold(form: Form) -> Iterator[Mistake]:
    """A value worked out from a sealed answer would stand open beside the seal."""
    secret = {spot.name for spot in form.spots if is_sealed(spot.placed.question)}
    secret |= {f"{name}_other" for name in secret}
    for use in form.uses:
        if use.key == "calculation" and use.spot is not None:
            for name in sorted(use.expression.names & secret):
                words = f"works out a value from {name}, which is sealed; the value would be kept open"
                yield form.mistake_of(use, words, f"leave {name} out, or take sensitive from it")

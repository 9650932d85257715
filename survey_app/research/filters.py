"""What the address of a list of responses asks for: read and judged in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from flask import request
from flask_babel import gettext as _

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.kinds import clean
from survey_app.campaign.scopes import Scope
from survey_app.research import access, seen
from survey_app.research.access import survey
from survey_app.research.grouping import Grouped
from survey_app.storage.desk.looking import ANY, LONGEST_SEARCH, Sought
from survey_app.tabulation.channels import labels as channel_labels
from survey_app.web import languages

LONGEST_ID = 32
FILTERS = (
    "campaign",
    "questionnaire",
    "region",
    "first",
    "last",
    "channel",
    "answered_in",
    "state",
    "flag",
    "words",
    "question",
    "by",
    "group",
)
"""As the address names them; `question`, `by` and `group` come with a link from the recurring words."""


@dataclass(frozen=True)
class Fault:
    """What cannot be asked for: the `place` in the form, and in `words` what is wrong and what to do."""

    place: str
    words: str


@dataclass(frozen=True)
class Asked:
    """The filters that an address gives, as they were typed."""

    campaign: Campaign
    scope: Scope
    given: Mapping[str, str]

    @classmethod
    def of_request(cls) -> Asked:
        """Those of this request."""
        campaign = seen.campaign()
        given = {name: value for name in FILTERS if (value := request.args.get(name, "").strip())}
        return cls(campaign, access.scope(campaign), given)

    @property
    def names(self) -> tuple[str, ...]:
        """The questionnaires that are asked for."""
        wanted = self.given.get("questionnaire")
        return tuple(name for name in self.campaign.questionnaires if wanted in (None, name))

    @property
    def words(self) -> str:
        """The words that are sought."""
        return clean(self.given.get("words", ""))

    @cached_property
    def places(self) -> frozenset[str]:
        """The region that is asked for, with those in it, as far as the person sees them."""
        region = self.given.get("region", "")
        found = {region, *(each.code for each in self.campaign.regions.under(region))}
        return frozenset(code for code in found if code in self.campaign.regions and self.scope.covers(code))

    @cached_property
    def channels(self) -> tuple[str, ...]:
        """The channels by which responses in scope came."""
        return tuple(survey().storage.looking.channels(self.scope, list(self.campaign.questionnaires)))

    @cached_property
    def free(self) -> dict[str, tuple[str, ...]]:
        """By questionnaire, the questions whose words are looked into."""
        found = seen.free(self.campaign, self.names)
        if only := self.given.get("question"):
            return {name: tuple(each for each in free if each == only) for name, free in found.items()}
        return found

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """All that is wrong, so that it can be mended at once."""
        return tuple(self._faults())

    def _faults(self) -> Iterator[Fault]:
        yield from self._unknown_choices()
        days = {}
        for name in ("first", "last"):
            try:
                days[name] = _day(self.given.get(name))
            except ValueError:
                words = _(
                    "“%(day)s” is no day of the calendar. Write it as 2021-06-30.", day=self.given[name]
                )
                yield Fault(name, words)
        first, last = days.get("first"), days.get("last")
        if first and last and first > last:
            yield Fault("first", _("The first day lies after the last one. Exchange the two."))
        if len(self.words) > LONGEST_SEARCH:
            words = _(
                "At most %(most)s characters can be searched for at once. Shorten the words.",
                most=LONGEST_SEARCH,
            )
            yield Fault("words", words)

    def _unknown_choices(self) -> Iterator[Fault]:
        sorry = {
            "questionnaire": _("There is no questionnaire “%(name)s” here. Choose one from the list."),
            "region": _("There is no place “%(name)s” among those that you see. Choose one from the list."),
            "channel": _("There is no channel “%(name)s” here. Choose one from the list."),
            "answered_in": _("This campaign has no language “%(name)s”. Choose one from the list."),
            "state": _("There is no state “%(name)s”. Choose one from the list."),
            "flag": _("There is no flag “%(name)s”. Choose one from the list."),
            "question": _("No question “%(name)s” takes free words. Leave it out to look into all of them."),
            "group": _(
                "There is no group “%(name)s” to compare by. Choose a word on the page of distinctive words."
            ),
        }
        known: dict[str, Callable[[str], bool]] = {
            "questionnaire": lambda name: name in self.campaign.questionnaires,
            "region": lambda _code: bool(self.places),
            "channel": lambda code: code in self.channels or code in channel_labels(self.campaign),
            "answered_in": lambda code: code in self.campaign.about.languages,
            "state": lambda state: state in seen.STATES,
            "flag": lambda flag: flag == ANY or flag in seen.FLAGS,
            "question": lambda _name: any(self.free.values()),
            "group": lambda code: self._grouped is None or code in self._grouped.labels,
        }
        for name, is_known in known.items():
            if name in self.given and not is_known(self.given[name]):
                yield Fault(name, sorry[name] % {"name": self.given[name]})

    def sought(self, repeated: frozenset[str]) -> Sought:
        """The same for the database; `repeated`: the ids of responses that have the flag of that name.

        Only where nothing is wrong.
        """
        given = self.given
        return Sought(
            self.scope,
            self.names,
            regions=self.places if "region" in given else None,
            first=_day(given.get("first")),
            last=_day(given.get("last")),
            channel=given.get("channel"),
            language=given.get("answered_in"),
            state=given.get("state"),  # type: ignore[arg-type]  # looked at among the faults
            flag=given.get("flag"),
            repeated=repeated,
            among=self._grouped.ids(self.scope, given["group"]) if self._grouped else None,
            words=self.words,
            free=self.free if self.words else {},
            beside="question" not in given,
        )

    @cached_property
    def _grouped(self) -> Grouped | None:
        """By what a link from the recurring words groups. Raises NotFound where the campaign has no such way."""
        if "by" not in self.given or "group" not in self.given:
            return None
        return Grouped.of(self.campaign, self.names, self.given["by"])

    @property
    def group_name(self) -> str:
        """What the group is called that a link from the recurring words leads to; nothing where none does."""
        return self._grouped.labels[self.given["group"]].in_(languages.current()) if self._grouped else ""

    @property
    def told(self) -> dict[str, str]:
        """What the log says of them; words are told apart, with numbers masked."""
        return {name: value for name, value in self.given.items() if name != "words"}


def kept() -> dict[str, Any]:
    """The filters of the list from which the person came, so that there is a way back."""
    return {name: value for name in (*FILTERS, "after") if (value := request.args.get(name))}


def _day(written: str | None) -> date | None:
    """Raises ValueError for what is no day."""
    return date.fromisoformat(written) if written else None

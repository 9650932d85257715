"""Made-up responses spread as real ones are: unevenly over places, days and channels, with places that fall silent.

The same seed, day and campaign make the same responses, id for id.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate, islice

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.channels import QR, WEB
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.reports import counted
from survey_app.demo.answering import SKIPPED, Chance, person
from survey_app.errors import SurveyError, broken_off
from survey_app.progress import Progress, in_silence
from survey_app.storage import DEMO, NewResponse, Storage
from survey_app.storage.newresponse import region_of

STEP = 500
"""Responses of one transaction."""
STAFF, OF_ONE_PLACE = 0.02, 0.04
"""The weights of a questionnaire for staff, and of one that belongs to one region, beside that of the first public one,
which is 1.
"""
EMPTY, QUIET = 0.05, 0.08
"""The shares of places from which nobody answers, and from which nobody answers any more."""
QUIET_DAYS = 21
WEEKEND = 0.45
OTHER_LANGUAGE = 0.04
BURST = 0.015
"""The share of all responses that came on one day by one channel."""
PLACE_POSTER = "a poster of the place"


@dataclass(frozen=True)
class Demo:
    """What to make up: so many responses to a campaign's questionnaires, on the `days` up to `until`."""

    campaign: Campaign
    responses: int
    seed: int
    until: date
    days: int = 60


def fill(storage: Storage, demo: Demo, *, beside_real: bool = False, progress: Progress = in_silence) -> int:
    """Make responses up and keep them; gives how many were not there yet.

    Raises SurveyError where there are real responses, unless `beside_real`, and for a campaign without questionnaires;
    StorageError that tells how many came in where it breaks off.
    """
    if not demo.campaign.questionnaires:
        raise SurveyError(f"The campaign {demo.campaign.name} has no questionnaire.")
    real = 0 if beside_real else storage.made_up.beside()
    if real:
        raise SurveyError(
            f"{counted(real, 'real response', 'is')} here, among which made-up ones would stand. Set SURVEY_INSTANCE "
            "to another folder, or, if you are sure, say --beside-real; `survey demo --remove` takes them out again."
        )
    for questionnaire in demo.campaign.questionnaires.values():
        storage.register(questionnaire)
    waiting, added, done = made_up(demo), 0, 0
    try:
        while chunk := list(islice(waiting, STEP)):
            added += storage.add(chunk)
            done += len(chunk)
            progress("making up", done, demo.responses)
    except (SurveyError, KeyboardInterrupt) as error:
        if not added:
            raise
        raise broken_off(
            f"{counted(added, 'made-up response', 'was')} added to {demo.campaign.name}; then it broke off.",
            error,
            "The same command adds what is missing, and nothing twice.",
        ) from error
    return added


def made_up(demo: Demo) -> Iterator[NewResponse]:
    """The responses."""
    lot = random.Random(f"{demo.seed}/{demo.campaign.name}")  # noqa: S311 (nothing secret is drawn)
    spread = _Spread.drawn(demo, lot)
    chance = Chance(
        demo.campaign, lot, spread.regions, datetime.combine(demo.until, time(9, 30)), skipped=SKIPPED
    )
    for number in range(demo.responses):
        asked = lot.choices(spread.questionnaires, cum_weights=spread.shares)[0]
        _, checked = person(asked, chance)
        region = region_of(demo.campaign, asked, checked.answers)
        day, channel = spread.when_and_how(lot, asked, region)
        yield NewResponse.of(
            demo.campaign,
            asked,
            checked.answers,
            checked.asked,
            channel=channel,
            language=_language(demo.campaign, asked, lot),
            date=day,
            flags=[DEMO],
            key=f"{DEMO}/{demo.campaign.name}/{demo.seed}/{number}",
            id=f"{DEMO}{lot.getrandbits(112):028x}",
        )


def _language(campaign: Campaign, questionnaire: Questionnaire, lot: random.Random) -> str:
    first, *others = campaign.languages_of(questionnaire)
    return lot.choice(others) if others and lot.random() < OTHER_LANGUAGE else first


@dataclass(frozen=True)
class _Spread:
    """How responses lie over questionnaires, regions, days and channels; `shares` and `loads` are cumulative."""

    campaign: Campaign
    questionnaires: Sequence[Questionnaire]
    shares: Sequence[float]
    regions: Mapping[str, float]
    quiet: frozenset[str]
    days: Sequence[date]
    loads: Sequence[float]
    ways: Mapping[str, tuple[Sequence[str], Sequence[float]]]
    burst: date

    @classmethod
    def drawn(cls, demo: Demo, lot: random.Random) -> _Spread:
        campaign = demo.campaign
        everywhere = [each for each in campaign.public if each.region is None]
        public = {each.name: 0.5**number for number, each in enumerate(everywhere)}
        public |= {each.name: OF_ONE_PLACE for each in campaign.public if each.region is not None}
        asked = list(campaign.questionnaires.values())
        shares = list(accumulate(public.get(each.name, STAFF) for each in asked))
        regions = _weights(campaign, lot)
        quiet = frozenset(
            each.code for each in campaign.regions if _is_last(campaign, each.code) and lot.random() < QUIET
        )
        days = [demo.until - timedelta(days=before) for before in reversed(range(demo.days))]
        loads = list(accumulate(_load(number / len(days), day, lot) for number, day in enumerate(days)))
        ways = {each.name: _ways(campaign, each, lot) for each in asked}
        burst = days[-min(len(days), 5)]
        return cls(campaign, asked, shares, regions, quiet, days, loads, ways, burst)

    def when_and_how(
        self, lot: random.Random, questionnaire: Questionnaire, region: str | None
    ) -> tuple[date, str]:
        """A day and a channel for a response from that region."""
        channels, weights = self.ways[questionnaire.name]
        if not questionnaire.staff and lot.random() < BURST:
            return self.burst, channels[0]
        channel = lot.choices(channels, weights)[0]
        if channel == PLACE_POSTER:
            known = region is not None and region.casefold() in self.campaign.every_channel
            channel = f"{QR}{region}" if known else WEB
        last = len(self.days) - (QUIET_DAYS if region in self.quiet else 0)
        if last < 1:
            return self.days[0], channel
        return lot.choices(self.days[:last], cum_weights=self.loads[:last])[0], channel


def _weights(campaign: Campaign, lot: random.Random) -> dict[str, float]:
    """How much comes from each region: a part of what comes from the one it lies in, as chance has it."""
    weights: dict[str, float] = {}
    for region in campaign.regions:
        empty = _is_last(campaign, region.code) and lot.random() < EMPTY
        above = weights.get(region.parent or "", 1.0)
        weights[region.code] = 0.0 if empty else above * lot.lognormvariate(0, 0.6)
    return weights


def _is_last(campaign: Campaign, code: str) -> bool:
    return not campaign.regions.children(code)


def _load(through: float, day: date, lot: random.Random) -> float:
    """How much comes on a day: most after a quarter of the time, less at weekends, and then as chance has it."""
    grown = min(1.0, 0.25 + 3 * through) * (1.0 if through < 0.25 else 1.25 - through)
    weekend = WEEKEND if day.isoweekday() > 5 else 1.0
    return grown * weekend * lot.lognormvariate(0, 0.15)


def _ways(
    campaign: Campaign, questionnaire: Questionnaire, lot: random.Random
) -> tuple[list[str], list[float]]:
    """The channels by which answers come, and how often; staff use the web."""
    if questionnaire.staff:
        return [WEB], [1.0]
    own = [each.kept for each in campaign.channels if each.questionnaire in (None, questionnaire.name)]
    ways = {kept: 2 * lot.lognormvariate(0, 0.5) for kept in own} | {WEB: 4.0, "paper": 1.0, "visit": 0.5}
    if len(campaign.regions):
        ways[PLACE_POSTER] = 2.0
    return list(ways), list(ways.values())

"""An open survey: the settings, the campaigns and the storage that belong together, for pages and commands alike."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from survey_app.campaign.campaign import Campaign, TableWish
from survey_app.campaign.expressions import Expression, parse
from survey_app.campaign.loading import find_questionnaire, load_campaigns
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.reports import in_order, listed, meant, render, several, suggestion
from survey_app.campaign.scopes import EVERYWHERE, Scope
from survey_app.campaign.succession import lost
from survey_app.config import Settings
from survey_app.errors import CampaignError, NotFound, Said, SurveyError
from survey_app.exporting import Added, SealedItem, Source, Stream
from survey_app.progress import Progress, in_silence
from survey_app.storage import Difference, Folded, Standing, Storage, Wanted, open_storage
from survey_app.tabulation import Catalogue, Parts, Table, Within, ask, ask_wish

EVIDENCE = "evidence"
"""The folder in the instance folder in which respondents' files are, sealed."""
FRAMES = "frames"
"""The folder in the instance folder in which batches of responses are, for tables."""


class Tidied(NamedTuple):
    """How many expired drafts and how many sealed answers and files past their time were deleted."""

    drafts: int
    sealed: int


@dataclass(frozen=True)
class Survey:
    """What the pages and the commands work on."""

    settings: Settings
    campaigns: Mapping[str, Campaign]
    storage: Storage
    _catalogues: dict[tuple[str, ...], tuple[list[tuple[str, str]], Catalogue]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def catalogue(self, campaign: Campaign, names: Sequence[str]) -> Catalogue:
        """What can be tabulated of these questionnaires; kept until one of them has a new version."""
        asked, known = (campaign.name, *names), self.storage.version_names(names)
        found = self._catalogues.get(asked)
        if found is None or found[0] != known:
            versions = {name: self.storage.versions(name) for name in names}
            found = self._catalogues[asked] = (known, Catalogue.of(campaign, versions))
        return found[1]

    def parts(self, campaign: Campaign, names: Sequence[str], scope: Scope = EVERYWHERE) -> Parts:
        """The responses to these questionnaires that lie in `scope`; all counts of the desk come from here."""
        parts = self.storage.parts(campaign, names, scope)
        return parts if scope.regions is None else Within(parts, scope.regions)

    def table(
        self,
        rows: str,
        columns: str,
        questionnaire: str | None = None,
        *,
        campaign: Campaign | None = None,
        scope: Scope = EVERYWHERE,
        seen: Scope | None = None,
        **options: Any,
    ) -> tuple[Campaign, Table]:
        """The table of two names over the responses in `scope`, and the campaign it is of; `options`: see
        `tabulation.ask`.

        `seen`: what whoever asks could see, where `scope` is a part of that; its regions have rows.
        Without a questionnaire, those of one campaign (of `campaign`, where it is given) that know every name used are
        counted together. Raises NotFound or SurveyError with words.
        """
        expression = parse(options["where"]) if options.get("where") else None
        used = _used(rows, columns, options.get("measure"), expression, options.get("weights"))
        campaigns = self.campaigns if campaign is None else {campaign.name: campaign}
        found, names = self._knowing(used, questionnaire, campaigns)
        catalogue = self.catalogue(found, names).within(scope if seen is None else seen)
        return found, ask(self.parts(found, names, scope), catalogue, rows, columns, **options)

    def named_table(
        self,
        name: str,
        questionnaire: str | None = None,
        *,
        campaign: Campaign | None = None,
        without_flagged: bool = False,
    ) -> tuple[Campaign, Table]:
        """The table that a campaign.yaml (that of `campaign`, where it is given) calls `name`.

        Raises NotFound or SurveyError with words.
        """
        campaigns = self.campaigns if campaign is None else {campaign.name: campaign}
        if questionnaire is not None:
            found = find_questionnaire(campaigns, questionnaire)[0]
            campaigns = {found.name: found}
        wishes = {c.name: wish for c in campaigns.values() for wish in c.about.tables if wish.name == name}
        if not wishes:
            known = list(dict.fromkeys(wish.name for c in campaigns.values() for wish in c.about.tables))
            there = f"campaign.yaml names {listed(known)}" if known else "no campaign.yaml names tables"
            raise NotFound(f"there is no table '{name}': {suggestion(name, known, there)}")
        counted = {of: wish.questionnaires or _public(campaigns[of]) for of, wish in wishes.items()}
        found = campaigns[self._the_one_of(counted)]
        return found, self.wished(found, wishes[found.name], questionnaire, without_flagged=without_flagged)

    def campaign(self, name: str) -> Campaign:
        """The campaign of that name. Raises NotFound with words."""
        if name not in self.campaigns:
            raise NotFound(f"there is no campaign '{name}': there are {', '.join(self.campaigns)}")
        return self.campaigns[name]

    def source(self, questionnaire: str) -> Source:
        """What an export of that questionnaire is made of, the campaign's tables counted over it alone included."""
        campaign, _ = find_questionnaire(self.campaigns, questionnaire)
        versions = self.storage.versions(questionnaire)
        repeats = {repeat.name for version in versions for repeat in version.repeats}
        entries = {name: self.storage.entries(campaign, questionnaire, name) for name in repeats}
        return Source(
            campaign,
            versions,
            self._with_additions(self.storage.stream(campaign, questionnaire), questionnaire),
            entries,
            lambda: dict(self._tables_of(campaign, questionnaire)),
        )

    def _with_additions(self, stream: Stream, questionnaire: str) -> Stream:
        """The stream with a column of what was added to each response after sending, a line each, the day first."""
        added = self.storage.dialogue.additions(questionnaire)
        words = {
            owner: "\n".join(f"{each.date} {each.words}" for each in all_) for owner, all_ in added.items()
        }
        return Added(stream, words)

    def sealed(self, questionnaires: Sequence[str], response: str | None = None) -> Iterator[SealedItem]:
        """Each sealed answer and each sealed file of these questionnaires' responses, or of one response alone.

        Raises NotFound with words where there is no such response.
        """
        if response is not None and not self.storage.present([response]):
            raise NotFound(f"there is no response {response}: take one from the column _id of an export")
        for owner, name, question, content in self.storage.sealed(questionnaires):
            if response in (None, owner):
                yield SealedItem(owner, name, question, None, "txt", content)
        for sent in self.storage.evidence.sent(response):
            if sent.questionnaire in questionnaires:
                content = self.storage.evidence.files.read(sent.file.name)
                of = (sent.response_id, sent.questionnaire, sent.file.question)
                yield SealedItem(*of, sent.file.number, sent.file.type, content)

    def dialogue(self, questionnaires: Sequence[str]) -> Iterator[str]:
        """What came after sending, in lines for a person: additions, questions, answers, and how many withdrew."""
        kept, withdrawn = self.storage.dialogue, self.storage.dialogue.withdrawals()
        for name in questionnaires:
            added = kept.additions(name)
            mine = kept.inquiries([name])
            for response in sorted(added.keys() | mine.keys()):
                yield f"{name} {response}"
                yield from (f"  {each.date} added: {each.words}" for each in added.get(response, ()))
                for each in mine.get(response, ()):
                    yield f"  {each.asked} asked: {each.words}"
                    yield f"  {each.answered} answered: {each.answer}" if each.answer else "  no answer yet"
            for day, count in withdrawn.get(name, {}).items():
                yield f"{name} {day}: {count} withdrawn"

    def answered(self) -> list[str]:
        """The questionnaires that have responses, in the order of the campaigns."""
        counts = self.storage.counts()
        return [name for c in self.campaigns.values() for name in c.questionnaires if counts.get(name)]

    def tidy(self, today: date | None = None) -> Tidied:
        """What is due every day: let go what the campaigns' retention says, and the traces of the order of arrival."""
        today = today or date.today()
        drafts = self.storage.purge_expired_drafts(today)
        sealed = 0
        for campaign in self.campaigns.values():
            before = today - timedelta(days=campaign.about.retention.contact_days)
            sealed += self.storage.forget_sealed(list(campaign.questionnaires), before)
        self.storage.evidence.sweep()
        self.storage.sessions.forget_old()
        self.storage.people.forget_old_attempts()
        self.storage.forget_order()
        return Tidied(drafts, sealed)

    def is_fold_due(self) -> bool:
        """Whether enough responses are in no batch yet."""
        return any(self.storage.batches.due(campaign) for campaign in self.campaigns.values())

    def fold(self, *, thorough: bool = False, progress: Progress = in_silence) -> Folded:
        """Take into batches what is due; `thorough`: and take out of them what no longer counts."""
        batches, campaigns = self.storage.batches, self.campaigns.values()
        return _summed(batches.fold(each, thorough=thorough, progress=progress) for each in campaigns)

    def rebuild_frames(self, *, progress: Progress = in_silence) -> Folded:
        """Make all batches anew from the database."""
        batches, campaigns = self.storage.batches, self.campaigns.values()
        return _summed(batches.rebuild(each, progress=progress) for each in campaigns)

    def frames_standing(self) -> Standing:
        """How much is in batches, and how much is not."""
        return self.storage.batches.standing(*self.campaigns.values())

    def frame_differences(self, *, progress: Progress = in_silence) -> Iterator[Difference]:
        """Where batches and database differ."""
        return self.storage.batches.verify(*self.campaigns.values(), progress=progress)

    def _tables_of(self, campaign: Campaign, questionnaire: str) -> Iterator[tuple[str, Table]]:
        parts = self.storage.parts(campaign, [questionnaire])
        catalogue = self.catalogue(campaign, [questionnaire])
        for wish in campaign.about.tables:
            used = _used(wish.rows, wish.columns, wish.measure, wish.where, wish.weights)
            mine = not wish.questionnaires or questionnaire in wish.questionnaires
            if mine and used <= _names(catalogue):
                yield wish.name, ask_wish(parts, catalogue, wish)

    def wished(
        self, campaign: Campaign, wish: TableWish, only: str | None = None, *, without_flagged: bool = False
    ) -> Table:
        """A table that the campaign names, of all responses; `only`: to that questionnaire."""
        names = [only] if only else wish.questionnaires or _public(campaign)
        parts = self.storage.parts(campaign, names)
        return ask_wish(parts, self.catalogue(campaign, names), wish, without_flagged=without_flagged)

    def _knowing(
        self, used: set[str], questionnaire: str | None, campaigns: Mapping[str, Campaign]
    ) -> tuple[Campaign, list[str]]:
        """The one of `campaigns`, and its questionnaires, that know all names in `used`."""
        if questionnaire is not None:
            return find_questionnaire(campaigns, questionnaire)[0], [questionnaire]
        able = {c.name: names for c in campaigns.values() if (names := self._able(c, used))}
        if not able:
            raise self._unknown(used, campaigns)
        name = self._the_one_of(able)
        return campaigns[name], able[name]

    def _the_one_of(self, able: Mapping[str, Sequence[str]]) -> str:
        """The campaign that is meant, of those that can be counted, each with its questionnaires: those with responses
        come first, then those that are listed. Raises SurveyError where several are left.
        """
        if len(able) == 1:
            return next(iter(able))
        left, answered = list(able), set(self.answered())
        for fits in (lambda name: answered & set(able[name]), lambda name: self.campaigns[name].about.listed):
            left = [name for name in left if fits(name)] or left
        if len(left) > 1:
            raise SurveyError(
                f"several campaigns can answer this: name one with --campaign, of {', '.join(left)}"
            )
        return left[0]

    def _able(self, campaign: Campaign, used: set[str]) -> list[str]:
        """Those not for staff that know every name; a name that only one of them knows as a question picks it."""
        return [name for name in _public(campaign) if used <= _names(self.catalogue(campaign, [name]))]

    def _unknown(self, used: set[str], campaigns: Mapping[str, Campaign]) -> NotFound:
        """Words for names that no questionnaire knows together."""
        known = {
            name
            for campaign in campaigns.values()
            for questionnaire in campaign.questionnaires
            for name in _names(self.catalogue(campaign, [questionnaire]))
        }
        strangers = sorted(used - known)
        if not strangers:
            together = several(sorted(used))
            return NotFound(
                Said("no questionnaire asks %(names)s together: choose the one that is meant", names=together)
            )
        cure = meant(strangers[0], sorted(known), Said("the codebook of an export has all names"))
        name = strangers[0]
        return NotFound(
            Said("there is no question, role or column '%(name)s': %(cure)s", name=name, cure=cure)
        )


def _summed(done: Iterable[Folded]) -> Folded:
    return Folded(*map(sum, zip(*done, strict=True)))


def _used(
    rows: str, columns: str, measure: str | None, where: Expression | None, weights: str | None
) -> set[str]:
    """The names that a table is asked for by: of its sides, its scale, its weights and its condition."""
    scale = (measure or "").partition(":")[2]
    return {rows, columns, *(name for name in (scale, weights) if name), *(where.names if where else [])}


def _public(campaign: Campaign) -> list[str]:
    """The questionnaires that are not for staff."""
    return [each.name for each in campaign.public]


def _names(catalogue: Catalogue) -> set[str]:
    """What can stand on a side or in a condition, where a checklist goes by its own name too."""
    return {*catalogue.names, *catalogue.questions, *(c.question for c in catalogue.questions.values())}


def open_survey(settings: Settings) -> Survey:
    """Read the campaigns, open the database, bring it up to date and keep the questionnaires' versions.

    Raises CampaignError or StorageError with words.
    """
    campaigns = load_campaigns(settings.campaigns)
    _set_clock(campaigns.values())
    storage = open_storage(
        settings.database_url,
        secret=settings.secret_key.encode(),
        evidence=settings.instance / EVIDENCE,
        batches=settings.instance / FRAMES,
        scheduler=settings.dask_scheduler,
    )
    for campaign in campaigns.values():
        for questionnaire in campaign.questionnaires.values():
            _refuse_loss(storage, campaign, questionnaire)
            storage.register(questionnaire)
    return Survey(settings, campaigns, storage)


def _set_clock(campaigns: Iterable[Campaign]) -> None:
    """Let the whole process live by the clock of the first campaign that names one: what is today, and since when.

    A server is often set to another zone than its respondents, whose day would begin in the middle of their morning.
    """
    zone = next(
        (each.about.time_zone for each in campaigns if "time_zone" in each.about.model_fields_set), None
    )
    if zone is not None:
        os.environ["TZ"] = zone
        time.tzset()


def _refuse_loss(storage: Storage, campaign: Campaign, questionnaire: Questionnaire) -> None:
    """Raise CampaignError where a new version would leave answers that came to an earlier one out of all tables."""
    name = questionnaire.name
    known = {version for _, version in storage.version_names([name])}
    if not known or questionnaire.version in known:
        return
    answered = [
        each
        for each in storage.versions(name)
        if storage.has_responses(Wanted([name], [each.version], statuses=None))
    ]
    mistakes = in_order(lost(f"{campaign.name}/{name}", answered, questionnaire))
    if mistakes:
        storage.close()
        raise CampaignError(render(mistakes))

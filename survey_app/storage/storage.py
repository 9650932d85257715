"""The storage: one object through which everything that is kept goes in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from survey_app.campaign.campaign import Campaign, Retention
from survey_app.campaign.models import Questionnaire
from survey_app.campaign.scopes import EVERYWHERE, Scope
from survey_app.errors import StorageError
from survey_app.storage import drafts, evidence, fence, frames, responses, versions
from survey_app.storage.batches import BatchedParts, Batches, Stream
from survey_app.storage.desk.audit import Audit
from survey_app.storage.desk.coverage import Coverage
from survey_app.storage.desk.inquiries import Inquiries
from survey_app.storage.desk.looking import Looking
from survey_app.storage.desk.madeup import MadeUp
from survey_app.storage.desk.milestones import Milestones
from survey_app.storage.desk.people import People
from survey_app.storage.desk.reviews import Reviews
from survey_app.storage.desk.saved import Saved
from survey_app.storage.desk.sessions import Sessions
from survey_app.storage.dialogue import Dialogue
from survey_app.storage.drafts import Draft
from survey_app.storage.engine import ALONE, BUSY_SECONDS, make_engine
from survey_app.storage.entries import EntryStream
from survey_app.storage.evidence import Evidence
from survey_app.storage.failures import in_words
from survey_app.storage.kept import Kept
from survey_app.storage.migrations import migrate
from survey_app.storage.newresponse import RECEIVED, NewResponse
from survey_app.storage.pauses import Pause, Pauses
from survey_app.storage.receipts import Digests
from survey_app.storage.responses import StoredResponse, Wanted
from survey_app.storage.sealedfiles import SealedFiles
from survey_app.storage.tables import Day
from survey_app.storage.turns import Turn

ORDER_FORGETTING = {
    "sqlite": ("PRAGMA wal_checkpoint(TRUNCATE)",),
    "postgresql": (
        "SET statement_timeout = 0",
        *(
            f"CLUSTER {table} USING pk_{table}"
            for table in ("drafts", "responses", "sealed", "evidence", "additions", "dialogue", "masked")
        ),
        "RESET statement_timeout",
    ),
}


@dataclass(frozen=True)
class Looked:
    """What a receipt tells: which questionnaire, on which day, and what became of the response since.

    `withdrawn`: the day on which it was withdrawn; `waiting`: how many questions have no answer yet.
    """

    questionnaire: str
    date: date
    status: str
    withdrawn: Day | None = None
    waiting: int = 0


class Arrival(NamedTuple):
    """`receipt`: of the response that was sent from the draft, also where the draft itself was cleared away since."""

    draft: Draft | None
    receipt: str | None
    pause: Pause | None


class Storage:
    """All that is kept. Safe to share between threads; every method is one transaction.

    Every method raises StorageError (503, with words for the person) where the database is full, busy, read-only or
    away; nothing half-done is left then, and the same call works again afterwards.
    """

    def __init__(
        self,
        engine: Engine,
        digests: Digests,
        files: SealedFiles | None = None,
        batches: Path | None = None,
        *,
        scheduler: str | None = None,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self.engine = engine
        options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
        self._turn = Turn(busy_seconds) if engine.dialect.name == "sqlite" else nullcontext()
        self._writer = engine.execution_options(writes=True)
        self._reader = engine.execution_options(**options)
        glancer = engine.execution_options(**{ALONE: True})
        self._kept = Kept(glancer)
        self._glancer = self._kept if engine.dialect.name == "sqlite" else glancer
        self._digests = digests
        self.evidence = Evidence(self._writing, self._reading, digests, files or SealedFiles(None))
        self.dialogue = Dialogue(self._writing, self._reading, digests, self.evidence.files)
        self.pauses = Pauses(self._writing, self._glancing)
        self.audit = Audit(self._writing, self._reading, digests)
        self.people = People(self._writing, self._reading, digests, self.audit)
        self.sessions = Sessions(self._writing, self._glancing, digests, self.audit)
        self.reviews = Reviews(self._writing, self._reading, self.audit)
        self.inquiries = Inquiries(self._reading)
        self.looking = Looking(self._reading)
        self.coverage = Coverage(self._reading)
        self.saved = Saved(self._writing, self._reading)
        self.milestones = Milestones(self._writing, self._reading, self.audit)
        self.made_up = MadeUp(self._writing, self._reading)
        self.batches = Batches(self._writing, self._reading, engine, digests, batches, scheduler=scheduler)

    @contextmanager
    def _writing(self, scope: Scope = EVERYWHERE) -> Iterator[Connection]:
        """`scope`: of whoever it is done for, as far as the database itself can hold to it; likewise below."""
        with self._in_words(), self._turn, self._writer.begin() as connection:
            fence.close(connection, scope)
            yield connection

    @contextmanager
    def _reading(self, scope: Scope = EVERYWHERE) -> Iterator[Connection]:
        """One view of the whole database, whatever is written meanwhile."""
        with self._in_words(), self._reader.begin() as connection:
            fence.close(connection, scope)
            yield connection

    @contextmanager
    def _glancing(self) -> Iterator[Connection]:
        """For one statement, which sees one state of the database by itself."""
        with self._in_words(), self._glancer.begin() as connection:
            yield connection

    def _in_words(self) -> AbstractContextManager[None]:
        return in_words(self.engine.url.database if self.engine.dialect.name == "sqlite" else None)

    def ping(self) -> None:
        """Raise StorageError unless the database answers."""
        with self._reading() as connection:
            connection.execute(text("SELECT 1"))

    def passes_fence(self) -> bool:
        """Whether the database's user passes by the second fence, which keeps people to their regions; see fence."""
        with self._glancing() as connection:
            return fence.is_passed_by(connection)

    def migrate(self) -> None:
        """Bring the tables up to date. Raises StorageError for a database that a newer release has written."""
        with self._in_words():
            migrate(self.engine)

    def close(self) -> None:
        """Let go of all connections."""
        self.batches.close()
        self._kept.close()
        self.engine.dispose()

    def register(self, questionnaire: Questionnaire, today: date | None = None) -> None:
        """Keep the definition of this version of the questionnaire, once."""
        with self._reading() as connection:
            if versions.is_registered(connection, questionnaire):
                return
        with self._writing() as connection:
            versions.register(connection, questionnaire, today or date.today())

    def versions(self, name: str) -> list[Questionnaire]:
        """The versions of the questionnaire `name` that were ever registered, oldest first."""
        with self._reading() as connection:
            return versions.versions(connection, name)

    def version_names(self, names: Sequence[str]) -> list[tuple[str, str]]:
        """Questionnaire and version of all that were ever registered under these names, oldest first."""
        with self._glancing() as connection:
            return versions.version_names(connection, names)

    def start_draft(
        self,
        questionnaire: str,
        version: str,
        channel: str,
        language: str,
        *,
        consented: bool = False,
        flags: Sequence[str] = (),
        days: int = Retention().draft_days,
        today: date | None = None,
    ) -> Draft:
        """Begin a draft that is kept for `days`; its id belongs in the respondent's cookie only.

        The database keeps no more than a digest of it, and the answers locked with a key made from it.
        """
        expires = (today or date.today()) + timedelta(days=days)
        token = drafts.new_token()
        draft = Draft(
            token, questionnaire, version, language, channel, {}, consented, expires, flags=tuple(flags)
        )
        with self._writing() as connection:
            drafts.start(connection, self._digests, draft)
        return draft

    def draft(self, draft_id: str) -> Draft | None:
        """The draft of that id; None where there is none, or none any more."""
        with self._reading() as connection:
            receipt = responses.receipt_of(connection, self._digests, draft_id)
            return drafts.find(connection, self._digests, draft_id, receipt)

    def arrive(self, draft_id: str, questionnaire: str, day: date) -> Arrival:
        """What a page needs to know of whoever comes to `questionnaire` with a draft's id."""
        with self._glancing() as connection:
            return Arrival(*drafts.arrive(connection, self._digests, draft_id, questionnaire, day))

    def save_draft(
        self,
        draft_id: str,
        answers: Mapping[str, Any],
        *,
        language: str | None = None,
        consented: bool | None = None,
        flags: Sequence[str] | None = None,
    ) -> None:
        """Replace a draft's raw answers (JSON-able), and what else is given.

        Raises NotFound where there is no such draft any more, Closed where it was sent.
        """
        given = {"language": language, "consented": consented, "flags": flags}
        changes = {name: value for name, value in given.items() if value is not None}
        with self._writing() as connection:
            drafts.save(connection, self._digests, draft_id, answers, changes)

    def resume_code(self, draft_id: str) -> str:
        """A code of 20 signs by which the draft can be found from another device until it is sent; always the same.

        Raises NotFound where there is no such draft any more, or it was sent.
        """
        with self._writing() as connection:
            return drafts.give_code(connection, self._digests, draft_id)

    def resume(self, code: str) -> Draft | None:
        """The unsent draft that a resume code opens; None where it opens none."""
        with self._reading() as connection:
            token = drafts.token_of(connection, self._digests, code)
            return drafts.find(connection, self._digests, token, None) if token else None

    def send(self, draft_id: str, response: NewResponse) -> str:
        """Write the draft's response exactly once and erase the draft's answers; gives the receipt of 16 digits.

        When this returns, both are on the disk. The same id again gives the same receipt and changes nothing, also
        with other answers, and also after the draft was purged. Raises NotFound where the draft expired unsent,
        CampaignError where there are sensitive answers and nobody to seal them to.
        """
        with self._writing() as connection:
            receipt = responses.send(connection, self._digests, draft_id, response)
            unused = evidence.drop_of_draft(connection, self._digests.draft(draft_id))
        self.evidence.files.remove(unused)
        return receipt

    def receipt_of(self, draft_id: str) -> str | None:
        """The receipt of what was sent from that draft; None where nothing was."""
        with self._reading() as connection:
            return responses.receipt_of(connection, self._digests, draft_id)

    def look_up(self, receipt: str) -> Looked | None:
        """What a receipt tells, written with or without spaces; None where no response has it."""
        with self._glancing() as connection:
            row = responses.by_receipt(connection, self._digests, receipt)
        return Looked(*row) if row else None

    def add(self, new: Iterable[NewResponse]) -> int:
        """Write many responses in one transaction, so that a failure adds none; gives how many were new.

        Nobody else writes to a SQLite file meanwhile: a few hundred at once, in order of their ids, are best.
        A response whose `key` was added before is passed over. `new` may be a generator; it is read as it is written.
        """
        with self._writing() as connection:
            return responses.add(connection, self._digests, new)

    def known(self, keys: Iterable[str]) -> set[str]:
        """Those of `keys` under which a response was added before, so that adding it again adds nothing."""
        with self._reading() as connection:
            return responses.known(connection, self._digests, keys)

    def present(self, ids: Iterable[str]) -> set[str]:
        """Those of `ids` (a few hundred at most) that a response here has."""
        with self._reading() as connection:
            return responses.present(connection, ids)

    def responses(self, wanted: Wanted | str | None = None) -> Iterator[StoredResponse]:
        """The responses that fit `wanted` (a name stands for that questionnaire), read as they are asked for.

        Those of another status than `received` are left out unless `wanted` names it. The order is that of random
        ids: it says nothing of the order of arrival.
        """
        which = wanted if isinstance(wanted, Wanted) else Wanted([wanted] if wanted else None)
        with self._reading() as connection:
            yield from responses.read(connection, which)

    def has_responses(self, wanted: Wanted) -> bool:
        """Whether there is one that fits."""
        with self._glancing() as connection:
            return responses.is_there(connection, wanted)

    def counts(self, statuses: Sequence[str] = (RECEIVED,)) -> dict[str, int]:
        """How many responses each questionnaire has; one without any is not in it."""
        with self._reading() as connection:
            return responses.counts(connection, statuses)

    def purge_expired_drafts(self, today: date) -> int:
        """Delete the drafts that expired before `today`; gives how many."""
        with self._writing() as connection:
            return drafts.purge(connection, today)

    def sealed(self, questionnaires: Sequence[str]) -> list[tuple[str, str, str, bytes]]:
        """Response id, questionnaire, path of the question and ciphertext of every sealed answer to these."""
        with self._reading() as connection:
            return list(responses.sealed(connection, questionnaires))

    def forget_sealed(self, questionnaires: Sequence[str], before: date) -> int:
        """Delete the sealed answers and files of these questionnaires' responses dated earlier than `before`.

        Gives how many. The rest of each response stays as it is.
        """
        with self._writing() as connection:
            files = evidence.drop(connection, evidence.of_old(questionnaires, before))
            answers = responses.forget_sealed(connection, questionnaires, before)
        self.evidence.files.remove(files)
        return answers + len(files)

    def forget_order(self) -> None:
        """Wipe the traces of the order of arrival; to be called once a day or so.

        SQLite's journal holds pages in order of writing until it is emptied. PostgreSQL keeps rows in order of arrival:
        they are written anew in order of their random ids, during which nobody can send (a second or so).
        """
        forget = ORDER_FORGETTING[self.engine.dialect.name]
        with (
            self._in_words(),
            self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection,
        ):
            for statement in forget:
                connection.exec_driver_sql(statement)

    def frame(
        self, campaign: Campaign, names: str | Sequence[str] | None = None, wanted: Wanted | None = None
    ) -> pd.DataFrame:
        """One row per response; of one questionnaire all columns, of several the `_…` and `role:…` ones.

        `names` default to the campaign's questionnaires that are not for staff; `wanted` narrows further.
        """
        with self._reading() as connection:
            return frames.frame(connection, campaign, _chosen(campaign, names), wanted or Wanted())

    def parts(
        self,
        campaign: Campaign,
        names: str | Sequence[str] | None = None,
        scope: Scope = EVERYWHERE,
        *,
        excluded: bool = False,
    ) -> BatchedParts:
        """The same in parts, for tables: from batches, and from the database what is in none; see tabulation.parts.

        `scope`: of whoever it is for, which the fence holds to and batches do not. `excluded`: with the responses that
        people excluded from counting.
        """
        return self.batches.parts(campaign, _chosen(campaign, names), scope, excluded=excluded)

    def stream(self, campaign: Campaign, name: str) -> Stream:
        """The frame of one questionnaire piece by piece, for exports; see exporting.streams."""
        return self.batches.stream(campaign, name)

    def entries(self, campaign: Campaign, name: str, repeat: str) -> EntryStream:
        """The entries of `repeat` piece by piece, for exports: the rows and columns of `repeat_frame`."""
        with self._reading() as connection:
            return EntryStream(*frames.entries(connection, campaign, name, repeat))

    def repeat_frame(
        self, campaign: Campaign, name: str, repeat: str, wanted: Wanted | None = None
    ) -> pd.DataFrame:
        """One row per entry of `repeat`: `_id` of the response, `_position` from 1, the repeat's columns."""
        with self._reading() as connection:
            return frames.repeat_frame(connection, campaign, name, repeat, wanted or Wanted())


def _chosen(campaign: Campaign, names: str | Sequence[str] | None) -> Sequence[str]:
    """By default the questionnaires that are not for staff."""
    if names is None:
        return [each.name for each in campaign.public]
    return [names] if isinstance(names, str) else names


def open_storage(
    url: str,
    *,
    secret: bytes,
    evidence: Path | None = None,
    batches: Path | None = None,
    scheduler: str | None = None,
    busy_seconds: float = BUSY_SECONDS,
) -> Storage:
    """The storage of the database at `url`, up to date; `evidence` is the folder for respondents' files, `batches`
    that for batches: without one, none are made. `scheduler`: the address of Dask's, where a cluster counts tables.

    `secret` (32 bytes or more) makes receipts and draft keys: with another one no draft and no receipt is found.
    A write waits at most `busy_seconds` for others. Raises StorageError with words.
    """
    engine = make_engine(url, busy_seconds=busy_seconds)
    digests, files = Digests(secret), SealedFiles(evidence)
    storage = Storage(engine, digests, files, batches, scheduler=scheduler, busy_seconds=busy_seconds)
    try:
        storage.migrate()
    except StorageError as error:
        storage.close()
        raise StorageError(_opening(storage.engine, error)) from error
    return storage


def _opening(engine: Engine, error: StorageError) -> str:
    """What went wrong at the start, with the database's own words for whoever installs it; no password is shown."""
    driver = error.__cause__.orig if isinstance(error.__cause__, DBAPIError) else None
    said = " ".join(str(driver).split()) if driver else ""
    return f"{engine.url.render_as_string()}: {error.words}" + (f" It says: {said}" if said else "")

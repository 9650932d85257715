"""Files that respondents added: rows that say whose they are, and the sealed files themselves under random names.

The rows are the truth. A file is on the disk before its row is written and leaves it after its row was deleted, so a
crash can leave a file without a row, never a row without its file; the daily sweep removes such files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from secrets import token_hex
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update

from survey_app.errors import Closed, NotFound, SurveyError
from survey_app.storage.drafts import ALREADY_SENT, EXPIRED
from survey_app.storage.fence import Transaction
from survey_app.storage.newresponse import RECEIVED
from survey_app.storage.receipts import Digests
from survey_app.storage.sealedfiles import SealedFiles
from survey_app.storage.sealing import seal_file
from survey_app.storage.tables import DraftRow, EvidenceRow, ResponseRow

NOT_OWN = (
    "The files among these answers changed while they were sent. Nothing was sent; please look at them again."
)
FULL = "This question has as many files as it takes. Remove one to add another."


class TooManyFiles(SurveyError):
    """The question has as many files as it takes."""

    status = 422


@dataclass(frozen=True)
class EvidenceFile:
    """A file that is kept under a random `name`.

    `number` tells it from the others of its question, from 1; `type` is the ending that its name would have (jpg, pdf);
    `size` is in bytes, before it was sealed; `date` is the day on which it came.
    """

    name: str
    question: str
    number: int
    type: str
    size: int
    date: date


class SentFile(NamedTuple):
    """A file of a response that was sent."""

    response_id: str
    questionnaire: str
    file: EvidenceFile


COLUMNS = tuple(EvidenceRow.__table__.c[field.name] for field in fields(EvidenceFile))


def keep(connection: Connection, draft: str, file: EvidenceFile, fingerprint: str, most: int) -> str:
    """Keep the row of a new file of the open draft whose id is the digest `draft`; gives the file's name.

    Where the question has the same file already, gives that one's name and keeps no second. Raises NotFound where there
    is no such draft, Closed where it was sent, TooManyFiles where the question has `most` files already.
    """
    # locked, so that of two files that come at once the second one sees the first
    owner = connection.execute(select(DraftRow.sent).where(DraftRow.id == draft).with_for_update()).first()
    if owner is None:
        raise NotFound(EXPIRED)
    if owner.sent:
        raise Closed(ALREADY_SENT)
    mine = (EvidenceRow.draft == draft) & (EvidenceRow.question == file.question)
    there = connection.execute(
        select(EvidenceRow.fingerprint, EvidenceRow.name, EvidenceRow.number).where(mine)
    ).all()
    for row in there:
        if row.fingerprint == fingerprint:
            return str(row.name)
    free = sorted(set(range(1, most + 1)) - {row.number for row in there})
    if not free:
        raise TooManyFiles(FULL)
    values = asdict(file) | {"number": free[0], "draft": draft, "fingerprint": fingerprint}
    connection.execute(insert(EvidenceRow).values(values))
    return file.name


def of_draft(connection: Connection, draft: str) -> tuple[EvidenceFile, ...]:
    """The files of an unsent draft, in order of their numbers."""
    query = select(*COLUMNS).where(EvidenceRow.draft == draft).order_by(EvidenceRow.number)
    return tuple(EvidenceFile(*row) for row in connection.execute(query))


def claim(connection: Connection, draft: str, response_id: str, names: Sequence[str]) -> None:
    """Give the draft's files of those names to its response. Raises SurveyError where one is not the draft's."""
    if not names:
        return
    here = (EvidenceRow.draft == draft) & EvidenceRow.name.in_(names)
    now = {"draft": None, "fingerprint": None, "response_id": response_id}
    if connection.execute(update(EvidenceRow).where(here).values(now)).rowcount != len(set(names)):
        raise SurveyError(NOT_OWN)


def sent(connection: Connection, statuses: Sequence[str], response_id: str | None) -> list[SentFile]:
    """The files of the responses of those statuses, or of one of them, in order of random ids."""
    query = (
        select(EvidenceRow.response_id, ResponseRow.questionnaire, *COLUMNS)
        .join(ResponseRow, ResponseRow.id == EvidenceRow.response_id)
        .where(ResponseRow.status.in_(statuses))
        .order_by(EvidenceRow.response_id, EvidenceRow.question, EvidenceRow.number)
    )
    if response_id is not None:
        query = query.where(EvidenceRow.response_id == response_id)
    return [SentFile(owner, name, EvidenceFile(*rest)) for owner, name, *rest in connection.execute(query)]


def names(connection: Connection) -> set[str]:
    """The names of all files."""
    return set(connection.execute(select(EvidenceRow.name)).scalars())


def drop(connection: Connection, *which: ColumnElement[bool]) -> list[str]:
    """Delete the rows of `which` files; gives their names, under which the files themselves can be removed."""
    return list(connection.execute(delete(EvidenceRow).where(*which).returning(EvidenceRow.name)).scalars())


def drop_of_draft(connection: Connection, draft: str) -> list[str]:
    """The same for those that a draft still has."""
    return list(connection.execute(DROPPED, {"draft": draft}).scalars())


DROPPED = delete(EvidenceRow).where(EvidenceRow.draft == bindparam("draft")).returning(EvidenceRow.name)


def of_old(questionnaires: Sequence[str], before: date) -> ColumnElement[bool]:
    """The files of responses to `questionnaires` dated earlier than `before`."""
    old = select(ResponseRow.id).where(
        ResponseRow.questionnaire.in_(questionnaires), ResponseRow.date < before
    )
    return EvidenceRow.response_id.in_(old)


class Evidence:
    """The files that are kept. Every method is one transaction, and raises StorageError as those of Storage do."""

    def __init__(
        self, writing: Transaction, reading: Transaction, digests: Digests, files: SealedFiles
    ) -> None:
        self.files = files
        self._writing = writing
        self._reading = reading
        self._digests = digests

    def keep(
        self,
        draft_id: str,
        question: str,
        type_: str,
        content: bytes,
        *,
        recipients: Iterable[str],
        most: int,
        today: date | None = None,
    ) -> str:
        """Seal a clean file of a draft to `recipients` and keep it; gives its name. The content is never on the disk.

        The same file again is kept once. Raises NotFound where there is no such draft, Closed where it was sent,
        TooManyFiles where the question has `most` files, CampaignError where there is nobody to seal to.
        """
        file = EvidenceFile(token_hex(16), question, 0, type_, len(content), today or date.today())
        kept = ""
        try:
            self.files.write(file.name, seal_file(content, recipients))
            with self._writing() as connection:
                fingerprint = self._digests.file(draft_id, content)
                kept = keep(connection, self._digests.draft(draft_id), file, fingerprint, most)
        finally:
            if kept != file.name:
                self.files.remove([file.name])
        return kept

    def of_draft(self, draft_id: str) -> tuple[EvidenceFile, ...]:
        """The files of an unsent draft."""
        with self._reading() as connection:
            return of_draft(connection, self._digests.draft(draft_id))

    def remove(self, draft_id: str, name: str | None = None) -> None:
        """Remove the draft's file of that name, or all of its files; those of others are left alone."""
        mine = [EvidenceRow.draft == self._digests.draft(draft_id)]
        self._drop(*mine, *([EvidenceRow.name == name] if name is not None else []))

    def sent(self, response_id: str | None = None, statuses: Sequence[str] = (RECEIVED,)) -> list[SentFile]:
        """The files of the response of that id, or of all responses, that have one of `statuses`."""
        with self._reading() as connection:
            return sent(connection, statuses, response_id)

    def drop(self, response_id: str) -> int:
        """Delete all files of a response, at once; gives how many."""
        return self._drop(EvidenceRow.response_id == response_id)

    def sweep(self) -> int:
        """Remove what has no row any more, and forget at what time the others came; gives how many were removed."""
        with self._reading() as connection:
            known = names(connection)
        return self.files.sweep(known)

    def _drop(self, *which: ColumnElement[bool]) -> int:
        with self._writing() as connection:
            dropped = drop(connection, *which)
        self.files.remove(dropped)
        return len(dropped)

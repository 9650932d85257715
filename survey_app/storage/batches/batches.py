"""What can be done with batches: fold, count from them, make them again, compare them with the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, func, select, update

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.scopes import EVERYWHERE, Scope
from survey_app.progress import Progress, in_silence
from survey_app.storage import fence
from survey_app.storage.batches import verifying
from survey_app.storage.batches.folder import Folder
from survey_app.storage.batches.folding import (
    BATCH_ROWS,
    LEAST_ROWS,
    Fold,
    Stack,
    alone,
    counted,
    inside,
    unfolded,
)
from survey_app.storage.batches.loose import ids_of, rows_of, short_codes
from survey_app.storage.batches.memory import Memory
from survey_app.storage.batches.parts import BatchedParts, Counting, Share
from survey_app.storage.batches.reading import Batch, fitting
from survey_app.storage.batches.streaming import Leaf, Stream, exported, of_files, of_rows
from survey_app.storage.batches.stretch import Reader
from survey_app.storage.batches.verifying import Difference
from survey_app.storage.fence import Transaction
from survey_app.storage.newresponse import EXCLUDED, RECEIVED
from survey_app.storage.receipts import Digests
from survey_app.storage.responses import StoredResponse
from survey_app.storage.roles import Roles
from survey_app.storage.tables import BatchRow, MaskedRow, QuestionnaireRow, ResponseRow

if TYPE_CHECKING:
    from survey_app.storage.batches.cluster import Cluster


class Folded(NamedTuple):
    """How many responses a fold took in, how many files it wrote anew, and how many old ones it removed."""

    taken: int
    mended: int
    removed: int


class Standing(NamedTuple):
    """How many files there are, how many responses are in none of them, and `least`: how many it takes for a file."""

    files: int
    loose: int
    least: int


NOTHING_DONE = Folded(0, 0, 0)


class Batches:
    """The batches in `folder`; without a folder everything is read from the database.

    Every method raises StorageError as those of Storage do. `rows` and `least`: see folding. `scheduler`: the address
    of the cluster that counts; without one this process does.
    """

    def __init__(
        self,
        writing: Transaction,
        reading: Transaction,
        engine: Engine,
        digests: Digests,
        folder: Path | None,
        *,
        scheduler: str | None = None,
    ) -> None:
        self._writing = writing
        self._reading = reading
        self._engine = engine
        self._key = digests.wordings()
        self._folder = Folder(folder)
        self._reader = Reader(self._folder, Memory())
        self._scheduler = scheduler
        self._cluster: Cluster | None = None
        self._stacks: dict[str, tuple[Campaign, tuple[str, ...], Stack]] = {}
        self.rows = BATCH_ROWS
        self.least = LEAST_ROWS

    def parts(
        self,
        campaign: Campaign,
        names: Sequence[str],
        scope: Scope = EVERYWHERE,
        *,
        excluded: bool = False,
    ) -> BatchedParts:
        """The responses to these questionnaires as they are now: of one all columns, of several `_…` and `role:…`.

        `scope`: of whoever they are for, to which the fence holds what is read from the database. `excluded`: those too
        that people excluded from counting, which no batch holds; `_status` tells all alike.
        """
        statuses = (RECEIVED, EXCLUDED) if excluded else (RECEIVED,)

        def shares() -> list[Share]:
            with self._reading(scope) as connection:
                stacks = [self._stack(connection, campaign, name) for name in names]
                if len(stacks) != 1:
                    stacks = _shared(stacks, campaign)
                return [self._share(connection, stack, statuses, scope) for stack in stacks]

        by_ids = partial(self._by_ids, statuses=statuses)
        return BatchedParts(shares, self._reader, self._counting(), by_ids, inside=self._inside, scope=scope)

    def close(self) -> None:
        """Let go of the cluster."""
        if self._cluster is not None:
            self._cluster.close()

    def _counting(self) -> Counting:
        """By the workers of the cluster, where one is named; else in this process."""
        if self._scheduler is None:
            return self._reader.count
        if self._cluster is None:
            from survey_app.storage.batches.cluster import Cluster  # noqa: PLC0415 (who has none need not load Dask)

            self._cluster = Cluster(self._scheduler, self._folder)
        return self._cluster.count

    def stream(self, campaign: Campaign, name: str) -> Stream:
        """All responses to a questionnaire as they are now, piece by piece, in order of their random ids."""

        def read() -> tuple[Stack, list[Leaf]]:
            with self._reading() as connection:
                share = self._share(connection, self._stack(connection, campaign, name), entire=True)
                fit, others = fitting(share.batches, exported(share.stack))
                ids = [
                    *share.loose,
                    *(each for leaf in of_files(others, self._folder) for each in leaf.ids()),
                ]
                rows = rows_of(connection, ids)
                return share.stack, [*of_files(fit, self._folder), *of_rows(rows, share.stack)]

        return Stream(read, self._folder)

    def due(self, campaign: Campaign, today: date | None = None) -> bool:
        """Whether there is enough to fold; see Fold.take_in."""
        if not self._folder.is_there:
            return False
        with self._reading() as connection:
            for name in campaign.questionnaires:
                waiting = counted(connection, unfolded(name))
                if waiting >= self.rows:
                    return True
                past = unfolded(name, today or date.today())
                if waiting >= self.least and counted(connection, past) >= self.least:
                    return True
        return False

    def standing(self, *campaigns: Campaign) -> Standing:
        """How many responses are counted from files, and how many from the database."""
        with self._reading() as connection:
            files = connection.execute(
                select(func.count()).select_from(BatchRow).where(BatchRow.file.is_not(None))
            )
            names = [name for campaign in campaigns for name in campaign.questionnaires]
            loose = sum(counted(connection, unfolded(name)) for name in names)
            return Standing(files.scalar_one(), loose, self.least)

    def fold(
        self,
        campaign: Campaign,
        today: date | None = None,
        *,
        thorough: bool = False,
        progress: Progress = in_silence,
    ) -> Folded:
        """Take into batches what is due, and write anew what is not as it should be, unless another process folds.

        `thorough`: batches that hold responses which no longer count are written anew too.
        """
        with alone(self._engine, self._folder, wait=False) as mine:
            return self._fold(campaign, today, thorough=thorough, progress=progress) if mine else NOTHING_DONE

    def rebuild(
        self, campaign: Campaign, today: date | None = None, *, progress: Progress = in_silence
    ) -> Folded:
        """Write all batches anew from the database, and take in what is due; waits for another process that folds."""
        with alone(self._engine, self._folder, wait=True):
            with self._writing() as connection:
                connection.execute(update(ResponseRow).where(_in_none()).values(batch=None))
            return self._fold(campaign, today, everything=True, progress=progress)

    def verify(self, *campaigns: Campaign, progress: Progress = in_silence) -> Iterator[Difference]:
        """Where batches and database differ. Nobody folds meanwhile."""
        with alone(self._engine, self._folder, wait=True):
            yield from self._lost()
            for campaign, name in ((each, name) for each in campaigns for name in each.questionnaires):
                with self._reading() as connection:
                    stack = self._stack(connection, campaign, name)
                    query = select(BatchRow.number).where(BatchRow.questionnaire == name)
                    numbers = list(connection.execute(query.order_by(BatchRow.number)).scalars())
                for done, number in enumerate(numbers, start=1):
                    with self._reading() as connection:
                        yield from verifying.differences(connection, self._folder, stack, number)
                    progress(f"{name}: files", done, len(numbers))

    def _lost(self) -> Iterator[Difference]:
        """Responses that name a batch that there is not; only a hand in the database can do that."""
        with self._reading() as connection:
            numbers = (
                connection.execute(select(ResponseRow.batch).where(_in_none()).distinct()).scalars().all()
            )
        for number in numbers:
            yield Difference("", number or 0, "the database names it for responses, but does not know it")

    def _fold(
        self,
        campaign: Campaign,
        today: date | None,
        *,
        thorough: bool = False,
        everything: bool = False,
        progress: Progress,
    ) -> Folded:
        removed = self._folder.sweep(self._known())
        taken = mended = 0
        for name in campaign.questionnaires:
            with self._reading() as connection:
                stack = self._stack(connection, campaign, name)
            fold = Fold(self._writing, self._reading, self._folder, stack, self.rows, self.least, progress)
            mended += fold.mend(thorough=thorough, everything=everything)
            taken += fold.take_in(today or date.today())
        return Folded(taken, mended, removed + self._folder.sweep(self._known()))

    def _stack(self, connection: Connection, campaign: Campaign, name: str) -> Stack:
        """The questionnaire's stack, which changes with its versions only."""
        row = QuestionnaireRow
        query = select(row.version).where(row.name == name).order_by(row.sequence)
        versions = tuple(connection.execute(query).scalars())
        kept = self._stacks.get(name)
        if kept is None or kept[0] is not campaign or kept[1] != versions:
            kept = (campaign, versions, Stack.of(connection, campaign, name, self._key))
            self._stacks[name] = kept
        return kept[2]

    def _known(self) -> set[str]:
        with self._reading() as connection:
            query = select(BatchRow.file).where(BatchRow.file.is_not(None))
            return {str(file) for file in connection.execute(query).scalars()}

    def _share(
        self,
        connection: Connection,
        stack: Stack,
        statuses: Sequence[str] = (RECEIVED,),
        scope: Scope = EVERYWHERE,
        *,
        entire: bool = False,
    ) -> Share:
        """`entire`: files are held against their digest first, where they will be read from end to end."""
        row = BatchRow
        query = select(row.number, row.file, row.rows, row.digest).where(row.questionnaire == stack.name)
        gone = _gone(connection, stack.name)
        batches: list[Batch] = []
        loose = [unfolded(stack.name, statuses=statuses)]
        for number, file, rows, digest in connection.execute(query.order_by(row.number)):
            if entire and self._folder.is_there and file and self._folder.digest(file) != digest:
                self._folder.pass_over(file)
            about = self._folder.about(file) if self._folder.is_there and file else None
            if file is not None and about is not None and about.knows_versions(stack.layout.known):
                batches.append(Batch(number, file, rows, about, frozenset(gone.get(number, ()))))
            else:
                loose.append(inside(stack.name, number))
        ids = ids_of(connection, loose)
        with fence.lifted(connection, scope) as was_closed:
            beyond = {*ids_of(connection, loose)}.difference(ids) if was_closed else ()
        short = short_codes(connection, loose) if ids else {}
        return Share(stack, tuple(batches), tuple(ids), short, tuple(beyond))

    def _inside(self, name: str, number: int) -> list[str]:
        with self._reading() as connection:
            return ids_of(connection, [inside(name, number)])

    def _by_ids(self, ids: Sequence[str], scope: Scope, statuses: Sequence[str]) -> Iterator[StoredResponse]:
        with self._reading(scope) as connection:
            yield from rows_of(connection, ids, statuses)


def _shared(stacks: Sequence[Stack], campaign: Campaign) -> list[Stack]:
    """With the columns that questionnaires share, whose codes are those of all of them together."""
    roles = Roles.of((column for stack in stacks for column in stack.layout.columns), campaign)
    return [stack.sharing(roles) for stack in stacks]


def _gone(connection: Connection, name: str) -> dict[int, list[str]]:
    mine = select(BatchRow.number).where(BatchRow.questionnaire == name)
    query = select(MaskedRow.batch, MaskedRow.response_id).where(MaskedRow.batch.in_(mine))
    found: dict[int, list[str]] = {}
    for number, response_id in connection.execute(query):
        found.setdefault(number, []).append(response_id)
    return found


def _in_none() -> ColumnElement[bool]:
    """Of responses that name a batch that there is not."""
    return ResponseRow.batch.is_not(None) & ResponseRow.batch.not_in(select(BatchRow.number))

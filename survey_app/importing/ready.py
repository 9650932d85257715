"""What is imported where, and responses that wait until the whole file is read."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Any
from uuid import UUID, uuid4

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.models import Questionnaire
from survey_app.importing.mapping import Mapping as Rules
from survey_app.storage import NewResponse


def body(
    answers: Mapping[str, Any],
    asked: Sequence[str],
    *,
    channel: str,
    language: str,
    day: str,
    flags: Sequence[str],
) -> str:
    """A response as one line of JSON; in ASCII, so that it is one line and as long as it looks."""
    return json.dumps((answers, asked, channel, language, day, flags), separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Ready:
    """A response that may be kept: its `body`, its key, `exported`: its id in our own export; `id`: its id to be."""

    body: str
    key: str
    exported: str = ""
    id: str = ""

    def response(self, campaign: Campaign, questionnaire: Questionnaire) -> NewResponse:
        """The response to keep."""
        answers, asked, channel, language, day, flags = json.loads(self.body)
        return NewResponse.of(
            campaign,
            questionnaire,
            answers,
            asked,
            channel=channel,
            language=language,
            date=date.fromisoformat(day),
            key=self.key,
            id=self.id,
            flags=flags,
        )


@dataclass(frozen=True)
class Task:
    """What is imported into what, under which mapping, and on which day."""

    campaign: Campaign
    questionnaire: Questionnaire
    mapping: Rules
    today: date


class Waiting:
    """Responses in a file without a name. Each gets its random id here, and they come back in order of these ids.

    So the database grows at one end while they are written, which takes a tenth of the time that writing here and there
    takes, and nothing in it tells which stood before which in the file. In memory are 80 bytes of each.
    """

    def __init__(self) -> None:
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 (it is closed when this object is left)
        self.places: list[bytes] = []
        self.end = 0

    def __enter__(self) -> Waiting:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.file.close()

    def __len__(self) -> int:
        return len(self.places)

    def add(self, ready: Ready) -> None:
        """Let one more wait. Raises OSError where the disk of temporary files is full."""
        line = f"{json.dumps((ready.key, ready.exported))}\t{ready.body}\n".encode("ascii")
        self.file.write(line)
        self.places.append(uuid4().bytes + self.end.to_bytes(8, "big"))
        self.end += len(line)

    def __iter__(self) -> Iterator[Ready]:
        self.places.sort()
        for place in self.places:
            self.file.seek(int.from_bytes(place[16:], "big"))
            known, _, written = self.file.readline().decode("ascii").rstrip("\n").partition("\t")
            key, exported = json.loads(known)
            yield Ready(written, key, exported, UUID(bytes=place[:16]).hex)

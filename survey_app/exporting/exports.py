"""Responses as files. The one door by which single responses leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.columns import Column, columns
from survey_app.campaign.models import Questionnaire
from survey_app.exporting.about import about
from survey_app.exporting.cells import Note
from survey_app.exporting.codebook import Codebook
from survey_app.exporting.csv_file import write_csv
from survey_app.exporting.files import put_in_place, target
from survey_app.exporting.jsonl_file import write_jsonl
from survey_app.exporting.layout import Part, Wish, part
from survey_app.exporting.parquet_file import write_parquet
from survey_app.exporting.streams import Stream, Whole
from survey_app.exporting.tables import table_sheet
from survey_app.exporting.words import SHEETS, say
from survey_app.exporting.workbook import Sheet, write_workbook
from survey_app.progress import Progress, in_silence
from survey_app.tabulation.table import Table

RESPONSES = "responses"


@dataclass(frozen=True)
class Source:
    """What is exported: the responses to all `versions` (oldest first) of one questionnaire.

    `responses` has one row per response, `entries` one per entry of a repeat, by the repeat's name; `tables` gives
    those that go into workbooks, by name. `made` is the day that the files name.
    """

    campaign: Campaign
    versions: Sequence[Questionnaire]
    responses: Stream
    entries: Mapping[str, Stream] = field(default_factory=dict)
    tables: Callable[[], Mapping[str, Table]] = dict
    made: date = field(default_factory=date.today)
    progress: Progress = in_silence

    @property
    def latest(self) -> Questionnaire:
        """The newest version, whose words are used."""
        return self.versions[-1]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns of all versions."""
        return columns(self.versions, self.campaign)

    @property
    def without_rows(self) -> Source:
        """The same columns with nobody in them."""
        entries = {name: Whole(stream.empty) for name, stream in self.entries.items()}
        return replace(self, responses=Whole(self.responses.empty), entries=entries)

    def parts(self, wish: Wish) -> list[Part]:
        """The responses, then each repeat's entries, in order of the questionnaire."""
        make = partial(
            part,
            columns=self.columns,
            wish=wish,
            campaign=self.campaign,
            versions=self.versions,
            progress=self.progress,
        )
        title = say(SHEETS["labels" if wish.labels else RESPONSES], wish.language)
        labels = {repeat.name: repeat.label for version in self.versions for repeat in version.repeats}
        titles = {
            name: say(SHEETS["repeat"], wish.language, label=label.in_(wish.language))
            for name, label in labels.items()
            if name in self.entries
        }
        return [
            make(RESPONSES, self.responses, title=title),
            *(make(name, self.entries[name], repeat=name, title=titles[name]) for name in titles),
        ]

    def codebook(self, wish: Wish) -> Part:
        """The codebook of the parts that `wish` makes."""
        languages = self.campaign.languages_of(self.latest)
        parts = self.without_rows.parts(wish)
        return Codebook(self.versions, self.campaign, languages).part(parts, wish.language)

    def front(self, language: str, sheets: Sequence[tuple[str, str]], changes: int) -> Part:
        """The front sheet of a workbook."""
        return about(
            self.responses, self.versions, self.campaign, language, self.made, sheets=sheets, changes=changes
        )


@dataclass(frozen=True)
class ExportReport:
    """What was written: the file asked for and all `files` (it, the repeats', the codebooks), sizes of the main
    table, and what had to be changed to fit the format."""

    path: Path
    files: tuple[Path, ...]
    rows: int
    columns: int
    notes: tuple[Note, ...]


Writer = Callable[[Source, Wish, Path], list[Note]]
"""Writes an export to a path, its other files beside it; gives what had to be changed."""
PartWriter = Callable[[Part, Path, str], list[Note]]


def _one_file_a_part(write: PartWriter) -> Writer:
    """A format that holds one table: the repeats are files of their own, and the codebook comes as csv and xlsx."""

    def write_all(source: Source, wish: Wish, path: Path) -> list[Note]:
        main, *entries = source.parts(wish)
        notes = write(main, path, wish.language)
        for entry in entries:
            notes += write(entry, path.with_name(f"{path.stem}.{entry.name}{path.suffix}"), wish.language)
        codebook = Sheet(source.codebook(wish))
        front = partial(source.front, wish.language)
        notes = write_workbook(beside(path, "xlsx"), [codebook], wish.language, front, notes)
        return notes + write_csv(codebook.part, beside(path, "csv"), wish.language)

    return write_all


def _workbook(source: Source, wish: Wish, path: Path) -> list[Note]:
    """Everything in one file: responses in codes and in words, the codebook, the tables."""
    in_codes = [Sheet(one) for one in source.parts(replace(wish, labels=False))]
    in_words = [Sheet(one, _labels_tab(one)) for one in source.parts(replace(wish, labels=True))]
    codebook = source.codebook(wish)
    tables = [table_sheet(name, table, wish.language) for name, table in source.tables().items()]
    sheets = [*in_codes, *in_words, Sheet(codebook), *tables]
    notes = write_workbook(path, sheets, wish.language, partial(source.front, wish.language))
    return notes + write_csv(codebook, beside(path, "csv"), wish.language)


def _labels_tab(part: Part) -> str:
    return "labels" if part.name == RESPONSES else f"{part.name} labels"


FORMATS: dict[str, Writer] = {
    "csv": _one_file_a_part(write_csv),
    "xlsx": _workbook,
    "parquet": _one_file_a_part(write_parquet),
    "jsonl": _one_file_a_part(write_jsonl),
}
"""Extension to writer."""


def beside(path: Path, extension: str) -> Path:
    """Where the codebook of the export at `path` stands; no repeat's file can have this name."""
    return path.with_name(f"{path.stem}-codebook.{extension}")


def export(
    source: Source,
    extension: str,
    path: Path,
    *,
    language: str = "zh",
    labels: bool = False,
    joined: bool = False,
    progress: Progress = in_silence,
) -> ExportReport:
    """Write the responses to `path` as `extension`, with a codebook beside; all files whole, or none.

    labels: words instead of codes (a workbook always has both). joined: multiple answers also in one column.
    Raises SurveyError whose words say what is wrong and what to do; then nothing was changed.
    """
    target(path, extension, FORMATS)
    wish = Wish(language, labels=labels, joined=joined)
    source = replace(source, progress=progress)
    with put_in_place(path.parent) as scratch:
        notes = FORMATS[extension](source, wish, scratch / path.name)
        files = tuple(path.parent / file.name for file in sorted(scratch.iterdir()))
    main = source.without_rows.parts(wish)[0]
    return ExportReport(path, files, len(source.responses), len(main.fields), tuple(dict.fromkeys(notes)))

"""All mistakes of campaign folders at once: those of reading, and those that show when files are held together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from survey_app.campaign.checks import (
    about,
    choices,
    issues,
    languages,
    limits,
    names,
    places,
    reach,
    references,
    roles,
    targets,
)
from survey_app.campaign.checks.form import Form, forms
from survey_app.campaign.reading.folder import ABOUT, Folder, is_campaign, read_folder
from survey_app.campaign.reading.yamlsource import Source
from survey_app.campaign.reports import Mistake, counted, errors, in_order, render
from survey_app.errors import CampaignError

OF_A_FORM: tuple[Callable[[Form], Iterator[Mistake]], ...] = (
    names.question_names,
    names.companions,
    names.page_names,
    names.choice_names,
    names.row_names,
    names.file_name,
    references.names_exist,
    references.looks_back,
    references.own_answer,
    references.entries,
    references.rows_exist,
    references.codes_exist,
    choices.lists_used,
    choices.numbers_of_choices,
    choices.exclusive,
    choices.specify,
    choices.scores,
    choices.issues,
    choices.defaults,
    choices.codes_beside_regions,
    limits.in_order,
    limits.ranges,
    limits.constraints,
    limits.opening,
    limits.pages_seen,
    limits.nesting,
    roles.roles_fit,
    roles.worked_out_codes_exist,
    roles.sealed,
    roles.files_stand_alone,
    roles.seals_hold,
    languages.declared,
    places.questionnaire_region,
    places.region_questions,
)
OF_A_FOLDER: tuple[Callable[[Folder], Iterator[Mistake]], ...] = (
    places.tree,
    places.levels,
    places.groups,
    places.units,
    places.channels,
    places.tiles,
    issues.codes_once,
    about.days,
    about.languages,
    about.recipients,
    about.tables,
    targets.targets,
    targets.milestones,
)
THOROUGH_OF_A_FORM: tuple[Callable[[Form], Iterator[Mistake]], ...] = (reach.unreachable,)
"""These take longer and find nothing that a served questionnaire could stumble over."""
THOROUGH_OF_A_FOLDER: tuple[Callable[[Folder], Iterator[Mistake]], ...] = (languages.translations,)


@dataclass(frozen=True)
class Report:
    """Mistakes, in order of file and line."""

    mistakes: tuple[Mistake, ...]
    checked: int = 0

    @property
    def errors(self) -> tuple[Mistake, ...]:
        """Those that must be mended before the campaign can be used."""
        return errors(self.mistakes)

    @property
    def warnings(self) -> tuple[Mistake, ...]:
        """Those that can stay."""
        return tuple(mistake for mistake in self.mistakes if mistake.severity == "warning")

    def text(self) -> str:
        """One line per mistake, and a last one that counts them."""
        return "\n".join(filter(None, (render(self.mistakes), self._summary())))

    def error_text(self) -> str:
        """One line per error."""
        return render(self.errors)

    def _summary(self) -> str:
        found = [counted(len(self.errors), "mistake"), counted(len(self.warnings), "warning")]
        return f"{counted(self.checked, 'questionnaire')} checked: {', '.join(found)}."


def check_path(path: Path) -> Report:
    """Check a campaign folder or a folder of them; raises CampaignError where there is no campaign at all."""
    return read_all(path, thorough=True)[1]


def read_all(path: Path, thorough: bool) -> tuple[list[Folder], Report]:
    """The folders as read, and one report on all of them; files are named from `path` on."""
    folders: list[Folder] = []
    found: list[Mistake] = []
    for each in campaign_folders(Path(path)):
        folder, mistakes = read_and_check(each, thorough)
        folders.append(folder)
        inside = "" if each == Path(path) else f"{each.name}/"
        found.extend(replace(mistake, file=inside + mistake.file) for mistake in mistakes)
    if len(folders) > 1:
        found.extend(mistake for mistake in check_together(folders) if mistake not in found)
    return folders, Report(in_order(found), sum(len(folder.forms) for folder in folders))


def campaign_folders(path: Path) -> list[Path]:
    """`path` itself if it is a campaign folder, else the campaign folders in it, by name; CampaignError if none."""
    if not path.exists():
        raise CampaignError(
            f"{path}: there is no such folder (give the path of a campaign folder, or set SURVEY_CAMPAIGNS)"
        )
    if not path.is_dir():
        raise CampaignError(f"{path} is a file (give the folder in which campaign.yaml stands)")
    if is_campaign(path):
        return [path]
    folders = sorted(folder for folder in path.iterdir() if is_campaign(folder))
    if not folders:
        raise CampaignError(
            f"{path}: there is no campaign here (a campaign is a folder with campaign.yaml in it; "
            "questionnaires/starter is one to copy)"
        )
    return folders


def read_and_check(path: Path, thorough: bool) -> tuple[Folder, tuple[Mistake, ...]]:
    """The folder as read, and its mistakes."""
    folder = read_folder(path)
    found = [*folder.mistakes, *_same_names([folder])]
    for of_folder in (*OF_A_FOLDER, *(THOROUGH_OF_A_FOLDER if thorough else ())):
        found.extend(of_folder(folder))
    for form in forms(folder):
        for of_form in (*OF_A_FORM, *(THOROUGH_OF_A_FORM if thorough else ())):
            found.extend(of_form(form))
    return folder, in_order(found)


def check_together(folders: Iterable[Folder]) -> tuple[Mistake, ...]:
    """Names that must differ in all campaigns that are served together."""
    return tuple(_same_names(list(folders)))


def _same_names(folders: list[Folder]) -> Iterator[Mistake]:
    """Questionnaires, and campaigns, are found by their names alone."""
    first: dict[str, str] = {}
    for folder, source, name in _named(folders):
        shown = source.file if len(folders) == 1 else f"{folder.path.name}/{source.file}"
        noun = "campaign" if source.file == ABOUT else "questionnaire"
        key = f"{noun} {name}"
        if key in first and source.root is not None:
            words = f"{first[key]} is the {key} too"
            yield Mistake(shown, source.root.at("name").line, words, "give one of them another name")
        first.setdefault(key, shown)


def _named(folders: list[Folder]) -> Iterator[tuple[Folder, Source, str]]:
    for folder in folders:
        if folder.campaign is not None and ABOUT in folder.sources:
            yield folder, folder.sources[ABOUT], folder.campaign.name
        for form in forms(folder):
            yield folder, form.reading.source, form.questionnaire.name

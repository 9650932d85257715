"""All mistakes of campaign folders, at once: those of reading, and those that show only when files are held together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from survey_app.campaign.folder import Folder, is_campaign, read_folder
from survey_app.campaign.reports import Mistake, errors, in_order, render
from survey_app.errors import CampaignError

Check = Callable[[Folder], Iterator[Mistake]]

CHECKS: tuple[Check, ...] = ()
"""Every check by a function of its own; those of THOROUGH may take a second and say only what cannot happen."""
THOROUGH: tuple[Check, ...] = ()


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
        found = [_counted(len(self.errors), "mistake"), _counted(len(self.warnings), "warning")]
        return f"{_counted(self.checked, 'questionnaire')} checked: {', '.join(found)}."


def check_path(path: Path) -> Report:
    """Check a campaign folder or a folder of them; raises CampaignError where there is no campaign at all."""
    read = [read_and_check(folder, thorough=True) for folder in campaign_folders(path)]
    found = tuple(mistake for _, mistakes in read for mistake in mistakes) + check_together(read)
    return Report(found, sum(len(folder.forms) for folder, _ in read))


def check_folder(folder: Path) -> tuple[Mistake, ...]:
    """Every mistake of one campaign folder, warnings too, in order of file and line."""
    return read_and_check(Path(folder), thorough=True)[1]


def campaign_folders(path: Path) -> list[Path]:
    """`path` itself if it is a campaign folder, else the campaign folders in it, by name; CampaignError if none."""
    if not path.exists():
        raise CampaignError(f"{path}: there is no such folder (give the path of a campaign folder)")
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
    found = [*folder.mistakes]
    for check in (*CHECKS, *(THOROUGH if thorough else ())):
        found.extend(check(folder))
    return folder, in_order(found)


def check_together(read: Iterable[tuple[Folder, tuple[Mistake, ...]]]) -> tuple[Mistake, ...]:
    """Names that must be different in all campaigns that are served together."""
    return ()


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

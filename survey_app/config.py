"""Settings, read once from SURVEY_* variables."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from survey_app.errors import SurveyError
from survey_app.roles import ROLES

SECRET_BYTES = 32
"""Which are drawn for a new key, and the characters that one which was given has at least."""
DRAW_ONE = 'python3 -c "import secrets; print(secrets.token_hex(32))"'
CALM_STARTS = 120
"""So many people may begin in a minute before anything is asked of them, however quiet the last hour was."""
PARTS = ("public", "research", "all")
"""Which pages this program serves: those for respondents, the research desk, or both."""
SECOND_FACTOR = "coordinator,researcher,auditor"
"""Who signs in with a second factor unless SURVEY_SECOND_FACTOR says otherwise: who sees more than released figures."""
CAMPAIGNS = "questionnaires"
DATABASE = "survey.sqlite3"


@dataclass(frozen=True)
class Settings:
    """Where things are. Paths may be relative to the folder in which the program was started."""

    campaigns: Path
    instance: Path
    exports: Path
    database_url: str
    secret_key: str
    calm_starts: int = CALM_STARTS
    dask_scheduler: str | None = None
    parts: str = "all"
    second_factor: frozenset[str] = frozenset(SECOND_FACTOR.split(","))

    @property
    def has_public(self) -> bool:
        """Whether the pages for respondents are served."""
        return self.parts in {"public", "all"}

    @property
    def has_research(self) -> bool:
        """Whether the research desk is served."""
        return self.parts in {"research", "all"}

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> Settings:
        """The settings of `variables`. Makes the instance folder and, on the first run, the secret key in it."""
        instance = Path(variables.get("SURVEY_INSTANCE") or "instance")
        _make_private(instance)
        return cls(
            campaigns=Path(variables.get("SURVEY_CAMPAIGNS") or CAMPAIGNS),
            instance=instance,
            exports=Path(variables.get("SURVEY_EXPORTS") or "exports"),
            database_url=variables.get("SURVEY_DATABASE_URL")
            or f"sqlite:///{(instance / DATABASE).absolute()}",
            secret_key=_given_secret(variables) or _kept_secret(instance / "secret.key"),
            calm_starts=_number(variables, "SURVEY_CALM_STARTS", CALM_STARTS),
            dask_scheduler=variables.get("SURVEY_DASK_SCHEDULER") or None,
            parts=_one_of(variables, "SURVEY_PARTS", PARTS, "all"),
            second_factor=_roles(variables.get("SURVEY_SECOND_FACTOR") or SECOND_FACTOR),
        )


def _one_of(variables: Mapping[str, str], name: str, known: Sequence[str], default: str) -> str:
    written = variables.get(name) or default
    if written not in known:
        raise SurveyError(
            f"{name} is {written}. Set it to {', '.join(known[:-1])} or {known[-1]}, or leave it out."
        )
    return written


def _roles(written: str) -> frozenset[str]:
    """The roles of a list with commas, or of the words `everybody` and `nobody`."""
    known = {"everybody": frozenset(ROLES), "nobody": frozenset[str]()}
    found = known.get(written, frozenset(each.strip() for each in written.split(",")))
    if strange := found - set(ROLES):
        raise SurveyError(
            f"SURVEY_SECOND_FACTOR names {', '.join(sorted(strange))}. Set it to everybody, nobody, or some of the "
            f"roles {', '.join(ROLES)} with commas between them, or leave it out."
        )
    return found


def _number(variables: Mapping[str, str], name: str, default: int) -> int:
    written = variables.get(name) or str(default)
    if not written.isdecimal() or int(written) < 1:
        raise SurveyError(
            f"{name} is {written}, which is no number of 1 or more. Set it to one, or leave it out."
        )
    return int(written)


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError as error:
        raise SurveyError(
            f"SURVEY_INSTANCE is {folder}, which is a file. Set it to a folder that this user may write to."
        ) from error
    except OSError as error:
        raise SurveyError(
            f"The instance folder {folder} cannot be made ({error.strerror}). "
            "Set SURVEY_INSTANCE to a folder that this user may write to."
        ) from error


def _given_secret(variables: Mapping[str, str]) -> str | None:
    secret = variables.get("SURVEY_SECRET_KEY")
    if secret and len(secret) < SECRET_BYTES:
        raise SurveyError(
            f"SURVEY_SECRET_KEY is shorter than {SECRET_BYTES} characters. Set it to what this prints: {DRAW_ONE}"
        )
    return secret or None


def _kept_secret(path: Path) -> str:
    """The key in `path`, made there on the first run; only its owner can read it."""
    try:
        if not path.exists():
            _refuse_to_forget(path)
            _make_secret(path)
        secret = path.read_text().strip()
    except OSError as error:
        raise SurveyError(
            f"The secret key {path} cannot be read or made ({error.strerror}). "
            "Set SURVEY_INSTANCE to a folder that this user may write to, on a disk with room."
        ) from error
    if len(secret) < SECRET_BYTES:
        raise SurveyError(
            f"The secret key in {path} is shorter than {SECRET_BYTES} characters. Restore it from a backup; receipts "
            "hang on it."
        )
    return secret


def _refuse_to_forget(path: Path) -> None:
    """A new key beside an old database would quietly give up every receipt and every unsent answer in it."""
    database = path.with_name(DATABASE)
    if database.exists() and not path.exists():  # looked at in this order: a first start makes the key first
        raise SurveyError(
            f"The secret key {path} is missing, but there is a database beside it, {database}. "
            "Restore the key from a backup: receipts and unsent answers hang on it. "
            f"To give them up, put what this prints into {path}: {DRAW_ONE}"
        )


def _make_secret(path: Path) -> None:
    """Written whole under another name and linked into place, so that of two first starts one key wins for both."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(SECRET_BYTES))
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink(missing_ok=True)

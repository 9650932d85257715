"""A script in a process of its own cannot take this machine's memory or time, nor see this program's secrets."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from survey_app import apart

ROOM = 600_000_000


def run(
    folder: Path, script: str, *arguments: str, seconds: int = 20, content: bytes = b""
) -> tuple[int, bytes]:
    path = folder / "脚本.py"
    path.write_text(script, encoding="utf-8")
    with apart.start(path, *arguments, memory=ROOM, seconds=seconds, reads=True) as process:
        written, _ = process.communicate(content, timeout=60)
    return process.returncode, written


def test_it_reads_and_writes_and_is_told_its_arguments(tmp_path: Path):
    script = "import sys; sys.stdout.write(' '.join(sys.argv[1:]) + sys.stdin.read())"
    assert run(tmp_path, script, "一", "two", content=b"!") == (0, "一 two!".encode())


def test_it_finds_the_programs_own_modules_and_none_of_its_secrets(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("SURVEY_SECRET_KEY", "a secret")
    script = "import os, survey_app.formulas; print(os.environ.get('SURVEY_SECRET_KEY'))"
    assert run(tmp_path, script) == (0, b"None\n")


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no such limits")
def test_memory_and_work_without_end_end_the_process_and_not_this_one(tmp_path: Path):
    status, written = run(tmp_path, f"bytearray({2 * ROOM}); print('it had the room')")
    assert status != 0
    assert written == b""
    began = time.monotonic()
    assert run(tmp_path, "while True: pass", seconds=1)[0] != 0
    assert time.monotonic() - began < 30

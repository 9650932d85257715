"""Our own scripts in processes of their own, with limits, for files that strangers made.

A broken or hostile file can make its reader ask for any amount of memory, crash, or never end; here that ends the
other process and not this one. This file is both sides: imported, it starts the process; run, it is the process.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

NEEDED = ("SYSTEMROOT",)
"""What of this process's variables the other one sees: what Windows cannot start without, and no secret."""


def cores() -> int:
    """How many cores this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def start(
    script: Path, *arguments: str, memory: int, seconds: int, reads: bool = False
) -> subprocess.Popen[bytes]:
    """Run `script` with at most `memory` bytes and `seconds` of work (not of waiting), where the system can bound it.

    Its standard output is a pipe; so is its standard input where it `reads`. The caller ends it.
    """
    command = [sys.executable, "-I", __file__, str(memory), str(seconds), str(script), *arguments]
    return subprocess.Popen(  # noqa: S603 (our own script, no shell)
        command,
        stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in NEEDED if name in os.environ},
    )


def limit(memory: int, seconds: int) -> None:
    """Bound this process, where the system can; a crash leaves no picture of its memory on the disk."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 (not on every system)

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit(int(sys.argv[1]), int(sys.argv[2]))
    del sys.argv[:3]
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    runpy.run_path(sys.argv[0], run_name="__main__")

"""A server that a test started ends with the test's process, even when that is killed and can stop nothing."""

from __future__ import annotations

import ctypes
import signal

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_libc = ctypes.CDLL(None)


def end_with_parent() -> None:
    """For Popen's `preexec_fn`: ask Linux to interrupt this process when the thread that started it is gone."""
    if hasattr(_libc, "prctl"):
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)

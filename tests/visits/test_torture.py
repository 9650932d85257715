"""Over real HTTP: the network breaks, the server is killed, buttons are pressed twice. All answers are there once."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from tests.machinery.torture import Outcome, Plan, run


def tortured(folder: Path, drivers: int, kills: int, **more: Any) -> Outcome:
    """The outcome, printed with its seed: `make torture ARGS="--seed …"` draws the same visits."""
    outcome = run(Plan(drivers, kills, random.SystemRandom().randrange(10**6), **more), folder)
    print(outcome.text())
    return outcome


def test_60_drivers_get_through_once_each_with_what_they_typed(tmp_path: Path):
    outcome = tortured(tmp_path, 60, 4)
    assert not outcome.wrong, outcome.text()
    assert outcome.responses == 60
    assert outcome.kills == 4
    assert outcome.late > 60, outcome.text()


def test_a_server_without_the_key_would_be_noticed(tmp_path: Path):
    outcome = tortured(tmp_path, 30, 1, double_taps=1, program="forgetful")
    assert any("responses" in words for words in outcome.wrong), outcome.text()

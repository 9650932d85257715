"""Who may do what at the research desk: four roles."""

from __future__ import annotations

from typing import Literal, get_args

Role = Literal["coordinator", "researcher", "observer", "auditor"]
"""The coordinator sees and does all; a researcher sees the rows of the group's regions; an observer released figures;
an auditor the audit log and nothing else."""
ROLES: tuple[Role, ...] = get_args(Role)

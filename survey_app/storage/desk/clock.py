"""The time of day as the desk keeps it."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present second, in UTC, without saying so: neither database has to know of time zones."""
    return datetime.fromtimestamp(int(time.time()), UTC).replace(tzinfo=None)

"""Passwords: hashed with Argon2id (RFC 9106), compared in the same time whether or not there is anything to compare."""

from __future__ import annotations

import secrets
import threading
from functools import cache
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from survey_app.errors import StorageError
from survey_app.storage.receipts import CODE_SIGNS

SHORTEST, LONGEST = 12, 200
GROUPS, SIGNS = 5, 4
"""A password that the program makes: 20 signs of 22, in groups; 89 bits."""
LEAST_BESIDE_NAME = 8
AT_ONCE = 2
"""Each hash takes 64 MiB and a core for a tenth of a second: with more at once, signing in could starve the pages."""
WAIT_SECONDS = 10.0
CROWDED = "Very many people are signing in at this moment. Please try again in a moment."

_room = threading.BoundedSemaphore(AT_ONCE)
_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """The Argon2id hash of a password, with its salt and cost. Raises StorageError where too many are made at once."""
    with _Room():
        return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether `password` is the one whose hash was kept. With None it takes as long and says no."""
    with _Room():
        try:
            return _hasher.verify(kept or _nobody(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def is_dated(kept: str) -> bool:
    """Whether the hash was made at another cost than hashes are made at now."""
    return _hasher.check_needs_rehash(kept)


def drawn() -> str:
    """A new password that nobody chose."""
    return "-".join("".join(secrets.choice(CODE_SIGNS) for _ in range(SIGNS)) for _ in range(GROUPS))


def is_guessable(password: str, name: str) -> bool:
    """Whether it is of the kind that is tried first: few different signs, a row of neighbours, or the person's name."""
    signs = password.casefold()
    steps = {ord(later) - ord(earlier) for earlier, later in pairwise(signs)}
    rest = signs.replace(name.casefold(), "")
    return len(set(signs)) < 5 or len(steps) == 1 or len(rest) < LEAST_BESIDE_NAME


class _Room:
    """One of the AT_ONCE places."""

    def __enter__(self) -> None:
        if not _room.acquire(timeout=WAIT_SECONDS):
            raise StorageError(CROWDED)

    def __exit__(self, *_: object) -> None:
        _room.release()


@cache
def _nobody() -> str:
    """A hash of what nobody knows."""
    return _hasher.hash(secrets.token_hex())

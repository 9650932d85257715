"""Passwords: hashed with Argon2id (RFC 9106), compared in the same time whether or not there is anything to compare."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from survey_app.errors import StorageError
from survey_app.storage.receipts import CODE_SIGNS

SHORTEST, LONGEST = 12, 200
GROUPS, SIGNS = 5, 4
"""A password that the program makes: 20 signs of 22, in groups; 89 bits."""
LEAST_GUESSES = 10**10
"""As many tries as zxcvbn calls very unguessable, where each try costs as much as it does here."""
MOST_JUDGED = 40
"""Signs that are looked at: what is hard to guess in these stays so, and more could keep a core busy for a second."""
SIGNS_BETWEEN = re.compile(r"[\W_]+")
SHORTEST_KNOWN = 3
"""A word of fewer signs stands in many others by chance."""
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


def is_guessable(password: str, known: Iterable[str]) -> bool:
    """Whether it can be guessed in a few tries: commonest passwords, names, dates, runs, repeats, keys in a row, alone
    or together. `known`: what everybody knows of the person and the place, which does not count.
    """
    rest = password.casefold()
    parted = [(each, SIGNS_BETWEEN.split(each)) for each in known]
    words = {word for each, parts in parted for word in (each, "".join(parts), *parts)}
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= SHORTEST_KNOWN:
            rest = rest.replace(word.casefold(), "")
    return not rest or zxcvbn(rest[:MOST_JUDGED], max_length=MOST_JUDGED)["guesses"] < LEAST_GUESSES


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

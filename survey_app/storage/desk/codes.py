"""The second factor: codes of six digits that change every half minute (TOTP, RFC 6238), and codes for when the phone
is lost.
"""

from __future__ import annotations

import os
import secrets
import time
from base64 import b32encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyotp import TOTP
from pyotp.utils import strings_equal

from survey_app.errors import StorageError
from survey_app.storage.receipts import CODE_SIGNS
from survey_app.storage.sealing import NONCE

STEP_SECONDS = 30
DRIFT = 1
"""Steps by which a phone's clock may be off, either way (RFC 6238, 5.2)."""
RECOVERY_CODES = 10
RECOVERY_SIGNS = 16
"""Signs of a recovery code, 71 bits."""
TOTP_SIGNS = 6
"""Digits of a code from the phone."""
DAMAGED = "The codes of this account were damaged in the database. Ask a coordinator to set them up anew."


def written(seed: bytes) -> str:
    """A secret as phones take it: 32 letters and digits."""
    return b32encode(seed).decode()


def address(secret: str, name: str, issuer: str) -> str:
    """What the QR code says (otpauth://…)."""
    return TOTP(secret, name=name, issuer=issuer).provisioning_uri()


def step(secret: str, code: str, after: int) -> int | None:
    """Which half-minute a code belongs to, later than step `after`; None where it is not right now."""
    digits = "".join(str(int(sign)) for sign in code if sign.isdecimal())
    present = int(time.time()) // STEP_SECONDS
    totp = TOTP(secret)
    steps = [each for each in range(present - DRIFT, present + DRIFT + 1) if each > after]
    found = [each for each in steps if strings_equal(totp.generate_otp(each), digits)]
    return found[0] if found else None


def lock(secret: str, key: bytes, name: str) -> bytes:
    """A secret under `key`, 32 bytes; it opens again only for the person of that name."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, secret.encode(), name.encode())


def unlock(locked: bytes, key: bytes, name: str) -> str:
    """What `lock` closed. Raises StorageError where it was changed since, or is somebody else's."""
    try:
        return AESGCM(key).decrypt(locked[:NONCE], locked[NONCE:], name.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise StorageError(DAMAGED) from error


def recovery_codes() -> list[str]:
    """New ones, which nobody has."""
    return ["".join(secrets.choice(CODE_SIGNS) for _ in range(RECOVERY_SIGNS)) for _ in range(RECOVERY_CODES)]


def is_of_list(code: str) -> bool:
    """Whether it is written as recovery codes are, and not as those of a phone; it need not be one."""
    return len(plain(code)) > TOTP_SIGNS


def plain(code: str) -> str:
    """A recovery code without the spaces and dashes that a person may type."""
    return "".join(sign for sign in code.upper() if sign.isalnum())

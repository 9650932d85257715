"""Two ways of closing answers: drafts with a key the cookie gives, sensitive answers with one that is kept offline."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from survey_app.errors import CampaignError, StorageError

NONCE = 12
"""Bytes of an AES-GCM nonce (NIST SP 800-38D, 8.2)."""


def lock_answers(answers: Mapping[str, Any], key: bytes, place: str) -> bytes:
    """A draft's answers under `key`, 32 bytes; they open again only in `place`, the draft's id."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, json.dumps(answers).encode(), place.encode())


def unlock_answers(locked: bytes | None, key: bytes, place: str) -> dict[str, Any]:
    """What `lock_answers` closed; none for None. Raises StorageError where it was changed since."""
    if locked is None:
        return {}
    try:
        plain = AESGCM(key).decrypt(locked[:NONCE], locked[NONCE:], place.encode())
    except (InvalidTag, ValueError) as error:
        raise StorageError(
            "The answers kept so far were damaged in the database. Please start over."
        ) from error
    answers: dict[str, Any] = json.loads(plain)
    return answers


def seal(answers: Mapping[str, str], recipients: Iterable[str]) -> dict[str, bytes]:
    """Each answer sealed with age to all `recipients`, age public keys. Raises CampaignError where none can read it."""
    if not answers:
        return {}
    keys = _recipients(recipients)
    return {
        question: pyrage.encrypt(answer.encode("utf-8", "replace"), keys)
        for question, answer in answers.items()
    }


def seal_file(content: bytes, recipients: Iterable[str]) -> bytes:
    """A file sealed with age to all `recipients`. Raises CampaignError where none can read it."""
    sealed: bytes = pyrage.encrypt(content, _recipients(recipients))
    return sealed


def _recipients(written: Iterable[str]) -> list[pyrage.x25519.Recipient]:
    keys = [_recipient(each) for each in written]
    if not keys:
        raise CampaignError(
            "Sensitive answers are never kept in the clear, and this campaign names nobody to seal them to. "
            "Add an age public key under `recipients:` in campaign.yaml."
        )
    return keys


def _recipient(written: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(written)
    except pyrage.RecipientError as error:
        raise CampaignError(
            f"{written!r} under `recipients:` in campaign.yaml is no age public key: {error}."
        ) from error

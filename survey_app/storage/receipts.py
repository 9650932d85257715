"""What is worked out from a token under the server's secret: keys, receipts, and nothing that leads back to a token.

A token is what a respondent's cookie holds. The database has only digests made with a secret that is not in it, a
different one for each purpose, so a copy of the database leads neither to a cookie nor from a draft to its response.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field

from survey_app.errors import StorageError

RECEIPT_DIGITS = 16
CODE_SIGNS = "346789ACDEFHJKMNPRTWXY"
"""What resume codes are written in: no two of these look alike, in any type or hand."""
CODE_LENGTH = 20
"""Signs of a resume code, 89 bits: more than anybody can try."""
FINGERPRINT = 16
"""Hexadecimal digits by which a person compares two proofs of the same answers."""
ATTEMPTS = 8
"""How many receipts a token can have: the next one is taken where another response already has the first."""
LEAST_SECRET = 32


@dataclass(frozen=True)
class Digests:
    """Digests under `secret`, which must be at least 32 bytes (StorageError)."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < LEAST_SECRET:
            raise StorageError(f"The secret key is too short: it needs {LEAST_SECRET} bytes or more.")

    def _of(self, purpose: str, value: str) -> bytes:
        content = f"{purpose}\0{value}".encode("utf-8", "surrogatepass")
        return hmac.digest(self.secret, content, hashlib.sha256)

    def draft(self, token: str) -> str:
        """The id under which a draft is kept: 64 hexadecimal digits."""
        return self._of("draft", token).hex()

    def lock(self, token: str) -> bytes:
        """The 32 bytes that lock a draft's answers."""
        return self._of("draft answers", token)

    def file(self, token: str, content: bytes) -> str:
        """What tells a draft's file from its others: 64 hexadecimal digits, which without the token tell nothing."""
        return hmac.digest(self._of("file", token), content, hashlib.sha256).hex()

    def response(self, token: str) -> str:
        """The key by which a response is written once: 64 hexadecimal digits."""
        return self._of("response", token).hex()

    def receipts(self, token: str) -> Iterator[str]:
        """The receipts that a token can have, 16 digits each, in the order in which they are tried."""
        numbers = (int.from_bytes(self._of("receipt", f"{token}|{attempt}")) for attempt in range(ATTEMPTS))
        return (f"{number % 10**RECEIPT_DIGITS:0{RECEIPT_DIGITS}d}" for number in numbers)

    def receipt(self, token: str, digest: str | None) -> str | None:
        """The receipt of `token` that has this digest; None where there is none."""
        if digest is None:
            return None
        return next((each for each in self.receipts(token) if self.receipt_digest(each) == digest), None)

    def code(self, token: str) -> str:
        """The resume code of a draft, always the same: CODE_LENGTH of CODE_SIGNS."""
        number = int.from_bytes(self._of("resume code", token))
        signs = []
        for _ in range(CODE_LENGTH):
            number, place = divmod(number, len(CODE_SIGNS))
            signs.append(CODE_SIGNS[place])
        return "".join(signs)

    def code_digest(self, code: str) -> str:
        """What the database keeps of a resume code: 64 hexadecimal digits."""
        return self._of("resume code digest", code).hex()

    def code_lock(self, code: str) -> bytes:
        """The 32 bytes that lock a draft's token for whoever has the code."""
        return self._of("resume code lock", code)

    def fingerprint(self, content: str) -> str:
        """A short proof of what was sent. Under the secret, so that nobody finds out the answers by trying."""
        return self._of("fingerprint", content).hex()[:FINGERPRINT]

    def wordings(self) -> bytes:
        """The 32 bytes under which long wordings are told apart in batches."""
        return self._of("wordings", "")

    def receipt_digest(self, receipt: str) -> str:
        """What the database keeps of a receipt: 64 hexadecimal digits. Spaces and other signs do not count."""
        digits = "".join(str(int(sign)) for sign in receipt if sign.isdecimal())
        return self._of("receipt digest", digits).hex()

    def session(self, token: str) -> str:
        """What the database keeps of the token of somebody signed in at the desk: 64 hexadecimal digits."""
        return self._of("desk session", token).hex()

    def attempts(self, name: str) -> str:
        """Under what wrong passwords for a name are counted: 64 hexadecimal digits."""
        return self._of("desk attempts", name).hex()

    def recovery_code(self, name: str, code: str) -> str:
        """What the database keeps of a person's recovery code: 64 hexadecimal digits."""
        return self._of("desk recovery code", f"{name}|{code}").hex()

    def second_factor(self) -> bytes:
        """The 32 bytes that lock the secrets of the codes by which people sign in."""
        return self._of("desk second factor", "")

    def seed(self, token: str) -> bytes:
        """The 20 bytes of the secret that is offered to whoever sets up codes while signed in with `token`."""
        return self._of("desk seed", token)[:20]

    def audit(self, before: str, content: str) -> str:
        """The digest of an act in the audit log, which stands on the digest before it: 64 hexadecimal digits."""
        return self._of("audit", f"{before}|{content}").hex()

    def audit_head(self, count: int, last: str) -> str:
        """The digest of how many acts there are and of the last one's digest: 64 hexadecimal digits."""
        return self._of("audit head", f"{count}|{last}").hex()

"""The broken twin of `survey`: a server that forgets under which key a draft was sent, so that each send is a new one.

The product has no switch for this; the tests start this program in its place, to show that they would notice.
"""

from __future__ import annotations

import secrets
from typing import Any

from survey_app import cli
from survey_app.storage import Storage
from survey_app.storage.receipts import Digests

keys: dict[str, str] = {}
with_key, keyed_by_draft = Storage.send, Digests.response


def send(self: Storage, draft_id: str, *rest: Any) -> str:
    keys[draft_id] = draft_id + secrets.token_hex(8)
    return with_key(self, draft_id, *rest)


def response(self: Digests, token: str) -> str:
    return keyed_by_draft(self, keys.get(token, token))


if __name__ == "__main__":
    Storage.send, Digests.response = send, response  # type: ignore[method-assign]
    cli.main()

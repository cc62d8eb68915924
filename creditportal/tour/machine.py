"""A partner's machine: gets a token and speaks JSON."""

import base64
import json
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urlencode

from creditportal.tour.browser import TIMEOUT_SECONDS


@dataclass(frozen=True)
class Answer:
    """What the API said."""

    status: int
    headers: Message
    document: Any


class Machine:
    """One machine client with one token."""

    def __init__(self, base: str, *, client_id: str, secret: str) -> None:
        self.base = base
        login = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        answer = self._send(
            "POST",
            "/identity/o/api/token",
            body=urlencode({"grant_type": "client_credentials"}).encode(),
            headers={"Authorization": f"Basic {login}", "Content-Type": "application/x-www-form-urlencoded"},
        )
        self._token = answer.document["access_token"] if answer.status == 200 else ""

    def get(self, path: str, **headers: str) -> Answer:
        """Read something."""
        return self._send("GET", path, headers={**self._usual(), **headers})

    def post(self, path: str, document: Any = None, *, body: bytes | None = None, **headers: str) -> Answer:
        """Send a document, or a file as it is, under a new idempotency key."""
        content = json.dumps(document).encode() if body is None and document is not None else body
        usual = {**self._usual(), "Idempotency-Key": secrets.token_hex(8), "Content-Type": "application/json"}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._send("POST", path, body=content or b"", headers={**usual, **given})

    def _usual(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}", "Accept-Language": "en"}

    def _send(self, method: str, path: str, *, headers: dict[str, str], body: bytes | None = None) -> Answer:
        request = urllib.request.Request(  # noqa: S310 - the site's own address
            self.base + path, data=body, headers=headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - as above
                return Answer(answer.status, answer.headers, _read(answer.read()))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, _read(error.read()))


def _read(content: bytes) -> Any:
    return json.loads(content) if content else None

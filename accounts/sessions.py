"""Sessions in the database that also say whose they are, so that one statement checks session and person."""

import hashlib
from datetime import datetime
from functools import cache
from typing import Any, Final, cast

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from accounts.models import Session
from accounts.roles import STAFF_ROLES
from core.prepared import fetch_prepared

# A session as good as what signs people in finds it: not over, of somebody who may sign in and whose
# password is still the one of that day; colleagues are not found.
OWN_SESSION: Final = f"""
SELECT u.id AS user_id, u.language FROM accounts_session s JOIN accounts_user u ON u.id = s.user_id
WHERE s.session_key = %s::text AND s.expire_date > %s::timestamptz
    AND u.is_active AND u.role <> ALL('{{{",".join(sorted(role.value for role in STAFF_ROLES))}}}'::text[])
    AND s.proof = %s::text || encode(
        sha256(%s::bytea || sha256(%s::bytea || convert_to(u.password, 'UTF8'))), 'hex')
"""  # noqa: S608 - constants of ours
# An app or a passkey; recovery codes alone are no second factor.
SECOND_FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_KINDS: Final = ",".join(kind.value for kind in SECOND_FACTORS)
_SESSION: Final = f"""
SELECT s.session_data, EXISTS (
    SELECT 1 FROM mfa_authenticator f
    WHERE f.user_id = s.user_id AND f.type = ANY('{{{_KINDS}}}'::text[])
)
FROM accounts_session s WHERE s.session_key = %s::text AND s.expire_date > %s::timestamptz
"""  # noqa: S608 - constants of ours
_SALT: Final = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
_BLOCK: Final = 64


class SessionStore(db.SessionStore):
    """Django's own sessions, with what `OWN_SESSION` asks for in columns beside the sealed text."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key if session_key and is_key(session_key) else None)
        self._has_second_factor = False

    @property
    def has_second_factor(self) -> bool:
        """Whether its owner had an app or a passkey when this request read the session."""
        self._get_session()  # type: ignore[attr-defined]
        return self._has_second_factor

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table of these sessions."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        """Read the session, and in the same statement whether the owner has a second factor."""
        key = str(self.session_key)
        row = fetch_prepared(_SESSION, [key, timezone.now()])
        if row is None:
            self._session_key = None
            return None
        data, self._has_second_factor = row
        return Session(session_key=key, session_data=data)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row of a session."""
        row = cast("Session", super().create_model_instance(data))
        describe_session(row, data)
        return row


def is_key(text: str) -> bool:
    """Whether a cookie can be the key of a session: what no column holds is not asked for."""
    return text.isascii() and text.isalnum()


def describe_session(row: Any, data: dict[str, Any]) -> None:
    """Say in its columns whose session it is, and by what proof."""
    owner = data.get(SESSION_KEY)
    row.user_id = int(owner) if owner else None
    row.proof = f"{data.get(BACKEND_SESSION_KEY)}:{data.get(HASH_SESSION_KEY)}" if owner else ""


def session_values(*, key: str, now: datetime) -> list[Any]:
    """Return what `OWN_SESSION` asks for."""
    return [key, now, *_proof(settings.SECRET_KEY, settings.AUTHENTICATION_BACKENDS[0])]


@cache
def _proof(secret: str, backend: str) -> tuple[str, bytes, bytes]:
    """The beginning of the proof, and both pads of the HMAC over a password that Django keeps in sessions."""
    key = hashlib.sha256((_SALT + secret).encode()).digest().ljust(_BLOCK, b"\0")
    return f"{backend}:", bytes(one ^ 0x5C for one in key), bytes(one ^ 0x36 for one in key)


def end_other_sessions(*, user_id: int, keep: str | None) -> int:
    """Sign somebody out everywhere but in one session; returns how many have ended."""
    return Session.objects.filter(user_id=user_id).exclude(session_key=keep).delete()[0]


def seconds_left(*, key: str | None, now: datetime) -> int:
    """Return for how long a session goes on if nothing renews it."""
    ends_at = Session.objects.filter(session_key=key).values_list("expire_date", flat=True).first()
    return max(0, int((ends_at - now).total_seconds())) if ends_at else 0

"""The passwords and keys of one home: random, made once, readable by their owner alone."""

import base64
import json
import os
import secrets
from pathlib import Path

from creditportal.embedded.places import Home


def read_secrets(home: Home) -> dict[str, str]:
    """The home's secrets; the first caller makes them."""
    path = home.root / "secrets.json"
    if not path.exists():
        draft = home.root / f"secrets.{os.getpid()}"
        with open(draft, "w", opener=_private) as file:
            json.dump(_new_secrets(), file)
        try:
            # A link fails where another command was quicker; then both use its secrets.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    stored: dict[str, str] = json.loads(path.read_text())
    return stored


def write_env_file(path: Path) -> None:
    """Write random secrets for commands that need settings and no server, such as the type checker; once."""
    if path.exists():
        return
    path.parent.mkdir(exist_ok=True)
    values = {
        **{name: value for name, value in _new_secrets().items() if name.isupper()},
        "DATABASE_URL": "postgresql://none:none@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "EMAIL_URL": "dummymail://",
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "False",
        "LOG_JSON": "False",
        "STATIC_IS_COLLECTED": "False",
    }
    with open(path, "w", opener=_private) as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_EXCL, 0o600)


def _new_secrets() -> dict[str, str]:
    return {
        "postgres_owner": secrets.token_urlsafe(24),
        "postgres_app": secrets.token_urlsafe(24),
        "redis": secrets.token_urlsafe(24),
        "SECRET_KEY": secrets.token_urlsafe(60),
        "FIELD_KEYS": f"k1:{_key()}",
        "BLIND_INDEX_KEY": _key(),
        "AUDIT_SIGNING_KEY": _key(),
    }


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()

"""Reads the environment; a setting that is missing or unusable is named, and nothing secret has a default."""

import base64
import binascii
import os
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()


def read_env_file() -> None:
    """Read the file that ENV_FILE names, else the secrets that bin/ made for this checkout, if any."""
    chosen = os.environ.get("ENV_FILE", str(BASE_DIR / "var" / "local.env"))
    if chosen and Path(chosen).is_file():
        environ.Env.read_env(chosen)


def required(name: str) -> str:
    """The value of a variable that has no default."""
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


def secret(name: str) -> str:
    """A long random text; short or guessable ones are refused."""
    value = required(name)
    if len(value) < 50 or len(set(value)) < 10 or value.startswith("django-insecure-"):
        raise ImproperlyConfigured(f"{name} must be a random text of at least 50 characters.")
    return value


def key(name: str, *, size: int = 32) -> str:
    """A key in base64, checked for its size."""
    value = required(name)
    _check_key(name, value, size)
    return value


def key_ring(name: str, *, size: int = 32) -> dict[str, str]:
    """Keys by their id, written `id:base64,id:base64`; the first one encrypts, all of them decrypt."""
    ring: dict[str, str] = {}
    for entry in required(name).split(","):
        key_id, _, value = entry.strip().partition(":")
        if not value or key_id in ring:
            raise ImproperlyConfigured(f"{name} needs a different id before each key: id:base64,id:base64.")
        _check_key(name, value, size)
        ring[key_id] = value
    return ring


def service_url(name: str) -> str:
    """The address of a service, or nothing; https, or http on this machine."""
    value: str = env.str(name, default="")
    parts = urlsplit(value)
    is_near = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if value and not (parts.hostname and (parts.scheme == "https" or is_near)):
        raise ImproperlyConfigured(f"{name} must be an https:// address (http:// only on this machine).")
    return value


def _check_key(name: str, value: str, size: int) -> None:
    try:
        length = len(base64.b64decode(value, validate=True))
    except binascii.Error as error:
        raise ImproperlyConfigured(f"{name} is not base64.") from error
    if length != size:
        raise ImproperlyConfigured(f"{name} must hold {size} bytes, not {length}.")

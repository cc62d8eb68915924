"""Settings come from the environment; what is missing is named, and nothing secret has a default."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from creditportal import environment
from creditportal.embedded.checking import production_environment
from creditportal.embedded.places import CHECKOUT

SECRETS = ["SECRET_KEY", "FIELD_KEYS", "BLIND_INDEX_KEY", "AUDIT_SIGNING_KEY", "DATABASE_URL", "REDIS_URL"]
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def load_settings(values: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    code = "import creditportal.settings as s; print(s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_SECURE)"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, env=values, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", SECRETS)
def test_production_does_not_start_without_a_secret(name: str) -> None:
    values = production_environment("/nowhere")
    del values[name]
    result = load_settings(values)
    assert result.returncode != 0
    assert f"Set the environment variable {name}." in result.stderr


def test_production_is_https_only_by_default() -> None:
    assert load_settings(production_environment("/nowhere")).stdout.split() == ["63072000", "True"]


@pytest.mark.parametrize("value", ["short", "a" * 60, "django-insecure-" + "abcdefghij0123456789" * 3])
def test_a_guessable_secret_key_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", value)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY must be"):
        environment.secret("SECRET_KEY")


@pytest.mark.parametrize(("value", "problem"), [("###", "not base64"), ("c2hvcnQ=", "32 bytes, not 5")])
def test_an_unusable_key_is_refused(value: str, problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLIND_INDEX_KEY", value)
    with pytest.raises(ImproperlyConfigured, match=problem):
        environment.key("BLIND_INDEX_KEY")


def test_a_key_ring_keeps_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELD_KEYS", f"new:{KEY}, old:{KEY}")
    assert list(environment.key_ring("FIELD_KEYS")) == ["new", "old"]


@pytest.mark.parametrize("value", [KEY, f"a:{KEY},a:{KEY}"])
def test_each_key_of_a_ring_needs_its_own_id(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELD_KEYS", value)
    with pytest.raises(ImproperlyConfigured, match="different id"):
        environment.key_ring("FIELD_KEYS")


def test_no_file_is_read_when_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENV_FILE", "")
    before = dict(os.environ)
    environment.read_env_file()
    assert dict(os.environ) == before

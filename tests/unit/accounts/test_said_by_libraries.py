"""What the sign-in pages say comes in our words in both languages, whichever library says it."""

import re
from pathlib import Path
from typing import Any

import allauth
import django
import polib
import pytest
import time_machine
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from accounts.adapters import AccountAdapter, SecondFactorAdapter
from accounts.models import AccountMail, User
from core.clock import now
from core.wording_rules import ASCII_BESIDE_CHINESE, CJK, FORBIDDEN_EN, LOUD, long_english
from creditportal.wording import wordings_of_code
from tests.people import person

PASSWORD = "a long enough phrase"
ENGLISH = Path(settings.BASE_DIR) / "locale/en/LC_MESSAGES/django.po"
NAMED = Path(settings.BASE_DIR) / "accounts/library_words.py"
PROBLEM = re.compile(r'class="problem"[^>]*>.*?</p>|class="errors".*?</div>', re.DOTALL)
# What somebody may send to the forms for everybody, by the page it is sent to.
MISTAKES = [
    ("login", {"login": "fay@example.test", "password": "wrong"}),
    ("login", {"login": "no address", "password": ""}),
    ("login", {"login": "a\x00@example.test", "password": "x\x00"}),
    ("login", {"login": "a" * 400 + "@example.test", "password": "x"}),
    ("signup", {"email": "", "password1": "", "password2": ""}),
    ("signup", {"email": "fay@example.test", "password1": "short", "password2": "short"}),
    ("signup", {"email": "fay@example.test", "password1": "password1234", "password2": "password1234"}),
    ("signup", {"email": "fay@example.test", "password1": "fay@example.test", "password2": "x"}),
    ("signup", {"email": "fay@example.test", "password1": PASSWORD, "password2": PASSWORD + "r"}),
    ("signup", {"email": "a" * 300 + "@example.test", "password1": PASSWORD, "password2": PASSWORD}),
    ("password/reset", {"email": "a" * 300 + "@example.test"}),
    ("password/reset", {"email": "no address"}),
]


def problems(path: str, typed: dict[str, str], language: str) -> str:
    """What a page says is to be put right."""
    client = Client()
    client.cookies["language"] = language
    answer = client.post(f"/accounts/{path}/", typed)
    assert answer.status_code == 200
    found = " ".join(PROBLEM.findall(answer.content.decode()))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>|^[^<]*>|class=[^>]*>", " ", found)).strip()


@pytest.mark.parametrize(("path", "typed"), MISTAKES)
def test_every_mistake_is_told_in_chinese(db: None, path: str, typed: dict[str, str]) -> None:
    said = problems(path, typed, "zh-hans")
    assert re.search(f"[{CJK}]", said)
    assert ASCII_BESIDE_CHINESE.search(said.replace(" ", "")) is None
    # Nothing but an example of an address is left in Latin letters.
    assert re.findall("[a-zA-Z]{2,}", said.replace("name@example.com", "")) == []


@pytest.mark.parametrize(("path", "typed"), MISTAKES)
def test_every_mistake_is_told_calmly_in_english(db: None, path: str, typed: dict[str, str]) -> None:
    said = problems(path, typed, "en")
    assert said
    assert not FORBIDDEN_EN.search(said)
    assert not re.search(r"invalid|must|not allowed|Ensure|!", said)


@pytest.mark.parametrize("path", ["login", "signup", "password/reset"])
def test_labels_and_hints_are_in_our_words(client: Client, db: None, path: str) -> None:
    client.cookies["language"] = "zh-hans"
    page = client.get(f"/accounts/{path}/").content.decode()
    shown = re.findall(r'placeholder="([^"]+)"|<label[^>]*>([^<]+)', page)
    assert shown
    assert [
        text
        for pair in shown
        for text in pair
        if text and re.search("[a-zA-Z]|\u7535\u5b50\u90ae\u4ef6", text)
    ] == []


def test_what_we_name_is_what_the_libraries_say() -> None:
    named = wordings_of_code(NAMED.read_text(encoding="utf-8"))
    folders = [Path(str(module.__file__)).parent for module in (django, allauth)]
    said = "".join(
        path.read_text(encoding="utf-8")
        for folder, parts in zip(
            folders, (("contrib/auth", "core", "forms"), ("account", "mfa")), strict=True
        )
        for part in parts
        for path in (folder / part).rglob("*.py")
    )
    joined = re.sub(r'"\s*"', "", said)
    assert [item.singular for item in named if f'"{item.singular}"' not in joined] == []


def test_the_english_of_the_libraries_follows_the_rules() -> None:
    entries = polib.pofile(str(ENGLISH))
    named = {item.singular for item in wordings_of_code(NAMED.read_text(encoding="utf-8"))}
    assert {entry.msgid for entry in entries} <= named
    texts = [entry.msgstr or entry.msgstr_plural[1] for entry in entries]
    assert [
        text for text in texts if LOUD.search(text) or long_english(text) or FORBIDDEN_EN.search(text)
    ] == []


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(AccountAdapter, DefaultAccountAdapter), (SecondFactorAdapter, DefaultMFAAdapter)],
)
def test_every_message_of_the_adapters_is_ours(ours: Any, theirs: Any) -> None:
    met = {key: text for key, text in ours.error_messages.items() if not re.search("username|phone", key)}
    inherited = {key for key, text in met.items() if text is theirs.error_messages[key]}
    with translation.override("zh-hans"):
        left = {key for key, text in met.items() if not re.search(f"[{CJK}]", str(text))}
    assert (left, inherited) == (set(), set())


def test_a_weak_password_is_told_in_chinese() -> None:
    with translation.override("zh-hans"), pytest.raises(ValidationError, match=f"[{CJK}]"):
        password_validation.validate_password("short")


def test_a_code_whose_time_is_over_is_told(client: Client, db: None) -> None:
    user = person("Ada", password=PASSWORD)
    client.cookies["language"] = "en"
    client.post("/accounts/password/reset/", {"email": user.email})
    code = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]{3,}$", AccountMail.objects.get().body or "", re.MULTILINE)
    assert code
    with time_machine.travel(now().timestamp() + 16 * 60):
        page = client.post("/accounts/password/reset/confirm/", {"code": code[0]}, follow=True)
    assert "This code is no longer valid. Please ask for a new one." in page.content.decode()
    assert User.objects.get().check_password(PASSWORD)

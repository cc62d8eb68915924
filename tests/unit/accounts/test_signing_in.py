"""Opening an account, signing in and getting mail, as a browser does it."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client

from accounts.models import AccountMail, User
from audit.queries import list_events
from tests.factories.decisions import catalogues
from tests.people import person

__all__ = ["catalogues"]
PASSWORD = "a long enough phrase"
SIGNUP = {"email": "fay@example.test", "password1": PASSWORD, "password2": PASSWORD}


def last_mail() -> AccountMail:
    return AccountMail.objects.latest("pk")


def code_in(text: str | None) -> str:
    found = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]{3,}$", text or "", re.MULTILINE)
    assert found, text
    return found[0]


def sign_in(client: Client, email: str, password: str = PASSWORD) -> int:
    return client.post("/accounts/login/", {"login": email, "password": password}).status_code


@pytest.fixture
def ada(db: None) -> User:
    return person("Ada", password=PASSWORD, language="zh-hans")


def test_signing_up_with_the_code_from_the_mail(client: Client, db: None) -> None:
    client.post("/accounts/signup/", SIGNUP, headers={"Accept-Language": "en"})
    assert "finish opening your account" in (last_mail().body or "")
    answer = client.post("/accounts/confirm-email/", {"code": code_in(last_mail().body)})
    user = User.objects.get(email="fay@example.test")
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (user.role, user.language) == ("APPLICANT", "en")


def test_signing_up_is_audited(client: Client, db: None) -> None:
    client.post("/accounts/signup/", SIGNUP)
    user = User.objects.get(email="fay@example.test")
    (event,) = list_events(f"user:{user.pk}")
    assert (event.verb, event.actor, event.codes) == (
        "account:created", f"user:{user.pk}", {"role": "APPLICANT"},
    )  # fmt: skip


def test_nobody_can_sign_up_as_staff(client: Client, db: None) -> None:
    client.post("/accounts/signup/", {**SIGNUP, "role": "SUPERVISOR", "is_staff": "1"})
    assert User.objects.get(email="fay@example.test").role == "APPLICANT"


def test_no_request_talks_to_the_mail_server(client: Client, ada: User) -> None:
    client.post("/accounts/signup/", SIGNUP)
    client.post("/accounts/password/reset/", {"email": ada.email})
    assert mail.outbox == []
    assert AccountMail.objects.count() == 2


def test_a_mail_is_in_the_language_of_its_reader(client: Client, ada: User) -> None:
    client.post("/accounts/password/reset/", {"email": ada.email}, headers={"Accept-Language": "en"})
    assert last_mail().user == ada
    assert "\u60a8" in (last_mail().body or "") or "\u5bc6\u7801" in (last_mail().subject or "")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_mail_about_safety_leads_to_what_it_asks_for(
    client: Client, catalogues: None, language: str
) -> None:
    gil = person("Gil", password=PASSWORD, language=language)
    sign_in(client, gil.email)
    new = "another long phrase"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    told = last_mail()
    assert told.language == language
    places = [line for line in (told.body or "").splitlines() if line.startswith("http")]
    assert [urlsplit(place).path for place in places] == ["/accounts/password/reset/", "/accounts/sessions/"]
    assert [client.get(urlsplit(place).path).status_code for place in places] == [200, 200]


def test_the_page_of_the_password_leads_on_when_it_was_somebody_else(client: Client, ada: User) -> None:
    sign_in(client, ada.email)
    page = client.get("/accounts/password/change/").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert [place for place in ("/accounts/sessions/", "/accounts/password/reset/", "/help/")
            if f'href="{place}"' not in main] == []  # fmt: skip


def test_signing_up_with_a_known_address_looks_the_same(client: Client, ada: User) -> None:
    new = client.post("/accounts/signup/", SIGNUP)
    known = Client().post("/accounts/signup/", {**SIGNUP, "email": ada.email})
    assert (known.status_code, known.headers["Location"]) == (new.status_code, new.headers["Location"])
    assert User.objects.filter(email=ada.email).count() == 1


def test_asking_for_a_reset_looks_the_same_for_everybody(client: Client, ada: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": ada.email})
    unknown = Client().post("/accounts/password/reset/", {"email": "nobody@example.test"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert AccountMail.objects.count() == 2


def test_a_wrong_password_and_an_unknown_address_look_the_same(client: Client, ada: User) -> None:
    def shown(email: str) -> str:
        page = Client().post("/accounts/login/", {"login": email, "password": "wrong"}).content.decode()
        return re.sub(r'value="[^"]*"', "", page)

    assert shown(ada.email) == shown("bob@example.test")


def test_a_new_password_by_code(client: Client, ada: User) -> None:
    client.post("/accounts/password/reset/", {"email": ada.email})
    client.post("/accounts/password/reset/confirm/", {"code": code_in(last_mail().body)})
    new = "another long phrase"
    client.post("/accounts/password/reset/complete/", {"password1": new, "password2": new})
    ada.refresh_from_db()
    assert ada.check_password(new)


def test_five_wrong_passwords_close_the_account_for_a_while(client: Client, ada: User) -> None:
    for _ in range(5):
        sign_in(client, ada.email, "wrong")
    assert sign_in(client, ada.email) == 200
    assert "_auth_user_id" not in client.session


def test_thirty_sign_ins_a_minute_from_one_address_are_the_most(client: Client, ada: User) -> None:
    statuses = [sign_in(client, f"somebody{number}@example.test") for number in range(31)]
    assert statuses[-1] == 429


def test_passwords_are_argon2(settings: Any, db: None) -> None:
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]
    assert person("Gil", password=PASSWORD).password.startswith("argon2$argon2id$")


@pytest.mark.parametrize("password", ["short", "password1234", "1234567890"])
def test_weak_passwords_are_refused(client: Client, db: None, password: str) -> None:
    client.post("/accounts/signup/", {**SIGNUP, "password1": password, "password2": password})
    assert not User.objects.exists()


def test_an_inactive_user_does_not_get_in(client: Client, ada: User) -> None:
    User.objects.update(is_active=False)
    sign_in(client, ada.email)
    assert "_auth_user_id" not in client.session


def test_signing_in_gives_a_new_session(client: Client, ada: User) -> None:
    client.get("/accounts/login/")
    client.session.save()
    before = client.session.session_key
    sign_in(client, ada.email)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "address", ["\x00@example.test", "a" * 300 + "@example.test", "\u202e@example.test", ""]
)
def test_odd_addresses_are_told_apart_from_failures(client: Client, db: None, address: str) -> None:
    for path, field in [("login", "login"), ("signup", "email"), ("password/reset", "email")]:
        answer = client.post(f"/accounts/{path}/", {field: address, "password": "x"})
        assert answer.status_code in {200, 302, 400}

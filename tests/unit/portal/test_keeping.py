"""What was typed survives an ended session, another language and a stale form; nobody else gets to see it."""

import pytest

from accounts.models import Session, User
from appeals.models import Appeal
from core.texts import STATEMENT_LENGTH
from tests.unit.portal.browsing import address, form_owner, signed_in, words

pytestmark = pytest.mark.django_db
TYPED = "canary-typed-text"


def end_session(client: object) -> None:
    """The session is over; the browser does not know yet."""
    Session.objects.all().delete()


def test_what_was_typed_is_there_after_signing_in_again(draft: Appeal, ada: User) -> None:
    client, path = signed_in(ada), address("appeal_statement", draft.reference)
    owner = form_owner(client, path)
    end_session(client)
    answer = client.post(path, {"form_owner": owner, "version": draft.version, "statement": TYPED})
    assert answer["Location"].startswith("/accounts/login/?next=")
    client.force_login(ada)
    assert TYPED in words(client.get(path))
    assert TYPED not in words(client.get(path))


def test_the_longest_statement_is_kept_in_chinese_too(draft: Appeal, ada: User) -> None:
    client, path = signed_in(ada), address("appeal_statement", draft.reference)
    owner, typed = form_owner(client, path), "\u6211" * STATEMENT_LENGTH
    end_session(client)
    client.post(path, {"form_owner": owner, "version": draft.version, "statement": typed})
    client.force_login(ada)
    assert typed in words(client.get(path))


def test_nobody_else_sees_it(draft: Appeal, ada: User, eve: User) -> None:
    client, path = signed_in(ada), address("register")
    owner = form_owner(client, address("appeal_statement", draft.reference))
    end_session(client)
    client.post(path, {"form_owner": owner, "name": TYPED})
    client.force_login(eve)
    assert TYPED not in words(client.get(path))


def test_it_is_sealed_in_the_session(draft: Appeal, ada: User) -> None:
    client, path = signed_in(ada), address("appeal_statement", draft.reference)
    owner = form_owner(client, path)
    end_session(client)
    client.post(path, {"form_owner": owner, "statement": TYPED})
    kept = client.session["kept_input"]
    assert TYPED not in bytes.fromhex(kept).decode("latin-1")


def test_a_form_without_its_mark_is_not_kept(draft: Appeal, ada: User) -> None:
    client, path = signed_in(ada), address("appeal_statement", draft.reference)
    end_session(client)
    client.post(path, {"form_owner": "1:forged", "statement": TYPED})
    assert "kept_input" not in client.session


def test_another_language_keeps_what_was_typed(draft: Appeal, ada: User) -> None:
    client, path = signed_in(ada), address("appeal_statement", draft.reference)
    fields = {"form_owner": form_owner(client, path), "here": path, "statement": TYPED, "language": "zh-hans"}
    assert client.post(address("choose_language"), fields)["Location"] == path
    page = words(client.get(path))
    assert TYPED in page
    assert 'lang="zh-hans"' in page


@pytest.mark.parametrize("here", ["https://evil.test/", "//evil.test/", "", "javascript:alert(1)"])
def test_the_language_form_leads_nowhere_else(draft: Appeal, ada: User, here: str) -> None:
    answer = signed_in(ada).post(address("choose_language"), {"here": here, "language": "en"})
    assert answer["Location"] == "/"


def test_an_unknown_language_changes_nothing(draft: Appeal, ada: User) -> None:
    answer = signed_in(ada).post(address("choose_language"), {"here": "/", "language": "xx"})
    assert "language" not in answer.cookies


def test_a_stale_form_can_be_sent_again(draft: Appeal, ada: User) -> None:
    client, path = signed_in(ada, checks_csrf=True), address("appeal_statement", draft.reference)
    answer = client.post(path, {"statement": TYPED, "version": 1}, headers={"Origin": "http://testserver"})
    assert answer.status_code == 403
    assert f'name="statement" value="{TYPED}"' in words(answer)


def test_a_form_from_elsewhere_is_not_repeated(draft: Appeal, ada: User) -> None:
    client, path = signed_in(ada, checks_csrf=True), address("appeal_statement", draft.reference)
    answer = client.post(path, {"statement": TYPED}, headers={"Origin": "https://evil.test"})
    assert answer.status_code == 403
    assert TYPED not in words(answer)


def test_a_stale_sign_in_does_not_repeat_the_password(db: None) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    typed = {"login": "ada@example.test", "password": TYPED}
    answer = client.post("/accounts/login/", typed, headers={"Origin": "http://testserver"})
    assert TYPED not in words(answer)

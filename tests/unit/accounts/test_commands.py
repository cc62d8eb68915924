"""Opening the first accounts from the command line."""

from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client
from django.core.management import CommandError, call_command
from django.test import Client as Browser

from accounts.models import AccountMail, User


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_client_gets_its_secret_once(db: None) -> None:
    said = run("create_client", "Partner", "--id", "partner", "--scope", "decisions:read")
    secret = said.split("secret: ")[1].split()[0]
    client = Client.objects.get(pk="partner")
    assert client.check_secret(secret)
    assert client.get_scopes() == ["decisions:read"]


def test_the_same_id_again_is_refused(db: None) -> None:
    run("create_client", "Partner", "--id", "partner")
    with pytest.raises(CommandError):
        run("create_client", "Other", "--id", "partner")
    assert Client.objects.get().name == "Partner"


def test_the_first_colleague_can_set_a_password(db: None) -> None:
    run("create_colleague", "Dora@example.test", "Dora", "--role", "SUPERVISOR", "--language", "en")
    user = User.objects.get()
    assert (user.email, user.role, user.has_usable_password()) == ("dora@example.test", "SUPERVISOR", False)
    assert EmailAddress.objects.get().verified
    Browser().post("/accounts/password/reset/", {"email": user.email})
    assert AccountMail.objects.get().user == user


@pytest.mark.parametrize("email", ["dora", "dora@example.test"])
def test_an_odd_or_known_address_is_refused(db: None, email: str) -> None:
    run("create_colleague", "dora@example.test", "Dora", "--role", "SUPERVISOR")
    with pytest.raises(CommandError):
        run("create_colleague", email, "Dora", "--role", "SUPERVISOR")

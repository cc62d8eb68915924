"""Machine clients."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from allauth.idp.oidc.models import Client, Token

from accounts.actors import SITE, Actor
from accounts.clients import (
    ClientExistsError,
    create_client,
    disable_client,
    find_by_token,
    forget_old_tokens,
    list_clients,
    replace_secret,
)
from accounts.models import User
from accounts.roles import Scope
from audit.queries import list_events
from core.errors import ForbiddenError, InputError, NotFoundError
from tests.people import LENDER_SECRET, NOW, acting


def give_token(value: str = "t-1", *, minutes: int = 60, scopes: Sequence[str] = ("decisions:read",)) -> None:
    token = Token(
        client_id="lender", type=Token.Type.ACCESS_TOKEN, expires_at=NOW + timedelta(minutes=minutes)
    )
    token.set_value(value)
    token.set_scopes(list(scopes))
    token.save()


def test_the_secret_is_shown_once_and_kept_hashed(pia: User) -> None:
    made = create_client(name="Partner", scopes=[Scope.DECISIONS_READ], by=acting(pia), now=NOW)
    client = Client.objects.get(pk=made.client_id)
    assert made.secret not in client.secret
    assert client.check_secret(made.secret)
    assert client.get_grant_types() == ["client_credentials"]


def test_creating_is_audited_without_the_secret(pia: User) -> None:
    made = create_client(name="Partner", scopes=[Scope.DECISIONS_READ], by=acting(pia), now=NOW)
    (event,) = list_events(f"client:{made.client_id}")
    assert (event.verb, event.codes) == ("client:created", {"scopes": ["decisions:read"]})


def test_only_those_who_manage_clients_create_one(cleo: User, dev: User, ada: User) -> None:
    for user in (cleo, dev, ada):
        with pytest.raises(ForbiddenError):
            create_client(name="Mine", scopes=Scope, by=acting(user), now=NOW)
    assert list_clients() == []


def test_a_second_client_of_the_same_id_is_refused(lender: Actor) -> None:
    with pytest.raises(ClientExistsError):
        create_client(name="Again", scopes=Scope, client_id="lender", by=SITE, now=NOW)


@pytest.mark.parametrize(("name", "scopes", "field"), [(" ", list(Scope), "name"), ("Partner", [], "scopes")])
def test_name_and_scopes_are_needed(db: None, name: str, scopes: list[Scope], field: str) -> None:
    with pytest.raises(InputError) as refused:
        create_client(name=name, scopes=scopes, by=SITE, now=NOW)
    assert list(refused.value.fields) == [field]


def test_a_token_names_its_client_with_exactly_its_scopes(lender: Actor) -> None:
    give_token(scopes=("decisions:read",))
    found = find_by_token(value="t-1", now=NOW)
    assert found is not None
    assert found.code == "client:lender"
    assert found.scopes == {"decisions:read"}


@pytest.mark.parametrize("value", ["", "t-2", "t-1 ", "\x00", "ü" * 5000])
def test_any_other_text_is_no_token(lender: Actor, value: str) -> None:
    give_token()
    assert find_by_token(value=value, now=NOW) is None


def test_an_expired_token_is_none_and_is_forgotten(lender: Actor) -> None:
    give_token(minutes=1)
    later = NOW + timedelta(minutes=2)
    assert find_by_token(value="t-1", now=later) is None
    assert forget_old_tokens(now=later) == 1


def test_a_new_secret_ends_the_old_one_and_the_tokens(lender: Actor, pia: User) -> None:
    give_token()
    new = replace_secret(client_id="lender", by=acting(pia), now=NOW)
    client = Client.objects.get(pk="lender")
    assert not client.check_secret(LENDER_SECRET)
    assert client.check_secret(new.secret)
    assert find_by_token(value="t-1", now=NOW) is None


def test_a_disabled_client_has_no_tokens_and_gets_none(lender: Actor, pia: User) -> None:
    give_token()
    disable_client(client_id="lender", by=acting(pia), now=NOW)
    assert [client.is_active for client in list_clients()] == [False]
    assert find_by_token(value="t-1", now=NOW) is None
    assert [event.verb for event in list_events("client:lender")] == ["client:created", "client:disabled"]


def test_an_unknown_client_is_not_found(pia: User) -> None:
    with pytest.raises(NotFoundError):
        disable_client(client_id="nobody", by=acting(pia), now=NOW)

"""Machine clients: partners that use the API with their own id, secret and scopes."""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, ActorKind
from accounts.roles import Permission, Scope
from audit import log
from audit.verbs import Verb
from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError

# Every call of every client asks this: written out, it costs a fifth of what building it does.
CLIENT_BY_HASH: Final = """
SELECT client_id, scopes FROM allauth_idp_oidc_token
WHERE hash = %s::text AND type = %s::text AND expires_at > %s::timestamptz
    AND user_id IS NULL AND client_id IS NOT NULL
"""


_adapter: Final = cache(get_adapter)


class ClientExistsError(ConflictError):
    """Another client has this id."""

    code = "client-exists"
    default_message = _("A machine client with this id is already there.")


@dataclass(frozen=True)
class Credentials:
    """What a partner signs in with; the secret is shown once and kept nowhere."""

    client_id: str
    secret: str


@dataclass(frozen=True)
class MachineClient:
    """A partner as other apps see it."""

    client_id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    is_active: bool


def create_client(
    *, name: str, scopes: Iterable[Scope], client_id: str = "", secret: str = "", by: Actor, now: datetime
) -> Credentials:
    """Register a partner for client credentials with these scopes, and return its id and secret."""
    _check_may_manage(by)
    granted = sorted(set(scopes))
    if not name.strip() or not granted:
        raise InputError(fields={"name" if granted else "scopes": [_("This is needed.")]})
    credentials = Credentials(client_id or secrets.token_hex(8), secret or secrets.token_urlsafe(32))
    client = Client(
        id=credentials.client_id, name=name.strip(), type=Client.Type.CONFIDENTIAL, created_at=now,
        grant_types=Client.GrantType.CLIENT_CREDENTIALS.value, response_types="",
        scopes="\n".join(granted), default_scopes="\n".join(granted),
    )  # fmt: skip
    client.set_secret(credentials.secret)
    try:
        with transaction.atomic():
            client.save(force_insert=True)
            _record(Verb.CLIENT_CREATED, client.id, by, now, scopes=list(granted))
    except IntegrityError as error:
        raise ClientExistsError from error
    return credentials


def replace_secret(*, client_id: str, by: Actor, now: datetime) -> Credentials:
    """Give a partner a new secret; the old one and every token end at once."""
    _check_may_manage(by)
    credentials = Credentials(client_id, secrets.token_urlsafe(32))
    with transaction.atomic():
        client = _lock_client(client_id)
        client.set_secret(credentials.secret)
        client.save(update_fields=["secret"])
        Token.objects.filter(client=client).delete()
        _record(Verb.CLIENT_SECRET_REPLACED, client_id, by, now)
    return credentials


def disable_client(*, client_id: str, by: Actor, now: datetime) -> None:
    """End a partner's access; what it sent stays."""
    _check_may_manage(by)
    with transaction.atomic():
        client = _lock_client(client_id)
        client.grant_types = ""
        client.save(update_fields=["grant_types"])
        Token.objects.filter(client=client).delete()
        _record(Verb.CLIENT_DISABLED, client_id, by, now)


def list_clients() -> list[MachineClient]:
    """Return every partner, newest first."""
    return [_machine_client(client) for client in Client.objects.order_by("-created_at", "id")]


def name_clients(client_ids: Collection[str]) -> dict[str, str]:
    """Return what these partners are called, by their ids."""
    rows = Client.objects.filter(pk__in=client_ids) if client_ids else Client.objects.none()
    return dict(rows.values_list("id", "name"))


def token_values(*, value: str, now: datetime) -> list[Any]:
    """Return what `CLIENT_BY_HASH` asks for: a token is known by its hash only."""
    return [_adapter().hash_token(value), Token.Type.ACCESS_TOKEN.value, now]


def find_by_token(*, value: str, now: datetime) -> Actor | None:
    """Return the machine client that holds a valid access token, in one query; None for any other text."""
    with connection.cursor() as cursor:
        cursor.execute(CLIENT_BY_HASH, token_values(value=value, now=now))
        token = cursor.fetchone()
    return None if token is None else Actor.for_client(token[0], token[1].split())


def forget_old_tokens(*, now: datetime) -> int:
    """Delete the tokens that have expired, and return how many there were."""
    deleted: int = Token.objects.filter(expires_at__lt=now).delete()[0]
    return deleted


def _check_may_manage(by: Actor) -> None:
    if by.kind is not ActorKind.SITE and not by.can(Permission.MANAGE_CLIENTS):
        raise ForbiddenError


def _lock_client(client_id: str) -> Client:
    client = Client.objects.select_for_update().filter(pk=client_id).first()
    if client is None:
        raise NotFoundError
    return client


def _record(verb: Verb, client_id: str, by: Actor, now: datetime, **codes: list[Scope]) -> None:
    log.record(verb=verb, subject=f"client:{client_id}", actor=by.code, now=now, codes=codes)


def _machine_client(client: Client) -> MachineClient:
    return MachineClient(
        client_id=client.id, name=client.name, created_at=client.created_at,
        scopes=tuple(Scope(scope) for scope in client.get_scopes()), is_active=bool(client.get_grant_types()),
    )  # fmt: skip

"""Who acts: a user, a machine client, or the site itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from accounts.roles import ROLE_PERMISSIONS, Permission, Role, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User


class ActorKind(StrEnum):
    """The three kinds of actor."""

    USER = "user"
    CLIENT = "client"
    SITE = "site"


@dataclass(frozen=True)
class Actor:
    """Somebody who acts; nobody has more rights than the kind, role and scopes say."""

    kind: ActorKind
    id: str
    role: Role | None = None
    scopes: frozenset[str] = frozenset()
    hand: str = ""
    """The key of the helper who acts for the user; nothing when people act for themselves."""
    is_limited: bool = False
    """A helper who may only look."""
    may_send: bool = True
    """Whether what is written may also be sent; a helper may be allowed to write only."""

    @classmethod
    def for_user(cls, user: User) -> Actor:
        """The actor that a signed-in user is."""
        return cls(kind=ActorKind.USER, id=str(user.pk), role=Role(user.role))

    @classmethod
    def for_helper(cls, *, helper: User, owner: User, may_write: bool, may_send: bool) -> Actor:
        """The actor that a helper is for somebody: sees that person's things, signs as the helper."""
        return cls(
            kind=ActorKind.USER, id=str(owner.pk), role=Role.APPLICANT, hand=str(helper.pk),
            is_limited=not may_write, may_send=may_send,
        )  # fmt: skip

    @classmethod
    def for_client(cls, client_id: str, scopes: Iterable[str]) -> Actor:
        """The actor that a machine client with these scopes is."""
        return cls(kind=ActorKind.CLIENT, id=client_id, scopes=frozenset(scopes))

    @property
    def code(self) -> str:
        """How the audit names the actor: `user:7`, `client:lender`, `site`."""
        if self.hand:
            return f"helper:{self.hand}:for:{self.id}"
        return self.kind.value if self.kind is ActorKind.SITE else f"{self.kind}:{self.id}"

    @property
    def user_id(self) -> int | None:
        """The user's key, or None when a machine or the site acts."""
        return int(self.id) if self.kind is ActorKind.USER else None

    @property
    def hand_id(self) -> int | None:
        """The key of the user whose hand it is: the helper's, else the user's own."""
        return int(self.hand) if self.hand else self.user_id

    @property
    def is_person(self) -> bool:
        """Whether a human being acts."""
        return self.kind is ActorKind.USER

    def can(self, permission: Permission) -> bool:
        """Whether the actor's role carries this permission."""
        if self.role is None or (self.hand and permission not in self._helping):
            return False
        return permission in ROLE_PERMISSIONS[self.role]

    @property
    def _helping(self) -> frozenset[Permission]:
        """What a helper can be allowed at all."""
        seeing = frozenset({Permission.SEE_OWN})
        return seeing if self.is_limited else seeing | {Permission.APPEAL}

    def has_scope(self, scope: Scope) -> bool:
        """Whether a machine client was given this scope."""
        return scope.value in self.scopes


SITE = Actor(kind=ActorKind.SITE, id="site")

"""Which function does which kind of work; each app registers its own in its tasks module."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeAlias


class Mode(Enum):
    """How a kind of work meets the database."""

    ATOMIC = "atomic"
    """The effect and the row's end are one transaction: short work on our own tables."""
    LEASED = "leased"
    """The work happens outside any transaction; its conclusion counts only while the lease holds."""


@dataclass(frozen=True)
class Work:
    """One attempt at one piece of work."""

    kind: str
    subject: str
    key: str
    attempt: int
    now: datetime


Conclusion: TypeAlias = Callable[[], None]
Handler: TypeAlias = Callable[[Work], Conclusion | None]


@dataclass(frozen=True)
class Registration:
    """A handler and the terms on which it is called."""

    handler: Handler
    mode: Mode
    max_attempts: int
    lease_seconds: int


class UnknownKindError(LookupError):
    """No handler is registered for this kind here; a newer release may know it."""


_handlers: dict[str, Registration] = {}


def handles(
    kind: str, *, mode: Mode = Mode.ATOMIC, max_attempts: int = 8, lease_seconds: int = 120
) -> Callable[[Handler], Handler]:
    """Register a function for a kind; a leased one may return what to do in the last transaction."""

    def register(handler: Handler) -> Handler:
        known = _handlers.get(kind)
        if known is not None and known.handler is not handler:
            raise ValueError(f"{kind} already has a handler")
        _handlers[kind] = Registration(handler, mode, max_attempts, lease_seconds)
        return handler

    return register


def get_registration(kind: str) -> Registration:
    """Return the registration of a kind; an unknown kind fails like work that fails, and is retried."""
    return _handlers.get(kind) or Registration(_fail_unknown, Mode.ATOMIC, 8, 120)


def list_leases() -> dict[str, int]:
    """Return the leased kinds with the seconds a worker may take for each."""
    return {kind: known.lease_seconds for kind, known in _handlers.items() if known.mode is Mode.LEASED}


def list_kinds() -> list[str]:
    """Return every registered kind."""
    return sorted(_handlers)


def _fail_unknown(work: Work) -> None:
    raise UnknownKindError(work.kind)

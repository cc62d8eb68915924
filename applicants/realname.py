"""The real-name check behind one interface: a sandbox stands in for the outside service."""

from dataclasses import dataclass
from typing import Final, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from applicants.models import CheckResult


@dataclass(frozen=True)
class Answer:
    """What the service says, and which items do not match."""

    result: CheckResult
    mismatched: tuple[str, ...] = ()


class IdentityProvider(Protocol):
    """Somebody who can tell whether name, ID number, phone and bank card belong together."""

    name: str

    def check(self, *, name: str, id_number: str, phone: str, bank_card: str) -> Answer:
        """Ask the service; it answers UNAVAILABLE rather than raise when it cannot be reached."""
        ...


class Sandbox:
    """Answers by the end of the phone: 0001 card mismatch, 0002 not available, 0003 name mismatch."""

    name = "sandbox"
    _answers: Final = {
        "0001": Answer(CheckResult.MISMATCH, ("bank_card",)),
        "0002": Answer(CheckResult.UNAVAILABLE),
        "0003": Answer(CheckResult.MISMATCH, ("name", "id_number")),
    }

    def check(self, *, name: str, id_number: str, phone: str, bank_card: str) -> Answer:
        """Return a fixed answer, so that every ending can be tried."""
        return self._answers.get(phone[-4:], Answer(CheckResult.MATCH))


_PROVIDERS: Final[dict[str, IdentityProvider]] = {Sandbox.name: Sandbox()}


def get_provider() -> IdentityProvider:
    """Return the provider that the setting IDENTITY_PROVIDER names."""
    name = getattr(settings, "IDENTITY_PROVIDER", Sandbox.name)
    try:
        return _PROVIDERS[name]
    except KeyError:
        raise ImproperlyConfigured(
            f"IDENTITY_PROVIDER: {name!r} is not one of {sorted(_PROVIDERS)}"
        ) from None

"""Who looks at a case now: kept in the database for a minute, so that nobody works past a colleague."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.core.cache import cache

from accounts.models import User

SECONDS: Final = 60
Seen = Mapping[str, tuple[str, float]]


def come_in(reference: str, *, user: User, now: datetime) -> list[str]:
    """Note that somebody looks at the case; the names of the others who do."""
    here = dict(_fresh(cache.get(_key(reference)), now))
    own = str(user.pk)
    cache.set(_key(reference), {**here, own: (user.display_name, now.timestamp())}, SECONDS)
    return _names(here, besides=own)


def who_is_there(references: Iterable[str], *, besides: User, now: datetime) -> dict[str, list[str]]:
    """The names of the others who look at each of these cases, in one query."""
    keys = {_key(reference): reference for reference in references}
    found = cache.get_many(keys) if keys else {}
    return {keys[key]: _names(_fresh(seen, now), besides=str(besides.pk)) for key, seen in found.items()}


def _key(reference: str) -> str:
    return f"presence:{reference}"


def _fresh(seen: Seen | None, now: datetime) -> Seen:
    return {who: mark for who, mark in (seen or {}).items() if now.timestamp() - mark[1] < SECONDS}


def _names(seen: Seen, *, besides: str) -> list[str]:
    return sorted(name for who, (name, _at) in seen.items() if who != besides)

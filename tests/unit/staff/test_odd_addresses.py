"""Whatever stands in an address of the desk: a calm answer, never our mistake."""

from typing import Any
from urllib.parse import quote

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from accounts.roles import Role
from appeals.models import Appeal
from tests.people import person
from tests.unit.staff.conftest import SitDown

pytestmark = pytest.mark.django_db
ODD = {
    "empty": "", "blank": " \u3000", "too long": "9" * 4_000, "nul": "a\x00b", "negative": "-1",
    "words": "next", "script": '"><script>alert(7)</script>', "emoji": "\U0001f600",
    "other digits": "\u0661\u0662",
    "beyond 64 bits": str(2**63), "percent": "%", "path": "../../etc/passwd", "quote": "'; --",
}  # fmt: skip
EACH = pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
LISTS: dict[Role, dict[str, tuple[str, ...]]] = {
    Role.SUPERVISOR: {
        "queue": ("view", "after", "status", "product"), "desks": (), "disputes": ("after", "before"),
        "referrals": ("after",), "runs": ("before",), "measures": ("after",),
        "papers": ("kind", "after", "mine"),
        "quality": ("before", "after"), "class-remedies": ("before",), "boards": ("months",),
        "messages": ("before",), "records": ("q",), "policy-reviews": ("before", "after"),
    },
    Role.POLICY_MANAGER: {"catalogue/reasons": ("q",), "policies/2026.1/promises": ("after",)},
    Role.AUDITOR: {"audit": ("subject", "before"), "audit/requests": ("corrections", "before")},
}  # fmt: skip


@EACH
def test_any_question_to_a_list(catalogues: None, appeal: Appeal, sit_down: SitDown, odd: str) -> None:
    for role, lists in LISTS.items():
        client = sit_down(person(f"{role.value} at her desk", role))
        for place, names in lists.items():
            answer = client.get(f"/staff/{place}/", dict.fromkeys(names, odd))
            assert answer.status_code in {200, 302, 400, 404}, place


def named_places() -> list[str]:
    """Every address of the desk that names something."""
    found: list[str] = []

    def walk(patterns: Any, before: str) -> None:
        for one in patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLPattern):
                found.append(route)
            else:
                walk(one.url_patterns, route)

    walk(get_resolver().url_patterns, "")
    return [place for place in found if place.startswith("staff/") and "<" in place and "^" not in place]


@pytest.mark.parametrize("odd", ["a\x00b", str(2**63)])
def test_any_name_of_a_thing_is_not_found(catalogues: None, sit_down: SitDown, odd: str) -> None:
    wrong, places = [], named_places()
    assert len(places) > 60
    for role in (Role.SUPERVISOR, Role.POLICY_MANAGER):
        client = sit_down(person(f"{role.value} at her desk", role))
        client.raise_request_exception = False
        for place in places:
            parts = [part.split(">")[-1] for part in place.split("<")[1:]]
            path = "/" + place.split("<")[0] + "".join(quote(odd, safe="") + part for part in parts)
            codes = (client.get(path).status_code, client.post(path).status_code)
            wrong += [(place, code) for code in codes if code not in {302, 400, 403, 404, 405, 409}]
    assert wrong == []

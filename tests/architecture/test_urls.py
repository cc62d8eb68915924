"""Every address of the whole site, for everybody: an address that is not listed here fails the test."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any, Final, TypeAlias

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts.actors import Actor
from accounts.models import User
from appeals.models import Appeal
from appeals.screening import screen_one
from applicants.copying import ask_for_copy
from applicants.disputing import open_dispute
from applicants.helping import name_helper
from applicants.models import Applicant
from applicants.related import invite_person
from applicants.sharing import create_link
from decisions.models import Decision
from tests.factories.appeals import attached, in_review
from tests.factories.decisions import NOW, catalogues, sample_applicant, sample_decision
from tests.factories.partners import Partner
from tests.people import acting

__all__ = ["catalogues"]
pytestmark = pytest.mark.django_db
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ASK: Final = {302, 401, 405}
NOT_THERE: Final = {404, 405}


class For(Enum):
    """For whom an address is."""

    ALL = "everybody"
    SIGNED_IN = "anybody with an account"
    OWNER = "the person it is about"
    STAFF = "colleagues"
    MACHINE = "machine clients"


# The beginning of an address -> for whom it is; the longest one that fits counts.
PLACES: Final[dict[str, For]] = {
    "healthz": For.ALL,
    "readyz": For.ALL,
    "language/": For.ALL,
    "jsi18n/": For.ALL,
    "accounts/login/": For.ALL,
    "accounts/logout/": For.ALL,
    "accounts/inactive/": For.ALL,
    "accounts/signup/": For.ALL,
    "accounts/confirm-email/": For.ALL,
    "accounts/password/reset/": For.ALL,
    "accounts/2fa/authenticate/": For.ALL,
    "accounts/2fa/webauthn/login/": For.ALL,
    "accounts/reauthenticate/": For.SIGNED_IN,
    "accounts/email/": For.SIGNED_IN,
    "accounts/password/change/": For.SIGNED_IN,
    "accounts/password/set/": For.SIGNED_IN,
    "accounts/2fa/": For.SIGNED_IN,
    "accounts/sessions/": For.SIGNED_IN,
    "identity/o/api/token": For.ALL,
    "identity/o/api/revoke": For.ALL,
    "api/schema/": For.ALL,
    "api/docs/": For.ALL,
    "api/^": For.ALL,
    "api/v1/applicants": For.MACHINE,
    "api/v1/applications": For.MACHINE,
    "api/v1/decisions": For.MACHINE,
    "api/v1/appeals": For.MACHINE,
    "api/v1/promises": For.MACHINE,
    "staff/": For.STAFF,
    "": For.ALL,
    "help/": For.ALL,
    "verify/": For.ALL,
    "check/": For.ALL,
    "feedback/": For.ALL,
    "safety/": For.SIGNED_IN,
    "stay/": For.SIGNED_IN,
    "score/": For.SIGNED_IN,
    "letters/<reference>/": For.OWNER,
    "language/choose/": For.ALL,
    "start/": For.SIGNED_IN,
    "apply/": For.SIGNED_IN,
    "applications/<reference>/": For.OWNER,
    "decisions/": For.SIGNED_IN,
    "decisions/<reference>/": For.OWNER,
    "plans/": For.SIGNED_IN,
    "plans/<reference>/": For.OWNER,
    "lines/<reference>/": For.OWNER,
    "appeals/<reference>/": For.OWNER,
    "documents/<reference>/": For.OWNER,
    "messages/": For.SIGNED_IN,
    "messages/<reference>/": For.OWNER,
    "profile/": For.SIGNED_IN,
    "preferences/": For.SIGNED_IN,
    "warnings/": For.SIGNED_IN,
    "rights/": For.SIGNED_IN,
    "rights/copies/<reference>/": For.OWNER,
    "rights/links/<reference>/": For.OWNER,
    "shared/": For.ALL,
    "disputes/<reference>/": For.OWNER,
    "helpers/": For.SIGNED_IN,
    "helpers/<reference>/": For.OWNER,
    "helped/": For.SIGNED_IN,
    "helped/<reference>/": For.OWNER,
    "company/": For.SIGNED_IN,
    "company/members/<reference>/": For.OWNER,
    "firms/": For.SIGNED_IN,
    "firms/<reference>/": For.OWNER,
}
# Exactly one address each: nothing below them is meant.
EXACT: Final = {"", "api/^", "decisions/", "messages/"}


def every_route(resolver: Any = None, before: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from every_route(pattern, route)
        else:
            yield route


def meant_for(route: str) -> For | None:
    fitting = [at for at in PLACES if route == at or (route.startswith(at) and at not in EXACT)]
    return PLACES[max(fitting, key=len)] if fitting else None


Seen: TypeAlias = tuple[str, str, int]
ROUTES: Final = sorted(set(every_route()))


@pytest.fixture
def appeal(catalogues: None, ada: User, cleo: User) -> Appeal:
    """Ada's appeal with a paper, acknowledged, on Cleo's desk."""
    appeal = in_review(sample_decision("li_na", user=ada), acting(ada), cleo)
    screen_one(reference=appeal.reference, now=NOW)
    attached(appeal, acting(ada), code="U02", kind="V01")
    return appeal


@pytest.fixture
def filled(appeal: Appeal) -> dict[str, str]:
    """What stands for the reference, by the word before it."""
    application = appeal.decision.application
    document = appeal.applicant.documents.get()
    message = appeal.applicant.messages.all()[0]
    assert application is not None
    return {
        "applications": application.reference, "decisions": appeal.decision.reference,
        "appeals": appeal.reference, "cases": appeal.reference, "documents": document.reference,
        "papers": document.reference, "messages": message.reference, "people": appeal.applicant.reference,
        "applicants": appeal.applicant.reference, "referrals": appeal.decision.reference,
        "plans": "PR-0000-0000", "promises": "PR-0000-0000", "runs": "RU-0000-0000",
        "measures": "ME-0000-0000", "warnings": "ME-0000-0000",
        "remedies": "CR-0000-0000", "reviews": "PV-0000-0000",
        "lines": "LN-0000-0000", "letters": "LT-0000-0000", **own_requests(appeal.applicant),
    }  # fmt: skip


def own_requests(applicant: Applicant) -> dict[str, str]:
    """What Ada asked about her data, whom she let in, and who asks her."""
    user = applicant.user
    assert user is not None
    by, firm = acting(user), sample_applicant("hengxin")
    helping: dict[str, Any] = {"name": "Pat", "scope": "SEND", "days": "30", "by": by, "now": NOW}
    named = invite_person(
        firm=firm, name="Ada", email=user.email, role="SHAREHOLDER", share_pct="30", by=by, now=NOW
    )
    return {
        "disputes": open_dispute(
            applicant=applicant, characteristic="hard_inquiries_3m", claim="One.", by=by, now=NOW
        ).reference,
        "links": create_link(applicant=applicant, items=["SCORE"], by=by, now=NOW).link.reference,
        "copies": ask_for_copy(applicant=applicant, by=by, now=NOW).reference,
        "helpers": name_helper(applicant=applicant, email="pat@example.test", **helping).reference,
        "helped": name_helper(applicant=firm, email=user.email, **helping).reference,
        "firms": named.reference, "members": named.reference,
    }  # fmt: skip


def address(route: str, filled: dict[str, str]) -> str:
    """The route with Ada's things in its gaps."""
    path = re.sub(r"(\w+)/<(?:str:)?reference>", lambda gap: f"{gap[1]}/{filled[gap[1]]}", route)
    gaps = {"code": "U02", "characteristic": "debt_service_pct", "source": "bank_flows", "url": "nowhere"}
    gaps |= {"document": filled["documents"], "subject": filled["appeals"], "app_label": "appeals"}
    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda gap: gaps[gap[1]], path)
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda gap: gaps.get(gap[1], "1"), path)
    return "/" + path.replace("^", "").replace("$", "")


def walk(client: Client, routes: list[str], filled: dict[str, str], **headers: str) -> Iterator[Seen]:
    for route in routes:
        for method in METHODS:
            answer = client.generic(method, address(route, filled), headers=headers)
            yield method, route, answer.status_code


def of(*kinds: For) -> list[str]:
    return [route for route in ROUTES if meant_for(route) in kinds]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def wrong(seen: Iterator[Seen], allowed: set[int]) -> list[Seen]:
    return [(method, route, status) for method, route, status in seen if status not in allowed]


def test_every_address_is_listed() -> None:
    assert [route for route in ROUTES if meant_for(route) is None] == []


def test_every_entry_leads_somewhere() -> None:
    assert [at for at in PLACES if not any(route == at or route.startswith(at) for route in ROUTES)] == []


def test_visitors_are_asked_to_sign_in(filled: dict[str, str]) -> None:
    routes = of(For.SIGNED_IN, For.OWNER, For.STAFF)
    assert wrong(walk(Client(), routes, filled), ASK) == []


def test_visitors_and_people_are_nobody_to_the_api(filled: dict[str, str], ada: User, dev: User) -> None:
    for client in (Client(), signed_in(ada), signed_in(dev)):
        assert wrong(walk(client, of(For.MACHINE), filled), {401}) == []


def test_strangers_find_nothing_of_ada(filled: dict[str, str], eve: User, ben: User) -> None:
    for stranger in (eve, ben):
        assert wrong(walk(signed_in(stranger), of(For.OWNER), filled), NOT_THERE) == []


def test_to_applicants_the_staff_door_is_not_there(filled: dict[str, str], ada: User, ben: User) -> None:
    for person in (ada, ben):
        assert wrong(walk(signed_in(person), of(For.STAFF), filled), NOT_THERE) == []


def test_colleagues_do_not_read_on_the_portal(filled: dict[str, str], cleo: User, aud: User) -> None:
    for colleague in (cleo, aud):
        assert wrong(walk(signed_in(colleague), of(For.OWNER), filled), NOT_THERE) == []


def test_colleagues_without_a_second_factor_do_not_pass(
    filled: dict[str, str], dev: User, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = True
    seen = list(walk(signed_in(dev), of(For.STAFF), filled))
    assert wrong(iter(seen), {302}) == []


def test_a_partner_finds_nothing_of_ada_and_no_page(filled: dict[str, str], lender: Actor) -> None:
    partner = Partner(lender)
    own = [route for route in of(For.MACHINE) if "<" in route]
    assert wrong(walk(partner.client, own, filled, **partner.headers), {400, 404, 405, 415, 428}) == []
    pages = of(For.SIGNED_IN, For.OWNER, For.STAFF)
    assert wrong(walk(partner.client, pages, filled, **partner.headers), ASK) == []


def test_refusals_changed_nothing(filled: dict[str, str], appeal: Appeal, eve: User) -> None:
    for client in (Client(), signed_in(eve)):
        list(walk(client, of(For.OWNER, For.STAFF, For.MACHINE), filled))
    before = appeal.version
    appeal.refresh_from_db()
    assert (appeal.version, Appeal.objects.count(), Decision.objects.count()) == (before, 1, 1)


def test_nothing_breaks_for_anybody(
    filled: dict[str, str], ada: User, cleo: User, dev: User, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    for client in (Client(), signed_in(ada), signed_in(cleo), signed_in(dev)):
        client.raise_request_exception = False
        broken = [seen for seen in walk(client, ROUTES, filled) if seen[2] >= 500]
        assert broken == []

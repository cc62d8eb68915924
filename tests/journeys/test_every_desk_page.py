"""Every page of the desk that links lead to opens for each role, sound in both languages and widths."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from accounts.models import User
from accounts.roles import Role
from appeals.claiming import claim_appeal
from appeals.tallying import fold_events
from applicants.disputing import open_dispute
from core.clock import now
from core.identity import today_in_china
from creditportal.demo import load_demo
from creditportal.staff.places import list_places
from decisions.market import propose_market
from decisions.models import Decision
from notifications.kinds import Kind
from notifications.queueing import queue_message
from tests.journeys.conftest import session_of
from tests.journeys.reviewer import WIDE, send_appeal
from tests.journeys.visitor import PHONE, Visit, Visitor
from tests.people import acting

pytestmark = [pytest.mark.journey, pytest.mark.slow]
Colleague = Callable[..., User]
PAGES: dict[Role, set[str]] = {
    Role.SUPERVISOR: {
        "queue", "desks", "case", "why_due", "papers", "referrals", "referral", "disputes", "dispute",
        "runs", "measures", "class_remedies", "boards", "board", "quality", "audit", "audit_subject",
        "audit_requests", "inbox", "message", "records", "accounts_user_changelist", "accounts_user_change",
        "appeals_appeal_change", "appeals_appealevent_change", "applicants_applicant_change",
        "applicants_consent_change", "applicants_fact_change", "decisions_application_change",
        "decisions_decision_change", "decisions_line_change", "evidence_document_change",
        "notifications_message_change", "notifications_delivery_change", "outbox_outbox_change",
    },
    Role.CASEWORKER: {"queue", "case", "find", "paper", "papers", "disputes", "inbox", "records"},
    Role.POLICY_MANAGER: {
        "policies", "policy", "market", "draft_policy", "catalogues", "catalogue", "catalogue_text",
        "boards", "policy_reviews", "runs", "decisions_policyversion_change", "gallery", "notice",
        "decisions_marketswitch_change", "propose_class_remedy",
    },
    Role.AUDITOR: {"audit", "audit_subject", "audit_requests", "records", "boards"},
}  # fmt: skip
# More than one example of those that look different from time to time, and those that roles see differently.
EXAMPLES = Counter({"queue": 2, "case": 2, "board": 3})
OF_ITS_OWN = {"case", "queue", "records"}
# The wordings themselves: there the names of places stand in braces.
WORDINGS = {"catalogues", "catalogue", "catalogue_text"}
# Reached by a button or not in the navigation of everybody.
ALSO = {
    Role.SUPERVISOR: ["/staff/desks/"],
    Role.POLICY_MANAGER: ["/staff/gallery/", "/staff/class-remedies/new/", "/staff/policies/market/"],
}
LINK = re.compile(r"<a\b[^>]*>")
LEADS_TO = re.compile(r'\bhref="([^"#]+)')
NOT_READ = re.compile(r"<(script|style|textarea|pre)\b.*?</\1>|<[^>]*>", re.DOTALL)
FILES = (".csv", ".xlsx", ".svg", ".pmml")


@pytest.fixture
def work_of_all_kinds(catalogues: None, colleague: Colleague) -> dict[Role, User]:
    """A site with sample people and cases in many states, and one colleague of each role."""
    staff = {role: colleague(role.value.title(), role) for role in PAGES}
    load_demo(rows=0, now=now(), say=lambda _line: None)
    call_command("generate_appeals", open=12, closed=40, verbosity=0)
    while fold_events(batch=20_000):
        pass
    cleo, dev, pia = (staff[role] for role in (Role.CASEWORKER, Role.SUPERVISOR, Role.POLICY_MANAGER))
    zhao = User.objects.get(email="zhao.ming@example.test")
    appeal = send_appeal(Decision.objects.get(applicant__user=zhao), by=acting(zhao))
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=now())
    with transaction.atomic():
        for user in (cleo, dev):
            queue_message(kind=Kind.CLAIM_LAPSED, user=user, about=appeal.reference, now=now())
    open_dispute(
        applicant=appeal.applicant, characteristic="hard_inquiries_3m", claim="There was one enquiry.",
        by=acting(zhao), now=now(),
    )  # fmt: skip
    propose_market(
        condition="tight", reason="Prices fall everywhere in the country.",
        review_on=today_in_china(now()) + timedelta(days=30), by=acting(pia), now=now(),
    )  # fmt: skip
    return staff


def open_the_desk(user: User, *, language: str, first: list[str]) -> Iterator[tuple[str, str]]:
    """Open one page of each kind that links lead this person to; yields its name and address."""
    client, seen = Client(), Counter[str]()
    client.force_login(user)
    client.cookies["language"] = language
    ahead, known = list(first), set(first)
    while ahead:
        path = ahead.pop(0)
        name = name_of(path)
        if name is None or seen[name] >= max(1, EXAMPLES[name]):
            continue
        seen[name] += 1
        answer = client.get(path, follow=True)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        page = answer.content.decode()
        assert name in WORDINGS or "{" not in NOT_READ.sub("", page), f"{path}: a raw brace"
        yield name, path
        for leads_to in links_of(page, path):
            if leads_to not in known:
                known.add(leads_to)
                ahead.append(leads_to)


def links_of(page: str, path: str) -> Iterator[str]:
    """Where the links of a page lead, without files to take away."""
    here = path.split("?", maxsplit=1)[0]
    for link in LINK.findall(page):
        found = LEADS_TO.search(link)
        if found and " download" not in link:
            leads_to = unescape(found[1])
            yield f"{here}{leads_to}" if leads_to.startswith("?") else leads_to


def name_of(path: str) -> str | None:
    """What a page of the desk is called; None for files and other places."""
    plain = path.split("?", maxsplit=1)[0]
    if not plain.startswith("/staff/") or plain.endswith(FILES):
        return None
    try:
        return resolve(plain).url_name
    except Resolver404:
        return None


def look_at(visitor: Visitor, path: str, *, dark: bool) -> None:
    """Look at a page on both widths, loaded once."""
    visitor.look(width=WIDE, dark=False).go(path)
    visitor.look(width=PHONE, dark=dark).check()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_of_the_desk_is_sound(
    *, visit: Visit, work_of_all_kinds: dict[Role, User], language: str
) -> None:
    visitor, looked = visit(language=language, width=WIDE), Counter[str]()
    for role, user in work_of_all_kinds.items():
        first = [*(place.url for place in list_places(user)), *ALSO.get(role, [])]
        opened = list(open_the_desk(user, language=language, first=first))
        assert PAGES[role] - {name for name, _path in opened} == set()
        visitor.carry(session_of(user))
        for name, path in opened:
            kind = f"{role}_{name}" if name in OF_ITS_OWN else name
            if looked[kind] < max(1, EXAMPLES[name]):
                looked[kind] += 1
                look_at(visitor, path, dark=looked.total() % 2 == 0)
                visitor.keep(f"desk_{kind}_{looked[kind]}.{language}")

"""Who may what: every address of the staff door, for every role."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from accounts.models import User
from accounts.roles import STAFF_ROLES, Permission, Role
from appeals.models import Appeal
from creditportal.staff import urls
from creditportal.staff.records.index import RECORDS
from creditportal.staff.site import site
from decisions.models import Decision
from tests.people import person
from tests.unit.staff.conftest import SitDown, send

pytestmark = pytest.mark.django_db
P = Permission

# Name of the address -> who may open it and how it is opened; a new address must be put in here.
PAGES: dict[str, tuple[Permission | None, str]] = {
    "queue": (P.SEE_QUEUE, "GET"),
    "search": (P.SEE_QUEUE, "GET"),
    "case": (P.SEE_QUEUE, "GET"),
    "why_due": (P.SEE_QUEUE, "GET"),
    "rerun_state": (P.SEE_QUEUE, "GET"),
    "assign_chosen": (P.COUNTERSIGN, "POST"),
    "desks": (P.COUNTERSIGN, "GET"),
    "be_here": (P.SEE_QUEUE, "POST"),
    "accept": (P.REVIEW_APPEAL, "POST"),
    "not_accept": (P.REVIEW_APPEAL, "POST"),
    "assign": (P.COUNTERSIGN, "POST"),
    "ask": (P.REVIEW_APPEAL, "POST"),
    "ask_outside": (P.REVIEW_APPEAL, "POST"),
    "note_answer": (P.REVIEW_APPEAL, "POST"),
    "settle": (P.REVIEW_APPEAL, "POST"),
    "lengthen": (P.REVIEW_APPEAL, "GET"),
    "settle_extension": (P.COUNTERSIGN, "POST"),
    "note": (P.SEE_PERSONAL_DATA, "POST"),
    "care": (P.REVIEW_APPEAL, "POST"),
    "step_back": (P.REVIEW_APPEAL, "POST"),
    "relate": (P.REVIEW_APPEAL, "POST"),
    "end_relation": (P.COUNTERSIGN, "POST"),
    "remedy": (P.SEE_QUEUE, "GET"),
    "confirm_remedy": (P.COUNTERSIGN, "POST"),
    "claim": (P.REVIEW_APPEAL, "POST"),
    "release": (P.REVIEW_APPEAL, "POST"),
    "read_statement": (P.REVIEW_APPEAL, "POST"),
    "assess": (P.REVIEW_APPEAL, "POST"),
    "paper": (P.SEE_PERSONAL_DATA, "GET"),
    "redact": (P.SEE_PERSONAL_DATA, "POST"),
    "marked_document": (P.SEE_PERSONAL_DATA, "GET"),
    "paper_page": (P.SEE_PERSONAL_DATA, "GET"),
    "find": (P.REVIEW_APPEAL, "POST"),
    "take_back": (P.REVIEW_APPEAL, "POST"),
    "conclude": (P.REVIEW_APPEAL, "POST"),
    "rule": (P.REVIEW_APPEAL, "POST"),
    "sign": (P.COUNTERSIGN, "POST"),
    "send_back": (P.COUNTERSIGN, "POST"),
    "disputes": (P.SEE_PERSONAL_DATA, "GET"),
    "dispute": (P.SEE_PERSONAL_DATA, "GET"),
    "extend_dispute": (P.SEE_PERSONAL_DATA, "POST"),
    "referrals": (P.DECIDE_REFERRAL, "GET"),
    "referral": (P.DECIDE_REFERRAL, "GET"),
    "sign_referral": (P.COUNTERSIGN, "POST"),
    "return_referral": (P.COUNTERSIGN, "POST"),
    "papers": (P.SEE_PERSONAL_DATA, "GET"),
    "document": (P.SEE_PERSONAL_DATA, "GET"),
    "reveal": (P.SEE_PERSONAL_DATA, "POST"),
    "retry_delivery": (P.RETRY_WORK, "POST"),
    "retry_work": (P.RETRY_WORK, "POST"),
    "runs": (P.SEE_RUNS, "GET"),
    "run": (P.SEE_RUNS, "GET"),
    "pause_run": (P.GUIDE_RUN, "POST"),
    "resume_run": (P.GUIDE_RUN, "POST"),
    "approve_run": (P.GUIDE_RUN, "POST"),
    "stop_run": (P.GUIDE_RUN, "POST"),
    "measures": (P.SEE_RUNS, "GET"),
    "measure": (P.SEE_QUEUE, "GET"),
    "reply_measure": (P.DECIDE_REFERRAL, "POST"),
    "approve_measure": (P.DECIDE_REFERRAL, "POST"),
    "decline_measure": (P.DECIDE_REFERRAL, "POST"),
    "policies": (P.APPROVE_POLICY, "GET"),
    "draft_policy": (P.MANAGE_POLICY, "GET"),
    "draft_from_card": (P.MANAGE_POLICY, "GET"),
    "policy_promises": (P.APPROVE_POLICY, "GET"),
    "policy_pmml": (P.APPROVE_POLICY, "GET"),
    "notice": (P.TELL_EVERYBODY, "GET"),
    "end_notice": (P.TELL_EVERYBODY, "POST"),
    "market": (P.APPROVE_POLICY, "GET"),
    "agree_market": (P.APPROVE_POLICY, "POST"),
    "return_market": (P.APPROVE_POLICY, "POST"),
    "policy": (P.APPROVE_POLICY, "GET"),
    "change_policy": (P.MANAGE_POLICY, "GET"),
    "try_policy": (P.APPROVE_POLICY, "POST"),
    "draw_dry_run": (P.APPROVE_POLICY, "GET"),
    "dry_run_csv": (P.APPROVE_POLICY, "GET"),
    "step_policy": (P.APPROVE_POLICY, "POST"),
    "policy_reviews": (P.APPROVE_POLICY, "GET"),
    "policy_review": (P.APPROVE_POLICY, "GET"),
    "quality": (P.COUNTERSIGN, "GET"),
    "quality_check": (P.COUNTERSIGN, "GET"),
    "class_remedies": (P.SEE_RUNS, "GET"),
    "propose_class_remedy": (P.GUIDE_RUN, "GET"),
    "class_remedy": (P.SEE_RUNS, "GET"),
    "approve_class_remedy": (P.GUIDE_RUN, "POST"),
    "stop_class_remedy": (P.GUIDE_RUN, "POST"),
    "class_remedy_report": (P.SEE_RUNS, "GET"),
    "catalogues": (P.APPROVE_POLICY, "GET"),
    "catalogue": (P.APPROVE_POLICY, "GET"),
    "catalogue_text": (P.APPROVE_POLICY, "GET"),
    "publish_words": (P.APPROVE_POLICY, "POST"),
    "return_words": (P.APPROVE_POLICY, "POST"),
    "boards": (P.SEE_RUNS, "GET"),
    "board": (P.SEE_RUNS, "GET"),
    "export_board": (P.SEE_RUNS, "GET"),
    "audit": (P.SEE_AUDIT, "GET"),
    "audit_requests": (P.SEE_AUDIT, "GET"),
    "audit_subject": (P.SEE_AUDIT, "GET"),
    "audit_receipt": (P.SEE_AUDIT, "GET"),
    "inbox": (None, "GET"),
    "message": (None, "GET"),
    "stay": (None, "GET"),
    "gallery": (None, "GET"),
    "records": (None, "GET"),
}
FILLED = {
    "reference": "AP-0000-0000", "asked": "RQ-0000-0000", "number": "1", "code": "U01",
    "document": "EV-0000-0000", "key": "1",
    "characteristic": "active_lenders", "version": "nothing", "scorecard": "personal", "step": "submit",
    "board": "volumes",
    "name": "reasons", "place": "U02.title", "part": "sent", "form": "csv", "subject": "AP-0000-0000",
}  # fmt: skip


def address(pattern: URLPattern) -> str:
    route = str(pattern.pattern)
    for name, value in FILLED.items():
        route = route.replace(f"<str:{name}>", value).replace(f"<int:{name}>", value)
    return f"/staff/{route}"


def workbench() -> list[URLPattern]:
    return [pattern for pattern in urls.workbench if isinstance(pattern, URLPattern)]


def every_address(patterns: Any = urls.urlpatterns, before: str = "/staff/") -> Iterator[str]:
    for pattern in patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from every_address(pattern.url_patterns, route)
        else:
            yield route


def ask(client: Client, path: str, method: str) -> Any:
    return client.post(path) if method == "POST" else client.get(path)


def test_each_address_of_the_workbench_is_in_the_table() -> None:
    asked = {str(pattern.name): getattr(pattern.callback, "permission", "none") for pattern in workbench()}
    assert asked == {name: permission for name, (permission, _method) in PAGES.items()}


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_each_role_reaches_exactly_its_pages(catalogues: None, sit_down: SitDown, role: Role) -> None:
    client = sit_down(person("Sam", role))
    user = User.objects.get(display_name="Sam")
    for pattern in workbench():
        permission, method = PAGES[str(pattern.name)]
        status = ask(client, address(pattern), method).status_code
        may = permission is None or user.can(permission)
        assert (pattern.name, status == 403) == (pattern.name, not may), status
        assert status < 500


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_each_role_reaches_exactly_its_records(catalogues: None, sit_down: SitDown, role: Role) -> None:
    client = sit_down(person("Sam", role))
    user = User.objects.get(display_name="Sam")
    index = client.get("/staff/records/").content.decode()
    for model, admin in RECORDS.items():
        path = f"/staff/{model._meta.app_label}/{model._meta.model_name}/"
        may = user.can(admin.needs)
        assert (path, client.get(path).status_code) == (path, 200 if may else 403)
        assert (path in index) is may


def test_an_applicant_gets_404_everywhere(ada: User, sit_down: SitDown) -> None:
    client = sit_down(ada)
    for pattern in workbench():
        for method in ("GET", "POST"):
            assert ask(client, address(pattern), method).status_code == 404
    for model in RECORDS:
        for rest in ("", "add/", "1/change/", "1/delete/", "1/history/"):
            path = f"/staff/{model._meta.app_label}/{model._meta.model_name}/{rest}"
            assert client.get(path).status_code == 404


def test_a_visitor_is_sent_to_sign_in_everywhere() -> None:
    client = Client()
    for pattern in workbench():
        asked = client.get(address(pattern))
        assert (asked.status_code, asked.headers["Location"].split("?")[0]) == (302, "/accounts/login/")
        assert client.post(address(pattern)).status_code == 401


def test_history_can_neither_be_added_nor_changed_nor_deleted(
    appeal: Appeal, decision: Decision, sit_down: SitDown
) -> None:
    for role in sorted(STAFF_ROLES):
        client = sit_down(person(f"Sam{role}", role))
        for model, admin in RECORDS.items():
            if admin is RECORDS[User]:
                continue
            path = f"/staff/{model._meta.app_label}/{model._meta.model_name}/"
            row = model._default_manager.first()
            key = row.pk if row else 1
            for rest in ("add/", f"{key}/delete/"):
                assert client.post(f"{path}{rest}", {"post": "yes"}).status_code in (403, 404)
            assert client.post(f"{path}{key}/change/", {"reference": "x"}).status_code in (302, 403, 404)
    decision.refresh_from_db()
    assert decision.reference != "x"


def test_deleting_is_no_action_anywhere() -> None:
    for model in RECORDS:
        assert "delete_selected" not in (site.get_model_admin(model).actions or ())


def test_every_post_needs_the_token_of_its_form(appeal: Appeal, cleo: User, sit_down: SitDown) -> None:
    session = sit_down(cleo).cookies["session"].value
    client = Client(enforce_csrf_checks=True)
    client.cookies["session"] = session
    assert send(client, appeal, "claim").status_code == 403
    appeal.refresh_from_db()
    assert appeal.claimed_by is None


def test_the_walk_finds_the_addresses_it_is_meant_to_guard() -> None:
    found = list(every_address())
    assert len(found) > 100
    assert "/staff/cases/<str:reference>/ruling/" in found

"""What a partner sends: a person, an application, an appeal; and how it is answered."""

import itertools
import json
import secrets
from datetime import timedelta
from typing import Any, Final

from allauth.idp.oidc.models import Token
from django.test import Client

from accounts.actors import Actor
from accounts.roles import Scope
from applicants.facts import NewFact
from applicants.intake import take_in
from applicants.models import Applicant, ApplicantKind
from core.clock import now
from core.identity import check_character
from decisions.applying import submit_application
from decisions.asking import ask_about
from decisions.deciding import decide
from decisions.models import Decision

CONSENTS: Final = ("credit_report", "bank_flows", "contacts", "linked_bills")
# Li Na of the fixture persons: enough is known, repayments weigh too much and there is a late payment.
FACTS: Final[dict[str, tuple[object, str]]] = {
    "worst_dpd_24m": (6, "credit_report"),
    "credit_age_months": (26, "credit_report"),
    "hard_inquiries_3m": (6, "credit_report"),
    "active_lenders": (5, "credit_report"),
    "settled_on_time": (1, "credit_report"),
    "current_overdue_days": (0, "credit_report"),
    "verified_income_month": (7200, "bank_flows"),
    "debt_service_pct": (58, "credit_report"),
    "revolving_use_pct": (82, "credit_report"),
    "liquid_months": (0.3, "bank_flows"),
    "income_inflow_months_12m": (11, "bank_flows"),
    "court_record_open": (0, "court_register"),
    "address_months": (10, "applicant"),
    "employment_months": (14, "applicant"),
    "industry": ("retail", "applicant"),
    "verified_contacts": (2, "contacts"),
    "supporting_relations": (0, "contacts"),
    "existing_repayments_cny": (4176, "credit_report"),
    "other_unsecured_cny": (60000, "credit_report"),
}
_serial = itertools.count(1)


def id_number() -> str:
    """A number that nobody had before in this run, with its right check character."""
    body = f"44030519900307{next(_serial) % 999 + 1:03}"
    return body + check_character(body)


def new_applicant(**changed: Any) -> dict[str, Any]:
    """The body of a registration."""
    return {
        "kind": "PERSON", "name": "\u674e\u5a1c", "id_number": id_number(), "phone": "13800138000",
        "bank_card": "6222021234567890128", "language": "en", "consents": list(CONSENTS),
        "facts": [
            {"characteristic": name, "value": value, "source": source, "observed_on": "2026-11-06"}
            for name, (value, source) in FACTS.items()
        ],
        **changed,
    }  # fmt: skip


def new_application(applicant: str, **changed: Any) -> dict[str, Any]:
    """The body of an application."""
    return {
        "applicant": applicant, "product": "consumer_loan", "amount_cny": "20000.00", "term_months": 12,
        "purpose": "daily_spending", **changed,
    }  # fmt: skip


def new_appeal(decision: Decision, **changed: Any) -> dict[str, Any]:
    """The body of an appeal of the first reason."""
    reason = decision.reasons.order_by("position").values_list("code", flat=True)[0]
    return {"grounds": [{"reason": reason, "claim": "WRONG", "note": "canary-note"}], **changed}


def registered(by: Actor, **changed: Any) -> Applicant:
    """A person whom this partner registered."""
    body = new_applicant(**changed)
    facts = [
        NewFact(fact["characteristic"], fact["value"], fact["source"], now().date() - timedelta(days=10))
        for fact in body.pop("facts")
    ]
    return take_in(**{**body, "kind": ApplicantKind(body["kind"])}, facts=facts, by=by, now=now())


def decided(by: Actor, applicant: Applicant | None = None) -> Decision:
    """A decision about an application that this partner sent."""
    who = applicant or registered(by)
    application = submit_application(
        **{**new_application(who.reference), "applicant": who}, submission_key=secrets.token_hex(8),
        client_id=by.id, by=by, now=now(),
    )  # fmt: skip
    scored = ask_about(application=application, now=now())
    return decide(application=application, by=by, now=now(), scored=scored)


class Partner:
    """A partner's program: sends JSON with its token."""

    def __init__(self, actor: Actor, *, scopes: list[str] | None = None) -> None:
        self.actor = actor
        self.client = Client()
        value = secrets.token_urlsafe(24)
        token = Token(client_id=actor.id, type=Token.Type.ACCESS_TOKEN, expires_at=now() + timedelta(hours=1))
        token.set_value(value)
        token.set_scopes([scope.value for scope in Scope] if scopes is None else scopes)
        token.save()
        self.headers = {"Authorization": f"Bearer {value}", "Accept-Language": "en"}

    def get(self, path: str, **headers: str) -> Any:
        """Read."""
        return self.client.get(f"/api/v1/{path}", headers={**self.headers, **_dashed(headers)})

    def post(self, path: str, document: Any = None, *, key: str | None = "", **headers: str) -> Any:
        """Send a document; under a fresh key unless one is given, under none if it is None."""
        body = document if isinstance(document, bytes) else json.dumps(document)
        extra = {} if key is None else {"Idempotency-Key": key or secrets.token_hex(8)}
        return self.client.post(
            f"/api/v1/{path}", body, content_type=headers.pop("content_type", "application/json"),
            headers={**self.headers, **extra, **_dashed(headers)},
        )  # fmt: skip


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def problem(answer: Any, status: int) -> str:
    """The code of the problem document that this must be."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    document = json.loads(answer.content)
    assert document["status"] == status
    return str(document["code"])

"""What a partner's machine does through the API: registers, applies, reads why, appeals, and looks again."""

import secrets
from datetime import date, timedelta
from typing import Any, Final

from core.identity import check_character
from creditportal.tour.machine import Answer, Machine
from creditportal.tour.papers import make_pdf
from creditportal.tour.stops import Log, expect, wait_for

_FACTS: Final[dict[str, tuple[object, str]]] = {
    "worst_dpd_24m": (6, "credit_report"),
    "credit_age_months": (26, "credit_report"),
    "hard_inquiries_3m": (6, "credit_report"),
    "active_lenders": (5, "credit_report"),
    "current_overdue_days": (0, "credit_report"),
    "debt_service_pct": (58, "credit_report"),
    "existing_repayments_cny": (4176, "credit_report"),
    "other_unsecured_cny": (60000, "credit_report"),
    "verified_income_month": (7200, "bank_flows"),
    "income_inflow_months_12m": (11, "bank_flows"),
    "court_record_open": (0, "court_register"),
    "address_months": (10, "applicant"),
    "employment_months": (14, "applicant"),
    "industry": ("retail", "applicant"),
}


def walk_partner(base: str, *, client_id: str, secret: str, today: date, log: Log) -> None:
    """Take a person nobody knows through the API up to an appeal under way."""
    nobody = Machine(base, client_id=client_id, secret=secret[::-1])
    expect(nobody.get("/api/v1/decisions").status == 401, "a wrong secret opens the API")
    machine = Machine(base, client_id=client_id, secret=secret)
    applicant = _made(machine.post("/api/v1/applicants", _person(today)))
    expect("*" in applicant["id_number"], "the ID number comes back in full")
    log.saw(f"got a token and registered {applicant['reference']}, shown as {applicant['id_number']}")
    decision = _apply(machine, applicant["reference"], log)
    _read(machine, decision, log)
    _appeal(machine, decision, log)


def _apply(machine: Machine, applicant: str, log: Log) -> dict[str, Any]:
    body = {
        "applicant": applicant, "product": "consumer_loan", "amount_cny": "20000.00", "term_months": 12,
        "purpose": "daily_spending",
    }  # fmt: skip
    key = secrets.token_hex(8)
    made = _made(machine.post("/api/v1/applications", body, Idempotency_Key=key))
    again = machine.post("/api/v1/applications", body, Idempotency_Key=key)
    expect(again.document == made and again.headers.get("Idempotency-Replayed") == "true", "no replay")
    other = machine.post("/api/v1/applications", {**body, "amount_cny": "500.00"}, Idempotency_Key=key)
    expect(other.status == 422, f"another body under the same key answered {other.status}")
    path = f"/api/v1/applications/{made['reference']}"
    reference = wait_for(lambda: machine.get(path).document["decision"], "the decision", seconds=10)
    decision: dict[str, Any] = machine.get(f"/api/v1/decisions/{reference}").document
    log.saw(f"sent {made['reference']} twice, once it counted; decided as {reference}: {decision['outcome']}")
    return decision


def _read(machine: Machine, decision: dict[str, Any], log: Log) -> None:
    path = f"/api/v1/decisions/{decision['reference']}/explanation?lang="
    english, chinese = machine.get(path + "en"), machine.get(path + "zh-hans")
    codes = [reason["code"] for reason in english.document["reasons"]]
    expect(codes and codes == [reason["code"] for reason in chinese.document["reasons"]], "no reasons")
    expect(english.document["reasons"][0]["title"] != chinese.document["reasons"][0]["title"], "one language")
    again = machine.get(path + "en", **{"If-None-Match": english.headers["ETag"]})
    expect(again.status == 304, f"an unchanged explanation answered {again.status}")
    log.saw(f"read why in both languages: {', '.join(codes)}, score {decision['score']}; 304 the second time")
    foreign = machine.get("/api/v1/decisions/DE-0000-0000")
    expect(foreign.status == 404 and foreign.document["code"] == "not-found", "a foreign reference is known")


def _appeal(machine: Machine, decision: dict[str, Any], log: Log) -> None:
    path = f"/api/v1/decisions/{decision['reference']}"
    code = machine.get(f"{path}/explanation?lang=en").document["reasons"][0]["code"]
    body = {"grounds": [{"reason": code, "claim": "WRONG"}], "statement": "The customer says this is wrong."}
    opened = machine.post(f"{path}/appeals", body)
    appeal = _made(opened)
    place = f"/api/v1/appeals/{appeal['reference']}"
    paper = make_pdf(f"partner-{appeal['reference']}")
    file = _made(
        machine.post(
            f"{place}/evidence?reason={code}&kind=V29", body=paper.content, Content_Type=paper.media_type,
            Content_Disposition=f"attachment; filename={paper.name}",
        )
    )  # fmt: skip
    stale = machine.post(f"{place}/submit", If_Match=opened.headers["ETag"])
    expect(stale.status == 412, f"an old version was taken: {stale.status}")
    etag = machine.get(place).headers["ETag"]
    sent = machine.post(f"{place}/submit", If_Match=etag)
    expect(sent.status == 200, f"the appeal was not sent: {sent.status}")
    queued = wait_for(lambda: _when(machine.get(place), "QUEUED"), f"{appeal['reference']} in the queue")
    expect("statement" not in queued, "the person's own words come back")
    log.saw(f"appealed {code} as {appeal['reference']} with {file['reference']}: {queued['status_label']}")


def _when(answer: Answer, status: str) -> dict[str, Any] | None:
    return answer.document if answer.document["status"] == status else None


def _made(answer: Answer) -> dict[str, Any]:
    expect(answer.status == 201, f"answered {answer.status}: {answer.document}")
    made: dict[str, Any] = answer.document
    return made


def _person(today: date) -> dict[str, Any]:
    body = (
        f"1101011990{secrets.randbelow(12) + 1:02}{secrets.randbelow(28) + 1:02}{secrets.randbelow(1000):03}"
    )
    seen_on = (today - timedelta(days=7)).isoformat()
    return {
        "kind": "PERSON", "name": "\u9648\u5c0f\u6625", "id_number": body + check_character(body),
        "phone": "13900139000", "bank_card": "6222021234567890128", "language": "en",
        "consents": ["credit_report", "bank_flows"],
        "facts": [
            {"characteristic": name, "value": value, "source": source, "observed_on": seen_on}
            for name, (value, source) in _FACTS.items()
        ],
    }  # fmt: skip

"""The firm never sees a person's own number: not on a page, in a letter, an answer of the API, or a copy."""

import json

import pytest

from accounts.actors import Actor
from accounts.models import User
from applicants.copying import gather
from applicants.models import Applicant
from applicants.related import agree, invite_person
from decisions.explaining import explain
from decisions.models import Decision
from decisions.related import own_score
from notifications.models import Letter, Message
from outbox.draining import drain
from tests.factories.decisions import NOW, application_of, sample_applicant
from tests.factories.partners import Partner
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(catalogues: None, ada: User, ben: User, eve: User, lender: Actor) -> tuple[Decision, set[str]]:
    """A decision about Ada's firm with Ben and Eve behind it, and their own scores."""
    firm = sample_applicant("hengxin", user=ada)
    Applicant.objects.filter(pk=firm.pk).update(client_id="lender")
    for user, key, role in ((ben, "li_na", "LEGAL_REPRESENTATIVE"), (eve, "zhao_ming_after", "SHAREHOLDER")):
        related = invite_person(
            firm=firm, name="X", email=user.email, role=role, share_pct="40", by=acting(ada), now=NOW
        )
        agree(related=related, person=sample_applicant(key, user=user), by=acting(user), now=NOW)
    application_of(
        firm, by=lender, client_id="lender", product="sme_working_capital", amount_cny=500_000,
        purpose="inventory",
    )  # fmt: skip
    drain(clock=lambda: NOW)
    own = {str(own_score(person=user.applicant, now=NOW)) for user in (ben, eve)}
    return Decision.objects.select_related("applicant", "policy", "line", "application").get(), own


def test_no_door_tells_it(decided: tuple[Decision, set[str]], ada: User, lender: Actor) -> None:
    decision, own = decided
    assert own == {"608", "723"}
    assert decision.facts["related_person_score"]["value"] == 650
    explained = [explain(decision=decision, language=one, now=NOW) for one in ("en", "zh-hans")]
    partner = Partner(lender)
    answer = partner.client.get(f"/api/v1/decisions/{decision.reference}", headers=partner.headers)
    client = signed_in(ada)
    told = {
        "explanation": json.dumps(explained, default=str), "api": answer.content.decode(),
        "letters": " ".join(str(one.body) for one in Letter.objects.filter(applicant=decision.applicant)),
        "messages": " ".join(Message.objects.values_list("body_text", flat=True)),
        "page": words(client.get(address("decision", decision.reference))),
        "company": words(client.get(address("company"))),
        "copy": json.dumps(gather(decision.applicant, NOW), ensure_ascii=False, default=str),
    }  # fmt: skip
    assert answer.status_code == 200
    assert "650" in told["explanation"]
    numbers = {place: {one for one in own if f" {one}" in text or f">{one}<" in text or f'"{one}"' in text}
               for place, text in told.items()}  # fmt: skip
    assert {place: found for place, found in numbers.items() if found} == {}

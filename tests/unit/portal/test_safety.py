"""Unusual use of an account: the owner alone says "this was me", and what waited goes on."""

import pytest

from accounts.actors import Actor
from accounts.models import User
from applicants.disputing import open_dispute
from applicants.facts import record_fact
from applicants.models import Applicant, Fact
from applicants.safety import SafetyBarredError, confirm_safety, read_safety
from audit.models import Event
from core.clock import now
from core.errors import NotFoundError
from decisions.models import Decision
from decisions.samples import apply_for
from decisions.waking import wake_holds
from outbox.models import Outbox
from tests.factories.decisions import known_as, sample_applicant
from tests.people import acting, person
from tests.unit.portal.browsing import address, signed_in, visitor, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
PASSWORD = "correct horse battery staple"


@pytest.fixture
def owner() -> User:
    return person("Ada", password=PASSWORD)


@pytest.fixture
def held(owner: User) -> Decision:
    """An application that waits, because of a sign-in on a new device."""
    applicant = sample_applicant("ordinary", user=owner, now=now())
    record_fact(
        applicant=applicant, characteristic="open_safety_flags", value=1, source="account_safety",
        observed_on=now().date(), detail={"flag": "new_device", "date": now().date().isoformat()},
        by=acting(owner), now=now(),
    )  # fmt: skip
    return apply_for(applicant=applicant, sample=known_as("ordinary"), by=acting(owner), now=now())


def flags(applicant: Applicant) -> list[tuple[object, str]]:
    rows = Fact.objects.filter(applicant=applicant, characteristic="open_safety_flags").order_by("id")
    return list(rows.values_list("value", "source"))[-2:]


def test_the_owner_signs_in_afresh_and_the_application_goes_on(held: Decision, owner: User) -> None:
    client = signed_in(owner)
    page = words(client.get(address("decision", held.reference)))
    assert f'class="button" href="{address("safety")}"' in page
    assert "a sign-in on a new device" in words(client.get(address("safety")))
    asked = client.post(address("safety"), {"says": "me"})
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert flags(held.applicant)[-1] == (1, "account_safety")
    answer = client.post(asked["Location"], {"password": PASSWORD}, follow=True)
    assert "this is settled" in words(answer)
    assert flags(held.applicant) == [(1, "account_safety"), (0, "safety_confirmation")]
    assert wake_holds(now=now()) == 1
    newest = Decision.objects.latest("pk")
    assert newest.supersedes == held
    assert newest.outcome != "hold"


def test_the_profile_names_the_own_confirmation_only_where_there_is_one(held: Decision, owner: User) -> None:
    assert "your own confirmation" not in words(signed_in(owner).get(address("profile"))).lower()
    confirm_safety(applicant=held.applicant, by=acting(owner), now=now())
    assert "your own confirmation" in words(signed_in(owner).get(address("profile"))).lower()


def test_once_is_enough_and_is_written_down_once(held: Decision, owner: User) -> None:
    before = Event.objects.count(), Outbox.objects.count()
    said = [confirm_safety(applicant=held.applicant, by=acting(owner), now=now()) for _again in range(2)]
    assert said == [True, False]
    assert (Event.objects.count(), Outbox.objects.count()) == (before[0] + 1, before[1] + 1)
    assert read_safety(held.applicant).confirmed_on is not None


def test_nobody_else_can_say_it(held: Decision, eve: User, cleo: User, owner: User) -> None:
    helper = Actor.for_helper(helper=eve, owner=owner, may_write=True, may_send=True)
    for by in (acting(eve), acting(cleo), helper):
        with pytest.raises(NotFoundError):
            confirm_safety(applicant=held.applicant, by=by, now=now())
    assert signed_in(eve).get(address("safety")).status_code == 404
    assert visitor().post(address("safety")).status_code == 302


def test_a_word_is_not_enough_while_somebody_else_may_use_the_name(held: Decision, owner: User) -> None:
    by = acting(owner)
    open_dispute(
        applicant=held.applicant, characteristic="worst_dpd_24m", claim="Not mine.", by=by, now=now()
    )
    with pytest.raises(SafetyBarredError):
        confirm_safety(applicant=held.applicant, by=by, now=now())
    page = words(signed_in(owner).get(address("safety")))
    assert "This was me" not in page
    assert "This was not me" in page


def test_not_me_puts_every_other_sign_in_out(held: Decision, owner: User) -> None:
    mine, theirs = signed_in(owner), signed_in(owner)
    for client in (mine, theirs):
        client.get(address("profile"))
    answer = mine.post(address("safety"), {"says": "not_me"})
    assert answer["Location"] == "/accounts/password/change/"
    assert mine.get(address("profile")).status_code == 200
    assert theirs.get(address("profile")).status_code == 302
    assert flags(held.applicant)[-1] == (1, "account_safety")


def test_the_reason_page_leads_there_while_it_is_open(held: Decision, owner: User) -> None:
    page, link = address("reason", held.reference, "S06"), f'class="button" href="{address("safety")}"'
    assert link in words(signed_in(owner).get(page))
    confirm_safety(applicant=held.applicant, by=acting(owner), now=now())
    assert link not in words(signed_in(owner).get(page))

"""Who lets somebody help is told when it begins and when it ends, however it ends, each once."""

from datetime import timedelta

import pytest

from accounts.models import User
from applicants.helping import end_past_grants, list_helped, name_helper, revoke_helper
from applicants.models import Applicant, HelperGrant
from audit.queries import list_events
from notifications.models import Message
from notifications.preferences import save_settings
from outbox.draining import drain
from tests.factories.decisions import NOW, catalogues, sample_applicant
from tests.people import acting

__all__ = ["catalogues"]
LATER = NOW + timedelta(days=8)


@pytest.fixture
def li_na(catalogues: None, ada: User) -> Applicant:
    return sample_applicant("li_na", user=ada)


def helped_by(li_na: Applicant, ben: User) -> HelperGrant:
    assert li_na.user is not None
    return name_helper(
        applicant=li_na, name="Benjamin", email=ben.email, scope="SEE", days="7", by=acting(li_na.user),
        now=NOW,
    )  # fmt: skip


def told(kind: str) -> list[Message]:
    drain(clock=lambda: LATER)
    return list(Message.objects.filter(kind=kind))


def test_naming_a_helper_is_told_without_a_name(li_na: Applicant, ben: User) -> None:
    grant = helped_by(li_na, ben)
    (message,) = told("HELPER_NAMED")
    assert (message.applicant, message.about) == (li_na, grant.reference)
    assert "27 Nov 2026" in message.body_text
    assert grant.reference in message.body_text
    assert "Benjamin" not in message.subject_text + message.body_text
    assert dict(message.deliveries.values_list("channel", "state")) == {"IN_APP": "SENT", "EMAIL": "SENT"}


def test_the_mail_about_a_new_helper_cannot_be_put_off(li_na: Applicant, ben: User) -> None:
    assert li_na.user is not None
    save_settings(
        user=li_na.user, digest="WEEKLY", quiet_from=None, quiet_until=None,
        switched_off=["HELPER_NAMED:EMAIL"], now=NOW,
    )  # fmt: skip
    helped_by(li_na, ben)
    (message,) = told("HELPER_NAMED")
    assert dict(message.deliveries.values_list("channel", "state")) == {"IN_APP": "SENT", "EMAIL": "SENT"}


def test_ending_it_is_told_once(li_na: Applicant, ben: User) -> None:
    grant = helped_by(li_na, ben)
    assert li_na.user is not None
    for _again in range(2):
        revoke_helper(grant=grant, by=acting(li_na.user), now=NOW)
    end_past_grants(LATER)
    (message,) = told("HELPER_ENDED")
    assert f"Permission {grant.reference} to help you has ended." in message.body_text
    assert "You ended it." in message.body_text


def test_running_out_is_told_once(li_na: Applicant, ben: User) -> None:
    grant = helped_by(li_na, ben)
    end_past_grants(NOW + timedelta(days=6))
    assert told("HELPER_ENDED") == []
    for _again in range(2):
        end_past_grants(LATER)
    (message,) = told("HELPER_ENDED")
    assert "ended by itself" in message.body_text
    grant.refresh_from_db()
    assert (grant.revoked_at, list_helped(user=ben, now=LATER)) == (grant.expires_at, [])
    assert [one.verb for one in list_events(li_na.reference)].count("helper:lapsed") == 1


def test_naming_the_same_person_again_ends_the_past_permission_first(li_na: Applicant, ben: User) -> None:
    helped_by(li_na, ben)
    assert li_na.user is not None
    again = {"name": "Ben", "email": ben.email, "scope": "SEND", "days": "30"}
    name_helper(applicant=li_na, by=acting(li_na.user), now=LATER, **again)
    assert len(told("HELPER_ENDED")) == 1
    assert len(told("HELPER_NAMED")) == 2


def test_whose_data_was_deleted_is_not_written_to(li_na: Applicant, ben: User) -> None:
    helped_by(li_na, ben)
    HelperGrant.objects.all().delete()
    assert told("HELPER_NAMED") == []

"""Whoever deletes their data gets one last mail, to the address as it was; then the address is gone too."""

import pytest

from accounts.models import AccountMail
from applicants import erasing
from applicants.erasing import ask_to_erase
from applicants.models import Applicant
from applicants.registers import Hold
from outbox.models import Outbox
from tests.integration.test_mail import NOW, Mailbox, actor_of, ada, mailbox, rules, tell, work_until

__all__ = ["ada", "mailbox", "rules"]
pytestmark = pytest.mark.django_db


def test_whoever_deletes_their_data_is_told_so_once_and_then_the_address_is_gone(
    mailbox: Mailbox, ada: Applicant
) -> None:
    tell(ada)
    mailbox.answers = ["451 try later"]
    request = ask_to_erase(applicant=ada, is_sure=True, by=actor_of(ada), now=NOW)
    assert not mailbox.taken
    last = AccountMail.objects.get()
    assert (last.user, last.recipient) == (None, "ada@example.test")
    assert "ada@" not in str(list(Outbox.objects.values()))
    work_until(0)
    assert AccountMail.objects.get().recipient == "ada@example.test", "kept, sealed, until it has left"
    work_until(60)
    work_until(120)
    (mail,) = mailbox.taken
    assert mail["To"] == "ada@example.test"
    assert "\u5220\u9664" in mail["Subject"], "in the language of the account"
    assert request.reference in mail.get_content()
    assert "\u5f20\u7231\u8fbe" not in mail.get_content()
    kept = AccountMail.objects.get()
    assert (kept.recipient, kept.subject, kept.body) == ("", "", "")


def test_whose_data_must_stay_gets_no_mail_that_it_was_deleted(
    ada: Applicant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "list_holds", lambda _applicant, _now: [Hold("OPEN_APPEAL")])
    ask_to_erase(applicant=ada, is_sure=True, by=actor_of(ada), now=NOW)
    assert not AccountMail.objects.exists()

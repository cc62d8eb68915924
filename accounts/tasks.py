"""Work of accounts after commit: sending their mails, and forgetting what is over."""

from datetime import datetime

from accounts.clients import forget_old_tokens
from accounts.idempotency import forget_old_answers
from accounts.limits import forget_past_windows
from accounts.mailing import SEND_ACCOUNT_MAIL, forget_old_mails, send_mail
from accounts.models import Session
from outbox.periodic import periodic
from outbox.registry import Conclusion, Mode, Work, handles


@handles(SEND_ACCOUNT_MAIL, mode=Mode.LEASED, max_attempts=8, lease_seconds=60)
def send_account_mail(work: Work) -> Conclusion | None:
    """Send one mail about an account."""
    return send_mail(key=work.subject, now=work.now)


@periodic(seconds=3600)
def forget_what_is_over(now: datetime) -> None:
    """Delete expired answers, counts, mails, tokens and sessions."""
    forget_old_answers(now=now)
    forget_past_windows(now=now)
    forget_old_mails(now=now)
    forget_old_tokens(now=now)
    Session.objects.filter(expire_date__lt=now).delete()

"""Making commitments say nothing: the salts go, the chain stays whole."""

import hmac
from datetime import datetime

from django.db import transaction

from audit.hashing import commit_to
from audit.log import record
from audit.models import Event, Salt
from audit.verbs import Verb


def erase_private(*, subject: str, by: str, now: datetime) -> int:
    """Delete the salts of a subject's commitments for ever, and say so in the audit; return how many."""
    with transaction.atomic():
        count, _ = Salt.objects.filter(event__subject=subject).delete()
        if count:
            codes = {"commitments": count}
            record(verb=Verb.PRIVATE_ERASED, subject=subject, actor=by, now=now, codes=codes)
    return count


def is_committed(*, subject: str, seq: int, name: str, value: str) -> bool | None:
    """Return whether an event committed to this very value; None when there is no salt (any more)."""
    event = Event.objects.get(subject=subject, seq=seq)
    salt = Salt.objects.filter(event=event, name=name).values_list("salt", flat=True).first()
    if salt is None:
        return None
    return hmac.compare_digest(commit_to(name=name, value=value, salt=bytes(salt)), event.commitments[name])

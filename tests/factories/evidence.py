"""Applicants and the papers they sent."""

import itertools
from datetime import UTC, datetime
from typing import Any

from accounts.actors import Actor
from accounts.models import User
from applicants.models import Applicant, ApplicantKind
from core.references import new_reference
from evidence.models import Document
from evidence.scanning import check_document
from evidence.storing import store_document
from tests.factories import files

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
_numbers = itertools.count()


def applicant_of(user: User | None = None, **fields: Any) -> Applicant:
    """The applicant that a user is; or one that nobody signs in for."""
    given = {"kind": ApplicantKind.PERSON, "name": "\u674e\u5a1c", "created_at": NOW, "language": "en"}
    return Applicant.objects.create(**{**given, "reference": new_reference("CU"), "user": user, **fields})


def send(applicant: Applicant, *, by: Actor, content: bytes | None = None, kind: str = "V01") -> Document:
    """A stored paper that waits for its checks; each one is different unless the content is given."""
    fresh = files.pdf(owner_password=f"copy {next(_numbers)}")
    return store_document(
        applicant=applicant, kind=kind, upload=[content or fresh], name="payslip.pdf",
        declared_type="application/pdf", by=by, now=NOW,
    )  # fmt: skip


def check(document: Document) -> Document:
    """The paper after its checks ran."""
    from django.db import transaction

    conclude = check_document(reference=document.reference, now=NOW)
    if conclude is not None:
        with transaction.atomic():
            conclude()
    document.refresh_from_db()
    return document

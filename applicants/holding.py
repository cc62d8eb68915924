"""What this app holds about an applicant, who looked at it, and what goes when data is deleted."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from applicants.models import (
    Applicant,
    ApplicantKind,
    Consent,
    DataRequest,
    Dispute,
    DisputeState,
    Fact,
    HelperGrant,
    IdentityCheck,
    OwnStatement,
    Receivable,
    RelatedPerson,
    ShareLink,
    Sheet,
    SourceCheck,
)
from applicants.registers import Hold, Look, Rows, dump, dump_all, erases, holds, holds_back, noted_looks
from audit.erasing import erase_private
from audit.queries import list_latest
from audit.verbs import Verb

_LOOKS = {
    Verb.APPLICANT_VIEWED: "IDENTITY", Verb.APPLICANT_SEARCHED: "SEARCH", Verb.SHARE_OPENED: "LINK",
    Verb.DATA_TAKEN: "COPY", Verb.DISPUTE_VIEWED: "DISPUTE",
}  # fmt: skip


@holds("identity", title=_("Who you are"))
def read_identity(applicant: Applicant) -> Rows:
    """The applicant's own row, with the account."""
    user = applicant.user
    account = {"email": user.email, "account_since": user.date_joined.isoformat()} if user else {}
    return [{**dump(applicant), **account}]


@holds("facts", title=_("Facts, with source and date, also those that were replaced"))
def read_facts(applicant: Applicant) -> Rows:
    """Every fact that was ever recorded."""
    return dump_all(Fact.objects.filter(applicant=applicant).order_by("id"), "recorded_by")


@holds("current_facts", title=_("Facts that count today"))
def read_sheet(applicant: Applicant) -> Rows:
    """The current sheet."""
    return dump_all(Sheet.objects.filter(applicant=applicant))


@holds("consents", title=_("Consents per source"))
def read_consents(applicant: Applicant) -> Rows:
    """Every consent, given and withdrawn."""
    return dump_all(Consent.objects.filter(applicant=applicant).order_by("id"))


@holds("identity_checks", title=_("Identity checks"))
def read_checks(applicant: Applicant) -> Rows:
    """What the identity service answered."""
    return dump_all(IdentityCheck.objects.filter(applicant=applicant).order_by("id"))


@holds("firms", title=_("Firms and people behind them"))
def read_related(applicant: Applicant) -> Rows:
    """Of a person the firms that named it; of a firm its list, without what belongs to the people."""
    if applicant.kind == ApplicantKind.FIRM:
        return dump_all(RelatedPerson.objects.filter(firm=applicant).order_by("id"))
    rows = RelatedPerson.objects.filter(person=applicant).select_related("firm").order_by("id")
    return [{**dump(row), "firm": row.firm.reference} for row in rows]


@holds("invoices", title=_("Invoices"))
def read_receivables(applicant: Applicant) -> Rows:
    """The invoices that a firm stated."""
    return dump_all(Receivable.objects.filter(firm=applicant).order_by("id"))


@holds("disputes", title=_("Records that you said are wrong"))
def read_disputes(applicant: Applicant) -> Rows:
    """Every dispute with its answer."""
    return dump_all(Dispute.objects.filter(applicant=applicant).order_by("id"), "opened_by")


@holds("statements", title=_("What you say beside records"))
def read_statements(applicant: Applicant) -> Rows:
    """Every statement of one's own that stands."""
    return dump_all(OwnStatement.objects.filter(applicant=applicant).order_by("id"))


@holds("source_checks", title=_("What we asked where records came from"))
def read_source_checks(applicant: Applicant) -> Rows:
    """Every question to the source of a disputed record, and its reply."""
    return dump_all(SourceCheck.objects.filter(dispute__applicant=applicant).order_by("id"))


@holds("helpers", title=_("Helpers"))
def read_helpers(applicant: Applicant) -> Rows:
    """Everybody who was allowed to help."""
    return dump_all(HelperGrant.objects.filter(applicant=applicant).order_by("id"))


@holds("links", title=_("Links that you shared"))
def read_links(applicant: Applicant) -> Rows:
    """Every link, without its token, which nobody holds."""
    return dump_all(ShareLink.objects.filter(applicant=applicant).order_by("id"))


@holds("requests", title=_("Requests about your data"))
def read_requests(applicant: Applicant) -> Rows:
    """Every request, without the copies themselves."""
    return dump_all(DataRequest.objects.filter(applicant=applicant).order_by("id"), "body")


@noted_looks
def list_own_looks(applicant: Applicant, limit: int) -> list[Look]:
    """Looks at the identity and at disputed records, searches, opened links and copies that were taken."""
    events = list_latest(applicant.reference, verbs=[verb.value for verb in _LOOKS], limit=limit)
    return [
        Look(event.at, event.actor, _LOOKS[Verb(event.verb)], _looked_at(event.codes, event.subject))
        for event in events
    ]


def _looked_at(codes: Mapping[str, Any], subject: str) -> str:
    """What was opened by its own reference: a disputed record, a link or a copy; else the person."""
    return next((str(codes[name]) for name in ("dispute", "link", "request") if name in codes), subject)


@holds_back
def list_own_holds(applicant: Applicant, now: datetime) -> Iterable[Hold]:
    """A record that is being checked, and a firm that counts on the person."""
    if Dispute.objects.filter(applicant=applicant, state=DisputeState.OPEN).exists():
        yield Hold("OPEN_DISPUTE")
    if RelatedPerson.objects.filter(person=applicant, withdrawn_at=None, removed_at=None).exists():
        yield Hold("COUNTS_FOR_A_FIRM")


@erases
def erase_own(applicant: Applicant, now: datetime) -> Mapping[str, int]:
    """Identity, sheet, helpers, links, copies; and the salts, so that the audit's commitments say nothing."""
    helpers, _all = HelperGrant.objects.filter(applicant=applicant).delete()
    links, _all = ShareLink.objects.filter(applicant=applicant).delete()
    copies = DataRequest.objects.filter(applicant=applicant).update(body="")
    receivables, _all = Receivable.objects.filter(firm=applicant).delete()
    Dispute.objects.filter(applicant=applicant).update(claim="", answer="", extension_reason="")
    OwnStatement.objects.filter(applicant=applicant).delete()
    RelatedPerson.objects.filter(person=applicant).update(name="", email="", email_index=b"")
    Sheet.objects.filter(applicant=applicant).update(facts={}, updated_at=now)
    Applicant.objects.filter(pk=applicant.pk).update(
        name="", id_number="", id_number_index=None, birth_date="", phone="", phone_index=None, bank_card="",
        bank_card_index=None, erased_at=now,
    )  # fmt: skip
    salts = erase_private(subject=applicant.reference, by="site", now=now)
    return {
        "identity": 1, "helpers": helpers, "links": links, "copies": copies, "invoices": receivables,
        "salts": salts,
    }  # fmt: skip

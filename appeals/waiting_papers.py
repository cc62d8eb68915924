"""Papers for a decision that waits for a person: sent by its owner, seen by the colleague who decides."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from appeals.models import WaitingPapers
from appeals.papers import Paper, check_number, store_papers
from applicants.models import Applicant
from audit.log import record
from audit.verbs import Verb
from core.audiences import ExternalText
from core.errors import ConflictError, InputError, NotFoundError
from core.texts import clean_text
from decisions.models import Decision, DecisionKind, Outcome
from decisions.reason_catalogue import get_reasons
from evidence.catalogue import EvidenceKind, UnknownKindError, list_kinds
from evidence.models import Document

_LONGEST: Final = 2000
_NOTHING: Final = _("Write something, or send a paper.")


class NotWaitingError(ConflictError):
    """The decision does not wait for a person, or not any more."""

    code = "decision-not-waiting"
    default_message = _("Somebody has decided already. If you do not agree, ask us to look again.")


def waits_for_papers(decision: Decision, newer: str | None) -> bool:
    """Whether a colleague still has to decide, and would see what is sent; `newer` took its place, if any."""
    return newer is None and (decision.outcome, decision.kind) == (Outcome.REFER, DecisionKind.APPLICATION)


def kinds_that_help(decision: Decision) -> list[EvidenceKind]:
    """The kinds of paper that can move one of its reasons, in the order of the catalogue."""
    known = get_reasons()
    wanted = {kind for reason in decision.reasons.all() for kind in known[reason.code].evidence}
    return [kind for kind in list_kinds() if kind.code in wanted]


def list_sent(decisions: Iterable[Decision]) -> list[WaitingPapers]:
    """What was sent for the applications of these decisions, oldest first."""
    applications = {one.application_id for one in decisions}
    rows = WaitingPapers.objects.filter(decision__application__in=applications).order_by("pk")
    return list(rows.select_related("decision").prefetch_related("documents"))


def send_papers(
    *,
    decision: Decision,
    words: str = "",
    kind: str = "",
    papers: Sequence[Paper] = (),
    again: Sequence[Document] = (),
    by: Actor,
    now: datetime,
) -> WaitingPapers:
    """Keep what the person sends for a decision that waits; sending the same twice is once.

    `again` are files that were sent before.
    """
    is_own = by.user_id is not None and decision.applicant.user_id == by.user_id and not by.hand
    if not is_own or any(one.applicant_id != decision.applicant_id for one in again):
        raise NotFoundError
    _check_waits(decision)
    text = clean_text(words, field="words", limit=_LONGEST)
    check_number(papers, again)
    problems = _problems(decision, text, kind, papers, again)
    if problems:
        raise InputError(fields=problems)
    applicant = decision.applicant
    documents = [*again, *store_papers(applicant=applicant, kind=kind, papers=papers, by=by, now=now)]
    with transaction.atomic():
        # Whoever decides a referral holds the same lock.
        Applicant.objects.select_for_update().only("pk").get(pk=applicant.pk)
        _check_waits(decision)
        before = decision.papers_sent.order_by("pk").last()
        if before is not None and _holds(before, text, documents):
            return before
        sent = WaitingPapers.objects.create(
            decision=decision, text=ExternalText(text), sent_at=now, sent_by=by.code
        )
        sent.documents.set(documents)
        record(
            verb=Verb.PAPERS_SENT, subject=decision.reference, actor=by.code, now=now,
            codes={"papers": [one.reference for one in documents]},
        )  # fmt: skip
    return sent


def _check_waits(decision: Decision) -> None:
    newer = Decision.objects.filter(supersedes=decision).values_list("reference", flat=True).first()
    if not waits_for_papers(decision, newer):
        raise NotWaitingError


def _problems(
    decision: Decision, text: str, kind: str, papers: Sequence[Paper], again: Sequence[Document]
) -> dict[str, list[str | Promise]]:
    if not (text or papers or again):
        return {"words": [_NOTHING]}
    is_known = kind in {one.code for one in kinds_that_help(decision)}
    return {"kind": [UnknownKindError.default_message]} if papers and not is_known else {}


def _holds(sent: WaitingPapers, text: str, documents: Sequence[Document]) -> bool:
    """Whether the same was sent just before."""
    kept = {one.pk for one in sent.documents.all()}
    return str(sent.text) == text and kept == {one.pk for one in documents}

"""The reasons grid: what was said to the applicant, what it was made from, the claim, the evidence, the findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from appeals.appealability import get_reason
from appeals.inputs import DisputedInput, disputed_inputs
from appeals.models import Appeal, Attachment, Ground
from applicants.characteristics import get_dictionary
from creditportal.staff.forms import AssessForm, CaseForm, FindingForm
from creditportal.staff.showing import DESK_ZONE
from evidence.catalogue import EvidenceKind, get_kind
from evidence.models import Document, DocumentState, ScanResult
from evidence.problems import describe_problem

Forms = Mapping[str, CaseForm]


@dataclass(frozen=True)
class Paper:
    """One document offered for a reason."""

    attachment: Attachment
    document: Document
    kind: EvidenceKind
    is_ready: bool
    is_scanned: bool
    is_expired: bool
    problem: str
    form: CaseForm


@dataclass(frozen=True)
class ContestedInput:
    """One input of the decision with its finding or the form for one."""

    given: DisputedInput
    anchor: str
    form: CaseForm | None


@dataclass(frozen=True)
class ContestedReason:
    """One contested reason with all that belongs to it."""

    ground: Ground
    text: Mapping[str, Any]
    own: list[ContestedInput]
    others: list[ContestedInput]
    papers: list[Paper]
    is_other_open: bool


def assess_key(code: str, document: Document) -> str:
    """The name of the form that assesses a document."""
    return f"assess-{code}-{document.reference}"


def finding_key(code: str, characteristic: str) -> str:
    """The name of the form that records a finding."""
    return f"{code}-{characteristic}"


def list_reasons(
    appeal: Appeal, texts: Mapping[str, Mapping[str, Any]], forms: Forms, *, language: str, now: datetime
) -> list[ContestedReason]:
    """Every contested reason in the order of the decision."""
    grounds = disputed_inputs(appeal, language)
    order = list(texts)
    found = [_reason(appeal, ground.ground, ground.inputs, texts, forms, now) for ground in grounds]
    return sorted(
        found, key=lambda reason: order.index(reason.ground.code) if reason.ground.code in order else 99
    )


def build_finding_form(
    appeal: Appeal, ground: Ground, characteristic: str, *, now: datetime, data: Any = None
) -> FindingForm:
    """The form for a finding on one input, with the papers that were not turned down."""
    usable = [
        (item.document, f"{get_kind(item.document.kind).label} · {item.document.reference}")
        for item in ground.attachments.all()
        if item.document.state == DocumentState.READY and item.accepted is not False
    ]
    return FindingForm(
        data,
        key=finding_key(ground.code, characteristic),
        characteristic=get_dictionary()[characteristic],
        documents=usable,
        today=now.astimezone(DESK_ZONE).date(),
        initial={"version": appeal.version},
    )


def _reason(
    appeal: Appeal,
    ground: Ground,
    inputs: Sequence[DisputedInput],
    texts: Mapping[str, Mapping[str, Any]],
    forms: Forms,
    now: datetime,
) -> ContestedReason:
    entry = get_reason(ground.code)
    own_names = set(entry["inputs"])
    shown = [
        ContestedInput(
            given=item,
            anchor=finding_key(ground.code, item.characteristic),
            form=forms.get(finding_key(ground.code, item.characteristic)),
        )
        for item in inputs
    ]
    others = [item for item in shown if item.given.characteristic not in own_names]
    return ContestedReason(
        ground=ground,
        text=texts.get(ground.code, {}),
        own=[item for item in shown if item.given.characteristic in own_names],
        others=others,
        papers=[_paper(appeal, ground, item, forms, now) for item in ground.attachments.all()],
        is_other_open=any(item.form or item.given.finding for item in others),
    )


def _paper(appeal: Appeal, ground: Ground, attachment: Attachment, forms: Forms, now: datetime) -> Paper:
    document = attachment.document
    kind, key = get_kind(document.kind), assess_key(ground.code, document)
    return Paper(
        attachment=attachment,
        document=document,
        kind=kind,
        is_ready=document.state == DocumentState.READY,
        is_scanned=document.scan == ScanResult.CLEAN,
        is_expired=_is_expired(document.issued_on, kind, appeal.submitted_at or now),
        problem=describe_problem(document.problem) if document.problem else "",
        form=forms.get(key) or AssessForm(key=key, initial={"version": appeal.version}),
    )


def _is_expired(issued_on: date | None, kind: EvidenceKind, sent_at: datetime) -> bool:
    if issued_on is None or kind.valid_days is None:
        return False
    return issued_on + timedelta(days=kind.valid_days) < sent_at.astimezone(DESK_ZONE).date()

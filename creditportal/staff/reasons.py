"""The reasons grid: what the applicant was told, what it was made from, claim, evidence and findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appeals.appealability import PERSON_GROUND, get_reason
from appeals.correcting import list_corrections
from appeals.inputs import DisputedInput, disputed_inputs
from appeals.models import Appeal, Attachment, Ground
from appeals.verification import is_young_enough
from applicants.characteristics import get_dictionary
from applicants.showing import language_key
from creditportal.staff.forms import AssessForm, CaseForm, FindingForm
from creditportal.staff.showing import DESK_ZONE
from evidence.catalogue import EvidenceKind, get_kind
from evidence.models import Document, DocumentState, ScanResult
from evidence.problems import describe_problem

Forms = Mapping[str, CaseForm]
_PERSON_CAPTIONS: Final = (_("The data the reasons were made from"), _("Other data of the decision"))


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
    points: Sequence[tuple[str, bool | None]]
    duplicates: Sequence[str]
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

    @property
    def own_caption(self) -> str | Promise:
        """What the data of the reason itself is called."""
        return _PERSON_CAPTIONS[0] if self._is_for_a_person else _("The data this reason was made from")

    @property
    def others_caption(self) -> str | Promise:
        """What the other data that may be corrected is called."""
        return _PERSON_CAPTIONS[1] if self._is_for_a_person else _("Other data that this evidence can prove")

    @property
    def _is_for_a_person(self) -> bool:
        return self.ground.code == PERSON_GROUND


def assess_key(code: str, document: Document) -> str:
    """The name of the form that assesses a document."""
    return f"assess-{code}-{document.reference}"


def finding_key(code: str, characteristic: str) -> str:
    """The name of the form that records a finding."""
    return f"{code}-{characteristic}"


@dataclass(frozen=True)
class Grid:
    """What the whole grid has in common."""

    appeal: Appeal
    texts: Mapping[str, Mapping[str, Any]]
    forms: Forms
    is_reviewing: bool
    now: datetime
    duplicates: Mapping[str, Sequence[str]] = field(default_factory=dict)


def list_reasons(grid: Grid, language: str) -> list[ContestedReason]:
    """Every contested reason in the order of the decision."""
    order = {code: place for place, code in enumerate(grid.texts)}
    grounds = disputed_inputs(grid.appeal, language)
    found = [_reason(grid, item.ground, item.inputs, language) for item in grounds]
    return sorted(found, key=lambda reason: order.get(reason.ground.code, len(order)))


def build_finding_form(
    appeal: Appeal, code: str, characteristic: str, *, now: datetime, data: Any = None
) -> FindingForm:
    """The form for a finding on one input, with the papers of the appeal that were not turned down."""
    attachments = [item for ground in appeal.grounds.all() for item in ground.attachments.all()]
    usable = {
        item.document: f"{get_kind(item.document.kind).label} \u00b7 {item.document.reference}"
        for item in attachments
        if item.document.state == DocumentState.READY and item.accepted is not False
    }
    return FindingForm(
        data,
        key=finding_key(code, characteristic),
        characteristic=get_dictionary()[characteristic],
        documents=list(usable.items()),
        today=now.astimezone(DESK_ZONE).date(),
        initial={"version": appeal.version, **_corrected(appeal, characteristic)},
    )


def _corrected(appeal: Appeal, characteristic: str) -> dict[str, Any]:
    """What the form proposes where the record was corrected at its source meanwhile."""
    dispute = list_corrections(appeal).get(characteristic)
    fact = dispute.new_fact if dispute is not None else None
    if fact is None:
        return {}
    field = "state" if isinstance(fact.value, str | bool) else "value"
    value = str(fact.value).lower() if isinstance(fact.value, bool) else fact.value
    return {field: value, "observed_on": fact.observed_on}


def _reason(grid: Grid, ground: Ground, inputs: Sequence[DisputedInput], language: str) -> ContestedReason:
    # Who is asked to decide as a person has all reasons of the decision before him.
    codes = grid.texts if ground.code == PERSON_GROUND else (ground.code,)
    own_names = {name for code in codes for name in get_reason(code)["inputs"]}
    shown = [_input(grid, ground.code, item) for item in inputs]
    others = [item for item in shown if item.given.characteristic not in own_names]
    return ContestedReason(
        ground=ground,
        text=grid.texts.get(ground.code) or _own_words(ground.code, language),
        own=[item for item in shown if item.given.characteristic in own_names],
        others=others if grid.is_reviewing else [item for item in others if item.given.finding],
        papers=[_paper(grid, ground, item) for item in ground.attachments.all()],
        is_other_open=any(item.form or item.given.finding or item.given.corrected_value for item in others),
    )


def _own_words(code: str, language: str) -> Mapping[str, str]:
    """The catalogue's words for a ground that is no reason of the decision: a person is asked to decide."""
    entry, key = get_reason(code), language_key(language)
    return {name: entry[name][key] for name in ("title", "meaning", "data")}


def _input(grid: Grid, code: str, given: DisputedInput) -> ContestedInput:
    anchor = finding_key(code, given.characteristic)
    return ContestedInput(given=given, anchor=anchor, form=grid.forms.get(anchor))


def _paper(grid: Grid, ground: Ground, attachment: Attachment) -> Paper:
    document = attachment.document
    kind, key = get_kind(document.kind), assess_key(ground.code, document)
    return Paper(
        attachment=attachment,
        document=document,
        kind=kind,
        is_ready=document.state == DocumentState.READY,
        is_scanned=document.scan == ScanResult.CLEAN,
        is_expired=not is_young_enough(attachment),
        problem=describe_problem(document.problem) if document.problem else "",
        points=[(point, attachment.checks.get(str(place))) for place, point in enumerate(kind.verify)],
        duplicates=grid.duplicates.get(document.sha256, ()),
        form=grid.forms.get(key)
        or AssessForm(key=key, points=kind.verify, initial={"version": grid.appeal.version}),
    )

"""What stands around a review: clocks, requests, more time, independence, conversation and remedy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db.models import prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Permission
from appeals.appealability import appeal_window
from appeals.clocks import ClockState, due_on, is_over, list_clocks, rule_by, statutory_days, target_on
from appeals.independence import CONFLICT_LABELS, Conflict
from appeals.models import (
    Acceptance,
    Appeal,
    AppealStatus,
    Extension,
    ExtensionState,
    FirstLook,
    Recusal,
    Relation,
    Request,
    RequestKind,
    RequestState,
    Stay,
)
from appeals.noting import Said, conversation
from appeals.requesting import most_rounds, usual_day
from appeals.signers import list_involved
from appeals.states import ENDED, Event, Status
from appeals.terms import list_refusal_reasons, terms_of
from creditportal.staff import case_forms
from creditportal.staff.colleagues import list_colleagues
from creditportal.staff.forms import CaseForm
from creditportal.staff.showing import day
from creditportal.staff.wording import CLOCKS
from evidence.catalogue import list_kinds

ACCEPT, NOT_ACCEPT, ASK, OUTSIDE, ANSWER = "accept", "not-accept", "ask", "outside", "answer"
LENGTHEN, NOTE, CARE, RECUSE, RELATION, ASSIGN = "lengthen", "note", "care", "recuse", "relation", "assign"
Forms = Mapping[str, CaseForm]
_DONE: Final = frozenset({*ENDED, Status.DECIDED, Status.REMEDY})
_PETITIONS: Final = frozenset({RequestKind.MORE_TIME, RequestKind.EXPEDITE})


@dataclass(frozen=True)
class ClockRow:
    """One clock in words."""

    state: ClockState
    label: Promise
    is_late: bool


@dataclass(frozen=True)
class Asked:
    """One request with what it does to the clocks, and the form that settles it where this person may."""

    request: Request
    effect: str
    answer_form: CaseForm | None = None
    settle_form: CaseForm | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has settled it yet."""
        return self.request.state == RequestState.OPEN


@dataclass(frozen=True)
class Around:
    """Everything but the review itself; a form is there where this person may use it now."""

    clocks: Sequence[ClockRow]
    acceptances: Sequence[Acceptance]
    last_day_to_send: datetime | None
    rule_by: date | None
    asked: Sequence[Asked]
    rounds: int
    most_rounds: int
    extensions: Sequence[Extension]
    open_extension: Extension | None
    can_lengthen: bool
    can_settle_extension: bool
    conflicts: Sequence[str | Promise]
    relations: Sequence[Relation]
    recusals: Sequence[Recusal]
    said: Sequence[Said]
    names: Mapping[str, str]
    looks: Sequence[FirstLook]
    stay: Stay | None
    can_confirm: bool
    can_note: bool
    forms: Mapping[str, CaseForm] = field(default_factory=dict)

    @property
    def open_petitions(self) -> int:
        """How many wishes of the applicant wait for this person's answer."""
        return sum(one.settle_form is not None for one in self.asked)


@dataclass(frozen=True)
class Here:
    """Who looks at which case, when, and what this person may do."""

    appeal: Appeal
    by: Actor
    may: frozenset[Event]
    conflicts: Sequence[Conflict]
    forms: Forms
    now: datetime

    @property
    def is_holder(self) -> bool:
        """Whether the case is on this person's desk."""
        return self.by.user_id is not None and self.appeal.claimed_by_id == self.by.user_id

    @property
    def is_running(self) -> bool:
        """Whether the appeal still waits for its answer."""
        return self.appeal.status not in _DONE

    @property
    def can_review(self) -> bool:
        """Whether this person reviews appeals at all."""
        return self.by.can(Permission.REVIEW_APPEAL)


def build_around(here: Here) -> Around:
    """What stands around the review as this person may see it now."""
    appeal = here.appeal
    prefetch_related_objects(
        [appeal], "extensions__proposed_by", "extensions__settled_by", "requests__items__document"
    )
    extensions = list(appeal.extensions.all())
    waiting = next((one for one in extensions if one.state == ExtensionState.PROPOSED), None)
    requests = list(appeal.requests.all())
    said = conversation(appeal, for_staff=True) if here.by.can(Permission.SEE_PERSONAL_DATA) else []
    may_settle = (here.is_holder or here.by.can(Permission.COUNTERSIGN)) and not here.conflicts
    return Around(
        clocks=[_clock(state) for state in list_clocks(appeal, here.now)],
        acceptances=list(appeal.acceptances.select_related("ruled_by")),
        last_day_to_send=appeal_window(appeal.decision).ends_at if _is_taken_in(appeal) else None,
        rule_by=rule_by(appeal),
        asked=[_asked(one, here, may_settle=may_settle) for one in requests],
        rounds=sum(one.kind == RequestKind.ITEMS for one in requests),
        most_rounds=most_rounds(),
        extensions=extensions,
        open_extension=waiting,
        can_lengthen=here.is_holder and here.is_running and waiting is None and _has_longer(here),
        can_settle_extension=waiting is not None and _can_settle(waiting, here),
        conflicts=[CONFLICT_LABELS[conflict] for conflict in here.conflicts],
        relations=_relations(appeal),
        recusals=list(appeal.recusals.select_related("user")),
        said=said,
        names=_names({line.who for line in said}),
        looks=list(appeal.first_looks.select_related("seen_by")),
        stay=_stay(appeal),
        can_confirm=Event.REMEDY_CONFIRMED in here.may,
        can_note=here.by.can(Permission.SEE_PERSONAL_DATA),
        forms={**_forms(here, waiting), **here.forms},
    )


def _can_settle(waiting: Extension, here: Here) -> bool:
    """Whether this person may be the second one who signs for more time."""
    may = here.by.can(Permission.COUNTERSIGN) and not here.conflicts
    return may and here.by.user_id not in list_involved(appeal=here.appeal, proposer=waiting.proposed_by_id)


def ask_form(appeal: Appeal, *, now: datetime, data: Any = None) -> case_forms.AskForm:
    """The form that asks the applicant for things."""
    who = "personal" if appeal.applicant.kind == "PERSON" else "enterprise"
    initial = {"version": appeal.version, "due_on": usual_day(appeal, now, "information")}
    return case_forms.AskForm(data, key=ASK, kinds=list_kinds(who=who), initial=initial)


def settle_key(request: Request) -> str:
    """The name of the form that answers a wish of the applicant."""
    return f"settle-{request.reference}"


def _forms(here: Here, waiting: Extension | None) -> dict[str, CaseForm]:
    appeal, may = here.appeal, here.may
    version = {"version": appeal.version}
    made: dict[str, CaseForm] = {}
    if Event.ACCEPT in may:
        late = {**version, "result": "LATE_ACCEPTED" if appeal.late_reason else "IN_TIME"}
        made[ACCEPT] = case_forms.AcceptForm(key=ACCEPT, initial=late)
        reasons = list_refusal_reasons()
        made[NOT_ACCEPT] = case_forms.NotAcceptForm(key=NOT_ACCEPT, reasons=reasons, initial=version)
    if Event.ASK_APPLICANT in may and not here.conflicts:
        made[ASK] = ask_form(appeal, now=here.now)
    if Event.ASK_THIRD_PARTY in may:
        chase = {**version, "chase_on": usual_day(appeal, here.now, "third_party")}
        made[OUTSIDE] = case_forms.AskOutsideForm(key=OUTSIDE, initial=chase)
    return made | _plain_forms(here, waiting)


def _plain_forms(here: Here, waiting: Extension | None) -> dict[str, CaseForm]:
    appeal = here.appeal
    version = {"version": appeal.version}
    made: dict[str, CaseForm] = {}
    if waiting is not None:
        made[LENGTHEN] = case_forms.YesOrNoForm(key=LENGTHEN, initial=version)
    if here.by.can(Permission.SEE_PERSONAL_DATA):
        made[NOTE] = case_forms.NoteForm(key=NOTE, initial=version)
    if here.can_review and here.is_running:
        made[RECUSE] = case_forms.RecuseForm(key=RECUSE, initial=version)
        made[RELATION] = case_forms.RelationForm(key=RELATION, initial=version)
        if not appeal.is_vulnerable:
            made[CARE] = case_forms.CareForm(key=CARE, initial=version)
    if here.may & {Event.ASSIGN, Event.HAND_OVER}:
        made[ASSIGN] = case_forms.AssignForm(key=ASSIGN, colleagues=list_colleagues(), initial=version)
    return made


def _clock(state: ClockState) -> ClockRow:
    return ClockRow(state=state, label=CLOCKS[state.clock], is_late=state.is_over and not state.is_stopped)


def _asked(request: Request, here: Here, *, may_settle: bool) -> Asked:
    is_open = request.state == RequestState.OPEN
    version = {"version": here.appeal.version}
    answer = settle = None
    if is_open and request.kind == RequestKind.THIRD_PARTY and here.is_holder:
        answer = here.forms.get(ANSWER) or case_forms.AnswerForm(key=ANSWER, initial=version)
    if is_open and request.kind in _PETITIONS and may_settle and here.can_review:
        key = settle_key(request)
        settle = here.forms.get(key) or case_forms.YesOrNoForm(key=key, initial=version)
    return Asked(request, _effect(request, here.appeal), answer, settle)


def _effect(request: Request, appeal: Appeal) -> str:
    """What a request does to the clocks, in a sentence."""
    law, target = day(due_on(appeal)), day(target_on(appeal))
    words = {
        RequestKind.ITEMS: _("Our own target waits for the answer. The legal date stays: %(law)s."),
        RequestKind.THIRD_PARTY: _("No clock waits. The legal date is %(law)s, our target %(target)s."),
        RequestKind.MORE_TIME: _("Our own target would wait longer. The legal date stays: %(law)s."),
        RequestKind.EXPEDITE: _("Our own target would come sooner: %(days)s working days in all."),
    }
    text = words.get(RequestKind(request.kind), "")
    return text % {"law": law, "target": target, "days": terms_of(appeal).urgent_days} if text else ""


def _is_taken_in(appeal: Appeal) -> bool:
    return bool(appeal.late_reason) or appeal.status in (AppealStatus.SCREENING, AppealStatus.NOT_ACCEPTED)


def _has_longer(here: Here) -> bool:
    """Whether the law allows a longer period, and the present one has not passed."""
    appeal = here.appeal
    longer = terms_of(appeal).next_step(statutory_days(appeal))
    return longer is not None and not is_over(appeal, here.now)


def _stay(appeal: Appeal) -> Stay | None:
    stay: Stay | None = getattr(appeal, "stay", None)
    return stay if stay is not None and stay.ended_at is None else None


def _relations(appeal: Appeal) -> list[Relation]:
    standing = Relation.objects.filter(applicant=appeal.applicant_id, ended_at=None)
    return list(standing.select_related("user").order_by("pk"))


def _names(codes: set[str]) -> dict[str, str]:
    keys = {int(code[5:]) for code in codes if code.startswith("user:")}
    found = User.objects.filter(pk__in=keys) if keys else []
    names = {f"user:{user.pk}": user.display_name for user in found if user.is_staff}
    rest = {code: _("applicant") for code in codes if code not in names}
    return {**names, **rest, "site": _("automatic step")}

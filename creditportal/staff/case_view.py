"""Everything that the page of one case shows, gathered in a bounded number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.functional import Promise

from accounts.actors import Actor
from accounts.roles import Permission
from appeals.clocks import target_on
from appeals.concluding import find_rerun
from appeals.independence import Conflict, list_conflicts
from appeals.models import Appeal, AppealStatus, Finding
from appeals.parties import is_holder
from appeals.queries import may
from appeals.states import Event
from appeals.timeline import TimelineRow, timeline
from applicants.characteristics import get_dictionary
from applicants.showing import language_key, show_value
from core.masking import mask_name
from creditportal.staff.around import Around, Here, build_around
from creditportal.staff.code_values import appeal_status
from creditportal.staff.forms import CaseForm, ConcludeForm, ReleaseForm
from creditportal.staff.queue_rows import due_words
from creditportal.staff.reasons import ContestedReason, Forms, Grid, list_reasons
from creditportal.staff.ruling_view import Panel, Result, build_panel, build_result
from creditportal.staff.steps import NextStep, Standing, Step, find_next_step, list_steps
from creditportal.staff.wording import ACTIONS, LANGUAGES, WHOSE_MOVE
from decisions.explaining import explain
from decisions.products import product_name
from evidence.models import DocumentState
from evidence.paging import find_duplicates
from notifications.models import Message
from notifications.queries import list_messages_about
from outbox.models import Outbox, State
from outbox.queries import list_work

RELEASE, CLAIM, STATEMENT, CONCLUDE = "release", "claim", "statement", "conclude"


@dataclass(frozen=True)
class Header:
    """The strip at the top: what this is about, where it stands and until when."""

    name: str
    is_name_shown: bool
    state: str
    product: str
    action: Promise
    due_words: str
    is_late: bool
    target_on: date | None
    language: str
    whose_move: Promise


@dataclass(frozen=True)
class Found:
    """One finding in words: from, to, and what it rests on."""

    finding: Finding
    label: str
    before: str
    after: str
    withdraw_form: CaseForm


@dataclass(frozen=True)
class CaseView:
    """The whole page."""

    appeal: Appeal
    header: Header
    standing: Standing
    steps: Sequence[Step]
    next_step: NextStep
    can_see: bool
    can_claim: bool
    can_release: bool
    can_retry: bool
    may_end_relations: bool
    reasons: Sequence[ContestedReason]
    uncontested: Sequence[Mapping[str, Any]]
    engine: Mapping[str, Any] | None
    found: Sequence[Found]
    result: Result | None
    panel: Panel
    history: Sequence[TimelineRow]
    letters: Sequence[Message]
    dead_work: Sequence[Outbox]
    around: Around
    forms: Mapping[str, CaseForm]


def build_case(
    appeal: Appeal, *, by: Actor, language: str, now: datetime, forms: Forms, chosen: str | None = None
) -> CaseView:
    """The page as this person may see it now; `forms` are the ones with something typed in them."""
    prefetch_related_objects([appeal], "grounds__attachments__document", "events", "pauses")
    conflicts, found = _conflicts(appeal, by), _list_found(appeal, language)
    allowed = may(appeal, by, conflicts=conflicts)
    around = build_around(Here(appeal, by, allowed, conflicts, forms, now))
    standing = _stand(appeal, by, allowed, conflicts, around, findings=len(found))
    can_see = by.can(Permission.SEE_PERSONAL_DATA)
    explained = explain(decision=appeal.decision, language=language, now=now)
    texts = {reason["code"]: reason for reason in explained["reasons"]}
    contested = {ground.code for ground in appeal.grounds.all()}
    return CaseView(
        appeal=appeal,
        header=_header(appeal, standing, can_see=can_see, language=language, now=now),
        standing=standing,
        steps=list_steps(standing),
        next_step=find_next_step(standing),
        can_see=can_see,
        can_claim=Event.CLAIM in standing.may,
        can_release=Event.RELEASE in standing.may,
        can_retry=by.can(Permission.RETRY_WORK),
        may_end_relations=by.can(Permission.COUNTERSIGN),
        reasons=list_reasons(
            Grid(appeal, texts, forms, standing.is_reviewing, now, _duplicates(appeal)), language
        ),
        uncontested=[reason for code, reason in texts.items() if code not in contested],
        engine=explained["engine"],
        found=found,
        result=build_result(standing, language),
        panel=build_panel(standing, forms, chosen=chosen),
        history=timeline(appeal, language, for_staff=True),
        letters=list_messages_about(appeal.reference),
        dead_work=[work for work in list_work(appeal.reference) if work.state == State.DEAD],
        around=around,
        forms={**_plain_forms(appeal), **around.forms},
    )


def _conflicts(appeal: Appeal, by: Actor) -> list[Conflict]:
    return [] if by.user_id is None else list_conflicts(appeal=appeal, user_id=by.user_id)


def _duplicates(appeal: Appeal) -> Mapping[str, Sequence[str]]:
    attachments = [item for ground in appeal.grounds.all() for item in ground.attachments.all()]
    return find_duplicates([item.document for item in attachments]) if attachments else {}


def _stand(
    appeal: Appeal,
    by: Actor,
    allowed: frozenset[Event],
    conflicts: Sequence[Conflict],
    around: Around,
    *,
    findings: int,
) -> Standing:
    attachments = [item for ground in appeal.grounds.all() for item in ground.attachments.all()]
    waiting = (DocumentState.PENDING, DocumentState.READY)
    return Standing(
        appeal=appeal,
        may=allowed,
        is_reviewing=appeal.status == AppealStatus.IN_REVIEW and is_holder(appeal=appeal, by=by),
        is_conflicted=bool(conflicts),
        unassessed=sum(item.accepted is None and item.document.state in waiting for item in attachments),
        findings=findings,
        rerun=find_rerun(appeal),
        is_holder=is_holder(appeal=appeal, by=by),
        petitions=around.open_petitions,
        settles_extension=around.can_settle_extension,
    )


def _header(appeal: Appeal, standing: Standing, *, can_see: bool, language: str, now: datetime) -> Header:
    is_name_shown = can_see and (standing.is_holder or Event.AGREE in standing.may)
    return Header(
        name=appeal.applicant.name if is_name_shown else mask_name(appeal.applicant.name),
        is_name_shown=is_name_shown,
        state=appeal_status(appeal.status),
        product=product_name(appeal.decision.product, language),
        action=ACTIONS[appeal.decision.outcome],
        due_words="" if appeal.decided_at else due_words(appeal.due_at, now=now),
        is_late=appeal.decided_at is None and appeal.due_at is not None and appeal.due_at < now,
        target_on=target_on(appeal),
        language=LANGUAGES.get(appeal.language, appeal.language),
        whose_move=WHOSE_MOVE[appeal.status],
    )


def _list_found(appeal: Appeal, language: str) -> list[Found]:
    dictionary = get_dictionary()
    facts = appeal.decision.facts
    current = appeal.findings.filter(is_current=True).select_related("document", "ground", "found_by")
    return [
        Found(
            finding=finding,
            label=dictionary[finding.characteristic].label[language_key(language)],
            before=show_value(
                dictionary[finding.characteristic],
                facts.get(finding.characteristic, {}).get("value"),
                language,
            ),
            after=show_value(dictionary[finding.characteristic], finding.value, language),
            withdraw_form=CaseForm(
                key=f"withdraw-{finding.characteristic}", initial={"version": appeal.version}
            ),
        )
        for finding in current
    ]


def _plain_forms(appeal: Appeal) -> dict[str, CaseForm]:
    version = {"version": appeal.version}
    plain = {key: CaseForm(key=key, initial=version) for key in (CLAIM, STATEMENT)}
    plain[CONCLUDE] = ConcludeForm(key=CONCLUDE, initial=version)
    return {**plain, RELEASE: ReleaseForm(key=RELEASE, initial=version)}

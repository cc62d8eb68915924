"""Appealing in one step: what a person does in several pages, a partner's machine sends at once.

One statement reads what the decision allows, one writes everything that belongs to the appeal, or nothing.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString

from django.db import DEFAULT_DB_ALIAS as _DB

from accounts.actors import Actor
from appeals.appealability import appeal_window, refuse_bar
from appeals.clocks import first_end
from appeals.models import Appeal, AppealEvent, Claim, Ground
from appeals.opening import (
    Grounds,
    NoGroundError,
    check_may_open,
    clean_grounds,
    draw_of,
    screening_work,
)
from appeals.parties import own_party
from appeals.rules import find_bar
from appeals.states import Status
from appeals.terms import Terms, terms_now
from applicants.models import Applicant
from audit.log import begin_chain
from audit.verbs import Verb
from core.at_once import Part, write_at_once
from core.canonical import Json
from core.catalogues import STAMP, pin_versions
from core.encryption import encrypt
from core.errors import ForbiddenError, NotFoundError, StaleError
from core.killpoints import killpoint
from core.prepared import asking, fetch_prepared
from core.references import new_reference, normalise_reference
from core.texts import STATEMENT_LENGTH, clean_text
from decisions.models import Application, Decision
from outbox.queueing import work_part

_READ: Final[LiteralString] = f"""
SELECT d.id, d.outcome, d.decided_at, d.application_id, o.client_id,
    p.id, p.user_id, p.client_id, p.jurisdiction, p.language,
    EXISTS (SELECT 1 FROM decisions_decision s WHERE s.supersedes_id = d.id),
    (SELECT a.reference FROM appeals_appeal a WHERE a.decision_id = d.id
        AND a.status NOT IN ('CLOSED', 'NOT_ACCEPTED', 'WITHDRAWN')),
    ARRAY(SELECT a.id FROM appeals_appeal a WHERE a.decision_id = d.id AND a.outcome <> '' ORDER BY a.id),
    ARRAY(SELECT r.code FROM decisions_decisionreason r WHERE r.decision_id = d.id ORDER BY r.position),
    {STAMP}
FROM decisions_decision d
JOIN applicants_applicant p ON p.id = d.applicant_id
LEFT JOIN decisions_application o ON o.id = d.application_id
WHERE d.reference = %s::text
"""  # noqa: S608 - a constant of ours
_APPEAL: Final[LiteralString] = """
made AS (
    INSERT INTO appeals_appeal (
        reference, decision_id, applicant_id, parent_id, tier, status, version, language, statement,
        late_reason, is_urgent, is_vulnerable, terms, opened_for, opened_at, saved_at, submitted_at,
        remind_at, due_at, findings_version, sample_seed, sample_draw, outcome
    )
    SELECT %s::text, t.decision, %s::bigint, %s::bigint, %s::smallint, 'SUBMITTED', 1, %s::text, %s::bytea,
        %s::bytea, %s::boolean, false, %s::jsonb, '', t.at, t.at, t.at, t.at,
        %s::timestamptz, 0, %s::text, %s::smallint, ''
    FROM (SELECT %s::timestamptz AS at, %s::bigint AS decision) t
    WHERE NOT EXISTS (SELECT 1 FROM decisions_decision s WHERE s.supersedes_id = t.decision)
    ON CONFLICT (decision_id) WHERE NOT status IN ('CLOSED', 'NOT_ACCEPTED', 'WITHDRAWN') DO NOTHING
    RETURNING id
)"""
# As many rows as reasons are contested: a statement for each number costs less than a text taken apart.
_GROUND: Final[LiteralString] = "(%s::text, %s::text, %s::bytea)"
_GROUNDS: Final[LiteralString] = """
contested AS (
    INSERT INTO appeals_ground (appeal_id, code, claim, note)
    SELECT made.id, g.code, g.claim, g.note FROM made, (VALUES """
_EVENT: Final[LiteralString] = """) AS g (code, claim, note)
), happened AS (
    INSERT INTO appeals_appealevent
        (appeal_id, sequence, event, from_status, to_status, actor, party, note, at)
    SELECT made.id, 1, 'submit', 'DRAFT', 'SUBMITTED', %s::text, %s::text, %s::bytea, %s::timestamptz
    FROM made
)"""
_PLACES: Final = {
    name: f"{model._meta.label_lower}.{field}"
    for name, model, field in (
        ("statement", Appeal, "statement"),
        ("late_reason", Appeal, "late_reason"),
        ("ground", Ground, "note"),
        ("event", AppealEvent, "note"),
    )
}


# What is read of the person, the case and the decision; nothing else of them is known here.
_PERSON: Final = ("id", "user_id", "client_id", "jurisdiction", "language")
_CASE: Final = ("id", "client_id")
_DECISION: Final = ("id", "reference", "outcome", "decided_at")


@dataclass(frozen=True)
class _Standing:
    """The decision with what has become of it: what superseded or appealed it, and its reasons."""

    decision: Decision
    is_superseded: bool
    open_reference: str | None
    decided: list[int]
    codes: list[str]


@dataclass(frozen=True)
class _New:
    """What an appeal has of its own, whatever it is about: its name, its draw and its sealed words."""

    reference: str
    seed: str
    draw: int
    statement: bytes
    late_reason: bytes
    note: bytes
    is_urgent: bool


@dataclass(frozen=True)
class _Sent:
    """The appeal as it will stand."""

    new: _New
    terms: Terms
    due_at: datetime
    tier: int


def lodge_appeal(
    *, decision: str, grounds: Grounds, statement: str = "", is_urgent: bool = False, by: Actor, now: datetime
) -> str:
    """Open, fill and send an appeal of the decision with this reference; the reference of the appeal.

    A draft that is already there may be the person's own: it is not written over. Sent twice is sent once,
    and the second one hears of the first.
    """
    reference = normalise_reference(decision)
    with asking(_READ, [reference]) as asked:
        new, expected = _begin(statement, is_urgent=is_urgent), _expect(reference)
    standing = _take(expected, asked.row)
    check_may_open(decision=standing.decision, by=by)
    if not by.may_send:
        raise ForbiddenError
    _check(standing, now)
    wanted = clean_grounds(codes=standing.codes, grounds=grounds)
    if not wanted:
        raise NoGroundError(fields={"grounds": [NoGroundError.default_message]})
    terms = terms_now(standing.decision.applicant)
    appeal = _Sent(new, terms, due_at=first_end(terms, now), tier=1 + len(standing.decided))
    if not _write(appeal, standing, wanted, by=by, now=now):
        # Somebody was faster: another appeal is open now, or another decision took the place of this one.
        _check(_take(_expect(reference), fetch_prepared(_READ, [reference])), now)
        raise StaleError
    killpoint("appeals.submitted_before_answer")
    return new.reference


def _begin(statement: str, *, is_urgent: bool) -> _New:
    reference, seed = new_reference("AP"), secrets.token_hex(16)
    text = clean_text(statement, field="statement", limit=STATEMENT_LENGTH)
    return _New(
        reference, seed, draw_of(seed, reference), encrypt(text, place=_PLACES["statement"]),
        encrypt("", place=_PLACES["late_reason"]), encrypt("", place=_PLACES["event"]), is_urgent,
    )  # fmt: skip


def _expect(reference: str) -> Decision:
    """The decision with its person and its case, of whom nothing but the reference is known yet."""
    decision = Decision.from_db(_DB, _DECISION, [None, reference, None, None])
    decision.applicant = Applicant.from_db(_DB, _PERSON, [None] * len(_PERSON))
    decision.application = Application.from_db(_DB, _CASE, [None] * len(_CASE))
    return decision


def _take(decision: Decision, row: tuple[Any, ...] | None) -> _Standing:
    if row is None:
        raise NotFoundError
    key, outcome, decided_at, application, sent_by, person, user, client, place, language, *rest, stamp = row
    pin_versions(stamp)
    decision.id, decision.outcome, decision.decided_at = key, outcome, decided_at
    vars(decision.applicant).update(zip(_PERSON, (person, user, client, place, language), strict=True))
    if application is None:
        decision.application = None
    else:
        vars(decision.application).update(zip(_CASE, (application, sent_by), strict=True))
    return _Standing(decision, *rest)


def _check(standing: _Standing, now: datetime) -> None:
    decision = standing.decision
    bar = find_bar(
        outcome=decision.outcome, is_superseded=standing.is_superseded,
        is_in_time=appeal_window(decision).is_open(now), has_open=standing.open_reference is not None,
        decided_before=len(standing.decided),
    )  # fmt: skip
    refuse_bar(decision, bar, standing.open_reference)


def _write(
    appeal: _Sent, standing: _Standing, wanted: Mapping[str, tuple[Claim, str]], *, by: Actor, now: datetime
) -> bool:
    party, reference = own_party(by).value, appeal.new.reference
    # Opened and sent is one act here, and one event of the audit.
    said: dict[str, Json] = {
        "decision": standing.decision.reference, "tier": appeal.tier, "from": Status.DRAFT.value,
        "to": Status.SUBMITTED.value, "party": party, "version": 1,
    }  # fmt: skip
    made = write_at_once(
        _appeal_part(appeal, standing, now),
        _rest_part(appeal, wanted, by.code, party, now),
        begin_chain(subject=reference, verb=Verb.APPEAL_SUBMITTED, codes=said, actor=by.code, now=now),
        work_part(screening_work(reference, now), now=now),
    )
    return made is not None


def _appeal_part(appeal: _Sent, standing: _Standing, now: datetime) -> Part:
    new, applicant = appeal.new, standing.decision.applicant
    parent = standing.decided[-1] if standing.decided else None
    values = [
        new.reference, applicant.id, parent, appeal.tier, applicant.language, new.statement, new.late_reason,
        new.is_urgent, json.dumps(vars(appeal.terms)), appeal.due_at, new.seed, new.draw, now,
        standing.decision.id,
    ]  # fmt: skip
    return Part(_APPEAL, values)


def _rest_part(
    appeal: _Sent, wanted: Mapping[str, tuple[Claim, str]], actor: str, party: str, now: datetime
) -> Part:
    grounds = [
        value
        for code, (claim, note) in wanted.items()
        for value in (code, claim.value, encrypt(note, place=_PLACES["ground"]))
    ]
    steps = _GROUNDS + ", ".join([_GROUND] * len(wanted)) + _EVENT
    return Part(steps, [*grounds, actor, party, appeal.new.note, now])

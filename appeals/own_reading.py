"""What somebody's own start page and case show, read in one statement each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from appeals.answering_measures import can_answer
from appeals.models import (
    Acceptance,
    Appeal,
    AppealEvent,
    AppealStatus,
    Attachment,
    Extension,
    Ground,
    Pause,
    Remedy,
    Request,
)
from appeals.states import ENDED
from applicants.models import Applicant
from core.catalogues import STAMP, pin_versions
from core.prepared import fetch_prepared
from core.rows import Shape, keep_one, keep_related
from decisions.explaining import explain, known_hash, language_of
from decisions.measure_states import STANDING
from decisions.models import Application, Decision, Line, Measure, Promise, PromiseState
from evidence.models import Document
from notifications.models import Message

_ENDED_EARLY: Final = frozenset({AppealStatus.WITHDRAWN, AppealStatus.NOT_ACCEPTED})
_HEAVY: Final = ("facts", "request", "result", "note")
_APPEAL: Final = Shape(Appeal)
_APPLICANT: Final = Shape(Applicant)
_DECISION: Final = Shape(Decision, without=_HEAVY)
_APPLICATION: Final = Shape(Application)
_LINE: Final = Shape(Line)
_PROMISE: Final = Shape(Promise, without=("request", "plan"))
_MEASURE: Final = Shape(Measure, without=("note",))
_MESSAGE: Final = Shape(Message, without=("body_text",))
_GROUND: Final = Shape(Ground)
_ATTACHMENT: Final = Shape(Attachment)
_DOCUMENT: Final = Shape(Document)
_PARTS: Final[Mapping[str, tuple[Shape[Any], str, str]]] = {
    "events": (Shape(AppealEvent), "appeals_appealevent", "x.sequence"),
    "pauses": (Shape(Pause), "appeals_pause", "x.since, x.id"),
    "extensions": (Shape(Extension), "appeals_extension", "x.id"),
    "requests": (Shape(Request), "appeals_request", "x.id"),
    "acceptances": (Shape(Acceptance), "appeals_acceptance", "x.id"),
}
_REMEDY: Final = Shape(Remedy)
_UNREAD: Final = """
(SELECT count(*) FROM (
    SELECT m.id FROM notifications_message m WHERE m.user_id = p.user_id AND m.read_at IS NULL
    UNION SELECT m.id FROM notifications_message m WHERE m.applicant_id = p.id AND m.read_at IS NULL
) unread)
"""
_RENDERED: Final = """
(SELECT r.document::json FROM decisions_renderedexplanation r
 WHERE r.decision_id = {} AND r.language = %s::text AND r.catalogue_hash = %s::text)
"""


def _newest(shape: Shape[Any], table: str, most: int, which: str = "") -> str:
    """The newest rows of a person in one table, newest first."""
    rows = f"SELECT * FROM {table} y WHERE y.applicant_id = p.id{which} ORDER BY y.id DESC LIMIT {most}"  # noqa: S608 - our own tables, here and below
    return shape.rows(f"({rows}) x", order="x.id DESC")


_OWN_PAPERS: Final = f"""
(SELECT coalesce(json_agg(json_build_array({_ATTACHMENT.columns("x")}, {_DOCUMENT.columns("o")})
    ORDER BY x.id), '[]')
 FROM appeals_attachment x JOIN appeals_ground g ON g.id = x.ground_id
 JOIN evidence_document o ON o.id = x.document_id WHERE g.appeal_id = a.id)
"""  # noqa: S608
_OF_CASE: Final = [
    _GROUND.rows("appeals_ground x WHERE x.appeal_id = a.id", order="x.id"),
    _OWN_PAPERS,
    _REMEDY.rows("appeals_remedy x WHERE x.appeal_id = a.id", order="x.id"),
    *(
        shape.rows(f"{table} x WHERE x.appeal_id = a.id", order=order)
        for shape, table, order in _PARTS.values()
    ),
]
_CASE: Final = f"""
SELECT {_UNREAD}, {_RENDERED.format("a.decision_id")}, {STAMP},
    {_APPEAL.columns("a")}, {_APPLICANT.columns("p")}, {_DECISION.columns("d")}, {", ".join(_OF_CASE)}
FROM appeals_appeal a JOIN applicants_applicant p ON p.id = a.applicant_id
JOIN decisions_decision d ON d.id = a.decision_id
WHERE a.reference = %s::text AND p.user_id = %s::bigint
"""  # noqa: S608
# One is asked for an answer until the newest is read and found enough.
_UNANSWERED: Final = f"""
 AND y.state IN ({", ".join(f"'{state}'" for state in sorted(STANDING))}) AND NOT EXISTS (
    SELECT 1 FROM appeals_measureanswer n WHERE n.measure_id = y.id AND n.state <> 'NOT_ENOUGH')
"""  # noqa: S608 - our own states
_LATEST: Final = "(SELECT max(y.id) FROM decisions_decision y WHERE y.applicant_id = p.id)"
_OF_PERSON: Final = [
    _newest(_APPLICATION, "decisions_application", 1),
    _newest(_DECISION, "decisions_decision", 1),
    _newest(_APPEAL, "appeals_appeal", 5),
    _newest(_LINE, "decisions_line", 20),
    _newest(_PROMISE, "decisions_promise", 200, f" AND y.state = '{PromiseState.OPEN.value}'"),
    _newest(_MEASURE, "decisions_measure", 20, _UNANSWERED),
    # Each way by an index of its own; together they would read every message there is.
    _MESSAGE.rows(
        "((SELECT * FROM notifications_message y WHERE y.user_id = p.user_id ORDER BY y.id DESC LIMIT 3)"
        " UNION (SELECT * FROM notifications_message y WHERE y.applicant_id = p.id ORDER BY y.id DESC"
        " LIMIT 3)"
        " ORDER BY id DESC LIMIT 3) x",
        order="x.id DESC",
    ),
]
_START: Final = f"""
SELECT {_UNREAD}, {_RENDERED.format(_LATEST)}, {STAMP},
    {_APPLICANT.columns("p")}, {", ".join(_OF_PERSON)}
FROM applicants_applicant p WHERE p.user_id = %s::bigint
"""  # noqa: S608


@dataclass(frozen=True)
class OwnCase:
    """An appeal with all that its page shows, the explanation of its decision, and the unread messages."""

    appeal: Appeal
    explanation: dict[str, Any]
    unread: int


@dataclass(frozen=True)
class OwnStart:
    """Where everything of one person stands."""

    applicant: Applicant
    application: Application | None
    decision: Decision | None
    explanation: dict[str, Any] | None
    appeals: list[Appeal]
    ended_early: list[Appeal]
    lines: list[Line]
    plans: list[Promise]
    measures: list[Measure]
    messages: list[Message]
    unread: int


def read_own_case(*, user_id: int, reference: str, language: str, now: datetime) -> OwnCase | None:
    """The own appeal of somebody under a well-formed reference; None where it is not theirs."""
    name, (stamp, digest) = language_of(language), known_hash()
    row = fetch_prepared(_CASE, [name, digest, reference, user_id])
    if row is None:
        return None
    unread, document, seen, case, person, decided, grounds, papers, remedies, *parts = row
    pin_versions(seen)
    appeal, decision = _APPEAL.read(case), _DECISION.read(decided)
    appeal.decision, appeal.applicant = decision, _APPLICANT.read(person)
    decision.applicant = appeal.applicant
    _keep_grounds(appeal, grounds, papers)
    keep_one(appeal, "remedy", next(iter(_REMEDY.read_all(remedies)), None), back="appeal")
    for (part, (shape, _table, _order)), rows in zip(_PARTS.items(), parts, strict=True):
        keep_related(appeal, part, shape.read_all(rows), back="appeal")
    kept = document if tuple(seen) == stamp else None
    return OwnCase(appeal, kept or explain(decision=decision, language=name, now=now), unread)


def read_own_start(*, user_id: int, language: str, now: datetime) -> OwnStart | None:
    """Where everything of somebody stands; None for who is not registered."""
    name, (stamp, digest) = language_of(language), known_hash()
    row = fetch_prepared(_START, [name, digest, user_id])
    if row is None:
        return None
    unread, document, seen, person, applications, decisions, appeals, lines, plans, *rest = row
    measures, messages = rest
    pin_versions(seen)
    applicant = _APPLICANT.read(person)
    decision = next(iter(_DECISION.read_all(decisions)), None)
    explanation = None
    cases = _APPEAL.read_all(appeals)
    if decision is not None:
        decision.applicant = applicant
        # What was stored before the newest catalogues is worded anew.
        kept = document if tuple(seen) == stamp else None
        explanation = kept or explain(decision=decision, language=name, now=now)
    return OwnStart(
        applicant=applicant,
        application=next(iter(_APPLICATION.read_all(applications)), None),
        decision=decision,
        explanation=explanation,
        appeals=[one for one in cases if one.status not in ENDED],
        ended_early=[one for one in cases if one.status in _ENDED_EARLY and one.submitted_at is not None],
        lines=_LINE.read_all(lines),
        plans=_PROMISE.read_all(plans),
        measures=_asked(measures, applicant),
        messages=_MESSAGE.read_all(messages),
        unread=unread,
    )


def _asked(rows: Sequence[Any], applicant: Applicant) -> list[Measure]:
    """The measures that ask for something, of those that nothing was answered to."""
    measures = _MEASURE.read_all(rows)
    for one in measures:
        one.applicant = applicant
    return [one for one in measures if can_answer(one, None)]


def _keep_grounds(appeal: Appeal, grounds: Sequence[Any], papers: Sequence[Any]) -> None:
    found: dict[int, list[Attachment]] = {}
    for attached, paper in papers:
        attachment = _ATTACHMENT.read(attached)
        attachment.document = _DOCUMENT.read(paper)
        found.setdefault(attachment.ground_id, []).append(attachment)
    rows = _GROUND.read_all(grounds)
    for ground in rows:
        keep_related(ground, "attachments", found.get(ground.pk, []), back="ground")
    keep_related(appeal, "grounds", rows, back="appeal")

"""What a run changes, as rows: decisions, reasons, lines and their history, written together with COPY."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from json import JSONEncoder
from typing import Any

from django.db import connection

from accounts.actors import SITE, Actor
from accounts.models import User
from applicants.bulk import copy_rows, reserve_keys
from core.encryption import encrypt
from core.errors import StaleError
from core.references import new_bulk_reference
from decisions.deciding import Prepared
from decisions.line_changes import line_parts
from decisions.models import (
    Announcement,
    Decision,
    DecisionKind,
    DecisionReason,
    Line,
    LineChange,
    LineState,
    Outcome,
    Run,
    RunChange,
)

_json = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NOTE = "decisions.decision.note"
_DECISION = (
    "id", "reference", "kind", "applicant_id", "application_id", "line_id", "supersedes_id", "policy_id",
    "policy_hash", "engine_version", "market", "product", "outcome", "score", "limit_cny", "facts", "request",
    "result", "is_automatic", "decided_at", "decided_by", "note",
)  # fmt: skip
_REASON = ("decision_id", "position", "code", "parameters", "tag")
_LINE = (
    "id", "reference", "applicant_id", "product", "state", "total_cny", "drawn_cny", "on_hold_cny",
    "reduced_cny", "annual_rate_pct", "version", "opened_at", "updated_at",
)  # fmt: skip
_LINE_CHANGE = (
    "line_id",
    "decision_id",
    "cause",
    "before",
    "after",
    "changed_at",
    "changed_by",
    "signed_by_id",
)
_RUN_CHANGE = ("run_id", "product", "applicant_id", "decision_id", "cause", "left")
_ANNOUNCEMENT = (
    "decision_id", "line_id", "signed_by_id", "effective_on", "sheet_version", "looked_at", "end",
)  # fmt: skip
_MOVE = """
UPDATE decisions_line AS line SET state = new.state, total_cny = new.total, reduced_cny = new.reduced,
    version = line.version + 1, updated_at = %s
FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::numeric[], %s::numeric[])
    AS new (id, version, state, total, reduced)
WHERE line.id = new.id AND line.version = new.version
"""


@dataclass(frozen=True)
class LineStep:
    """One move of a line that was read under lock."""

    line: Line
    state: str
    parts: Mapping[str, Decimal]
    cause: str


@dataclass(frozen=True)
class Changed:
    """What is done for one person; without a decision `left` says why nothing is."""

    applicant: int
    cause: str
    prepared: Prepared | None = None
    kind: DecisionKind = DecisionKind.APPLICATION
    outcome: Outcome | None = None
    supersedes: Decision | None = None
    application_id: int | None = None
    line: Line | None = None
    steps: tuple[LineStep, ...] = ()
    effective_on: date | None = None
    offer_cny: Decimal = field(default=Decimal(0))
    signer: User | None = None
    left: str = ""


@dataclass(frozen=True)
class _Keyed:
    one: Changed
    decision: int
    offer: Line | None


def write_changed(*, run: Run, product: str, changed: Sequence[Changed], now: datetime) -> None:
    """Append everything in the caller's transaction; a line that moved meanwhile is a StaleError."""
    decided = [one for one in changed if one.prepared is not None]
    keyed = _keyed(decided, now)
    before = {step.line.pk: _parts(step.line) for one in decided for step in one.steps}
    _move_lines([step for one in decided for step in one.steps], now)
    offers = [item.offer for item in keyed if item.offer is not None]
    copy_rows(Line, _LINE, ([getattr(offer, name) for name in _LINE] for offer in offers))
    copy_rows(Decision, _DECISION, (_decision(item, run, now) for item in keyed))
    copy_rows(DecisionReason, _REASON, _reasons(keyed))
    copy_rows(LineChange, _LINE_CHANGE, _line_changes(keyed, before, now))
    copy_rows(Announcement, _ANNOUNCEMENT, _announcements(keyed, now))
    decisions = {item.one.applicant: item.decision for item in keyed}
    copy_rows(
        RunChange, _RUN_CHANGE,
        (
            (run.pk, product, one.applicant, decisions.get(one.applicant), one.cause, one.left)
            for one in changed
        ),
    )  # fmt: skip


def _keyed(decided: Sequence[Changed], now: datetime) -> list[_Keyed]:
    keys = reserve_keys(Decision, len(decided))
    lines = iter(reserve_keys(Line, sum(one.offer_cny > 0 for one in decided)))
    return [
        _Keyed(one, key, _offer(one, next(lines), now) if one.offer_cny > 0 else None)
        for one, key in zip(decided, keys, strict=True)
    ]


def _offer(one: Changed, key: int, now: datetime) -> Line:
    assert one.prepared is not None
    columns = one.prepared.frozen.columns
    return Line(
        id=key, reference=new_bulk_reference("LN"), applicant_id=one.applicant, product=columns["product"],
        state=LineState.OFFERED.value, total_cny=one.offer_cny, drawn_cny=Decimal(0), on_hold_cny=Decimal(0),
        reduced_cny=Decimal(0), annual_rate_pct=Decimal(columns["result"]["price"]["annual_rate_pct"]),
        version=0, opened_at=now, updated_at=now,
    )  # fmt: skip


def _parts(line: Line) -> dict[str, str]:
    return line_parts(line).to_json()


def _move_lines(steps: Sequence[LineStep], now: datetime) -> None:
    """Move all lines in one statement, each only from the version that was read."""
    if not steps:
        return
    columns: list[list[Any]] = [
        [step.line.pk for step in steps],
        [step.line.version for step in steps],
        [str(step.state) for step in steps],
        [step.parts.get("total_cny", step.line.total_cny) for step in steps],
        [step.parts.get("reduced_cny", step.line.reduced_cny) for step in steps],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [now, *columns])
        if cursor.rowcount != len(steps):
            raise StaleError
    for step in steps:
        step.line.state = str(step.state)
        for name, value in step.parts.items():
            setattr(step.line, name, value)


def _decision(item: _Keyed, run: Run, now: datetime) -> Sequence[Any]:
    one = item.one
    assert one.prepared is not None
    columns = one.prepared.frozen.columns
    line = item.offer or one.line
    by = Actor.for_user(one.signer) if one.signer else SITE
    own = {
        "id": item.decision, "reference": new_bulk_reference("DE"), "kind": one.kind.value,
        "applicant_id": one.applicant, "application_id": one.application_id,
        "line_id": line.pk if line else None,
        "supersedes_id": one.supersedes.pk if one.supersedes else None, "policy_id": run.policy_id,
        "is_automatic": one.signer is None, "decided_at": now, "decided_by": by.code,
        "note": encrypt(f"signed:{one.signer.pk} {run.reference}", place=_NOTE) if one.signer else None,
    }  # fmt: skip
    shown = {name: _json(value) if isinstance(value, dict) else value for name, value in columns.items()}
    row = {**shown, **own}
    if one.outcome is not None:
        row["outcome"] = one.outcome.value
    return [row[name] for name in _DECISION]


def _reasons(keyed: Iterable[_Keyed]) -> Iterator[Sequence[Any]]:
    for item in keyed:
        assert item.one.prepared is not None
        for reason in item.one.prepared.frozen.reasons:
            yield item.decision, reason.position, reason.code, _json(reason.parameters), reason.tag


def _line_changes(
    keyed: Iterable[_Keyed], before: Mapping[int, dict[str, str]], now: datetime
) -> Iterator[Sequence[Any]]:
    for item in keyed:
        signer = item.one.signer.pk if item.one.signer else None
        for step in item.one.steps:
            decision = None if step.state == LineState.EXPIRED else item.decision
            after = _json(_parts(step.line))
            yield (
                step.line.pk,
                decision,
                step.cause,
                _json(before[step.line.pk]),
                after,
                now,
                SITE.code,
                signer,
            )
        if item.offer is not None:
            after = _json(_parts(item.offer))
            yield item.offer.pk, item.decision, "APPROVED", "{}", after, now, SITE.code, None


def _announcements(keyed: Iterable[_Keyed], now: datetime) -> Iterator[Sequence[Any]]:
    """What changes only on a later day."""
    for item in keyed:
        one = item.one
        if one.effective_on is not None:
            assert one.line is not None
            assert one.prepared is not None
            facts = one.prepared.frozen.columns["request"]["sheet_version"]
            signer = one.signer.pk if one.signer else None
            yield item.decision, one.line.pk, signer, one.effective_on, facts, now, ""

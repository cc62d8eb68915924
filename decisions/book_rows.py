"""Decided people of the book as rows: applications, lines, decisions and reasons, written with COPY."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from json import JSONEncoder
from typing import Any

from accounts.actors import SITE
from applicants.bulk import StoredPerson, copy_rows, reserve_keys
from core.references import new_bulk_reference
from decisions.book_table import Wish
from decisions.freezing_reasons import Frozen
from decisions.line_changes import line_parts
from decisions.models import (
    Application,
    ApplicationState,
    Decision,
    DecisionKind,
    DecisionReason,
    Line,
    LineChange,
    LineState,
    PolicyVersion,
)

_json = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_APPLICATION = (
    "id", "reference", "applicant_id", "client_id", "product", "amount_cny", "term_months", "purpose",
    "method", "state", "submission_key", "submitted_at", "submitted_by",
)  # fmt: skip
_LINE = (
    "id", "reference", "applicant_id", "product", "state", "total_cny", "drawn_cny", "on_hold_cny",
    "reduced_cny", "annual_rate_pct", "version", "opened_at", "updated_at",
)  # fmt: skip
_LINE_CHANGE = ("line_id", "decision_id", "cause", "before", "after", "changed_at", "changed_by")
_DECISION = (
    "id", "reference", "kind", "applicant_id", "application_id", "line_id", "policy_id", "policy_hash",
    "engine_version", "market", "product", "outcome", "score", "limit_cny", "facts", "request", "result",
    "is_automatic", "decided_at", "decided_by", "note",
)  # fmt: skip
_REASON = ("decision_id", "position", "code", "parameters", "tag")


@dataclass(frozen=True)
class Decided:
    """One person's wish and what was decided about it."""

    person: StoredPerson
    wish: Wish
    frozen: Frozen


@dataclass(frozen=True)
class _Keyed:
    """One decided person with the keys of the rows to come."""

    one: Decided
    application: int
    decision: int
    line: Line | None


def copy_decided(*, version: PolicyVersion, decided: Sequence[Decided], now: datetime) -> None:
    """Write everything that the single path writes for these people, but audit and notices."""
    keyed = _keyed(decided, now)
    copy_rows(Application, _APPLICATION, (_application(item, now) for item in keyed))
    lines = [item for item in keyed if item.line is not None]
    copy_rows(Line, _LINE, ([getattr(item.line, name) for name in _LINE] for item in lines))
    copy_rows(Decision, _DECISION, (_decision(item, version, now) for item in keyed))
    copy_rows(DecisionReason, _REASON, _reasons(keyed))
    copy_rows(LineChange, _LINE_CHANGE, (_line_change(item, now) for item in lines))


def _keyed(decided: Sequence[Decided], now: datetime) -> list[_Keyed]:
    applications = reserve_keys(Application, len(decided))
    decisions = reserve_keys(Decision, len(decided))
    offered = [one for one in decided if one.frozen.columns["limit_cny"] > 0]
    lines = dict(zip((one.person.pk for one in offered), reserve_keys(Line, len(offered)), strict=True))
    return [
        _Keyed(
            one,
            application,
            decision,
            _line(one, lines[one.person.pk], now) if one.person.pk in lines else None,
        )
        for one, application, decision in zip(decided, applications, decisions, strict=True)
    ]


def _line(one: Decided, key: int, now: datetime) -> Line:
    columns = one.frozen.columns
    return Line(
        id=key,
        reference=new_bulk_reference("LN"),
        applicant_id=one.person.pk,
        product=columns["product"],
        state=LineState.OFFERED.value,
        total_cny=columns["limit_cny"],
        drawn_cny=Decimal(0),
        on_hold_cny=Decimal(0),
        reduced_cny=Decimal(0),
        annual_rate_pct=Decimal(columns["result"]["price"]["annual_rate_pct"]),
        opened_at=now,
        updated_at=now,
    )


def _line_change(item: _Keyed, now: datetime) -> Sequence[Any]:
    assert item.line is not None
    after = _json(line_parts(item.line).to_json())
    return item.line.pk, item.decision, "APPROVED", "{}", after, now, SITE.code


def _application(item: _Keyed, now: datetime) -> Sequence[Any]:
    request, person = item.one.frozen.columns["request"], item.one.person
    own = {
        "id": item.application,
        "reference": new_bulk_reference("LA"),
        "applicant_id": person.pk,
        "client_id": "",
        "state": ApplicationState.DECIDED.value,
        "submission_key": f"book|{person.reference}",
        "submitted_at": now,
        "submitted_by": SITE.code,
    }
    row = {**request, **own}
    return [row[name] for name in _APPLICATION]


def _decision(item: _Keyed, version: PolicyVersion, now: datetime) -> Sequence[Any]:
    columns = item.one.frozen.columns
    own = {
        "id": item.decision,
        "reference": new_bulk_reference("DE"),
        "kind": DecisionKind.APPLICATION.value,
        "applicant_id": item.one.person.pk,
        "application_id": item.application,
        "line_id": item.line.pk if item.line else None,
        "policy_id": version.pk,
        "is_automatic": True,
        "decided_at": now,
        "decided_by": SITE.code,
        "note": None,
    }
    row = {
        **{name: _json(value) if isinstance(value, dict) else value for name, value in columns.items()},
        **own,
    }
    return [row[name] for name in _DECISION]


def _reasons(keyed: Iterable[_Keyed]) -> Iterator[Sequence[Any]]:
    for item in keyed:
        for reason in item.one.frozen.reasons:
            yield item.decision, reason.position, reason.code, _json(reason.parameters), reason.tag

"""The second half of a run: whoever's result differs from what stands is decided again by the single path.

The single path must come to what the book came to, else the chunk fails. New versions are appended; a line
in use is reduced only down to what is drawn or on hold, and closed or cut by half only with a signer. What a
run takes from a line it announces, with the notice that the policy's measures give.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from applicants.models import Applicant, Sheet
from applicants.terms import today_of
from applicants.usable import usable_facts_of
from decisions.announcements import announced_lines, notice_days
from decisions.book_products import PLACES
from decisions.deciding import Prepared
from decisions.dry_run_counting import OUTCOMES
from decisions.freezing import assess_frozen, used_facts
from decisions.freezing_reasons import GIVES_MONEY, Frozen, freeze
from decisions.jurisdictions import get_profile
from decisions.keeping import kept_decisions
from decisions.line_changes import ZERO, line_parts
from decisions.line_states import IN_USE, OFFERED, settled_state
from decisions.lines import LARGE_CUT, has_bad_data, with_line
from decisions.models import BookEntry, Decision, DecisionKind, Line, LineState, Outcome, Run, RunChunk
from decisions.policies import compiled
from decisions.reason_catalogue import get_reasons
from decisions.run_effects import Effect
from decisions.run_rows import Changed, LineStep, write_changed

_RESULTS = """
SELECT applicant_id, standing_id, outcome, score, limit_cny, cause FROM decisions_runresult
WHERE run_id = %s AND product = %s AND change <> 0 AND applicant_id BETWEEN %s AND %s ORDER BY applicant_id
"""


class MismatchError(Exception):
    """The single path came to another result than the book; nothing is written."""


@dataclass(frozen=True)
class Result:
    """One row of the run's results, in words."""

    product: str
    applicant: int
    standing: int
    outcome: str
    score: int
    limit: int
    cause: str


@dataclass(frozen=True)
class Person:
    """Somebody whose result changed, with everything that is needed to decide again."""

    result: Result
    applicant: Applicant
    standing: Decision
    line: Line | None
    sheet_version: int
    is_announced: bool


def apply_chunk(*, run: Run, chunk: RunChunk, now: datetime) -> Effect:
    """Write the decisions of a range whose result differs from what stands."""
    results = _results(run, chunk)
    people = _lock_people(chunk.product, results)
    left = _left_alone(chunk.product, results, people)
    prepared = _prepare_all(run, [one for key, one in people.items() if key not in left], now)
    changed = [
        _decide(run, people[result.applicant], prepared[result.applicant], now)
        if result.applicant not in left
        else Changed(result.applicant, result.cause, left=left[result.applicant])
        for result in results
    ]
    write_changed(run=run, product=chunk.product, changed=changed, now=now)
    counts: dict[str, int] = {}
    for one in changed:
        if one.prepared is not None:
            counts[one.cause] = counts.get(one.cause, 0) + 1
    return Effect(len(results), counts)


def _results(run: Run, chunk: RunChunk) -> list[Result]:
    names = run.setting["causes"]
    with connection.cursor() as cursor:
        cursor.execute(_RESULTS, [run.pk, PLACES[chunk.product], chunk.first_key, chunk.last_key])
        return [
            Result(chunk.product, key, standing, OUTCOMES[outcome], score, limit, names[cause])
            for key, standing, outcome, score, limit, cause in cursor.fetchall()
        ]


def _lock_people(product: str, results: Sequence[Result]) -> dict[int, Person]:
    """Lock the applicants in the order of their keys, then read what stands about them."""
    keys = [result.applicant for result in results]
    applicants = {
        row.pk: row for row in Applicant.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    }
    lines = {
        row.applicant_id: row
        for row in Line.objects.select_for_update()
        .filter(applicant__in=keys, product=product, state__in=[*IN_USE, OFFERED])
        .order_by("pk")
    }
    standing = Decision.objects.select_related("application").in_bulk([one.standing for one in results])
    entries = BookEntry.objects.filter(product=PLACES[product], applicant__in=keys)
    versions = dict(entries.values_list("applicant_id", "sheet_version"))
    announced = announced_lines([line.pk for line in lines.values()])
    people = {}
    for key, one in zip(keys, results, strict=True):
        line = lines.get(key)
        is_announced = line is not None and line.pk in announced
        people[key] = Person(
            one, applicants[key], standing[one.standing], line, versions.get(key, 0), is_announced
        )
    return people


def _left_alone(product: str, results: Sequence[Result], people: Mapping[int, Person]) -> dict[int, str]:
    """Whoever a run does not touch, and why: something newer stands, or a person is or was at it."""
    fresh = _still_fitting(product, [one.applicant for one in results])
    kept = kept_decisions([one.standing for one in results])
    left = {}
    for one in results:
        standing = people[one.applicant].standing
        if one.applicant not in fresh or fresh[one.applicant] != one.standing:
            left[one.applicant] = "MOVED"
        elif people[one.applicant].applicant.person_decides_since is not None:
            left[one.applicant] = "ASKED"
        elif not standing.is_automatic:
            left[one.applicant] = "PERSON"
        elif standing.pk in kept:
            left[one.applicant] = kept[standing.pk]
    return left


def _still_fitting(product: str, keys: Sequence[int]) -> dict[int, int]:
    """The applicants whose facts, line and decision are those that were coded: key -> standing decision."""
    versions = dict(Sheet.objects.filter(applicant__in=keys).values_list("applicant_id", "version"))
    lines = {
        key: (line, version)
        for key, line, version in Line.objects.filter(
            applicant__in=keys, product=product, state__in=[*IN_USE, OFFERED]
        ).values_list("applicant_id", "pk", "version")
    }
    superseded = set(
        Decision.objects.filter(supersedes__applicant__in=keys).values_list("supersedes_id", flat=True)
    )
    return {
        entry.applicant_id: entry.standing_id
        for entry in BookEntry.objects.filter(product=PLACES[product], applicant__in=keys).defer("codes")
        if entry.sheet_version == versions.get(entry.applicant_id, 0)
        and (entry.line_id, entry.line_version) == lines.get(entry.applicant_id, (None, None))
        and entry.standing_id not in superseded
    }


def _decide(run: Run, person: Person, prepared: Prepared, now: datetime) -> Changed:
    _check_equal(person.result, prepared.frozen)
    result = person.result
    if person.line is None or person.line.state == OFFERED:
        return _replace_offer(result, prepared, person)
    if prepared.frozen.outcome in GIVES_MONEY:
        return _change_line(run, person, prepared, person.line, now)
    if prepared.frozen.outcome != Outcome.DECLINE:
        return Changed(result.applicant, result.cause, left="REFER")
    return _close_line(run, person, prepared, person.line, now)


def _prepare_all(run: Run, people: Sequence[Person], now: datetime) -> dict[int, Prepared]:
    """Assess by the single path what the book assessed: the same version, market and context."""
    facts = usable_facts_of({one.applicant.pk: one.applicant for one in people}, now)
    return {one.applicant.pk: _prepare(run, one, facts[one.applicant.pk]) for one in people}


def _prepare(run: Run, person: Person, usable: Mapping[str, dict[str, Any]]) -> Prepared:
    policy = compiled(run.policy)
    profile = get_profile(person.applicant.jurisdiction)
    product = person.result.product
    request = {
        **person.standing.request, "context": run.setting["contexts"][product][profile.code],
        "sheet_version": person.sheet_version,
    }  # fmt: skip
    if person.line is not None and person.line.state in IN_USE:
        request["amount_cny"] = str(person.line.total_cny - person.line.reduced_cny)
    facts = used_facts(policy, product, usable)
    frozen = freeze(
        assessment=assess_frozen(policy, facts, request), policy=policy, profile=profile, facts=facts,
        request=request, entries=get_reasons(),
    )  # fmt: skip
    return Prepared(person.applicant, run.policy, frozen)


def _check_equal(result: Result, frozen: Frozen) -> None:
    single = (frozen.outcome, frozen.columns["score"], int(frozen.columns["limit_cny"]))
    if single != (result.outcome, result.score, result.limit):
        raise MismatchError(f"{single} {result}")


def _replace_offer(result: Result, prepared: Prepared, person: Person) -> Changed:
    """A new version of the decision; an offer that nobody has taken up gives way to it."""
    steps = []
    if person.line is not None:
        steps.append(LineStep(person.line, LineState.EXPIRED, {}, "REPLACED"))
    frozen = prepared.frozen
    offer = frozen.columns["limit_cny"] if frozen.outcome in GIVES_MONEY else ZERO
    return Changed(
        result.applicant, result.cause, prepared=prepared, supersedes=person.standing,
        application_id=person.standing.application_id, steps=tuple(steps), offer_cny=offer,
    )  # fmt: skip


def _change_line(run: Run, person: Person, prepared: Prepared, line: Line, now: datetime) -> Changed:
    """Announce that what is not drawn is reduced, or give back what corrected data gives."""
    result, standing = person.result, person.standing
    present = line.total_cny - line.reduced_cny
    wanted = prepared.frozen.columns["limit_cny"]
    if wanted > present:
        total = {"total_cny": wanted, "reduced_cny": ZERO}
        step = LineStep(line, _settled(line, wanted, ZERO), total, "RESTORED")
        return Changed(
            result.applicant, result.cause, prepared=prepared, supersedes=standing,
            application_id=standing.application_id, line=line, steps=(step,),
        )  # fmt: skip
    kept = max(wanted, line.drawn_cny + line.on_hold_cny)
    if kept >= present:
        return Changed(result.applicant, result.cause, left="DRAWN")
    if person.is_announced:
        return Changed(result.applicant, result.cause, left="ANNOUNCED")
    is_large = present - kept > present * LARGE_CUT
    if is_large and run.signer is None and not has_bad_data(prepared.frozen):
        return Changed(result.applicant, result.cause, left="SIGNER")
    reduced = line.total_cny - kept
    return _about_line(
        run, person, prepared, line, kind=DecisionKind.LINE_CUT, outcome=Outcome.CUT,
        state=_settled(line, kept, reduced), parts={"reduced_cny": reduced}, is_signed=is_large, now=now,
    )  # fmt: skip


def _close_line(run: Run, person: Person, prepared: Prepared, line: Line, now: datetime) -> Changed:
    result = person.result
    if person.is_announced:
        return Changed(result.applicant, result.cause, left="ANNOUNCED")
    if run.signer is None and not has_bad_data(prepared.frozen):
        return Changed(result.applicant, result.cause, left="SIGNER")
    parts = {"reduced_cny": line.total_cny - line.drawn_cny - line.on_hold_cny}
    return _about_line(
        run, person, prepared, line, kind=DecisionKind.LINE_CLOSED, outcome=Outcome.CLOSE,
        state=LineState.CLOSED, parts=parts, is_signed=True, now=now,
    )  # fmt: skip


def _about_line(
    run: Run,
    person: Person,
    prepared: Prepared,
    line: Line,
    *,
    kind: DecisionKind,
    outcome: Outcome,
    state: str,
    parts: dict[str, Decimal],
    is_signed: bool,
    now: datetime,
) -> Changed:
    """A decision about the line itself, with the line before and after; it waits for the policy's notice."""
    after: dict[str, Any] = {"state": state, **parts}
    days = notice_days(compiled(run.policy), "close" if kind == DecisionKind.LINE_CLOSED else "cut")
    effective_on = today_of(person.applicant, now) + timedelta(days=days) if days else None
    frozen = with_line(prepared.frozen, line, line_parts(line), after, effective_on)
    return Changed(
        person.result.applicant, person.result.cause,
        prepared=Prepared(prepared.applicant, prepared.policy_version, frozen), kind=kind, outcome=outcome,
        line=line, steps=() if days else (LineStep(line, state, parts, "ASSESSED"),),
        effective_on=effective_on, signer=run.signer if is_signed else None,
    )  # fmt: skip


def _settled(line: Line, total: Decimal, reduced: Decimal) -> str:
    """The state after a change of the amount; a pause has causes of its own and stays."""
    if line.state == LineState.SUSPENDED:
        return LineState.SUSPENDED
    return settled_state(
        total=int(total * 100), drawn=int(line.drawn_cny * 100), on_hold=int(line.on_hold_cny * 100),
        reduced=int(reduced * 100),
    )  # fmt: skip


__all__ = ["MismatchError", "apply_chunk"]

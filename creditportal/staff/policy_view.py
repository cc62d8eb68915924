"""What the policy console shows: versions with their stages, one version with what it changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from applicants.characteristics import get_dictionary
from applicants.showing import language_key
from core.identity import today_in_china
from creditportal.staff.dry_run_view import hidden_products, tables_of
from creditportal.staff.policy_promises import describe_promises
from creditportal.staff.trail import name_actors
from decisions.dry_run import latest_dry_run
from decisions.dry_run_counting import OUTCOMES
from decisions.models import Outcome, PolicyState, PolicyVersion
from decisions.policies import compiled, get_latest_policy
from decisions.policy_comparing import ChangeGroup, describe_baseline, describe_changes
from decisions.policy_impact import is_link
from decisions.policy_lifecycle import list_steps
from decisions.policy_states import STAGE_LABELS, Stage, Step, stage_of
from decisions.promises import count_open_by_version, count_open_promises

_TONES = {
    Stage.IN_FORCE: "good", Stage.SCHEDULED: "accent", Stage.PROPOSED: "wait", Stage.APPROVED: "wait",
}  # fmt: skip
STEP_LABELS: dict[Step, Promise] = {
    Step.REDRAFT: _("Change the draft"),
    Step.PROPOSE: _("Propose"),
    Step.RETURN: _("Send back"),
    Step.APPROVE: _("Approve"),
    Step.PUBLISH: _("Publish"),
    Step.RETIRE: _("Retire"),
    Step.WITHDRAW: _("Withdraw"),
}


TITLES: dict[str, Promise] = {"personal": _("Persons"), "enterprise": _("Firms")}


@dataclass(frozen=True)
class VersionRow:
    """One version in the list."""

    version: PolicyVersion
    stage: Promise
    tone: str
    promises: int


@dataclass(frozen=True)
class BaselineRow:
    """What one kind of applicant is compared with."""

    title: Promise
    method: str
    people: int | None
    points: list[tuple[str, int, int]]


def list_versions(now: datetime) -> list[VersionRow]:
    """Every version, those on their way first, then the newest in force."""
    promises = count_open_by_version()
    today = today_in_china(now)
    rows = []
    for version in PolicyVersion.objects.defer("document"):
        stage = stage_of(version, today=today)
        rows.append(
            VersionRow(version, STAGE_LABELS[stage], _TONES.get(stage, ""), promises.get(version.pk, 0))
        )
    return rows


def last_day_decided(rows: Iterable[VersionRow]) -> date | None:
    """The last day on which anything can be decided, or None where a published version has no end."""
    ends = [row.version.retired_on for row in rows if row.version.state == PolicyState.PUBLISHED]
    known = [day for day in ends if day is not None]
    return max(known, default=None) if len(known) == len(ends) else None


def describe_version(row: PolicyVersion, *, by: Actor, now: datetime) -> dict[str, Any]:
    """Everything the page of one version shows."""
    language = get_language() or "zh-hans"
    stage = stage_of(row, today=today_in_china(now))
    base = base_of(row, stage, now)
    tried = latest_dry_run(version=row, now=now)
    return {
        "row": row,
        "stage": STAGE_LABELS[stage],
        "stage_code": stage.value,
        "tone": _TONES.get(stage, ""),
        "steps": list_steps(row, by=by, now=now),
        "labels": STEP_LABELS,
        "names": name_actors([row.drafted_by, row.proposed_by, row.approved_by, row.published_by]),
        "has_link": is_link(row.impact),
        "base": base,
        "changes": changes_of(row, base, language),
        "baselines": list(baselines_of(row, language)),
        **describe_promises(row),
        "base_promises": 0 if base is None else count_open_promises(base),
        "scorecards": [(code, TITLES[code]) for code in compiled(row).scorecards],
        "dry_run": tried,
        "tables": tables_of(tried, language),
        "hidden_products": hidden_products(tried, language),
        "outcomes": [Outcome(code).label for code in OUTCOMES],
        "can_try": stage in {Stage.DRAFT, Stage.PROPOSED, Stage.APPROVED} and tried is None,
        "is_own": stage is Stage.PROPOSED and by.code in {row.drafted_by, row.proposed_by},
    }


def base_of(row: PolicyVersion, stage: Stage, now: datetime) -> PolicyVersion | None:
    """What a version is compared with: the one in force while it is on its way, else the one before it."""
    if stage in {Stage.IN_FORCE, Stage.RETIRED}:
        return row.predecessor
    return get_latest_policy(now=now)


def changes_of(row: PolicyVersion, base: PolicyVersion | None, language: str) -> list[ChangeGroup]:
    """The difference in words."""
    return [] if base is None else describe_changes(compiled(base), compiled(row), language)


def baselines_of(row: PolicyVersion, language: str) -> Iterable[BaselineRow]:
    """The baselines with each characteristic's name and best points."""
    policy = compiled(row)
    dictionary, key = get_dictionary(), language_key(language)
    for applicant, baseline in policy.baselines.items():
        points = [
            (
                dictionary[one.name].label[key] if one.name in dictionary else one.name,
                baseline.points[one.name],
                one.maximum,
            )
            for one in policy.scorecards[applicant].characteristics
        ]
        yield BaselineRow(
            TITLES[applicant], describe_baseline(baseline.method, language), baseline.people, points
        )

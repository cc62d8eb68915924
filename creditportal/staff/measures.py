"""Warnings and measures: what was changed on lines, what waits for a person, the brake, and score drops."""

from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.roles import Permission
from appeals.answering_measures import list_answers_to_read
from appeals.measures import list_measures
from appeals.overturns import FEWEST
from core import clock
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.desk import show, staff_page
from creditportal.staff.measure_view import (
    describe_pending,
    describe_rows,
    describe_triggers,
    draw_drops,
    list_policy_measures,
)
from decisions.measure_deciding import braked_triggers
from decisions.measures import list_pending
from decisions.models import RunState
from decisions.policies import get_latest_policy
from decisions.run_states import APPROVERS
from decisions.runs import list_runs_for
from decisions.score_drops import count_drops
from decisions.warning_counts import count_warnings

_LONGEST_KEY: Final = 18
_FOR_A_PERSON: Final = ("SIGNER", "REFER")


@staff_page(Permission.SEE_RUNS)
def show_measures(request: StaffRequest) -> HttpResponse:
    """Measures open today, the brake and the drops of scores; single lines where the role allows."""
    by, now = actor_of(request), clock.now()
    policy = get_latest_policy(now=now)
    known = list_policy_measures(policy)
    part, finding = draw_drops(count_drops(by=by, now=now))
    context: dict[str, Any] = {
        "title": _("Warnings and measures"),
        "policy": policy,
        "known": known,
        "part": part,
        "finding": finding,
        "fewest": FEWEST,
        "now": now,
        "may_see_lines": request.user.can(Permission.SEE_QUEUE),
        "may_refer": request.user.can(Permission.DECIDE_REFERRAL),
        "may_guide": request.user.can(Permission.GUIDE_RUN),
        **_newest_run(request),
    }
    warnings = count_warnings(policy_version=policy, by=by, now=now)
    context |= {
        "sweep": warnings.sweep,
        "triggers": describe_triggers(warnings.triggers),
        "outcomes": warnings.outcomes,
        "braked": sorted(braked_triggers(policy_version=policy, now=now)),
    }
    if context["may_see_lines"]:
        context["answers"], context["more_answers"] = list_answers_to_read(by=by)
        context["pending"] = describe_pending(list_pending(by=by), now=now)
        after = request.GET.get("after", "")
        start = int(after) if after.isascii() and after.isdigit() and len(after) <= _LONGEST_KEY else None
        page = list_measures(by=by, now=now, after=start)
        context |= {"rows": describe_rows(page.rows, known, now=now), "next_after": page.next_after}
        context["is_first_page"] = start is None
    return show(request, "staff/measures.html", context)


def _newest_run(request: StaffRequest) -> dict[str, Any]:
    """The newest run, whether the brake holds it, and how many of its changes wait for a person."""
    run = next(iter(list_runs_for(by=actor_of(request), limit=1)), None)
    if run is None:
        return {"run": None}
    left = run.counts.get("left", {})
    is_braked = run.state == RunState.BRAKED
    return {
        "run": run,
        "is_braked": is_braked,
        "missing": APPROVERS - run.approvals.count() if is_braked else 0,
        "unsigned": sum(left.get(why, 0) for why in _FOR_A_PERSON),
    }

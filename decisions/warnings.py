"""Early warnings: who is looked at, which triggers answer yes, and which are gone; idempotent."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.actors import SITE
from applicants.models import Applicant
from assessment import Policy
from audit.log import record_each
from audit.verbs import Verb
from core.catalogues import pinned_catalogues
from core.identity import CHINA, today_in_china
from decisions.line_states import IN_USE
from decisions.measures import follow_up
from decisions.models import EarlyWarning, Line, PolicyVersion, WarningEnd, Watch
from decisions.policies import compiled, get_latest_policy
from decisions.warning_catalogue import Trigger, get_triggers
from decisions.warning_inputs import Seen, Values, compare, first_baselines, kept, see, who_left
from outbox.queueing import queue_work

LOOK_AT_APPLICANT: Final = "LOOK_AT_APPLICANT"


@dataclass(frozen=True)
class Look:
    """What a look at some people came to."""

    looked: int = 0
    fired: int = 0
    cured: int = 0


@dataclass(frozen=True)
class Rules:
    """The triggers of the policy in force: their level, whom they apply to, and their tests."""

    policy: Policy
    levels: Mapping[str, str]
    applies: Mapping[str, str]
    triggers: Mapping[str, Trigger]

    def answer(self, seen: Seen, env: Values) -> dict[str, bool | None]:
        """What each trigger that applies answers: yes, no, or None for not known."""
        found: dict[str, bool | None] = {}
        for code, applies in self.applies.items():
            expression = self.triggers[code].expression
            if applies in ("all", *seen.products, *self._kinds(seen)):
                found[code] = None if expression is None else expression.answer(env)
        return found

    def could_come(self, seen: Seen) -> bool:
        """Whether time alone could bring a trigger: one that only waits for today's value to last."""
        values = seen.values
        later = {**values, "revolving_use_30d_ago": values["revolving_use_pct"]}
        return any(
            one.expression is not None and "revolving_use_30d_ago" in one.expression.names
            and not one.looks_back and one.expression.answer(later)
            for one in self.triggers.values()
        )  # fmt: skip

    def _kinds(self, seen: Seen) -> set[str]:
        return {self.policy.products[product].applicant for product in seen.products}


def get_rules(policy_version: PolicyVersion) -> Rules:
    """Return the triggers of a version of the policy."""
    policy = compiled(policy_version)
    listed = policy.document["early_warning"]["triggers"]
    return Rules(
        policy, {one["id"]: one["level"] for one in listed}, {one["id"]: one["applies"] for one in listed},
        get_triggers(),
    )  # fmt: skip


def look_at(*, keys: Collection[int], now: datetime) -> Look:
    """Look at these applicants: raise what is new, count what is gone, and see to the measures."""
    with pinned_catalogues(), transaction.atomic():
        rules = get_rules(get_latest_policy(now=now))
        people = Applicant.objects.select_for_update().filter(pk__in=list(keys), erased_at=None)
        rows = people.defer("name", "id_number", "phone", "bank_card").order_by("pk")
        applicants = {row.pk: row for row in rows}
        seen = see(applicants, now)
        watches = _watches(seen, rules.policy, now)
        standing = _standing(applicants)
        _set_baselines(seen, watches, standing, rules, now)
        left = who_left(list(watches.values()))
        raised: dict[int, list[EarlyWarning]] = {}
        ended: dict[int, list[EarlyWarning]] = {}
        for key, one in seen.items():
            env = compare(one, watches[key].before, left.get(key, []))
            judged = _judge(one, env, standing[key], rules, now)
            raised[key], ended[key] = judged
        _save(watches.values(), seen, standing, raised, rules=rules, now=now)
        _note(Verb.WARNINGS_RAISED, applicants, raised, now)
        _note(Verb.WARNINGS_ENDED, applicants, ended, now)
        warned = [one for key, one in applicants.items() if standing[key] or raised[key]]
        if warned:
            follow_up(applicants=warned, now=now)
    fired = sum(map(len, raised.values()))
    cured = sum(row.end == WarningEnd.CURED for rows in ended.values() for row in rows)
    return Look(len(applicants), fired, cured)


def _watches(seen: Mapping[int, Seen], policy: Policy, now: datetime) -> dict[int, Watch]:
    """What each is compared with; who is new here is compared with the decision before."""
    found = {row.applicant_id: row for row in Watch.objects.filter(applicant__in=list(seen))}
    new = [key for key in seen if key not in found]
    baselines = first_baselines(new, now) if new else {}
    for key in new:
        one = seen[key]
        found[key] = Watch(
            applicant=one.applicant, values=one.values, before=baselines.get(key, kept(one.values)),
            before_at=now, policy_hash=policy.hash, sheet_version=one.sheet_version, looked_at=now,
        )  # fmt: skip
    return found


def _standing(keys: Collection[int]) -> Mapping[int, dict[str, EarlyWarning]]:
    found: defaultdict[int, dict[str, EarlyWarning]] = defaultdict(dict)
    for row in EarlyWarning.objects.filter(applicant__in=list(keys), ended_at=None):
        found[row.applicant_id][row.trigger] = row
    return found


def _set_baselines(
    seen: Mapping[int, Seen],
    watches: Mapping[int, Watch],
    standing: Mapping[int, Mapping[str, EarlyWarning]],
    rules: Rules,
    now: datetime,
) -> None:
    """Begin a new comparison each month; a warning that looks back keeps what it was compared with."""
    today = today_in_china(now)
    begun, days = _last_evaluation(rules.policy, today), rules.policy.document["score"]["validity_days"]
    for key, watch in watches.items():
        compared_on = today_in_china(watch.before_at)
        is_kept = any(rules.triggers[code].looks_back for code in standing[key] if code in rules.triggers)
        if watch.policy_hash != rules.policy.hash:
            # Other rules are no drop of anybody: today's values are the new beginning.
            watch.before, watch.before_at = kept(seen[key].values), now
        elif (is_kept and today - compared_on > timedelta(days=days)) or (
            not is_kept and compared_on < begun and watch.looked_at < now
        ):
            # Who left since the look that these values come from belongs to the new comparison.
            watch.before = kept(watch.values)
            watch.before_at = max(watch.looked_at, datetime.combine(begun, time(), CHINA))
        watch.policy_hash = rules.policy.hash


def _last_evaluation(policy: Policy, today: date) -> date:
    day = policy.document["score"]["evaluation_day"]
    this_month = today.replace(day=day)
    return this_month if this_month <= today else (today.replace(day=1) - timedelta(days=1)).replace(day=day)


def _judge(
    seen: Seen, env: Values, standing: dict[str, EarlyWarning], rules: Rules, now: datetime
) -> tuple[list[EarlyWarning], list[EarlyWarning]]:
    """What is new and what has ended; what is not known neither fires nor cures."""
    answers = rules.answer(seen, env)
    covered = {
        code for code, answer in answers.items()
        if answer and any(answers.get(other) for other in rules.triggers[code].covered_by)
    }  # fmt: skip
    raised = []
    for code, answer in answers.items():
        if answer and code not in covered and code not in standing:
            raised.append(
                EarlyWarning(
                    applicant=seen.applicant,
                    trigger=code,
                    level=rules.levels[code],
                    since=now,
                    values=_used(rules.triggers[code], env),
                )
            )
    ended = []
    for code, row in standing.items():
        end = _end_of(row, seen, covered, answers, now)
        if end:
            row.end, row.ended_at = end, now
            ended.append(row)
        elif answers.get(code) is False:
            row.gone_at = row.gone_at or now
        elif answers.get(code):
            row.gone_at, row.values = None, _used(rules.triggers[code], env)
    return raised, ended


def _end_of(
    row: EarlyWarning, seen: Seen, covered: set[str], answers: Mapping[str, bool | None], now: datetime
) -> str:
    if not seen.products:
        return WarningEnd.NO_LINE
    if row.trigger in covered:
        return WarningEnd.COVERED
    if answers.get(row.trigger, False) is not False or row.gone_at is None:
        return ""
    # Two evaluations are two days: looking twice within one says nothing new.
    return WarningEnd.CURED if today_in_china(row.gone_at) < today_in_china(now) else ""


def _used(trigger: Trigger, env: Values) -> dict[str, Any]:
    """The values that the test names, and those that its words say."""
    names = set(trigger.expression.names if trigger.expression else ())
    related = {"related_before", "related_score"} if "related_drop" in names else set()
    scores = {"score", "score_before", "gate", "lost"} if "score_drop" in names else set()
    return {name: env[name] for name in sorted(names | related | scores)}


def _save(
    watches: Iterable[Watch],
    seen: Mapping[int, Seen],
    standing: Mapping[int, Mapping[str, EarlyWarning]],
    raised: Mapping[int, list[EarlyWarning]],
    *,
    rules: Rules,
    now: datetime,
) -> None:
    tomorrow = today_in_china(now) + timedelta(days=1)
    rows = list(watches)
    for watch in rows:
        one = seen[watch.applicant_id]
        still = [row for row in standing[watch.applicant_id].values() if row.ended_at is None]
        watch.values, watch.sheet_version, watch.looked_at = one.values, one.sheet_version, now
        is_awaited = still or raised[watch.applicant_id] or one.has_open_item or rules.could_come(one)
        watch.again_on = tomorrow if is_awaited else None
    fields = ["values", "before", "before_at", "policy_hash", "sheet_version", "looked_at", "again_on"]
    Watch.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["applicant"], update_fields=fields
    )  # fmt: skip
    EarlyWarning.objects.bulk_create(row for found in raised.values() for row in found)
    EarlyWarning.objects.bulk_update(
        [row for found in standing.values() for row in found.values()],
        ["values", "gone_at", "ended_at", "end"],
    )


def _note(
    verb: Verb, applicants: Mapping[int, Applicant], rows: Mapping[int, list[EarlyWarning]], now: datetime
) -> None:
    events = {
        applicants[key].reference: {
            "triggers": [row.trigger for row in found], "levels": [str(row.level) for row in found],
            "ends": [str(row.end) for row in found],
        }
        for key, found in rows.items() if found
    }  # fmt: skip
    if events:
        record_each(verb=verb, actor=SITE.code, now=now, events=events)


def ask_for_look(*, reference: str, now: datetime) -> None:
    """Have one applicant looked at after commit, where there is a line or a warning."""
    if _watched().filter(reference=reference).exists():
        key = f"{LOOK_AT_APPLICANT}:{reference}:{now.isoformat()}"
        queue_work(kind=LOOK_AT_APPLICANT, subject=reference, key=key, now=now)


def look_at_one(*, reference: str, now: datetime) -> None:
    """Look at one applicant after something changed; who has neither line nor warning is left alone."""
    key = _watched().filter(reference=reference).values_list("pk", flat=True).first()
    if key is not None:
        look_at(keys=[key], now=now)


def _watched() -> QuerySet[Applicant]:
    """Everybody with a line in use or a warning that has not ended."""
    lines = Line.objects.filter(applicant=OuterRef("pk"), state__in=IN_USE)
    warned = EarlyWarning.objects.filter(applicant=OuterRef("pk"), ended_at=None)
    return Applicant.objects.filter(Exists(lines) | Exists(warned))


def list_open_warnings(*, applicant: Applicant) -> list[EarlyWarning]:
    """Return the warnings about one applicant that stand, the most serious first."""
    return [row for row in list_warnings(applicant=applicant) if row.ended_at is None]


def list_warnings(*, applicant: Applicant) -> list[EarlyWarning]:
    """Return every warning there was about one applicant, the most serious first."""
    order = {"red": 0, "amber": 1, "watch": 2}
    rows = EarlyWarning.objects.filter(applicant=applicant).order_by("trigger")
    return sorted(rows, key=lambda row: order[row.level])

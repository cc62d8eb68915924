"""Turns that an appeal can take: late, withdrawn, not taken up, unchanged, looked at again, by a person."""

from collections.abc import Iterator
from datetime import timedelta

from accounts.models import User
from appeals.acceptance import refuse_acceptance
from appeals.asking_for_a_person import ask_for_person
from appeals.models import Appeal
from appeals.opening import open_appeal, save_grounds, submit_appeal
from appeals.screening import screen
from appeals.withdrawing import withdraw_appeal
from core.clock import now
from decisions.models import Decision
from tests.factories.appeals import send_at
from tests.factories.decisions import sample_decision
from tests.journeys.desk import review, work
from tests.journeys.scenes.stage import Shot, Stage, press
from tests.people import acting, person


def other_turns(stage: Stage) -> Iterator[Shot]:
    """Each turn is somebody else's."""
    yield from _late(stage, person("Lea"))
    yield from _withdrawn(stage, person("Wei"))
    yield from _unchanged(stage, person("Una"))
    yield from _a_person(stage, person("Pat"))
    yield from _overdue(stage, person("Olu"))


def _late(stage: Stage, user: User) -> Iterator[Shot]:
    decision = sample_decision("li_na", user=user, now=now() - timedelta(days=120))
    start = ("portal:start_appeal", decision.reference)
    yield stage.shot("appeal_start_late", *start, by=user)
    yield stage.shot("appeal_start_late_wrong", *start, by=user, act=press("Start a late appeal"))
    appeal = _filled(decision, user, late_reason="I was ill.")
    yield stage.shot("appeal_tasks_late", "portal:appeal", appeal.reference, by=user)
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(user), now=now())
    appeal = screen(appeal, now())
    yield stage.shot("appeal_track_late", "portal:appeal", appeal.reference, by=user)
    refuse_acceptance(appeal=appeal, code="LATE", reason="It came late.", by=acting(stage.cleo), now=now())
    yield stage.shot("appeal_not_accepted", "portal:appeal", appeal.reference, by=user)


def _withdrawn(stage: Stage, user: User) -> Iterator[Shot]:
    appeal = _sent(user, "zhao_ming", "U05")
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(user), now=now())
    yield stage.shot("appeal_withdrawn", "portal:appeal", appeal.reference, by=user)
    yield stage.shot("appeal_reinstated", "portal:appeal", appeal.reference, by=user, act=_take_up)


def _unchanged(stage: Stage, user: User) -> Iterator[Shot]:
    appeal = _sent(user, "chen_jing_before", "S01")
    work()
    appeal.refresh_from_db()
    appeal = review(appeal, like="chen_jing_before", reviewer=stage.cleo, second=stage.dev)
    yield stage.shot("appeal_result_unchanged", "portal:appeal_result", appeal.reference, by=user)
    yield stage.shot("appeal_start_second", "portal:start_appeal", appeal.decision.reference, by=user)
    second = open_appeal(decision=appeal.decision, by=acting(user), now=now())
    yield stage.shot("appeal_tasks_second", "portal:appeal", second.reference, by=user)


def _a_person(stage: Stage, user: User) -> Iterator[Shot]:
    decision = sample_decision("minor", user=user, now=now())
    appeal = ask_for_person(decision=decision, statement="Please look.", by=acting(user), now=now())
    work()
    yield stage.shot("appeal_person_track", "portal:appeal", appeal.reference, by=user)


def _overdue(stage: Stage, user: User) -> Iterator[Shot]:
    appeal = _sent(user, "hengxin_after_shock", "E03")
    send_at(appeal, now() - timedelta(days=90))
    yield stage.shot("appeal_track_overdue", "portal:appeal", appeal.reference, by=user)


def _filled(decision: Decision, user: User, code: str = "U02", **given: str) -> Appeal:
    appeal = open_appeal(decision=decision, by=acting(user), now=now(), **given)
    grounds = {code: ("WRONG", "as I said")}
    return save_grounds(
        appeal=appeal, grounds=grounds, expected_version=appeal.version, by=acting(user), now=now()
    )


def _sent(user: User, key: str, code: str) -> Appeal:
    appeal = _filled(sample_decision(key, user=user, now=now()), user, code)
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(user), now=now())
    appeal.refresh_from_db()
    return appeal


_take_up = press("Take it up again")

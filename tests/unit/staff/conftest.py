"""Colleagues at their desks, and cases for them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, TypeAlias

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import User
from appeals.deciding import propose, suggest_ruling
from appeals.models import Appeal
from appeals.screening import screen_one
from decisions.models import Decision
from tests.factories.appeals import attached, find, in_review, queued, verified
from tests.factories.decisions import NOW, catalogues, sample_decision
from tests.people import acting, ada, aud, ben, cleo, dev, eve, pia

__all__ = ["ada", "aud", "ben", "catalogues", "cleo", "dev", "eve", "pia"]

CLAIMS = {"U01": "PERSON", "U02": "WRONG"}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    """The doors read the clock an hour after the factories made their cases."""
    with time_machine.travel(NOW + timedelta(hours=1), tick=True):
        yield


def add_second_factor(user: User) -> None:
    """Give the person an authenticator app, as far as the door can tell."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})


SitDown: TypeAlias = Callable[[User], Client]


@pytest.fixture
def sit_down() -> SitDown:
    """Signs somebody in who has a second factor, and returns the browser."""

    def sit(user: User) -> Client:
        if not Authenticator.objects.filter(user=user).exists():
            add_second_factor(user)
        client = Client()
        client.force_login(user)
        client.cookies["language"] = "en"
        return client

    return sit


@pytest.fixture
def decision(catalogues: None, ada: User) -> Decision:
    """Li Na's application, which was not approved; Ada is Li Na."""
    return sample_decision("li_na", user=ada)


@pytest.fixture
def appeal(decision: Decision, ada: User) -> Appeal:
    """Ada's appeal, waiting for a reviewer."""
    return queued(decision, acting(ada), claims=CLAIMS)


@pytest.fixture
def held(decision: Decision, ada: User, cleo: User) -> Appeal:
    """Ada's appeal, acknowledged, on Cleo's desk, the statement read, a payslip beside the second reason."""
    appeal = in_review(decision, acting(ada), cleo, claims=CLAIMS)
    screen_one(reference=appeal.reference, now=NOW)
    attached(appeal, acting(ada), code="U02", kind="V01")
    appeal.refresh_from_db()
    return appeal


@pytest.fixture
def referral(catalogues: None) -> Decision:
    """A loan broker with 640 points, whom two people must agree to approve."""
    return sample_decision("loan_broker")


@pytest.fixture
def won(catalogues: None, ben: User, cleo: User) -> Appeal:
    """Ben's appeal, decided for him by Cleo and being put into effect."""
    appeal = in_review(sample_decision("zhao_ming", user=ben), acting(ben), cleo)
    find(appeal, cleo, "U05", worst_dpd_24m=0, hard_inquiries_3m=1, active_lenders=2)
    verified(appeal, cleo)
    appeal.refresh_from_db()
    draft = suggest_ruling(appeal)
    propose(
        appeal=appeal, outcome=draft.outcome, reason="The police report shows it.", letter_zh=draft.letter_zh,
        letter_en=draft.letter_en, expected_version=appeal.version, by=acting(cleo), now=NOW,
    )  # fmt: skip
    appeal.refresh_from_db()
    return appeal


def send(client: Client, appeal: Appeal, act: str, **typed: Any) -> Any:
    """Post a form of the case page as it is on the screen now."""
    appeal.refresh_from_db()
    return client.post(f"/staff/cases/{appeal.reference}/{act}/", {"version": appeal.version, **typed})


def text_of(answer: Any) -> str:
    """The page."""
    text: str = answer.content.decode()
    return text

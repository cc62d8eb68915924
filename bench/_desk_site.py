"""Our site in a process of its own, with a caseworker and an applicant signed in."""

import os
import time
from datetime import UTC, datetime
from typing import Any

import django


def main() -> None:
    """Sign in and follow orders."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    from bench._answering import serve

    serve(
        _sign_in("cleo@example.test"),
        {
            "sign_in": _become,
            "own_case": _own_case,
            "open_anew": _open_anew,
            "new_decisions": _new_decisions,
            "send": _send,
            "insert": _insert,
        },
    )


_current: list[Any] = []


class _Current:
    """Whoever is signed in now."""

    def get(self, path: str) -> Any:
        return _current[-1].get(path)

    def post(self, path: str, form: Any) -> Any:
        return _current[-1].post(path, form)


def _sign_in(email: str) -> _Current:
    from allauth.mfa.models import Authenticator
    from django.test import Client

    from accounts.models import User

    user = User.objects.get(email=email)
    if user.is_staff and not Authenticator.objects.filter(user=user).exists():
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = Client()
    client.force_login(user)
    client.cookies["language"] = "en"
    _current.append(client)
    return _Current()


def _become(email: str) -> bool:
    _sign_in(email)
    return True


def _own_case(email: str) -> str:
    """The appeal of a sample person, sent now if there is none."""
    from accounts.actors import Actor
    from accounts.models import User
    from appeals.models import Appeal
    from appeals.opening import open_appeal, save_grounds, submit_appeal
    from decisions.models import Decision

    user = User.objects.get(email=email)
    found = Appeal.objects.filter(applicant__user=user, submitted_at__isnull=False).first()
    if found is None:
        by, now = Actor.for_user(user), datetime.now(tz=UTC)
        decision = Decision.objects.filter(applicant__user=user, outcome="decline").latest("pk")
        found = open_appeal(decision=decision, by=by, now=now, late_reason="I was ill")
        codes = decision.reasons.values_list("code", flat=True)
        save_grounds(
            appeal=found, grounds=dict.fromkeys(codes, ("WRONG", "")),
            expected_version=found.version, by=by, now=now,
        )  # fmt: skip
        submit_appeal(appeal=found, expected_version=found.version, by=by, now=now)
    return str(found.reference)


def _open_anew(paths: list[str]) -> dict[str, float]:
    """Milliseconds and statements for these pages of whoever is signed in, none of which was kept."""
    from django.db import connection

    from creditportal.portal.own_pages import memory

    seen: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    memory.clear()
    with connection.execute_wrapper(count):
        for path in paths:
            _current[-1].get(path)
    memory.clear()
    started = time.perf_counter()
    for path in paths:
        _current[-1].get(path)
    return {"ms": (time.perf_counter() - started) * 1000, "queries": len(seen)}


_waiting: list[int] = []


def _new_decisions(count: int) -> int:
    """Decisions that nobody has appealed yet, sent by the sample partner."""
    from django.db import transaction

    from appeals.generating import copy_decisions
    from decisions.models import Application

    now = datetime.now(tz=UTC)
    with transaction.atomic():
        made = copy_decisions(count=count, seed=time.time_ns(), now=now)
        Application.objects.filter(decisions__in=made).update(client_id="lender-demo")
    _waiting.extend(made)
    return len(_waiting)


def _send(count: int) -> float:
    """Milliseconds for one appeal with its grounds, event, audit and outbox, committed."""
    from accounts.actors import Actor
    from accounts.roles import Scope
    from appeals.lodging import lodge_appeal
    from core.catalogues import pinned_catalogues
    from decisions.models import Decision

    by, now = Actor.for_client("lender-demo", [scope.value for scope in Scope]), datetime.now(tz=UTC)
    chosen = Decision.objects.in_bulk([_waiting.pop() for _ in range(count)]).values()
    forms = [
        (one.reference, dict.fromkeys(one.reasons.values_list("code", flat=True), ("WRONG", "")))
        for one in chosen
    ]
    started = time.perf_counter()
    for reference, grounds in forms:
        # As every page and every request of the API: catalogues are looked up once.
        with pinned_catalogues():
            lodge_appeal(decision=reference, grounds=grounds, by=by, now=now)
    return (time.perf_counter() - started) / count * 1000


def _insert(count: int) -> float:
    """Milliseconds for one row of a narrow table, committed."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_bare (id bigserial PRIMARY KEY, text varchar(200))")
        started = time.perf_counter()
        for number in range(count):
            cursor.execute("INSERT INTO bench_bare (text) VALUES (%s) RETURNING id", [f"row {number}"])
        cost = (time.perf_counter() - started) / count * 1000
        cursor.execute("TRUNCATE bench_bare")
    return cost


if __name__ == "__main__":
    main()

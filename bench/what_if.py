"""Trying values of one decision again and again through the API, against a bare view of as many bytes.

The first try of a decision in a process goes a longer way and is not measured.
"""

import itertools
import json
import os
import sys
from typing import Final

import django

from bench._pairs import RUNS, WARM_UP

TRIES: Final = 100
GOAL: Final = 1 / 0.35  # at least 0.35 of the bare view's rate
BODY: Final = json.dumps({"changes": {"active_lenders": 3, "debt_service_pct": 30, "revolving_use_pct": 45}})


def main() -> int:
    """Measure in a database that is made for it and dropped afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
    from bench._database import own_database
    from bench._pairs import compare, show
    from bench._served import Served, served
    from bench._web import Answer, Worker, workers

    with own_database("what_if") as address:
        # Each round is another client's: nobody may ask as often as the rounds together do.
        callers = itertools.cycle([_prepare(number) for number in range(RUNS + WARM_UP + 1)])

        def ask(side: Worker | Served, count: int) -> Answer:
            token, reference = next(callers)
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            path = f"/api/v1/decisions/{reference}/what-if"
            side.ask(path, method="POST", headers=headers, body=BODY, count=1)
            answer = side.ask(path, method="POST", headers=headers, body=BODY, count=count)
            assert answer.status == 200, answer
            return answer

        with workers(database=address, kinds=["site"]) as (alone,):
            first = ask(alone, 1)
        with served(database=address) as (site, bare):
            result = compare(
                name="what_if",
                ours=lambda: ask(site, TRIES).cpu_us,
                other=lambda: bare.ask(f"/?bytes={first.length}", count=TRIES).cpu_us,
                unit="us of CPU behind granian",
                goal=round(GOAL, 3),
            )
    about = f"bare view, {first.length} bytes; ours makes {first.queries} queries"
    return show(result, about=about)


def _prepare(number: int) -> tuple[str, str]:
    from accounts.actors import SITE, Actor
    from accounts.clients import create_client
    from accounts.roles import Scope
    from core.clock import now
    from tests.factories.partners import Partner, decided

    credentials = create_client(name=f"Bench {number}", scopes=list(Scope), by=SITE, now=now())
    actor = Actor.for_client(credentials.client_id, list(Scope))
    partner = Partner(actor)
    return partner.headers["Authorization"].removeprefix("Bearer "), decided(actor).reference


if __name__ == "__main__":
    sys.exit(main())

"""Reading a decision's explanation through the API, against a bare Django view of as many bytes.

Against a naive view too: nested serializers that look everything up and word it at each read.
"""

import os
import sys
from typing import Final

import django

CPU_GOAL: Final = 1 / 0.50
INSTRUCTIONS_GOAL: Final = 1 / 0.70
NAIVE_GOAL: Final = 1 / 5
MOST_QUERIES: Final = 2
COUNTED: Final = 40


def main() -> int:
    """Measure in a database that is made for it and dropped afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
    from bench._database import own_database
    from bench._web import can_count

    with own_database("explain_api") as address:
        token, reference = prepare()
        path = f"/api/v1/decisions/{reference}/explanation?lang=en"
        failed = _by_cpu(address, path, token)
        if can_count():
            failed |= _by_instructions(address, path, token)
        return failed


def _by_cpu(address: str, path: str, token: str) -> int:
    from bench._pairs import compare_all, show
    from bench._served import served
    from bench._web import workers

    headers = {"Authorization": f"Bearer {token}"}
    with workers(database=address, kinds=("site", "naive")) as sides:
        answer, usual = (side.ask(path, headers=headers, count=1) for side in sides)
        assert (answer.status, usual.status) == (200, 200), (answer, usual)
        assert answer.queries <= MOST_QUERIES, answer
    with served(database=address, kinds=("site", "bare", "naive")) as (site, bare, naive):
        against_bare, against_naive = compare_all(
            ours=lambda: site.ask(path, headers=headers).cpu_us,
            others={
                "explain_api": (lambda: bare.ask(f"/?bytes={answer.length}").cpu_us, CPU_GOAL),
                "explain_api_naive": (lambda: naive.ask(path, headers=headers).cpu_us, NAIVE_GOAL),
            },
            unit="us of CPU behind granian",
        )
    failed = show(
        against_bare, about=f"bare view, {answer.length} bytes; ours makes {answer.queries} queries"
    )
    return failed | show(against_naive, about=f"nested serializers, {usual.queries} queries")


def _by_instructions(address: str, path: str, token: str) -> int:
    from bench._pairs import compare, show
    from bench._web import workers

    headers = {"Authorization": f"Bearer {token}"}
    with workers(database=address, is_counted=True) as (site, bare):
        length = site.ask(path, headers=headers, count=1).length
        result = compare(
            name="explain_api_instructions",
            ours=lambda: site.ask(path, headers=headers, count=COUNTED).instructions,
            other=lambda: bare.ask(f"/?bytes={length}", count=COUNTED).instructions,
            unit="instructions",
            goal=INSTRUCTIONS_GOAL,
            runs=7,
        )
    return show(result, about="bare view; counted by callgrind")


def prepare() -> tuple[str, str]:
    """A token of a client with every scope, and the reference of a decision that it may read."""
    from accounts.actors import SITE, Actor
    from accounts.clients import create_client
    from accounts.roles import Scope
    from core.clock import now
    from tests.factories.partners import Partner, decided

    credentials = create_client(name="Bench", scopes=list(Scope), by=SITE, now=now())
    actor = Actor.for_client(credentials.client_id, list(Scope))
    partner = Partner(actor)
    return partner.headers["Authorization"].removeprefix("Bearer "), decided(actor).reference


if __name__ == "__main__":
    sys.exit(main())

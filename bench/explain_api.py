"""Reading a decision's explanation through the API, against a bare Django view of as many bytes."""

import os
import sys
from typing import Final

import django

GOAL: Final = 2.0  # at least half of the bare view's rate


def main() -> int:
    """Measure in a database that is made for it and dropped afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
    from bench._database import own_database
    from bench._pairs import compare, show
    from bench._web import workers

    with own_database("explain_api") as address:
        token, reference = _prepare()
        path = f"/api/v1/decisions/{reference}/explanation?lang=en"
        headers = {"Authorization": f"Bearer {token}"}
        with workers(database=address) as (site, bare):
            answer = site.ask(path, headers=headers, count=1)
            assert answer.status == 200, answer
            result = compare(
                name="explain_api",
                ours=lambda: site.ask(path, headers=headers).cpu_us,
                other=lambda: bare.ask(f"/?bytes={answer.length}").cpu_us,
                unit="us of server CPU",
                goal=GOAL,
            )
    return show(result, about=f"bare view, {answer.length} bytes; ours makes {answer.queries} queries")


def _prepare() -> tuple[str, str]:
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

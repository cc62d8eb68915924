"""Opening a decision's page, against a bare Django view of as many bytes and a page from its templates."""

import os
import sys
from typing import Any, Final

import django

CPU_GOAL: Final = 1 / 0.38
INSTRUCTIONS_GOAL: Final = 1 / 0.45
NAIVE_GOAL: Final = 1 / 8
HELD_GOAL: Final = 1 / 0.55
COUNTED: Final = 40


def main() -> int:
    """Measure in a database that is made for it and dropped afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
    from bench._database import own_database
    from bench._web import can_count

    with own_database("explain_page") as address:
        path, headers = prepare()
        failed = _by_cpu(address, path, headers)
        if can_count():
            failed |= _by_instructions(address, path, headers)
        return failed


def _by_cpu(address: str, path: str, headers: dict[str, str]) -> int:
    from bench._pairs import compare_all, show
    from bench._served import served
    from bench._web import workers

    with workers(database=address, kinds=("site", "naive")) as sides:
        answer, usual = (side.ask(path, headers=headers, count=1) for side in sides)
        assert (answer.status, usual.status) == (200, 200), (answer, usual)
    with served(database=address, kinds=("site", "bare", "naive")) as (site, bare, naive):
        held = {**headers, "If-None-Match": answer.tag}
        assert site.ask(path, headers=held, count=1).status == 304

        def plain() -> float:
            return bare.ask(f"/?bytes={answer.length}").cpu_us

        pages = compare_all(
            ours=lambda: site.ask(path, headers=headers).cpu_us,
            others={
                "explain_page": (plain, CPU_GOAL),
                "explain_page_naive": (lambda: naive.ask(path, headers=headers).cpu_us, NAIVE_GOAL),
            },
            unit="us of CPU behind granian",
        )
        [unchanged] = compare_all(
            ours=lambda: site.ask(path, headers=held).cpu_us,
            others={"explain_page_held": (plain, HELD_GOAL)},
            unit="us of CPU behind granian",
        )
    about = (
        f"bare view, {answer.length} bytes; ours makes {answer.queries} queries",
        f"the same page from its templates, {usual.queries} queries",
        "bare view; ours answers 304",
    )
    return sum(show(result, about=text) for result, text in zip([*pages, unchanged], about, strict=True))


def _by_instructions(address: str, path: str, headers: dict[str, str]) -> int:
    from bench._pairs import compare, show
    from bench._web import workers

    with workers(database=address, is_counted=True) as (site, bare):
        length = site.ask(path, headers=headers, count=1).length
        result = compare(
            name="explain_page_instructions",
            ours=lambda: site.ask(path, headers=headers, count=COUNTED).instructions,
            other=lambda: bare.ask(f"/?bytes={length}", count=COUNTED).instructions,
            unit="instructions",
            goal=INSTRUCTIONS_GOAL,
            runs=7,
        )
    return show(result, about="bare view; counted by callgrind")


def prepare() -> tuple[str, dict[str, str]]:
    """The address of somebody's decision, and the cookies of that person's browser."""
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from core.clock import now
    from tests.factories.decisions import sample_decision
    from tests.people import person

    user: Any = person("Ada")
    decision = sample_decision("li_na", user=user, now=now())
    client = Client()
    client.force_login(user)
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.CSRF_COOKIE_NAME: "c" * 32,
        settings.LANGUAGE_COOKIE_NAME: "en",
    }
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return reverse("portal:decision", args=[decision.reference]), {"Cookie": cookie}


if __name__ == "__main__":
    sys.exit(main())

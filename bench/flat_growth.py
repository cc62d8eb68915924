"""Four things a colleague does among 10,000 appeals and among 1,100,000: how much longer each takes."""

import os
import sys
from dataclasses import replace

import django

from bench._answering import Site
from bench._desk import site_of
from bench._pairs import RUNS, WARM_UP, Comparison, compare, show

_A_ROUND = 20


def main() -> int:
    """Measure each and show the one that grew most; the others are told beside it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
    from bench._queue import kept_queue

    with kept_queue() as many:
        large, case = site_of(many), _one_case()
    with kept_queue(open_count=1_000, closed_count=9_000) as few:
        small, other = site_of(few), _one_case()
        found = [
            _compare_pages("queue", large, small, "/staff/queue/?view=all", "/staff/queue/?view=all"),
            _compare_pages("detail", large, small, f"/staff/cases/{case}/", f"/staff/cases/{other}/"),
            _compare_searches(large, small, case, other),
            _compare_inserts(large, small),
        ]
    large.stop()
    small.stop()
    worst = max(found, key=lambda one: one.ratio)
    each = ", ".join(f"{one.name} {one.ratio:.2f}" for one in found)
    return show(replace(worst, name="flat_growth"), about=f"10,000 appeals; {each}")


def _one_case() -> str:
    from appeals.models import Appeal

    return str(Appeal.objects.filter(status="QUEUED").order_by("due_at", "pk")[10].reference)


def _compare_pages(name: str, large: Site, small: Site, ours: str, theirs: str) -> Comparison:
    first = (large.ask(ours), small.ask(theirs))
    if {one.status for one in first} != {200}:
        raise SystemExit(f"flat_growth: {name} answers {[one.status for one in first]}")
    return compare(
        name=name, ours=lambda: large.ask(ours).ms, other=lambda: small.ask(theirs).ms, unit="ms", goal=1.2
    )


def _compare_searches(large: Site, small: Site, ours: str, theirs: str) -> Comparison:
    return compare(
        name="search", ours=lambda: large.ask("/staff/search/", {"text": ours}).ms,
        other=lambda: small.ask("/staff/search/", {"text": theirs}).ms, unit="ms", goal=1.2,
    )  # fmt: skip


def _compare_inserts(large: Site, small: Site) -> Comparison:
    for site in (large, small):
        site.do("new_decisions", count=(RUNS + WARM_UP) * _A_ROUND)
    return compare(
        name="insert", ours=lambda: float(large.do("send", count=_A_ROUND)),
        other=lambda: float(small.do("send", count=_A_ROUND)), unit="ms", goal=1.2,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())

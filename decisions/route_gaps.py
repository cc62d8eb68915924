"""Where no route can be told yet: nothing is decided so far, or facts that routes need are not known."""

from typing import Any, Final

from assessment.clusters import COVERAGE, LIMIT, SCORE
from decisions.explanation_material import Material
from decisions.models import Outcome
from decisions.reason_case import UNKNOWN_STATES, in_policy_order
from decisions.routes import Routes

Json = dict[str, Any]
_WAITING: Final[dict[str, str]] = {Outcome.REFER: "person", Outcome.HOLD: "held"}
_ADDED_UP: Final = frozenset({SCORE, COVERAGE, LIMIT})


def none_yet(routes: Routes, material: Material) -> Json | None:
    """Why it is too early to tell a route, in words; None where it is known that there is none."""
    state = _WAITING.get(routes.decision.outcome)
    if state:
        return _told(state, [], [state, "person_next", "waits"], routes, material)
    missing = find_missing(routes)
    if missing:
        return _told("unknown", missing, ["unknown", "unknown_next"], routes, material)
    return None


def find_missing(routes: Routes) -> list[str]:
    """Facts that nobody knows yet; none where a check stands in the way whose facts are all known."""
    policy, blocked = routes.policy, routes.recourse.horizons[-1].blocked
    unknown = {name for name, entry in routes.decision.facts.items() if entry["value"] in UNKNOWN_STATES}
    reads = {rule.id: set(rule.expression.names) for rule in policy.rules}
    read = [reads[rule] for rule in blocked] or [set(_ADDED_UP)]
    behind = [unknown if names & _ADDED_UP else unknown & names for names in read]
    missing = set().union(*behind) if all(behind) else set()
    return in_policy_order(policy, routes.request.product, missing)


def _told(state: str, missing: list[str], lines: list[str], routes: Routes, material: Material) -> Json:
    last = routes.recourse.horizons[-1]
    return {
        "state": state,
        "missing": [_missing(name, material) for name in missing],
        "lines": [material.words.say("routes", "none", line) for line in lines],
        "blocked": list(last.blocked),
        "time_alone_on": None,
        "certificate": last.certificate.digest,
    }


def _missing(name: str, material: Material) -> Json:
    """One fact that is not known, and the source that could tell it."""
    kinds = material.dictionary[name].source_kinds
    source = kinds[0] if kinds else ""
    return {"name": name, "label": material.label(name), "source": source, "told_by": material.source(source)}

"""Proofs that a route is the cheapest, or that there is none, and a checker that trusts no solver.

A certificate holds, for every case that had to be looked at, what each cluster of actions costs and
gains and how much is needed. The checker adds up the choice, and proves by a table over costs (the
solver merges fronts; this is another algorithm) that nothing cheaper gains enough in any case.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assessment.errors import CertificateError
from assessment.knapsack import Choice, best_gain_within, most_gain

if TYPE_CHECKING:
    from assessment.cases import Case

Table = tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True, slots=True)
class ProvenCase:
    """One case: what it is, the gain it needs, and (cost, gain) of every option by cluster.

    `cheaper_gain` is the most that anything cheaper than the optimum gains here; `most_gain` the
    most that can be gained at all, where there is no route. None: no choice exists.
    """

    label: str
    need: int
    options: Table
    cheaper_gain: int | None
    most_gain: int | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """The optimum's cost with the choice that has it, or no cost: no route exists. `digest` seals it."""

    cost: int | None
    case: int | None
    picks: tuple[int, ...]
    cases: tuple[ProvenCase, ...]
    digest: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe, and readable by `read_certificate`."""
        return {**_content(self.cost, self.case, self.picks, self.cases), "digest": self.digest}


def certify(cases: Sequence[Case], found: tuple[int, Case, Choice] | None) -> Certificate:
    """The certificate of a search's result."""
    cost = None if found is None else found[2].cost
    proven = tuple(
        ProvenCase(
            label=case.label,
            need=case.need,
            options=tuple(tuple(options) for options in case.options),
            cheaper_gain=None if cost is None else best_gain_within(case.options, cost - 1),
            most_gain=most_gain(case.options),
        )
        for case in cases
    )
    at, picks = (None, ()) if found is None else (found[0], found[2].picks)
    return Certificate(cost, at, picks, proven, _digest(_content(cost, at, picks, proven)))


def check_certificate(certificate: Certificate) -> None:
    """Verify a certificate; raises CertificateError that names what is wrong."""
    content = certificate.to_dict()
    if content.pop("digest") != _digest(content):
        raise CertificateError("digest: it does not match the content")
    if certificate.cost is None:
        _check_none(certificate)
    else:
        _check_optimum(certificate, certificate.cost)


def read_certificate(written: Mapping[str, Any]) -> Certificate:
    """A certificate from its JSON form; raises CertificateError when it has another shape."""
    try:
        cases = tuple(
            ProvenCase(
                label=str(case["label"]),
                need=int(case["need"]),
                options=tuple(
                    tuple((int(cost), int(gain)) for cost, gain in options) for options in case["options"]
                ),
                cheaper_gain=_whole_or_none(case["cheaper_gain"]),
                most_gain=_whole_or_none(case["most_gain"]),
            )
            for case in written["cases"]
        )
        return Certificate(
            cost=_whole_or_none(written["cost"]),
            case=_whole_or_none(written["case"]),
            picks=tuple(int(pick) for pick in written["picks"]),
            cases=cases,
            digest=str(written["digest"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CertificateError(f"no certificate: {error}") from None


def _whole_or_none(value: Any) -> int | None:
    return None if value is None else int(value)


def _content(
    cost: int | None, case: int | None, picks: tuple[int, ...], cases: Sequence[ProvenCase]
) -> dict[str, Any]:
    return {
        "cost": cost,
        "case": case,
        "picks": list(picks),
        "cases": [
            {
                "label": one.label,
                "need": one.need,
                "options": [[list(option) for option in options] for options in one.options],
                "cheaper_gain": one.cheaper_gain,
                "most_gain": one.most_gain,
            }
            for one in cases
        ],
    }


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _check_none(certificate: Certificate) -> None:
    if certificate.case is not None or certificate.picks:
        raise CertificateError("picks: there is no route to pick")
    for case in certificate.cases:
        total = _sum_of_maxima(case.options)
        if total != case.most_gain:
            raise CertificateError(f"{case.label}: the most that can be gained is {total}")
        if total is not None and total >= case.need:
            raise CertificateError(f"{case.label}: {total} points can be gained, {case.need} are needed")


def _check_optimum(certificate: Certificate, cost: int) -> None:
    if certificate.case is None or not 0 <= certificate.case < len(certificate.cases):
        raise CertificateError("case: no such case")
    chosen = certificate.cases[certificate.case]
    if len(certificate.picks) != len(chosen.options):
        raise CertificateError("picks: one for each cluster")
    spent = gained = 0
    for options, pick in zip(chosen.options, certificate.picks, strict=True):
        if not 0 <= pick < len(options):
            raise CertificateError("picks: no such option")
        spent, gained = spent + options[pick][0], gained + options[pick][1]
    if spent != cost:
        raise CertificateError(f"cost: the choice costs {spent}, not {cost}")
    if gained < chosen.need:
        raise CertificateError(f"{chosen.label}: the choice gains {gained}, {chosen.need} are needed")
    for case in certificate.cases:
        _check_cheaper(case, cost)


def _check_cheaper(case: ProvenCase, cost: int) -> None:
    best = _best_by_table(case.options, cost - 1)
    if best != case.cheaper_gain:
        raise CertificateError(f"{case.label}: the best gain of anything cheaper is {best}")
    if best is not None and best >= case.need:
        raise CertificateError(f"{case.label}: something cheaper gains {best}, {case.need} are needed")
    if _sum_of_maxima(case.options) != case.most_gain:
        raise CertificateError(f"{case.label}: another most can be gained")


def _sum_of_maxima(table: Table) -> int | None:
    total = 0
    for options in table:
        if not options:
            return None
        total += max(gain for _, gain in options)
    return total


def _best_by_table(table: Table, budget: int) -> int | None:
    """Dynamic programming over exact costs 0..budget."""
    if budget < 0:
        return None
    best: dict[int, int] = {0: 0}
    for options in table:
        following: dict[int, int] = {}
        for spent, gained in best.items():
            for cost, gain in options:
                total = spent + cost
                if total <= budget and following.get(total, gained + gain - 1) < gained + gain:
                    following[total] = gained + gain
        best = following
    return max(best.values(), default=None)

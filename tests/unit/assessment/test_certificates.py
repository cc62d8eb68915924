import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment import CertificateError
from assessment.actions import Circumstances
from assessment.cases import Attempt, Case
from assessment.certificates import _content, _digest, certify, check_certificate, read_certificate
from assessment.knapsack import cheapest
from assessment.recourse import find_routes
from tests.unit.assessment.samples import POLICY, facts_of, request_of

CASE = Case(
    "P1", 10,
    tuple(
        tuple(Attempt((), cost, gain, 0, {}, frozenset()) for cost, gain in options)
        for options in [[(0, 0), (3, 6), (5, 9)], [(0, 0), (2, 4)], [(0, 0), (4, 3)]]
    ),
    (),
)  # fmt: skip


def proof(case: Case = CASE) -> Any:
    choice = cheapest(case.options, case.need)
    return certify([case], None if choice is None else (0, case, choice))


def resealed(certificate: Any, **changes: Any) -> Any:
    changed = replace(certificate, **changes)
    content = _content(changed.cost, changed.case, changed.picks, changed.cases)
    return replace(changed, digest=_digest(content))


def test_an_optimum_and_its_proof() -> None:
    certificate = proof()
    assert (certificate.cost, certificate.picks, certificate.cases[0].cheaper_gain) == (5, (1, 1, 0), 6)
    check_certificate(certificate)


def test_no_route_and_its_proof() -> None:
    certificate = proof(replace(CASE, need=17))
    assert (certificate.cost, certificate.cases[0].most_gain) == (None, 16)
    check_certificate(certificate)
    check_certificate(proof(replace(CASE, attempts=(*CASE.attempts, ()))))


def test_certificates_of_real_people_survive_being_written() -> None:
    for key in ("li_na", "zhang_wei", "zhao_ming"):
        known = Circumstances(stated={"verified_income_month": 9_200})
        found = find_routes(POLICY, facts_of(key), request_of(key), market="normal", circumstances=known)
        for horizon in found.horizons:
            certificate = read_certificate(json.loads(json.dumps(horizon.certificate.to_dict())))
            assert certificate == horizon.certificate
            check_certificate(certificate)


def changed_case(**changes: Any) -> Any:
    return (replace(proof().cases[0], **changes),)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"cost": 4}, "cost: the choice costs 5"), ({"cost": 6, "picks": (1, 1, 0)}, "costs 5"),
        ({"picks": (1, 0, 0), "cost": 3}, "the choice gains 6"), ({"picks": (1, 1)}, "one for each"),
        ({"picks": (9, 1, 0)}, "no such option"), ({"case": 1}, "no such case"),
        ({"case": None}, "no such case"),
        ({"picks": (2, 0, 1), "cost": 9}, "best gain of anything cheaper is 13"),
        ({"cases": changed_case(cheaper_gain=5)}, "best gain of anything cheaper is 6"),
        ({"cases": changed_case(need=6)}, "something cheaper gains 6"),
        ({"cases": changed_case(most_gain=99)}, "another most"), ({"cost": None}, "no route to pick"),
        ({"cost": None, "case": None, "picks": ()}, "16 points can be gained"),
        ({"cost": None, "case": None, "picks": (), "cases": changed_case(most_gain=3)},
        "the most that can be gained is 16"),
    ],
)  # fmt: skip
def test_a_wrong_certificate_is_refused_even_with_a_fresh_seal(changes: Any, wrong: str) -> None:
    with pytest.raises(CertificateError, match=wrong):
        check_certificate(resealed(proof(), **changes))


def places(written: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(written, dict):
        return [place for key, value in written.items() for place in places(value, (*path, key))]
    if isinstance(written, list):
        return [place for at, value in enumerate(written) for place in places(value, (*path, at))]
    return [path]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_every_corrupted_value_is_refused(data: Any) -> None:
    written = json.loads(json.dumps(proof().to_dict()))
    *steps, last = data.draw(st.sampled_from(places(written)))
    inside = written
    for step in steps:
        inside = inside[step]
    old = inside[last]
    inside[last] = f"{old}x" if isinstance(old, str) else (old or 0) + data.draw(st.sampled_from([-1, 1, 7]))
    with pytest.raises(CertificateError):
        check_certificate(read_certificate(written))


def test_a_digest_of_something_else_is_refused() -> None:
    written = proof().to_dict() | {"digest": "0" * 64}
    with pytest.raises(CertificateError, match="digest: it does not match"):
        check_certificate(read_certificate(written))


@pytest.mark.parametrize("written", [{}, {"cases": 3}, {"cases": [{}]}, {"cases": [], "cost": "x"}])
def test_what_is_no_certificate_is_refused(written: Any) -> None:
    with pytest.raises(CertificateError, match="no certificate"):
        read_certificate(written)

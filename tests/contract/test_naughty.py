"""Strings and values that break things elsewhere, in every place of the API that takes any: never a 5xx."""

import copy
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from decisions.models import Decision
from tests.factories.partners import Partner, new_appeal, new_applicant, new_application

STRINGS = [
    "", " ", "\t\n", "null", "undefined", "None", "true", "NaN", "Infinity", "-0", "0x7f000001", "1e400",
    "9" * 400, "\u0660\u0661", "\u00b2", "\uff11\uff12", "\u202e\u202d", "\u200b", "\ufeff", "\ufffe\uffff",
    "e\u0301" * 50, "\U0001f468\u200d\U0001f469\u200d\U0001f467", "Z\u0351\u036b\u0343\u036a\u0302",
    "\u6b22\u8fce" * 3000, "\x7f", "\x1b[31m", "<script>alert(1)</script>", "{{7*7}}", "${7*7}", "%s%n%d",
    "{0.__class__}", "' OR 1=1 --", "'; DROP TABLE x", '"', "\\", "../../etc/passwd", "..\\..\\windows",
    "file:///etc/passwd", "http://127.0.0.1/", "CON", "a\r\nSet-Cookie: x=1", "=cmd|' /C calc'!A0", "+1",
    "@SUM(1)", "-1", "2026-02-30", "9999-12-31", "0001-01-01", "0000-00-00", "2026-13-01T25:61",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, -1, 10**29, -(10**29), 0.1, -1e300, [], {}, [[]], [None], {"": ""}, [{"a": [1]}],
    *STRINGS,
]  # fmt: skip


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document where something else could stand."""
    items = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for key, below in items:
        yield (*path, key)
        yield from places(below, (*path, key))


def with_value(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(document)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return changed


def check(answer: Any, about: object) -> None:
    assert answer.status_code < 500, about
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json", about
        assert json.loads(answer.content)["detail"], about


def test_in_every_field_of_a_registration(partner: Partner) -> None:
    body = new_applicant()
    body["facts"] = [{**body["facts"][0], "detail": {"lender": "x"}}]
    body["consents"] = body["consents"][:1]
    for path in places(body):
        for value in VALUES:
            check(partner.post("applicants", with_value(body, path, value)), (path, value))


def test_in_every_field_of_an_application(partner: Partner, world: dict[str, str]) -> None:
    body = {**new_application(world["applicants"]), "term_days": None, "method": "equal_instalment"}
    for path in places(body):
        for value in VALUES:
            check(partner.post("applications", with_value(body, path, value)), (path, value))


def test_in_every_field_of_an_appeal(partner: Partner, world: dict[str, str]) -> None:
    decision = Decision.objects.get(reference=world["decisions"])
    body = new_appeal(decision, statement="x", is_urgent=False, submit=False)
    for path in places(body):
        for value in VALUES:
            check(
                partner.post(f"decisions/{world['decisions']}/appeals", with_value(body, path, value)),
                (path, value),
            )


@pytest.mark.parametrize("text", STRINGS)
def test_in_addresses_and_queries(partner: Partner, world: dict[str, str], text: str) -> None:
    odd = quote(text[:500], safe="")
    for path in (
        *(f"{kind}/{odd}" for kind in world),
        *(f"{kind}?cursor={odd}" for kind in world if kind != "applicants"),
        f"decisions?limit={odd}", f"decisions/{world['decisions']}/explanation?lang={odd}",
    ):  # fmt: skip
        check(partner.get(path), path)
    for query in (
        f"reason={odd}&kind=V29",
        f"reason=U02&kind={odd}",
        f"reason=U02&kind=V29&issued_on={odd}",
        f"{odd}={odd}",
    ):
        check(partner.post(f"appeals/{world['appeals']}/evidence?{query}", b"%PDF-1.7", key=None), query)


HEADERS = [
    "Authorization",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Accept-Language",
    "Accept",
    "Content-Disposition",
]


@pytest.mark.parametrize("name", HEADERS)
def test_in_headers(partner: Partner, world: dict[str, str], name: str) -> None:
    for text in STRINGS:
        value = text.encode("utf-8").decode("latin-1").replace("\r", "").replace("\n", "")
        headers = {**partner.headers, name: value}
        for method, path in (
            ("GET", f"decisions/{world['decisions']}/explanation"),
            ("POST", f"appeals/{world['appeals']}/withdraw"),
            ("POST", f"appeals/{world['appeals']}/evidence?reason=U02&kind=V29"),
            ("POST", "applications"),
        ):
            answer = partner.client.generic(
                method, f"/api/v1/{path}", b"{}", content_type="application/json", headers=headers
            )
            check(answer, (name, text, path))

"""People behind a firm: asked, counted while they agree, and never told apart."""

from decimal import Decimal

import pytest
from django.core import mail
from django.utils import translation

from accounts.models import User
from applicants.facts import get_sheet
from applicants.models import Applicant, ApplicantKind, RelatedPerson, RelatedRole
from applicants.related import (
    AlreadyInvitedError,
    agree,
    disagree,
    get_related_of_firm,
    get_related_to,
    invite_person,
    list_firms_of,
    remove_person,
)
from applicants.related_score import Part, combine
from core.errors import InputError, NotFoundError
from decisions.related import combined_score, own_score, refresh_related_score
from outbox.draining import drain
from outbox.models import Outbox
from tests.factories.decisions import NOW, sample_applicant
from tests.people import acting

CHIEF, HOLDER = RelatedRole.LEGAL_REPRESENTATIVE, RelatedRole.SHAREHOLDER


def part(person: int, role: str, share: int, score: int | None, *, is_withdrawn: bool = False) -> Part:
    return Part(person, role, Decimal(share), is_withdrawn, score)


def test_the_example_of_the_policy() -> None:
    people = [part(1, CHIEF, 0, 640), part(2, HOLDER, 50, 700), part(3, HOLDER, 30, 580)]
    assert combine(people) == 646


@pytest.mark.parametrize(
    ("people", "combined"),
    [
        ([], None),
        ([part(1, CHIEF, 0, None), part(2, HOLDER, 50, 700)], None),
        ([part(1, CHIEF, 0, 640), part(2, HOLDER, 50, None)], None),
        ([part(1, CHIEF, 0, 640), part(2, HOLDER, 50, 700), part(3, HOLDER, 30, None)], 660),
        ([part(1, CHIEF, 0, 640), part(2, HOLDER, 50, 700), part(3, HOLDER, 24, 400)], 660),
        ([part(1, CHIEF, 0, 640), part(2, HOLDER, 50, None, is_withdrawn=True)], None),
        ([part(1, CHIEF, 0, 640), part(2, HOLDER, 10, None, is_withdrawn=True)], 600),
        ([part(1, CHIEF, 0, 711), part(1, HOLDER, 100, 711)], 700),
    ],
)
def test_who_counts_and_what_is_unknown(people: list[Part], combined: int | None) -> None:
    assert combine(people) == combined


def test_one_of_two_cannot_work_out_the_number_of_the_other() -> None:
    told = {combine([part(1, CHIEF, 0, 723), part(2, HOLDER, 40, other)]) for other in range(679, 703)}
    assert told == {710}


@pytest.fixture
def firm(catalogues: None, ada: User) -> Applicant:
    return sample_applicant("hengxin", user=ada)


def invite(firm: Applicant, email: str, role: str = CHIEF, share: str = "0") -> RelatedPerson:
    by = acting(firm.user) if firm.user else None
    assert by is not None
    return invite_person(firm=firm, name="Somebody", email=email, role=role, share_pct=share, by=by, now=NOW)


def value(firm: Applicant) -> object:
    return get_sheet(firm).facts["related_person_score"]["value"]


@pytest.fixture
def people(firm: Applicant, ben: User, eve: User) -> tuple[RelatedPerson, RelatedPerson]:
    chief, holder = invite(firm, "ben@example.test"), invite(firm, "EVE@example.test", HOLDER, "40")
    for related, user, key in ((chief, ben, "li_na"), (holder, eve, "wang_fang")):
        agree(related=related, person=sample_applicant(key, user=user), by=acting(user), now=NOW)
    return chief, holder


def test_both_agree_and_the_firm_has_one_number(
    firm: Applicant, people: tuple[RelatedPerson, RelatedPerson], ben: User, eve: User
) -> None:
    drain(clock=lambda: NOW)
    own = [own_score(person=user.applicant, now=NOW) for user in (ben, eve)]
    assert own[0] == 608
    assert own[1] is not None
    assert value(firm) == 10 * round((0.6 * 608 + 0.4 * own[1]) / 10)
    assert value(firm) not in own
    assert firm.messages.filter(kind="RELATED_CHANGED").exists()


def test_taking_consent_back_makes_it_unknown_not_zero(
    firm: Applicant, people: tuple[RelatedPerson, RelatedPerson], eve: User
) -> None:
    disagree(related=people[1], by=acting(eve), now=NOW)
    refresh_related_score(firm=firm, now=NOW)
    assert value(firm) == "unknown"
    agree(related=people[1], person=eve.applicant, by=acting(eve), now=NOW)
    assert combined_score(firm=firm, now=NOW) is not None


def test_who_left_counts_no_more(firm: Applicant, people: tuple[RelatedPerson, RelatedPerson]) -> None:
    assert firm.user is not None
    remove_person(related=people[0], by=acting(firm.user), now=NOW)
    assert combined_score(firm=firm, now=NOW) is None


def test_a_firm_that_named_nobody_keeps_its_fact(firm: Applicant) -> None:
    refresh_related_score(firm=firm, now=NOW)
    assert value(firm) == 711


def test_the_person_is_asked_by_mail_without_a_name(firm: Applicant) -> None:
    invite(firm, "somebody@example.test")
    assert "somebody@example.test" not in str(list(Outbox.objects.values_list("subject", "key")))
    drain(clock=lambda: NOW)
    assert mail.outbox[-1].to == ["somebody@example.test"]
    assert str(firm.name) not in str(mail.outbox[-1].body) + str(mail.outbox[-1].subject)


def test_only_the_one_who_was_asked_finds_it(firm: Applicant, ben: User, eve: User) -> None:
    related = invite(firm, "ben@example.test")
    assert [row.pk for row in list_firms_of(ben)] == [related.pk]
    assert list_firms_of(eve) == []
    with pytest.raises(NotFoundError):
        get_related_to(user=eve, reference=related.reference)
    other = Applicant(pk=0, kind=ApplicantKind.FIRM)
    with pytest.raises(NotFoundError):
        get_related_of_firm(firm=other, reference=related.reference)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"), ({"name": "\u202e"}, "name"), ({"email": ""}, "email"),
        ({"email": "not an address"}, "email"), ({"role": "OWNER"}, "role"),
        ({"role": HOLDER, "share_pct": ""}, "share_pct"), ({"role": HOLDER, "share_pct": "101"}, "share_pct"),
        ({"role": HOLDER, "share_pct": "NaN"}, "share_pct"),
        ({"role": HOLDER, "share_pct": "-3"}, "share_pct"),
    ],
)  # fmt: skip
def test_bad_input_is_named_beside_its_field(
    firm: Applicant, ada: User, typed: dict[str, str], field: str
) -> None:
    good = {"name": "\u4dae\u6587", "email": "x@example.test", "role": CHIEF, "share_pct": ""}
    with pytest.raises(InputError) as caught:
        invite_person(firm=firm, by=acting(ada), now=NOW, **{**good, **typed})
    assert list(caught.value.fields) == [field]


def test_full_width_digits_are_understood_and_shares_end_at_a_hundred(firm: Applicant) -> None:
    assert invite(firm, "a@example.test", HOLDER, " \uff18\uff10 % ").share_pct == 80
    with pytest.raises(InputError):
        invite(firm, "b@example.test", HOLDER, "21")
    invite(firm, "c@example.test", HOLDER, "20")
    with pytest.raises(InputError) as caught:
        invite(firm, "d@example.test", HOLDER, "1")
    with translation.override("en"):
        assert "All shares of the firm are named already." in str(caught.value.fields["share_pct"][0])


def test_nobody_is_asked_twice(firm: Applicant) -> None:
    invite(firm, "ben@example.test")
    with pytest.raises(AlreadyInvitedError):
        invite(firm, "other@example.test")

"""The sample site: catalogues, colleagues, a partner, sample persons in their situations, and the book."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from django.db import transaction

from accounts.actors import SITE, Actor
from accounts.clients import ClientExistsError, create_client
from accounts.models import User
from accounts.opening import open_account
from accounts.roles import Role, Scope
from applicants.characteristics import get_dictionary
from applicants.facts import record_facts
from applicants.models import Applicant
from applicants.related import CHARACTERISTIC
from core.identity import today_in_china
from creditportal.catalogues import load_catalogues
from decisions.book import load_book
from decisions.sample_people import list_members, name_people
from decisions.samples import Sample, facts_of, play, read_samples, register_sample

PASSWORD: Final = "sample-data-only"  # noqa: S105  printed on purpose: it opens sample data and nothing else
CLIENT_ID: Final = "lender-demo"
CLIENT_SECRET: Final = "sample-data-only"  # noqa: S105  as above
STAFF: Final = {
    "cleo": Role.CASEWORKER,
    "cara": Role.CASEWORKER,
    "dev": Role.SUPERVISOR,
    # Signs what load_demo closes, so that Dev has no part in it and can countersign the appeal.
    "dana": Role.SUPERVISOR,
    "pia": Role.POLICY_MANAGER,
    "aud": Role.AUDITOR,
}
_ADDRESSES: Final = {"hengxin": "hengxin", "ruian": "ruian"}
_LONGEST_AGO: Final = timedelta(days=30)


@dataclass(frozen=True)
class Account:
    """An account of the sample site and what it shows."""

    email: str
    about: str


def load_demo(*, rows: int, now: datetime, say: Callable[[str], None]) -> list[Account]:
    """Load everything that is not there yet; a second call changes nothing and is quick."""
    load_catalogues(now=now)
    staff = {name: _open(f"{name}@example.test", role, name.title(), now) for name, role in STAFF.items()}
    _open_client(now)
    accounts = [Account(user.email, user.role.lower()) for user in staff.values()]
    samples = read_samples()
    for sample in samples.values():
        if not sample.of:
            accounts.append(_load_sample(sample, samples, staff["dana"], now))
            accounts += [Account(member.email, f"behind {sample.key}") for member in list_members(sample)]
    if rows:
        load_book(rows=rows, now=now, say=say)
    return accounts


def address_of(sample: Sample) -> str:
    """Return the address that a sample person signs in with."""
    local = _ADDRESSES.get(sample.key) or sample.document["name"]["en"].lower().replace(" ", ".")
    return f"{local}@example.test"


def _open(email: str, role: Role, name: str, now: datetime, language: str = "zh-hans") -> User:
    known = User.objects.filter(email=email).first()
    return known or open_account(
        email=email, password=PASSWORD, role=role, display_name=name, language=language, by=SITE, now=now
    )


def _open_client(now: datetime) -> None:
    try:
        create_client(
            name="Sample lender", scopes=Scope, client_id=CLIENT_ID, secret=CLIENT_SECRET, by=SITE, now=now
        )
    except ClientExistsError:
        return


def _load_sample(sample: Sample, samples: Mapping[str, Sample], signer: User, now: datetime) -> Account:
    """Load one person whole or not at all; who has an account already is left as he is."""
    email = address_of(sample)
    account = Account(email, sample.key)
    if User.objects.filter(email=email).exists():
        return account
    at = _moment(sample, now)
    with transaction.atomic():
        user = _open(email, Role.APPLICANT, "", at)
        applicant = register_sample(sample=sample, user=user, language="zh-hans", now=at)
        name_people(
            firm=applicant, sample=sample, samples=samples, now=at,
            open_user=lambda address: _open(address, Role.APPLICANT, "", at),
        )  # fmt: skip
        play(sample=sample, applicant=applicant, signer=signer, by=Actor.for_user(user), now=at)
        _learn_later(sample, samples, applicant, now)
    return account


def _learn_later(sample: Sample, samples: Mapping[str, Sample], applicant: Applicant, now: datetime) -> None:
    """What is learnt of somebody after the decision, so that the early warnings have something to say.

    The combined score of the people behind a firm is reckoned from them, and stays.
    """
    for later in samples.values():
        if later.of == sample.key and later.document.get("learnt_later"):
            facts = facts_of(later, dictionary=get_dictionary(), observed_on=today_in_china(now))
            counted = [new for new in facts if new.characteristic != CHARACTERISTIC]
            record_facts(applicant=applicant, facts=counted, by=SITE, now=now)


def _moment(sample: Sample, now: datetime) -> datetime:
    """The day that the entry names for closing a line, while an appeal against it is still possible."""
    closed_on = (sample.line or {}).get("closed_on")
    if closed_on is None:
        return now
    at = datetime.combine(datetime.fromisoformat(closed_on).date(), time(2, 0), UTC)
    return at if now - _LONGEST_AGO < at <= now else now

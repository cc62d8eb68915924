"""The people behind sample firms: registered like anybody else, and agreed to count for their firm."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.actors import Actor
from accounts.models import User
from applicants.models import Applicant, RelatedRole
from applicants.related import agree, invite_person
from decisions.samples import Sample, register_sample

OpenUser = Callable[[str], User]


@dataclass(frozen=True)
class SampleMember:
    """One person behind a sample firm, as the file tells it."""

    document: Mapping[str, Any]

    @property
    def email(self) -> str:
        """The address that the person signs in with."""
        return f"{self.document['name']['en'].lower().replace(' ', '.')}@example.test"

    @property
    def roles(self) -> list[tuple[str, str]]:
        """Each role with its share."""
        chief = [(RelatedRole.LEGAL_REPRESENTATIVE.value, "0")] if self.document.get("represents") else []
        share = self.document.get("share_pct")
        return [*chief, (RelatedRole.SHAREHOLDER.value, str(share))] if share else chief


def list_members(firm: Sample) -> list[SampleMember]:
    """Return the people behind a sample firm; most samples have none."""
    return [SampleMember(entry) for entry in firm.document.get("people", ())]


def name_people(
    *, firm: Applicant, sample: Sample, samples: Mapping[str, Sample], open_user: OpenUser, now: datetime
) -> None:
    """Register the people behind a firm with the facts of another entry, have them asked, and agree."""
    if firm.user is None:
        return
    for member in list_members(sample):
        user = open_user(member.email)
        like = samples[member.document["like"]].document
        own = Sample(
            f"{sample.key}_{member.document['like']}",
            {**like, "name": member.document["name"], "identity": member.document["identity"]},
        )
        person = register_sample(sample=own, user=user, language="zh-hans", now=now)
        for role, share in member.roles:
            related = invite_person(
                firm=firm, name=member.document["name"]["zh"], email=member.email, role=role,
                share_pct=share, by=Actor.for_user(firm.user), now=now,
            )  # fmt: skip
            agree(related=related, person=person, by=Actor.for_user(user), now=now)

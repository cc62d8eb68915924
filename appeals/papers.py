"""Files that come with words: what one sending may hold, and keeping them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from applicants.models import Applicant
from core.errors import InputError
from evidence.models import Document
from evidence.storing import store_document

MOST_PAPERS: Final = 10


@dataclass(frozen=True)
class Paper:
    """One file as it came."""

    upload: IO[bytes] | Iterable[bytes]
    name: str
    declared_type: str


def check_number(papers: Sequence[Paper], again: Sequence[Document]) -> None:
    """Raise InputError when it is more than one sending may hold."""
    if len(papers) + len(again) > MOST_PAPERS:
        raise InputError(fields={"papers": [_("Send at most 10 files at once.")]})


def store_papers(
    *, applicant: Applicant, kind: str, papers: Sequence[Paper], by: Actor, now: datetime
) -> list[Document]:
    """Keep each file; those that cannot be taken are told by name, the others need not be sent again."""
    stored, problems = [], []
    for paper in papers:
        try:
            stored.append(
                store_document(
                    applicant=applicant, kind=kind, upload=paper.upload, name=paper.name,
                    declared_type=paper.declared_type, by=by, now=now,
                )
            )  # fmt: skip
        except InputError as error:
            named = f"{paper.name}{gettext(': ')}"
            problems += [f"{named}{words}" for told in error.fields.values() for words in told]
    if problems:
        raise InputError(fields={"papers": problems})
    return stored

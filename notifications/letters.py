"""Letters: frozen in every language when sent, found again by their reader, and checked by their code."""

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from accounts.sessions import OWN_SESSION, session_values
from applicants.models import Applicant
from applicants.terms import today_of
from audit.log import record, record_each
from audit.verbs import Verb
from core.errors import NotFoundError
from core.prepared import fetch_prepared
from core.references import ALPHABET, new_bulk_reference, new_reference, normalise_reference
from notifications.kinds import Kind
from notifications.models import Letter, LetterKind, Message

CODE_LENGTH: Final = 12
_BESIDE: Final[dict[str, LetterKind]] = {
    Kind.DECISION_READY: LetterKind.DECISION_NOTICE,
    Kind.DECISION_REFERRED: LetterKind.DECISION_NOTICE,
    Kind.DECISION_WAITING: LetterKind.DECISION_NOTICE,
    Kind.LINE_CHANGED: LetterKind.DECISION_NOTICE,
    Kind.CORRECTION_MADE: LetterKind.DECISION_NOTICE,
    Kind.MEASURE_ANNOUNCED: LetterKind.DECISION_NOTICE,
    Kind.APPEAL_DECIDED: LetterKind.APPEAL_LETTER,
    Kind.APPEAL_NOT_ACCEPTED: LetterKind.NOT_ACCEPTED,
    Kind.APPEAL_EXTENDED: LetterKind.EXTENSION,
    Kind.APPEAL_OVERDUE: LetterKind.HOLDING,
}
_LOOKALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BY_SESSION: Final = f"""
WITH own AS ({OWN_SESSION})
SELECT own.user_id, l.reference, l.body, l.sent_at
FROM own JOIN applicants_applicant p ON p.user_id = own.user_id
JOIN notifications_letter l ON l.applicant_id = p.id WHERE l.key = %s::text
"""  # noqa: S608 - constants of ours


class UnknownLetterError(NotFoundError):
    """There is no such letter for this person."""

    code = "unknown-letter"
    default_message = _("We could not find this letter.")


@dataclass(frozen=True)
class Draft:
    """A letter before it is stored: to whom, about what, its key, and its texts in every language."""

    applicant: Applicant
    about: str
    key: str
    inputs: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Genuine:
    """What may be told about a letter to whoever holds its code."""

    reference: str
    sent_on: date


@dataclass(frozen=True)
class Opened:
    """A letter opened by a session alone, and whose session it is."""

    user_id: int
    letter: Letter


def freeze_letter(
    *,
    kind: LetterKind,
    applicant: Applicant,
    about: str,
    key: str,
    inputs: Mapping[str, Mapping[str, Any]],
    by: Actor = SITE,
    signed_by: str = "",
    now: datetime,
) -> Letter:
    """Store a letter in every language, its digest in the audit; the same key again is the same letter."""
    with transaction.atomic():
        known = Letter.objects.filter(key=key).first()
        if known is not None:
            return known
        letter, is_new = Letter.objects.get_or_create(
            key=key,
            defaults={
                "reference": new_reference("LT"), "kind": kind, "applicant": applicant, "about": about,
                **_sealed(inputs), "sent_at": now, "signed_by": signed_by,
            },
        )  # fmt: skip
        if is_new:
            record(
                verb=Verb.COST_SHEET_SIGNED if signed_by else Verb.LETTER_SENT, subject=about, actor=by.code,
                now=now, codes={"letter": letter.reference, "kind": str(kind), "sha256": letter.digest},
            )  # fmt: skip
    return letter


def freeze_letters(
    *, kind: LetterKind, drafts: Sequence[Draft], by: Actor = SITE, now: datetime
) -> list[Letter]:
    """Store many letters like one, in a few statements; return those that were not there before."""
    with transaction.atomic():
        known = set(Letter.objects.filter(key__in=[one.key for one in drafts]).values_list("key", flat=True))
        letters = Letter.objects.bulk_create(
            Letter(
                reference=new_bulk_reference("LT"), kind=kind, applicant=one.applicant, about=one.about,
                key=one.key, **_sealed(one.inputs), sent_at=now, signed_by="",
            )
            for one in drafts
            if one.key not in known
        )  # fmt: skip
        record_each(
            verb=Verb.LETTER_SENT, actor=by.code, now=now,
            events={
                one.about: {"letter": one.reference, "kind": str(kind), "sha256": one.digest}
                for one in letters
            },
        )  # fmt: skip
    return letters


def _sealed(inputs: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The body of a letter under a fresh code, with its digest."""
    code = new_code()
    body = _canonical({language: {**texts, "verify_code": code} for language, texts in inputs.items()})
    return {"body": body, "digest": digest_of(body), "verify_code": code}


def read_letter(letter: Letter, language: str) -> dict[str, Any]:
    """Return what stands in a letter in one language."""
    texts: dict[str, dict[str, Any]] = json.loads(str(letter.body))
    return texts[language if language in texts else "en"]


def is_untouched(letter: Letter) -> bool:
    """Whether the body still has the digest that was put into the audit."""
    return digest_of(str(letter.body)) == letter.digest


def get_letter_for(*, by: Actor, reference: str) -> Letter:
    """Return a letter to the person who asks; anybody else's is not found."""
    rows = Letter.objects.select_related("applicant").filter(applicant__user_id=by.user_id or 0)
    found = rows.filter(reference=normalise_reference(reference)).first()
    if found is None:
        raise UnknownLetterError
    return found


def find_own_letter(*, by: Actor, kind: LetterKind, about: str) -> Letter | None:
    """Return the letter of this kind about one thing that was sent to whoever asks, if it was."""
    return Letter.objects.filter(key=f"{kind}:{about}", applicant__user_id=by.user_id or 0).first()


def find_letter_by_session(*, session: str, kind: LetterKind, about: str, now: datetime) -> Opened | None:
    """The same for whoever an open session names, in one statement."""
    row = fetch_prepared(_BY_SESSION, [*session_values(key=session, now=now), f"{kind}:{about}"])
    if row is None:
        return None
    user_id, reference, sealed, sent_at = row
    body = Letter.body.field.from_db_value(sealed, None, connection)
    letter = Letter(reference=reference, kind=kind, about=about, body=body, sent_at=sent_at)
    return Opened(user_id, letter)


def list_letters_about(*, by: Actor, about: str) -> list[Letter]:
    """Return the letters to the person who asks about one thing, newest first."""
    rows = Letter.objects.filter(applicant__user_id=by.user_id or 0, about=about)
    return list(rows.defer("body").order_by("-id"))


def find_letter_beside(message: Message) -> Letter | None:
    """Return the letter that left with a message, if one did."""
    kind = _BESIDE.get(message.kind)
    if kind is None or message.applicant_id is None:
        return None
    rows = Letter.objects.filter(applicant_id=message.applicant_id, about=message.about, kind=kind)
    # Some can be sent more than once about one thing, each in the moment of its message.
    only = Q(key=f"{kind}:{message.about}") | Q(sent_at=message.created_at)
    return rows.filter(only).defer("body").first()


def check_code(code: str) -> Genuine | None:
    """Return reference and day of the letter with this code, or None; nothing else is told."""
    rows = Letter.objects.select_related("applicant").filter(verify_code=normalise_code(code))
    row = rows.only("about", "sent_at", "applicant__jurisdiction").first()
    return Genuine(reference=row.about, sent_on=today_of(row.applicant, row.sent_at)) if row else None


def new_code() -> str:
    """Return a fresh code such as K7Q3-9XDM-4T2B, with 60 random bits."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)))


def normalise_code(text: str) -> str:
    """Return the code a person meant, forgiving case, spaces, dashes and look-alikes."""
    folded = unicodedata.normalize("NFKC", text[:64]).upper()
    packed = "".join(char for char in folded if char.isascii() and char.isalnum())
    return _grouped(packed.translate(_LOOKALIKES)) if len(packed) == CODE_LENGTH else ""


def digest_of(body: str) -> str:
    """Return the SHA-256 of a body."""
    return hashlib.sha256(body.encode()).hexdigest()


def _grouped(packed: str) -> str:
    return "-".join(packed[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def _canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

"""Explaining a decision from what was frozen: made on first read per language and catalogue, then kept."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from core.catalogues import Stamp, read_stamp
from core.errors import InputError
from core.models import CatalogueVersion
from decisions.explanation import build_explanation
from decisions.explanation_material import Material, get_material
from decisions.freezing import in_card_order
from decisions.models import Decision, RenderedExplanation

CATALOGUES = ("characteristics", "jurisdictions", "products", "reasons", "sources", "vocabularies", "words")
RENDERER = "4"
LANGUAGES = ("zh-hans", "en")
_NAMED = ("decision_id", "language", "document")

_known: tuple[Stamp, str] | None = None


class UnknownLanguageError(InputError):
    """Explanations are not written in this language."""

    code = "unknown-language"
    default_message = _("Choose one of the languages offered.")


def explain(*, decision: Decision, language: str, now: datetime) -> dict[str, Any]:
    """Return the explanation document of a decision in one language, ready to show."""
    return cast("dict[str, Any]", _stored(decision, language_of(language), now).document)


def explain_all(*, decisions: Sequence[Decision], now: datetime) -> dict[tuple[int, str], dict[str, Any]]:
    """Return the documents of many decisions in every language, by key and language; kept as by `explain`."""
    digest = catalogue_hash()
    prefetch_related_objects(list(decisions), "reasons")
    kept = RenderedExplanation.objects.filter(decision__in=decisions, catalogue_hash=digest)
    found = {(key, language): document for key, language, document in kept.values_list(*_NAMED)}
    made = [
        _made(decision, language, digest, now)
        for decision in decisions
        for language in LANGUAGES
        if (decision.pk, language) not in found
    ]
    # Whoever reads one of them meanwhile makes the same document.
    RenderedExplanation.objects.bulk_create(made, ignore_conflicts=True)
    return found | {(row.decision_id, row.language): row.document for row in made}


def explanation_tag(reference: str, language: str, digest: str) -> str:
    """Return what names one wording of one explanation, for an ETag."""
    return f"{reference}-{language}-{digest[:16]}"


def catalogue_hash() -> str:
    """Return the hash over every catalogue that an explanation is worded from; one small query a page."""
    global _known  # noqa: PLW0603 - what this process has read; another process reads for itself
    stamp = read_stamp()
    if _known is None or _known[0] != stamp:
        _known = stamp, _hash_newest(stamp)
    return _known[1]


def known_hash() -> tuple[Stamp, str]:
    """Return the hash that this process read last, and the versions that were there; may be out of date."""
    if _known is None:
        catalogue_hash()
    return cast("tuple[Stamp, str]", _known)


def _hash_newest(stamp: Stamp) -> str:
    newest = (
        CatalogueVersion.objects.filter(name__in=CATALOGUES, pk__lte=stamp[0] or 0)
        .order_by("name", "-id")
        .distinct("name")
        .values_list("name", "content_hash")
    )
    return hashlib.sha256(json.dumps([RENDERER, *map(list, newest)]).encode()).hexdigest()


def language_of(language: str) -> str:
    """Return the language of ours that was meant."""
    name = language.lower()
    if name not in LANGUAGES:
        name = "en" if name.startswith("en") else name
    if name not in LANGUAGES:
        raise UnknownLanguageError
    return name


def _stored(decision: Decision, language: str, now: datetime) -> RenderedExplanation:
    digest = catalogue_hash()
    row = RenderedExplanation.objects.filter(
        decision=decision, language=language, catalogue_hash=digest
    ).first()
    if row is not None:
        return row
    made = _made(decision, language, digest, now)
    row, _created = RenderedExplanation.objects.get_or_create(
        decision=decision, language=language, catalogue_hash=digest,
        defaults={"document": made.document, "body": made.body, "rendered_at": now},
    )  # fmt: skip
    return row


def _made(decision: Decision, language: str, digest: str, now: datetime) -> RenderedExplanation:
    document = render(decision, get_material(decision, language))
    return RenderedExplanation(
        decision=decision, language=language, catalogue_hash=digest, document=document,
        body=_as_sent(document), rendered_at=now,
    )  # fmt: skip


def _as_sent(document: dict[str, Any]) -> bytes:
    """The bytes that every reader of the API gets, so that nothing is worded twice."""
    return json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()


def render(decision: Decision, material: Material) -> dict[str, Any]:
    """Return the explanation document without storing it."""
    decision.result = in_card_order(decision.result, material.policy)
    return build_explanation(decision, material)

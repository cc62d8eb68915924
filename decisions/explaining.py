"""Explaining a decision from what was frozen: made on first read per language and catalogue, then kept."""

import hashlib
import json
from datetime import datetime
from typing import Any, cast

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.errors import InputError
from core.models import CatalogueVersion
from decisions.explanation import build_explanation
from decisions.explanation_material import Material, get_material
from decisions.freezing import in_card_order
from decisions.models import Decision, RenderedExplanation

CATALOGUES = ("characteristics", "jurisdictions", "products", "reasons", "sources", "vocabularies", "words")
RENDERER = "1"
LANGUAGES = ("zh-hans", "en")


class UnknownLanguageError(InputError):
    """Explanations are not written in this language."""

    code = "unknown-language"
    default_message = _("Choose one of the languages offered.")


def explain(*, decision: Decision, language: str, now: datetime) -> dict[str, Any]:
    """Return the explanation document of a decision in one language, ready to show."""
    return cast("dict[str, Any]", _stored(decision, _language(language), now).document)


def explanation_json(*, decision: Decision, language: str, now: datetime) -> tuple[str, str]:
    """Return an entity tag and the stored document as JSON text."""
    name = _language(language)
    digest = catalogue_hash()
    text = _text(decision, name, digest)
    if text is None:
        text = json.dumps(_stored(decision, name, now).document, ensure_ascii=False)
    return f"{decision.reference}-{name}-{digest[:16]}", text


def catalogue_hash() -> str:
    """Return the hash over every catalogue that an explanation is worded from."""
    newest = (
        CatalogueVersion.objects.filter(name__in=CATALOGUES)
        .order_by("name", "-id")
        .distinct("name")
        .values_list("name", "content_hash")
    )
    return hashlib.sha256(json.dumps([RENDERER, *map(list, newest)]).encode()).hexdigest()


def _language(language: str) -> str:
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
    document = render(decision, get_material(decision, language))
    row, _created = RenderedExplanation.objects.get_or_create(
        decision=decision, language=language, catalogue_hash=digest,
        defaults={"document": document, "rendered_at": now},
    )  # fmt: skip
    return row


def render(decision: Decision, material: Material) -> dict[str, Any]:
    """Return the explanation document without storing it."""
    decision.result = in_card_order(decision.result, material.policy)
    return build_explanation(decision, material)


def _text(decision: Decision, language: str, digest: str) -> str | None:
    """Return the stored document as the database holds it, without building Python objects from it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT document::text FROM decisions_renderedexplanation"
            " WHERE decision_id = %s AND language = %s AND catalogue_hash = %s",
            [decision.pk, language, digest],
        )
        row = cursor.fetchone()
    return None if row is None else str(row[0])

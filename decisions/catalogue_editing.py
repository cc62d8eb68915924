"""Editing the words of a catalogue: checked as they are typed, and published as a new version."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Permission
from audit.log import record
from audit.verbs import Verb
from core.catalogues import Catalogue, content_hash, get_catalogue
from core.errors import ForbiddenError, InputError, NotFoundError, StaleError
from core.models import CatalogueVersion
from core.wording_rules import (
    ASCII_BESIDE_CHINESE,
    LOUD,
    forbidden_words,
    long_chinese,
    long_english,
    placeholders,
)

EDITABLE: Final = ("reasons", "evidence", "help")
LONGEST: Final = 1_000


@dataclass(frozen=True)
class Text:
    """One text of a catalogue in both languages, and where it stands."""

    place: str
    zh: str
    en: str


def list_texts(*, name: str, by: Actor) -> list[Text]:
    """Every text of a catalogue that may be edited, in the order of the catalogue."""
    return list(_texts(_load(name, by).document))


def get_text(*, name: str, place: str, by: Actor) -> tuple[Text, str]:
    """One text and the version of the catalogue that it stands in, or NotFoundError."""
    catalogue = _load(name, by)
    found = next((text for text in _texts(catalogue.document) if text.place == place), None)
    if found is None:
        raise NotFoundError
    return found, catalogue.content_hash


def lint(*, zh: str, en: str, before: Text | None = None) -> list[str]:
    """What is wrong with a text in both languages; empty when it can be published."""
    problems = []
    if not zh.strip() or not en.strip():
        return [_("Both languages are needed.")]
    if placeholders(zh) != placeholders(en):
        names = ", ".join(sorted(placeholders(zh) ^ placeholders(en)))
        problems.append(_("A brace stands in one language only: %(names)s.") % {"names": names})
    elif before is not None and placeholders(zh) != placeholders(before.zh):
        problems.append(_("The braces must stay the same: the decision fills them in."))
    if ASCII_BESIDE_CHINESE.search(zh):
        problems.append(_("Chinese text has full-width punctuation."))
    problems += [
        _("Choose another word for \u201c%(word)s\u201d.") % {"word": word}
        for word in forbidden_words(zh=zh, en=en)
    ]
    if long_chinese(zh) or long_english(en):
        problems.append(_("A sentence is longer than 35 Chinese characters or 20 English words."))
    if LOUD.search(zh) or LOUD.search(en):
        problems.append(_("No exclamation marks, and nobody called \u201cthe system\u201d."))
    return problems


def publish_text(
    *, name: str, place: str, zh: str, en: str, expected_hash: str, by: Actor, now: datetime
) -> Catalogue:
    """Publish one changed text as a new version of its catalogue; what was sent keeps the old words."""
    zh, en = zh.strip(), en.strip()
    with transaction.atomic():
        rows = CatalogueVersion.objects.select_for_update().filter(name=name).order_by("-pk")
        newest = rows.first() if name in EDITABLE else None
        before, seen = get_text(name=name, place=place, by=by)
        if newest is None or newest.content_hash != expected_hash or seen != expected_hash:
            raise StaleError
        problems = lint(zh=zh, en=en, before=before)
        if len(zh) > LONGEST or len(en) > LONGEST:
            problems.append(_("The text is too long."))
        if problems:
            raise InputError(fields={"zh": problems})
        document = _replaced(newest.document, place, zh, en)
        digest = content_hash(document)
        if digest == expected_hash:
            return Catalogue(name, digest, document)
        if CatalogueVersion.objects.filter(name=name, content_hash=digest).exists():
            raise InputError(fields={"zh": [_("These words stood there before. Change a little more.")]})
        CatalogueVersion.objects.create(name=name, content_hash=digest, document=document, loaded_at=now)
        record(
            verb=Verb.CATALOGUE_PUBLISHED, subject=f"catalogue:{name}", actor=by.code, now=now,
            codes={"place": place, "before": expected_hash, "after": digest},
        )  # fmt: skip
    return Catalogue(name, digest, document)


def _load(name: str, by: Actor) -> Catalogue:
    if not by.can(Permission.MANAGE_POLICY):
        raise ForbiddenError
    if name not in EDITABLE:
        raise NotFoundError
    return get_catalogue(name)


def _texts(document: Any) -> Iterator[Text]:
    for place, node in _pairs(document, ""):
        yield Text(place, node["zh"], node["en"])


def _pairs(node: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Mappings that hold a text in both languages, each with its place; words of a law stay as they are."""
    if isinstance(node, dict):
        is_text = isinstance(node.get("zh"), str) and isinstance(node.get("en"), str)
        if is_text and not node.get("exact"):
            yield place, node
        for key, value in node.items():
            yield from _pairs(value, f"{place}.{key}" if place else str(key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            code = value.get("code") if isinstance(value, dict) else None
            step = str(code or number)
            yield from _pairs(value, f"{place}.{step}" if place else step)


def _replaced(document: Any, place: str, zh: str, en: str) -> Any:
    changed = deepcopy(document)
    for found, node in _pairs(changed, ""):
        if found == place:
            node["zh"], node["en"] = zh, en
    return changed

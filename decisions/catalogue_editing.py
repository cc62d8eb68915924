"""Editing the words of a catalogue: checked as they are typed, proposed by one, published by another."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.roles import Permission
from audit.log import record
from audit.verbs import Verb
from core.catalogues import Catalogue, content_hash, get_catalogue
from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError, StaleError
from core.models import CatalogueVersion
from core.texts import check_reason
from core.wording_rules import (
    ASCII_BESIDE_CHINESE,
    LOUD,
    MARKUP,
    forbidden_words,
    long_chinese,
    long_english,
    placeholders,
)
from decisions.models import Wording, WordingState

EDITABLE: Final = ("reasons", "evidence", "help")
LONGEST: Final = 1_000


class OwnWordingError(ForbiddenError):
    """Whoever proposed words does not publish them."""

    code = "own-wording"
    default_message = gettext_lazy("You proposed these words, so another person publishes them.")


class WordingOpenError(ConflictError):
    """Other words of this place wait for a second person."""

    code = "wording-open"
    default_message = gettext_lazy("Words for this place are waiting for a second person already.")


class WordingSettledError(ConflictError):
    """The proposed words were published, returned or taken back."""

    code = "wording-settled"
    default_message = gettext_lazy("These words were settled already.")


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
    found = _text_at(catalogue.document, place)
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
    if MARKUP.search(zh + en):
        problems.append(_("No angle brackets: the words are shown just as they stand here."))
    return problems


def propose_text(
    *, name: str, place: str, zh: str, en: str, expected_hash: str, by: Actor, now: datetime
) -> Wording:
    """Propose changed words of one text; another person publishes them."""
    zh, en = zh.strip(), en.strip()
    before, seen = get_text(name=name, place=place, by=by)
    if not by.can(Permission.MANAGE_POLICY):
        raise ForbiddenError
    if seen != expected_hash:
        raise StaleError
    problems = lint(zh=zh, en=en, before=before)
    if len(zh) > LONGEST or len(en) > LONGEST:
        problems.append(_("The text is too long."))
    if (zh, en) == (before.zh, before.en):
        problems.append(_("These are the words that stand there now."))
    if problems:
        raise InputError(fields={"zh": problems})
    try:
        with transaction.atomic():
            wording = Wording.objects.create(
                catalogue=name, place=place, zh=zh, en=en, before_zh=before.zh, before_en=before.en,
                proposed_by_id=int(by.id), proposed_at=now,
            )  # fmt: skip
            _note(Verb.CATALOGUE_PROPOSED, wording, by, now)
    except IntegrityError as error:
        raise WordingOpenError from error
    return wording


def publish_text(*, wording: Wording, by: Actor, now: datetime) -> Catalogue:
    """Publish proposed words as a new version of their catalogue; what was sent keeps the old words."""
    _check_may_read(by)
    if wording.proposed_by_id == by.user_id:
        raise OwnWordingError
    with transaction.atomic():
        name = wording.catalogue
        newest = CatalogueVersion.objects.select_for_update().filter(name=name).order_by("-pk").first()
        current = _lock(wording)
        stands = None if newest is None else _text_at(newest.document, current.place)
        if newest is None or stands != Text(current.place, current.before_zh, current.before_en):
            raise StaleError
        problems = lint(zh=current.zh, en=current.en, before=stands)
        if problems:
            raise InputError(fields={"zh": problems})
        document = _replaced(newest.document, current.place, current.zh, current.en)
        digest = content_hash(document)
        if CatalogueVersion.objects.filter(name=name, content_hash=digest).exists():
            raise InputError(fields={"zh": [_("These words stood there before. Change a little more.")]})
        CatalogueVersion.objects.create(name=name, content_hash=digest, document=document, loaded_at=now)
        _settle(current, WordingState.PUBLISHED, by, now)
        _note(
            Verb.CATALOGUE_PUBLISHED, current, by, now, before=newest.content_hash, after=digest,
            proposed_by=f"user:{current.proposed_by_id}",
        )  # fmt: skip
    return Catalogue(name, digest, document)


def return_text(*, wording: Wording, reason: str, by: Actor, now: datetime) -> Wording:
    """Give proposed words back with a reason; whoever proposed them takes them back without one."""
    _check_may_read(by)
    is_own = wording.proposed_by_id == by.user_id
    words = "" if is_own and not reason.strip() else check_reason(reason)
    with transaction.atomic():
        current = _lock(wording)
        state = WordingState.WITHDRAWN if is_own else WordingState.RETURNED
        _settle(current, state, by, now, reason=words)
        _note(Verb.CATALOGUE_RETURNED, current, by, now, state=state)
    return current


def list_open_wordings(*, name: str, by: Actor) -> list[Wording]:
    """The words of a catalogue that wait for a second person, oldest first."""
    _check_may_read(by)
    rows = Wording.objects.filter(catalogue=name, state=WordingState.PROPOSED)
    return list(rows.select_related("proposed_by").order_by("pk"))


def get_last_wording(*, name: str, place: str, by: Actor) -> Wording | None:
    """The words proposed last for one place, whatever became of them."""
    _check_may_read(by)
    rows = Wording.objects.filter(catalogue=name, place=place).select_related("proposed_by", "settled_by")
    return rows.order_by("-pk").first()


def _lock(wording: Wording) -> Wording:
    current = Wording.objects.select_for_update().get(pk=wording.pk)
    if current.state != WordingState.PROPOSED:
        raise WordingSettledError
    return current


def _settle(current: Wording, state: WordingState, by: Actor, now: datetime, *, reason: str = "") -> None:
    current.state, current.settled_by_id, current.settled_at, current.reason = state, int(by.id), now, reason
    current.save(update_fields=["state", "settled_by", "settled_at", "reason"])


def _note(verb: Verb, wording: Wording, by: Actor, now: datetime, **codes: str) -> None:
    record(
        verb=verb, subject=f"catalogue:{wording.catalogue}", actor=by.code, now=now,
        codes={"place": wording.place, **codes},
    )  # fmt: skip


def _check_may_read(by: Actor) -> None:
    if not by.is_person or not (by.can(Permission.MANAGE_POLICY) or by.can(Permission.APPROVE_POLICY)):
        raise ForbiddenError


def _load(name: str, by: Actor) -> Catalogue:
    _check_may_read(by)
    if name not in EDITABLE:
        raise NotFoundError
    return get_catalogue(name)


def _text_at(document: Any, place: str) -> Text | None:
    return next((text for text in _texts(document) if text.place == place), None)


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

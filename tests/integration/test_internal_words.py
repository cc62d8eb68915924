"""Words between colleagues reach the applicant nowhere: no page, message, copy of data, nor the API."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from appeals.claiming import claim_appeal, release_appeal
from appeals.deciding import countersign, propose, return_proposal, suggest_ruling
from appeals.extending import draft_extension_letters, propose_extension, refuse_extension
from appeals.models import Appeal, AppealEvent, Extension
from appeals.noting import add_note, mark_vulnerable
from appeals.queries import get_appeal_for
from appeals.relations import declare_relation, recuse
from appeals.requesting import ask_third_party, record_third_party_answer
from appeals.verification import mark_statement_read, record_finding
from applicants.copying import gather
from core.audiences import InternalText
from notifications.models import Message
from outbox.draining import drain
from tests.factories.appeals import (
    NOW,
    OBSERVED,
    corrections,
    decided,
    load_everything,
    queued,
    verified,
)
from tests.factories.partners import Partner
from tests.people import acting, person

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "zzz-between-colleagues"
LINK = re.compile(r'href="(/[^"#?]*)')
LEFT_OUT = ("/static/", "/accounts/", "/identity/", "/media/", "/language/", "/staff/")


def gossip(appeal: Appeal, cleo: User, dev: User) -> Appeal:
    """Colleagues write the same words wherever colleagues can write something, up to the ruling."""
    by, second = acting(cleo), acting(dev)
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=by, now=NOW)
    release_appeal(appeal=appeal, expected_version=appeal.version, note=CANARY, by=by, now=NOW)
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=by, now=NOW)
    mark_statement_read(appeal=appeal, by=by, now=NOW)
    add_note(appeal=appeal, text=CANARY, by=by, now=NOW)
    mark_vulnerable(appeal=appeal, note=CANARY, by=by, now=NOW)
    carl, carla = person("Carl", Role.CASEWORKER), person("Carla", Role.CASEWORKER)
    declare_relation(
        user=carl, applicant=appeal.applicant, kind="FRIEND", note=CANARY, by=acting(carl), now=NOW
    )
    recuse(appeal=appeal, reason=CANARY, by=acting(carla), now=NOW)
    asked = ask_third_party(appeal=appeal, source="the bank", text="Is it yours?", by=by, now=NOW)
    record_third_party_answer(request=asked, answer=CANARY, by=by, now=NOW)
    appeal = get_appeal_for(by=by, reference=appeal.reference)
    zh, en = draft_extension_letters(appeal, "COMPLEX")
    more = propose_extension(
        appeal=appeal, code="COMPLEX", reason="It is complex.", letter_zh=zh, letter_en=en, by=by, now=NOW
    )
    refuse_extension(extension=more, reason=CANARY, by=second, now=NOW)
    return get_appeal_for(by=by, reference=appeal.reference)


def rule(appeal: Appeal, cleo: User, dev: User) -> None:
    """A ruling that is returned once and then signed, with reasons between colleagues."""
    for name, value in corrections("zhao_ming").items():
        appeal.refresh_from_db()
        record_finding(
            appeal=appeal, ground=appeal.grounds.get(), characteristic=name, value=value,
            how="SOURCE", observed_on=OBSERVED, note=CANARY, by=acting(cleo), now=NOW,
        )  # fmt: skip
    verified(appeal, cleo)
    for is_last in (False, True):
        appeal.refresh_from_db()
        letters = suggest_ruling(appeal)
        propose(
            appeal=appeal, outcome=letters.outcome, reason=CANARY, letter_zh=letters.letter_zh,
            letter_en=letters.letter_en, expected_version=appeal.version, by=acting(cleo), now=NOW,
        )  # fmt: skip
        appeal.refresh_from_db()
        given: dict[str, Any] = {
            "appeal": appeal, "expected_version": appeal.version, "by": acting(dev), "now": NOW,
        }  # fmt: skip
        if is_last:
            countersign(**given)
        else:
            return_proposal(reason=CANARY, **given)
    drain(clock=lambda: NOW)
    appeal.refresh_from_db()


def walked(user: User) -> dict[str, str]:
    """Every page that can be reached by links, as this person sees it."""
    client, waiting = Client(), ["/"]
    seen: dict[str, str] = {}
    client.force_login(user)
    while waiting and len(seen) < 150:
        path = waiting.pop(0)
        if path in seen or path.startswith(LEFT_OUT):
            continue
        answer = client.get(path)
        content = b"".join(answer) if answer.streaming else answer.content
        seen[path] = content.decode(errors="replace")
        if "html" in answer.headers.get("Content-Type", ""):
            waiting += LINK.findall(seen[path])
    return seen


def test_no_page_message_or_copy_has_words_between_colleagues(ada: User, cleo: User, dev: User) -> None:
    load_everything()
    appeal = queued(decided("zhao_ming", ada), acting(ada), sample_draw=0)
    rule(gossip(appeal, cleo, dev), cleo, dev)
    pages = walked(ada)
    assert {f"/appeals/{appeal.reference}/", f"/appeals/{appeal.reference}/result/", "/messages/"} <= set(
        pages
    )
    assert [path for path, text in pages.items() if CANARY in text] == []
    assert Message.objects.filter(applicant=appeal.applicant).count() > 2
    for message in Message.objects.filter(applicant=appeal.applicant):
        assert CANARY not in f"{message.subject_text}{message.body_text}"
    copy = json.dumps(gather(appeal.applicant, NOW), ensure_ascii=False, default=str)
    assert appeal.reference in copy
    assert CANARY not in copy
    assert sum(CANARY in event.note for event in AppealEvent.objects.all()) == 2
    assert Extension.objects.get().settled_reason == CANARY


def test_the_api_shows_none_of_it_to_the_lender(lender: Actor, cleo: User, dev: User) -> None:
    load_everything()
    appeal = queued(decided("zhao_ming", client_id="lender"), lender, sample_draw=0)
    rule(gossip(appeal, cleo, dev), cleo, dev)
    partner, place = Partner(lender), f"appeals/{appeal.reference}"
    for path in (place, "appeals", f"{place}/requests", f"decisions/{appeal.decision.reference}/explanation"):
        answer = partner.get(path)
        assert (answer.status_code, CANARY in answer.content.decode()) == (200, False), path


def test_what_a_colleague_notes_with_a_step_is_internal_by_type(ada: User, cleo: User) -> None:
    load_everything()
    appeal = queued(decided(user=ada), acting(ada))
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=NOW)
    release_appeal(appeal=appeal, expected_version=appeal.version, note=CANARY, by=acting(cleo), now=NOW)
    kinds = {event.event: type(event.note) for event in AppealEvent.objects.filter(appeal=appeal)}
    assert (kinds["release"], kinds["submit"]) == (InternalText, str)

"""Many at once cost as many statements as one, and are written as the single way writes them."""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.actors import SITE
from accounts.models import User
from applicants.consents import withdraw_consent
from applicants.disputing import open_dispute
from applicants.usable import usable_facts, usable_facts_of
from audit.log import record, record_each
from audit.models import Event
from audit.verbs import Verb
from audit.verifying import verify
from decisions import run_moving
from decisions.explaining import LANGUAGES, explain, explain_all
from decisions.models import Decision, RenderedExplanation, Run, RunChunk, RunState
from decisions.notices import compose_notice, send_notice, send_notices
from decisions.run_effects import Effect
from decisions.run_ranges import Part
from decisions.run_work import _PHASES
from notifications.letters import is_untouched, read_letter
from notifications.models import Letter
from tests.factories.decisions import NOW, sample_decision
from tests.factories.runs import begun_run, released, small_book, worked
from tests.people import acting

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
MANY = 30


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[tuple[int, int]]]:
    """People and statements of each chunk of a run, by phase."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)

    def counting(phase: str) -> Callable[..., Effect]:
        work = _PHASES[phase]

        def do(*, run: Run, chunk: RunChunk, now: object) -> Effect:
            with CaptureQueriesContext(connection) as captured:
                effect = work(run=run, chunk=chunk, now=now)  # type: ignore[arg-type]
            found[phase].append((effect.people, len(captured)))
            return effect

        return do

    monkeypatch.setattr("decisions.run_work._PHASES", {phase: counting(phase) for phase in _PHASES})
    return found


@pytest.fixture
def changing(catalogues: None, dev: User, pia: User) -> Callable[[], Run]:
    """A run over a hundred people that a tight market makes change many, done when it is called."""
    small_book(100)
    return lambda: worked(released(worked(begun_run(market="tight")), dev, pia), now=LATER)


CUTS = {RunState.APPLYING: "list_changed_parts", RunState.TELLING: "list_told_parts"}


@pytest.mark.parametrize("phase", CUTS)
def test_a_chunk_of_many_takes_no_more_statements_than_a_chunk_of_two(
    phase: RunState, changing: Callable[[], Run], counted: dict[str, list[tuple[int, int]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    cut = getattr(run_moving, CUTS[phase])

    def two_two_and_the_rest(*, run_id: int, size: int) -> list[Part]:
        one = cut(run_id=run_id, size=1)
        assert len(one) > MANY, size
        return [Part(part[0].product, part[0].first, part[-1].last) for part in (one[:2], one[2:4], one[4:])]

    monkeypatch.setattr(run_moving, CUTS[phase], two_two_and_the_rest)
    assert changing().state == RunState.DONE
    [_reads_what_is_read_once, (two, least), (many, most)] = counted[phase]
    assert (two, many > MANY) == (2, True)
    assert most <= least + 1  # lines move in one statement, where there are any


def test_facts_of_many_are_the_facts_of_each(catalogues: None, ada: User, ben: User) -> None:
    people = [sample_decision("li_na", user=ada).applicant, sample_decision("zhao_ming", user=ben).applicant]
    withdraw_consent(applicant=people[0], source="credit_report", by=acting(ada), now=NOW)
    open_dispute(
        applicant=people[1], characteristic="hard_inquiries_3m", claim="It was one.", by=acting(ben), now=NOW
    )
    found = usable_facts_of({one.pk: one for one in people}, LATER)
    assert found == {one.pk: usable_facts(one, LATER) for one in people}
    assert found[people[0].pk]["hard_inquiries_3m"]["value"] == "unknown"
    assert found[people[1].pk]["hard_inquiries_3m"]["in_dispute"]


@pytest.fixture
def two(catalogues: None, ada: User, ben: User) -> list[Decision]:
    """Two decisions; the first has its notice already."""
    decisions = [sample_decision("li_na", user=ada), sample_decision("zhao_ming", user=ben)]
    send_notice(decision=decisions[0], by=SITE, now=NOW)
    return decisions


def test_notices_of_many_say_what_the_notice_of_one_says(two: list[Decision]) -> None:
    send_notices(decisions=two, by=SITE, now=LATER)
    send_notices(decisions=two, by=SITE, now=LATER)
    first, second = (Letter.objects.get(about=one.reference) for one in two)
    assert (first.sent_at, second.sent_at) == (NOW, LATER)
    for language in LANGUAGES:
        said = compose_notice(decision=two[1], language=language, now=LATER)
        assert read_letter(second, language) == {**said, "verify_code": second.verify_code}
    [event] = Event.objects.filter(subject=two[1].reference, verb=Verb.LETTER_SENT)
    assert (event.codes["letter"], event.codes["sha256"]) == (second.reference, second.digest)
    assert is_untouched(second)


def test_explanations_of_many_are_those_of_each_and_are_kept(two: list[Decision]) -> None:
    found = explain_all(decisions=two, now=LATER)
    kept = RenderedExplanation.objects.count()
    told = {
        (one.pk, language): explain(decision=one, language=language, now=LATER)
        for one in two
        for language in LANGUAGES
    }
    assert found == told
    assert RenderedExplanation.objects.count() == kept == len(told)


def test_events_of_many_stand_in_chains_that_are_sound() -> None:
    codes = {f"DE-AAAA-000{number}": {"number": number} for number in range(5)}
    with transaction.atomic():
        record(verb=Verb.DECISION_MADE, subject="DE-AAAA-0003", actor="site", now=NOW)
        record_each(verb=Verb.LETTER_SENT, actor="site", now=NOW, events=codes)
        record_each(verb=Verb.LETTER_SENT, actor="site", now=LATER, events=codes)
        record_each(verb=Verb.LETTER_SENT, actor="site", now=LATER, events={})
    events = Event.objects.filter(subject="DE-AAAA-0003").order_by("seq")
    assert [(event.seq, event.codes.get("number")) for event in events] == [(1, None), (2, 3), (3, 3)]
    assert (Event.objects.count(), verify().faults) == (11, ())


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_no_events_are_recorded() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record_each(verb=Verb.LETTER_SENT, actor="site", now=NOW, events={"DE-AAAA-0001": {}})

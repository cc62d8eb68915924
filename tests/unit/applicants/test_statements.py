"""A statement of one's own beside a record: where the place gives it, at its length, sealed and noted."""

import re

import pytest
from django.db import connection

from accounts.models import User
from applicants.erasing import ask_to_erase
from applicants.holding import read_statements
from applicants.models import Applicant, OwnStatement
from applicants.statements import count_words, statements_of, withdraw_statement, write_statement
from applicants.terms import DataTerms
from audit.queries import list_events
from core.errors import InputError, NotFoundError
from tests.factories.decisions import NOW, sample_applicant
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
ITEM = "hard_inquiries_3m"


@pytest.fixture
def li_na(ada: User) -> Applicant:
    return sample_applicant("li_na", user=ada)


def say(applicant: Applicant, ada: User, text: str = "Two of them were a bank's mistake.") -> OwnStatement:
    return write_statement(applicant=applicant, characteristic=ITEM, text=text, by=acting(ada), now=NOW)


def move(applicant: Applicant, place: str) -> Applicant:
    Applicant.objects.filter(pk=applicant.pk).update(jurisdiction=place)
    applicant.refresh_from_db()
    return applicant


@pytest.mark.parametrize(("place", "one", "limit"), [("EU", "a", 500), ("UK", "word ", 200)])
def test_europe_and_the_kingdom_give_it_too(
    li_na: Applicant, ada: User, place: str, one: str, limit: int
) -> None:
    move(li_na, place)
    assert signed_in(ada).get(address("statement", ITEM)).status_code == 200
    say(li_na, ada, one * limit)
    with pytest.raises(InputError) as told:
        say(li_na, ada, one * (limit + 1))
    assert str(limit) in str(told.value.fields["text"][0])


def test_where_no_law_gives_it_there_is_none(
    li_na: Applicant, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DataTerms, "has_own_statement", False)
    with pytest.raises(NotFoundError):
        say(li_na, ada)
    assert signed_in(ada).get(address("statement", ITEM)).status_code == 404
    assert address("statement", ITEM) not in words(signed_in(ada).get(address("dispute_record", ITEM)))


@pytest.mark.parametrize(
    ("text", "count"), [("one two, three.", 3), ("it's  fine", 2), ("\u8bb0\u5f55 OK", 3), (" \n", 0)]
)
def test_words_are_counted_as_a_reader_would(text: str, count: int) -> None:
    assert count_words(text) == count


def test_the_length_is_that_of_the_place(li_na: Applicant, ada: User) -> None:
    with pytest.raises(InputError) as told:
        say(li_na, ada, "a" * 501)
    assert "500" in str(told.value.fields["text"][0])
    say(li_na, ada, "word " * 100)
    with pytest.raises(InputError) as told:
        say(move(li_na, "US"), ada, "word " * 101)
    assert {"100", "101"} <= set(re.findall(r"\d+", str(told.value.fields["text"][0])))
    say(li_na, ada, "word " * 100)


def test_it_is_sealed_noted_without_its_words_and_taken_away_whole(li_na: Applicant, ada: User) -> None:
    for text in ("First.", "Secret words.", "Secret words."):
        say(li_na, ada, text)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM applicants_ownstatement")
        [(stored,)] = cursor.fetchall()
    assert b"Secret" not in bytes(stored)
    assert [row["text"] for row in read_statements(li_na)] == ["Secret words."]
    for _twice in range(2):
        withdraw_statement(applicant=li_na, characteristic=ITEM, by=acting(ada), now=NOW)
    assert OwnStatement.objects.count() == 0
    events = [event for event in list_events(li_na.reference) if event.verb.startswith("own-statement")]
    assert [event.verb for event in events] == ["own-statement:written"] * 2 + ["own-statement:withdrawn"]
    assert all(event.codes == {"characteristic": ITEM} for event in events)


def test_only_beside_a_record_that_is_held(li_na: Applicant, ada: User) -> None:
    with pytest.raises(NotFoundError):
        write_statement(applicant=li_na, characteristic="nonsense", text="x", by=acting(ada), now=NOW)


def test_it_goes_when_data_is_deleted(li_na: Applicant, ada: User) -> None:
    say(li_na, ada)
    ask_to_erase(applicant=li_na, is_sure=True, by=acting(ada), now=NOW)
    assert OwnStatement.objects.count() == 0


def test_the_person_writes_changes_and_takes_it_away(li_na: Applicant, ada: User, ben: User) -> None:
    client, place = signed_in(ada), address("statement", ITEM)
    assert place in client.get(address("dispute_record", ITEM)).content.decode()
    empty = client.post(place, {"text": " "})
    assert (empty.status_code, "Please fill this in." in words(empty)) == (400, True)
    assert client.post(place, {"text": "A mistake of <b>theirs</b>."}).status_code == 302
    assert "A mistake of &lt;b&gt;theirs&lt;/b&gt;." in client.get(address("held")).content.decode()
    client.post(place, {"text": "Another word."})
    assert statements_of(li_na) == {ITEM: "Another word."}
    assert signed_in(ben).get(place).status_code in {302, 404}
    client.post(place, {"step": "withdraw"})
    assert "Another word." not in words(client.get(address("held")))


def test_the_law_of_a_place_says_when_it_goes_to_its_source(li_na: Applicant, ada: User) -> None:
    said = "within 5 working days"
    assert said not in words(signed_in(ada).get(address("dispute_record", ITEM)))
    move(li_na, "US")
    assert said in words(signed_in(ada).get(address("dispute_record", ITEM)))

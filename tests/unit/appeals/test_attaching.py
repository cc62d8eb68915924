"""Papers beside their reason: the right kind, young enough, ten at most, never twice."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Scope
from appeals import attaching
from appeals.attaching import NotUsableError, attach_evidence, attach_existing, detach_evidence
from appeals.models import Appeal, Attachment
from appeals.states import Event
from appeals.transitions import IllegalMoveError, move
from core.errors import ForbiddenError, InputError, NotFoundError
from evidence.models import Document
from evidence.problems import TooManyError
from tests.factories import files
from tests.factories.appeals import NOW, decided, draft, in_review, verified
from tests.factories.evidence import applicant_of, check, send
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.fixture
def appeal(ada: User) -> Appeal:
    """Li Na's draft, which contests everything."""
    return draft(decided(user=ada), acting(ada))


def _attach(appeal: Appeal, by: Actor, **given: Any) -> Attachment:
    terms = {
        "ground": appeal.grounds.get(code="U02"), "kind": "V09", "upload": [files.pdf()], "name": "a.pdf",
        "declared_type": "", "by": by, "now": NOW,
    }  # fmt: skip
    return attach_evidence(**{**terms, **given})


def test_a_paper_stands_beside_its_reason(appeal: Appeal, ada: User) -> None:
    version = appeal.version
    attachment = _attach(appeal, acting(ada))
    appeal.refresh_from_db()
    assert (attachment.ground.code, attachment.document.kind) == ("U02", "V09")
    assert appeal.version == version + 1


def test_the_same_paper_again_is_the_same_attachment(appeal: Appeal, ada: User) -> None:
    content = files.pdf()
    first, second = (_attach(appeal, acting(ada), upload=[content]) for _time in range(2))
    assert first == second
    other = _attach(appeal, acting(ada), upload=[content], ground=appeal.grounds.get(code="U01"))
    assert other.document == first.document


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "V21"}, "kind"),
        ({"kind": "V99"}, "kind"),
        ({"issued_on": date(2026, 11, 21)}, "issued_on"),
        ({"issued_on": date(2025, 11, 19)}, "issued_on"),
    ],
)
def test_a_paper_that_cannot_help_is_refused_before_it_is_stored(
    appeal: Appeal, ada: User, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputError) as caught:
        _attach(appeal, acting(ada), **given)
    assert list(caught.value.fields) == [field]
    assert not Document.objects.exists()


def test_the_oldest_day_still_counts(appeal: Appeal, ada: User) -> None:
    assert _attach(appeal, acting(ada), issued_on=date(2026, 11, 20) - timedelta(days=365)).pk


def test_ten_files_a_reason(appeal: Appeal, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attaching, "MAX_FILES", 1)
    _attach(appeal, acting(ada))
    with pytest.raises(TooManyError):
        _attach(appeal, acting(ada), upload=[files.png()])
    assert _attach(appeal, acting(ada), ground=appeal.grounds.get(code="U01")).pk


def test_somebody_elses_paper_cannot_be_used(appeal: Appeal, ada: User, ben: User) -> None:
    document = check(send(applicant_of(ben), by=acting(ben), kind="V09"))
    ground = appeal.grounds.get(code="U02")
    with pytest.raises(NotFoundError):
        attach_existing(ground=ground, document=document, by=acting(ada), now=NOW)
    with pytest.raises(NotFoundError):
        attach_existing(ground=ground, document=document, by=acting(ben), now=NOW)


def test_a_refused_paper_cannot_be_used_again(appeal: Appeal, ada: User) -> None:
    document = check(send(appeal.applicant, by=acting(ada), kind="V09", content=files.jpeg()[:300]))
    with pytest.raises(NotUsableError):
        attach_existing(ground=appeal.grounds.get(code="U02"), document=document, by=acting(ada), now=NOW)


def test_a_paper_taken_away_can_be_used_elsewhere(appeal: Appeal, ada: User) -> None:
    attachment = _attach(appeal, acting(ada))
    document = attachment.document
    detach_evidence(attachment=attachment, by=acting(ada), now=NOW)
    assert attach_existing(
        ground=appeal.grounds.get(code="U01"), document=document, by=acting(ada), now=NOW
    ).pk


def test_a_dropped_ground_lets_its_papers_go(appeal: Appeal, ada: User) -> None:
    from appeals.opening import save_grounds

    _attach(appeal, acting(ada))
    appeal.refresh_from_db()
    save_grounds(
        appeal=appeal,
        grounds={"U01": ("WRONG", "")},
        expected_version=appeal.version,
        by=acting(ada),
        now=NOW,
    )
    assert not Attachment.objects.exists()
    assert Document.objects.count() == 1


def test_a_paper_may_come_during_the_review_and_must_then_be_looked_at(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    attachment = _attach(appeal, acting(ada))
    assert attachment.accepted is None
    with pytest.raises(IllegalMoveError):
        detach_evidence(attachment=attachment, by=acting(ada), now=NOW)


def test_nothing_comes_after_the_ruling(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    verified(appeal, cleo)
    appeal.refresh_from_db()
    move(appeal=appeal, event=Event.PROPOSE, by=acting(cleo), now=NOW)
    with pytest.raises(IllegalMoveError):
        _attach(appeal, acting(ada))


def test_staff_do_not_attach_and_a_client_needs_the_scope(ada: User, cleo: User, lender: Actor) -> None:
    own = draft(decided(client_id="lender"), lender)
    assert _attach(own, lender).pk
    without = Actor.for_client("lender", {scope.value for scope in Scope} - {Scope.EVIDENCE_WRITE.value})
    with pytest.raises(ForbiddenError):
        _attach(own, without)
    review = in_review(decided(user=ada), acting(ada), cleo)
    with pytest.raises(ForbiddenError):
        _attach(review, acting(cleo))

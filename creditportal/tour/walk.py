"""The walk itself: three people and a partner, from the decision to the answer."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from creditportal.tour.applicants import Applicant, bad_paper
from creditportal.tour.mail import Mail
from creditportal.tour.pages import Page
from creditportal.tour.partner import walk_partner
from creditportal.tour.reviewers import Reviewer
from creditportal.tour.stops import Log, StopError, expect, wait_for
from creditportal.tour.stories import STORIES, Story


@dataclass(frozen=True)
class Site:
    """Where the site is, how its people and its partner sign in, and where its mail goes."""

    url: str
    password: str
    client_id: str
    client_secret: str
    mail: Path
    reviewer: str = "cleo@example.test"
    supervisor: str = "dev@example.test"


def walk(site: Site, *, today: date, say: Callable[[str], object]) -> None:
    """Take the whole tour; StopError names the first stop that does not hold."""
    log = Log(say)
    try:
        log.title("A partner's machine")
        walk_partner(site.url, client_id=site.client_id, secret=site.client_secret, today=today, log=log)
        desk = _Desk(
            reviewer=Reviewer(site.url, email=site.reviewer, password=site.password),
            supervisor=Reviewer(site.url, email=site.supervisor, password=site.password),
        )
        foreign = ""
        for story in STORIES:
            log.title(story.name)
            foreign = _Walk(site, story, desk, log, today).go(foreign=foreign)
    except (LookupError, OSError) as error:
        raise StopError(str(error)) from error


@dataclass(frozen=True)
class _Desk:
    """The two colleagues, signed in."""

    reviewer: Reviewer
    supervisor: Reviewer


class _Walk:
    """One person's loop: read, appeal, review, answer."""

    def __init__(self, site: Site, story: Story, desk: _Desk, log: Log, today: date) -> None:
        self.story, self.desk, self.log, self.today = story, desk, log, today
        self.mail = Mail(site.mail)
        self.person = Applicant(site.url, email=story.email, password=site.password)

    def go(self, *, foreign: str) -> str:
        """Walk from the decision to the answer, past somebody else's decision; returns one's own."""
        if foreign:
            expect(self.person.browser.get(foreign).status == 404, f"{foreign} opens for somebody else")
        decision = self.read_decision()
        appeal = self.appeal(decision)
        reference = appeal.rstrip("/").rpartition("/")[2]
        self.review(reference)
        mails = self.mail.count(to=self.story.email)
        self.decide(reference)
        self.read_answer(appeal, decision, after=mails)
        return decision.url

    def read_decision(self) -> Page:
        """Stop 1 and 2: the decision with its score and its reasons."""
        page = self.person.read_newest_decision()
        expect(page.has(str(self.story.score)), f"the score is not {self.story.score}")
        number = len(self.story.reasons)
        shown = "The reason" if number == 1 else f"The {number} reasons"
        expect(page.has(shown), f"not {number} reasons")
        self.log.saw(
            f"signed in and read {_reference(page)}: score {self.story.score}, {shown.lower()} in words"
        )
        return page

    def appeal(self, decision: Page) -> str:
        """Stops 3 and 4: the appeal with its papers, sent."""
        appeal = self.person.start_appeal(decision, claims=dict(self.story.claims))
        offered = self.person.get(f"{appeal}reasons/").form("form_owner").names
        contestable = [code for code in self.story.reasons if f"contest_{code}" in offered]
        expect(contestable == list(self.story.reasons), f"the reasons are {contestable}")
        self.log.saw(
            f"opened an appeal against {', '.join(self.story.claims)} of {', '.join(self.story.reasons)}"
        )
        self._try_bad_paper(appeal)
        issued_on = (self.today - timedelta(days=2)).isoformat()
        references = self.person.send_papers(appeal, self.story.papers, issued_on=issued_on)
        self.log.saw(f"sent papers: {', '.join(references)}")
        receipt = self.person.send_appeal(appeal, statement=self.story.statement)
        reference = appeal.rstrip("/").rpartition("/")[2]
        expect("/sent/" in receipt.url and receipt.has(reference), f"no receipt for {reference}")
        subject = self.mail.wait_for(to=self.story.email, about=reference)
        self.log.saw(f"sent {reference}, got a receipt and the mail \u201c{subject}\u201d")
        return appeal

    def _try_bad_paper(self, appeal: str) -> None:
        code = next(iter(self.story.claims))
        form = self.person.get(f"{appeal}papers/{code}/").form("papers")
        kind = next(kind for kind in form.choices["kind"] if kind)
        page = self.person.browser.submit(form, {"kind": kind}, file=("papers", bad_paper()))
        expect(400 <= page.status < 500, f"a program was taken as a paper: {page.status}")
        expect(not page.has("EV-"), "a refused file got a reference")

    def review(self, reference: str) -> None:
        """Stops 5 and 6: claimed, read, assessed, found, and recomputed by the worker."""
        cleo = self.desk.reviewer
        expect(cleo.wait_for_case(reference).has(reference), "the case does not open")
        cleo.claim(reference)
        cleo.read_statement(reference)
        papers = cleo.assess(reference, accept=self.story.is_corrected)
        self.log.saw(f"Cleo claimed {reference}, read the statement and assessed its papers: {papers}")
        for finding in self.story.findings:
            cleo.find(
                reference, reason=finding.reason, characteristic=finding.characteristic, **finding.typed
            )
        case = cleo.conclude(reference)
        scores = re.search(r"Score (\d{3}) (\d{3}) (\d{3})", case.text)
        expect(scores, "the three recomputations are not shown")
        assert scores is not None
        expect(int(scores[1]) == self.story.score, f"the original gives {scores[1]}, not {self.story.score}")
        expect(
            int(scores[2]) == self.story.score_after, f"it comes to {scores[2]}, not {self.story.score_after}"
        )
        self.log.saw(
            f"findings: {len(self.story.findings)}; the worker recomputed {scores[1]} -> {scores[2]}"
        )

    def decide(self, reference: str) -> None:
        """Stop 7: the ruling, with a second signature where it is needed."""
        cleo = self.desk.reviewer
        needs_two = cleo.get(f"/staff/cases/{reference}/").has("Two people sign")
        cleo.rule(reference, outcome=self.story.outcome)
        if not needs_two:
            self.log.saw(f"Cleo ruled {self.story.outcome} with letters in both languages")
            return
        self.desk.supervisor.countersign(reference)
        self.log.saw(f"Cleo proposed {self.story.outcome}, Dev countersigned; letters in both languages")

    def read_answer(self, appeal: str, before: Page, *, after: int) -> None:
        """Stop 8: told by page and mail, and the new decision stands."""
        reference = appeal.rstrip("/").rpartition("/")[2]
        page = wait_for(lambda: self._result(appeal), f"the result of {reference}")
        expect(page.has(str(self.story.score_after)), f"the result does not name {self.story.score_after}")
        subject = self.mail.wait_for(to=self.story.email, about=reference, after=after)
        self.log.saw(f"read the answer and got the mail \u201c{subject}\u201d")
        newest = self.person.read_newest_decision()
        is_new = _reference(newest) != _reference(before)
        expect(is_new is self.story.is_corrected, f"the newest decision is {_reference(newest)}")
        expect(
            newest.has(str(self.story.score_after)), f"the decision does not show {self.story.score_after}"
        )
        what = (
            f"{_reference(newest)} replaces {_reference(before)}"
            if is_new
            else f"{_reference(newest)} stands"
        )
        self.log.saw(f"{what}: score {self.story.score_after}")
        if self.story.is_corrected:
            self._use_line()

    def _use_line(self) -> None:
        """The line that came with the new decision: taken up where it is an offer, and money in it."""
        page = self.person.get(self.person.get("/").link(r"/lines/LN-"))
        offers = [link for link in page.links if link.endswith("/offer/")]
        if offers:
            page = self.person.get(offers[0])
            page = self.person.browser.submit(page.form("is_read"), {"is_read": "on"})
        found = re.search("Available \u00a5([\\d,.]+)", page.text)
        expect(found and found[1].strip("0.,"), "nothing is available on the line")
        assert found is not None
        self.log.saw(f"the line has \u00a5{found[1]} available{', taken up just now' if offers else ''}")

    def _result(self, appeal: str) -> Page | None:
        page = self.person.browser.get(f"{appeal}result/")
        return page if page.status == 200 and page.url.endswith("/result/") else None


def _reference(page: Page) -> str:
    found = re.search(r"/decisions/(DE-[\w-]+)/", page.url)
    expect(found, f"{page.url} is no decision")
    assert found is not None
    return found[1]

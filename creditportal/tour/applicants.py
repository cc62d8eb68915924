"""What an applicant does on the portal."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from creditportal.tour.browser import Browser, File
from creditportal.tour.pages import Page
from creditportal.tour.papers import make_pdf
from creditportal.tour.stops import expect


@dataclass(frozen=True)
class Paper:
    """A paper for one reason: its kind, and how it looks."""

    reason: str
    kind: str
    file: File


class Person:
    """Somebody signed in, reading English."""

    def __init__(self, base: str, *, email: str, password: str) -> None:
        self.email = email
        self.browser = Browser(base, language="en")
        self.read_english("/accounts/login/")
        form = self.browser.get("/accounts/login/").form("login", "password")
        page = self.browser.submit(form, {"login": email, "password": password})
        expect(
            page.status == 200 and "/login" not in page.url,
            f"{email} cannot sign in: {page.status} {page.url}",
        )
        self.read_english("/")

    def read_english(self, path: str) -> None:
        """Choose English with the switch that is on every page."""
        page = self.browser.get(path)
        for form in page.forms:
            if ("language", "en") in form.buttons:
                self.browser.submit(form, {"language": "en"})

    def get(self, path: str) -> Page:
        """Open a page, which must be there."""
        page = self.browser.get(path)
        expect(page.status == 200, f"{path} answered {page.status}")
        return page


class Applicant(Person):
    """Somebody with a decision."""

    def read_newest_decision(self) -> Page:
        """The newest decision's page."""
        return self.get(self.get("/decisions/").link(r"/decisions/[A-Z]{2}-"))

    def start_appeal(self, decision: Page, *, claims: dict[str, str]) -> str:
        """Open an appeal and say of each reason what is wrong; returns its address."""
        start = self.get(decision.link(r"/appeal/$"))
        tasks = self.browser.submit(start.form(action="/appeal/"))
        expect(re.search(r"/appeals/AP-[\w-]+/$", tasks.url), f"the appeal did not open: {tasks.url}")
        typed = {f"contest_{code}": "on" for code in claims} | {
            f"claim_{code}": claim for code, claim in claims.items()
        }
        page = self.browser.submit(self.get(f"{tasks.url}reasons/").form("form_owner"), typed)
        expect(page.status == 200 and "/reasons/" not in page.url, "the reasons were not taken")
        return tasks.url

    def send_papers(self, appeal: str, papers: Iterable[Paper], *, issued_on: str) -> list[str]:
        """Add papers to an appeal; returns their references."""
        for paper in papers:
            form = self.get(f"{appeal}papers/{paper.reason}/").form("papers")
            expect(paper.kind in form.choices["kind"], f"{paper.kind} is not offered for {paper.reason}")
            typed = {"kind": paper.kind, "issued_on": issued_on}
            page = self.browser.submit(form, typed, file=("papers", paper.file))
            expect(page.status == 200 and page.has(paper.file.name), f"{paper.file.name} was not taken")
        pages = [self.get(f"{appeal}papers/{reason}/") for reason in {paper.reason for paper in papers}]
        return sorted({found for page in pages for found in re.findall(r"EV-\w{4}-\w{4}", page.source)})

    def send_appeal(self, appeal: str, *, statement: str) -> Page:
        """Say something in own words, check everything, and send."""
        form = self.get(f"{appeal}situation/").form("statement")
        self.browser.submit(form, {"statement": statement})
        check = self.get(f"{appeal}check/")
        expect(check.has(statement), "the statement is not among the answers to check")
        return self.browser.submit(check.form(action="/check/"))


def bad_paper() -> File:
    """A program that calls itself a PDF."""
    return File("report.pdf", "application/pdf", b"MZ\x90\x00" + make_pdf("x").content)

"""What a caseworker and a supervisor do at their desks."""

from creditportal.tour.applicants import Person
from creditportal.tour.pages import Form, Page
from creditportal.tour.stops import StopError, expect, wait_for


class Reviewer(Person):
    """Somebody who works on cases."""

    def wait_for_case(self, reference: str) -> Page:
        """The case, once it stands in the queue."""

        def look() -> Page | None:
            queue = self.get("/staff/queue/?view=unclaimed")
            return self.get(_case(reference)) if queue.has(reference) else None

        return wait_for(look, f"{reference} in the queue")

    def claim(self, reference: str) -> Page:
        """Take the case."""
        return self._press(reference, "/claim/")

    def read_statement(self, reference: str) -> Page:
        """Say that the applicant's words were read."""
        return self._press(reference, "/statement/")

    def assess(self, reference: str, *, accept: bool) -> int:
        """Accept or turn down every paper; returns how many."""
        answer = {"accepted": "yes"} if accept else {"accepted": "no", "note": "Not legible."}
        count = 0
        while True:
            # What was answered this way no longer offers it; changing one's mind stays possible.
            case = self.get(_case(reference))
            form = next(
                (form for form in case.forms if ("accepted", answer["accepted"]) in form.buttons), None
            )
            if form is None:
                return count
            page = self.browser.submit(form, answer)
            expect(page.status == 200, f"the paper was not assessed: {page.status}")
            count += 1
            expect(count < 20, "papers that were assessed are still open")

    def find(self, reference: str, *, reason: str, characteristic: str, **typed: str) -> None:
        """Record what is true of one contested input."""
        page = self.get(f"{_case(reference)}reasons/{reason}/inputs/{characteristic}/")
        form = _find_form(page, f"/inputs/{characteristic}/")
        rests_on = form.values["document"][0] or "SOURCE"
        answer = self.browser.submit(form, {**typed, "document": rests_on, "note": "Seen on the paper."})
        expect(answer.status == 200, f"the finding on {characteristic} was not taken: {answer.status}")

    def conclude(self, reference: str) -> Page:
        """Conclude the verification and wait until the worker has recomputed the decision."""
        self._press(reference, "/conclude/", view="The papers agree with each other.", leaning="SUPPORTS")

        def look() -> Page | None:
            case = self.get(_case(reference))
            return case if any("outcome" in form.names for form in case.forms) else None

        return wait_for(look, f"the rerun of {reference}")

    def rule(self, reference: str, *, outcome: str) -> Page:
        """Rule as the result suggests, with the letters as they are drafted."""
        form = self.get(_case(reference)).form("outcome", "letter_zh", "letter_en")
        expect(form.values["outcome"] == [outcome], f"{form.values['outcome']} is suggested, not {outcome}")
        expect(all(form.values[name][0].strip() for name in ("letter_zh", "letter_en")), "a letter is empty")
        page = self.browser.submit(form, {"reason": "The papers were checked with who issued them."})
        expect(page.status == 200, f"the ruling was not taken: {page.status}")
        return page

    def countersign(self, reference: str) -> Page:
        """Sign what a colleague proposed."""
        return self._press(reference, "/sign/")

    def _press(self, reference: str, action: str, **typed: str) -> Page:
        page = self.browser.submit(_find_form(self.get(_case(reference)), action), typed)
        expect(page.status == 200, f"{action} on {reference} answered {page.status}")
        return page


def _case(reference: str) -> str:
    return f"/staff/cases/{reference}/"


def _find_form(page: Page, action: str) -> Form:
    try:
        return page.form("version", action=action)
    except LookupError as error:
        raise StopError(str(error)) from error

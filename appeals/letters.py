"""The letter about a ruling, composed from coded data; both languages carry the same facts."""

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import prefetch_related_objects
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appeals.appealability import PERSON_GROUND, get_reason
from appeals.found_lines import corrected_lines, lines_against
from appeals.jurisdictions import get_jurisdiction
from appeals.models import Appeal, AppealOutcome, Attachment, Basis, Finding, Rerun
from appeals.outcomes import Option, better_result, list_options, total_kept
from appeals.weighing import counted_facts
from applicants.showing import language_key, show_date, show_money, show_number
from core.calendars import legal_day
from core.catalogues import get_catalogue
from decisions.engines import is_scored_elsewhere
from decisions.models import DecisionKind
from decisions.reason_lines import corrected_reason_lines, reason_lines
from decisions.words import get_words
from evidence.catalogue import get_kind

_OPENINGS: Final = {
    AppealOutcome.CORRECTED: gettext_lazy("We looked at the decision again and corrected it."),
    AppealOutcome.RESTORED: gettext_lazy("We looked at the decision again. Your credit line is restored."),
    AppealOutcome.RESTORED_IN_PART: gettext_lazy(
        "We looked at the decision again. Part of your credit line is restored."
    ),
    AppealOutcome.NEW_OFFER: gettext_lazy("We looked at the decision again and can make you another offer."),
    AppealOutcome.UNCHANGED: gettext_lazy("We looked at the decision again. It stays as it was."),
}


def draft_letters(*, appeal: Appeal, rerun: Rerun, option: Option) -> tuple[str, str]:
    """The drafts in Chinese and English, one thought a paragraph, nothing left to fill in."""
    findings = list(appeal.findings.filter(is_current=True))
    papers = list(
        Attachment.objects.filter(ground__appeal=appeal).exclude(accepted=None).select_related("document")
    )
    prefetch_related_objects([appeal.decision], "reasons")
    seen = _Seen(appeal, rerun, option, findings, papers)
    return _draft(seen, "zh-hans"), _draft(seen, "en")


@dataclass(frozen=True)
class _Seen:
    """What both drafts say, read once."""

    appeal: Appeal
    rerun: Rerun
    option: Option
    findings: Sequence[Finding]
    papers: Sequence[Attachment]


def _draft(seen: _Seen, language: str) -> str:
    appeal, option = seen.appeal, seen.option
    with translation.override(language):
        parts = [
            _about(appeal, language),
            _opening(option),
            *_by_a_person(appeal),
            *_set_aside(option, language),
            *_amount(appeal, seen.rerun, option),
            *_findings(seen, language),
            *_reasons(seen, language),
            *_papers(seen.papers, language),
            _("Looking at this again left no enquiry on your record and does not lower your score."),
            _next_step(appeal, option, language),
        ]
    return "\n\n".join(parts)


def outside_line(*, appeal: Appeal, language: str) -> str:
    """The line in which a draft says who else can be turned to, as it was drafted."""
    with translation.override(language):
        return _outside(appeal, language)


@dataclass(frozen=True)
class DiffLine:
    """One paragraph of a letter beside its draft: kept, added or dropped."""

    change: str
    text: str


def diff_letter(*, draft: str, letter: str) -> list[DiffLine]:
    """What somebody changed in a letter, paragraph by paragraph, against what the coded data composed."""
    marks = {" ": "kept", "+": "added", "-": "dropped"}
    lines = difflib.ndiff(draft.split("\n\n"), letter.split("\n\n"))
    return [DiffLine(marks[line[0]], line[2:]) for line in lines if line[0] in marks]


def _about(appeal: Appeal, language: str) -> str:
    sent = appeal.submitted_at or appeal.opened_at
    day = legal_day(sent, get_jurisdiction(appeal.applicant).zone)
    text = _("This is our answer to your appeal %(appeal)s of %(day)s about decision %(decision)s.")
    return text % {
        "appeal": appeal.reference,
        "day": show_date(day, language),
        "decision": appeal.decision.reference,
    }


def _opening(option: Option) -> str:
    """What came of it in one sentence; where a check was set aside nothing was corrected."""
    if option.set_aside and option.outcome == AppealOutcome.CORRECTED:
        return _("We looked at the decision again and decided in your favour.")
    return str(_OPENINGS[option.outcome])


def _by_a_person(appeal: Appeal) -> Iterator[str]:
    """Who asked for a person reads that a person decided."""
    if any(ground.code == PERSON_GROUND for ground in appeal.grounds.all()):
        yield _("You asked for a person to decide. A person who had no part in the decision has done so.")


def _set_aside(option: Option, language: str) -> Iterator[str]:
    """Which checks say no, and do not stand in the way because people decided so."""
    words = get_words(language)
    for rule in option.set_aside:
        yield _("The check “%(check)s” still says no. Two colleagues set it aside in your case.") % {
            "check": words.say("rules", rule)
        }


def _amount(appeal: Appeal, rerun: Rerun, option: Option) -> Iterator[str]:
    if option.basis == Basis.NONE:
        return
    _basis, result = better_result(rerun)
    if result["score"] == rerun.original["score"]:
        yield _("Your score is %(score)s, as before.") % {"score": result["score"]}
    else:
        yield _("Your score is now %(after)s. It was %(before)s.") % {
            "before": rerun.original["score"],
            "after": result["score"],
        }
    if not option.amount_cny:
        yield _("You will receive the new decision with its own reasons.")
    elif result["price"] and option.limit_cny > total_kept(appeal):
        yield _("The amount is %(amount)s at %(rate)s%% a year.") % {
            "amount": show_money(option.amount_cny),
            "rate": show_number(result["price"]["annual_rate_pct"]),
        }
    else:
        yield _("The amount is %(amount)s.") % {"amount": show_money(option.amount_cny)}
    if option.limit_cny > option.amount_cny:
        yield _("In all you may borrow up to %(limit)s.") % {"limit": show_money(option.limit_cny)}


def _findings(seen: _Seen, language: str) -> Iterator[str]:
    found = (seen.rerun, seen.findings, seen.option.outcome)
    lines = [*corrected_lines(*found, language=language), *lines_against(*found, language=language)]
    yield from lines
    if lines:
        return
    yield (
        _("We checked what you sent. It did not change the information behind the decision.")
        if _has_sent_something(seen.appeal)
        else _("We checked the information behind the decision. It stays as it was.")
    )


def _has_sent_something(appeal: Appeal) -> bool:
    """Whether there was anything to check: words, or a paper."""
    words = [str(appeal.statement), *(str(ground.note) for ground in appeal.grounds.all())]
    return any(words) or Attachment.objects.filter(ground__appeal=appeal).exists()


def _reasons(seen: _Seen, language: str) -> Iterator[str]:
    codes = [ground.code for ground in seen.appeal.grounds.all()]
    if seen.option.outcome == AppealOutcome.UNCHANGED:
        yield from _standing(seen, codes, language)
    else:
        yield _("You contested: %(titles)s") % {"titles": _titles(codes, language)}


def _standing(seen: _Seen, codes: Sequence[str], language: str) -> Iterator[str]:
    """Why nothing changes: what was contested and stands, what no longer counts, and what else there is."""
    before = reason_lines(decision=seen.appeal.decision, language=language)
    after = _left(seen, before, language)
    # What the rules did not find themselves, they cannot take away either.
    found = {reason["code"] for reason in seen.rerun.original["reasons"]}
    contested = [code for code in codes if code != PERSON_GROUND]
    standing = [code for code in contested if code in after or code not in found]
    gone = [code for code in contested if code not in standing]
    others = [line for code, line in after.items() if code not in contested]
    if standing:
        yield _("The reasons that you contested still stand:")
        yield from (after.get(code) or before.get(code) or _titles([code], language) for code in standing)
    if gone:
        yield _("This no longer counts against you: %(titles)s") % {"titles": _titles(gone, language)}
    if others and not (standing and not gone):
        yield _("The decision stays for these reasons:")
        yield from others


def _left(seen: _Seen, before: dict[str, str], language: str) -> dict[str, str]:
    """The reasons that the findings leave; where a person rules against the result, those there were."""
    decision, rerun = seen.appeal.decision, seen.rerun
    facts = counted_facts(rerun, seen.option.outcome)
    best = list_options(seen.appeal, rerun)[0]
    is_overruled = best.outcome != AppealOutcome.UNCHANGED and not best.set_aside
    # Another engine answered for all findings together, and is not asked while a letter is written.
    is_elsewhere = facts != rerun.facts and is_scored_elsewhere(decision.result)
    if facts == decision.facts or is_elsewhere:
        return before
    if is_overruled:
        # What was corrected would take these away: they stand by their names, not by what they said before.
        return {code: _titles([code], language) for code in before}
    return corrected_reason_lines(decision=decision, facts=facts, answered=rerun.corrected, language=language)


def _papers(papers: Sequence[Attachment], language: str) -> Iterator[str]:
    labels = {paper.pk: get_kind(paper.document.kind).labels[language_key(language)] for paper in papers}
    accepted = Counter(labels[paper.pk] for paper in papers if paper.accepted)
    if accepted:
        named = [_times(label, number) for label, number in accepted.items()]
        yield _("Papers that we accepted: %(papers)s") % {"papers": _join(named)}
    refused = [paper for paper in papers if not paper.accepted]
    if refused:
        yield _("Papers that we could not accept, and why, as our colleague wrote it:")
    for paper in refused:
        yield _("%(paper)s: %(reason)s") % {"paper": labels[paper.pk], "reason": paper.assessment_note}


def _times(label: str, number: int) -> str:
    """A kind of paper, with how many files of it there are when there are several."""
    return label if number == 1 else _("%(paper)s (%(number)s files)") % {"paper": label, "number": number}


def _next_step(appeal: Appeal, option: Option, language: str) -> str:
    if option.outcome != AppealOutcome.UNCHANGED and appeal.decision.kind == DecisionKind.APPLICATION:
        return _("The new decision is on your page. An offer that it makes waits there until you choose.")
    if option.outcome != AppealOutcome.UNCHANGED:
        return _("You do not have to do anything. The new decision is on your page.")
    return _outside(appeal, language)


def _outside(appeal: Appeal, language: str) -> str:
    profile = get_catalogue("jurisdictions").document[appeal.applicant.jurisdiction]
    outside = profile["escalation"][language_key(language)]
    return _("If you do not agree, you can turn to: %(outside)s") % {"outside": outside}


def _titles(codes: Sequence[str], language: str) -> str:
    return _join([get_reason(code)["title"][language_key(language)] for code in codes])


def _join(titles: list[str]) -> str:
    return _("; ").join(titles)

"""The evidence adviser in words: which papers count for which input, and what each could change at most."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appeals.advising import Advice, Chance, advise
from appeals.appealability import evidence_kinds
from appeals.jurisdictions import get_jurisdiction
from appeals.models import Appeal
from applicants.characteristics import get_dictionary
from applicants.models import ApplicantKind
from applicants.showing import language_key, show_value
from applicants.sources import get_sources
from core.calendars import legal_day
from core.clock import now
from evidence.catalogue import EvidenceKind, list_kinds

_WHO: Final = {ApplicantKind.PERSON: "personal", ApplicantKind.FIRM: "enterprise"}
_CHANCES: Final[dict[Chance, tuple[Promise, str]]] = {
    Chance.YES: (_("yes, it could by itself"), "good"),
    Chance.MAYBE: (_("maybe, together with others"), "accent"),
    Chance.NO: (_("no, not the outcome"), ""),
}


@dataclass(frozen=True)
class Paper:
    """One kind of paper, and from which day on it counts."""

    code: str
    label: str
    earliest: date | None


@dataclass(frozen=True)
class ShownAdvice:
    """One input: what we used, the papers that count, and what they could change."""

    label: str
    value: str
    source: str
    papers: list[Paper]
    chance: str | Promise
    tone: str
    most_points: int | None
    is_named: bool


def list_papers(appeal: Appeal, code: str) -> list[Paper]:
    """The kinds of papers for one reason of this applicant, the reason's own first."""
    wanted = evidence_kinds(code)
    fitting = {kind.code: kind for kind in list_kinds(who=_WHO[ApplicantKind(appeal.applicant.kind)])}
    today = legal_day(now(), get_jurisdiction(appeal.applicant).zone)
    return [_paper(fitting[name], today) for name in wanted if name in fitting]


def list_every_paper(appeal: Appeal) -> list[Paper]:
    """Every kind of paper that somebody like this applicant can have."""
    today = legal_day(now(), get_jurisdiction(appeal.applicant).zone)
    return [_paper(kind, today) for kind in list_kinds(who=_WHO[ApplicantKind(appeal.applicant.kind)])]


def describe_advice(appeal: Appeal, code: str, papers: list[Paper]) -> list[ShownAdvice]:
    """What papers could change about one reason, in the language of the page."""
    known = {paper.code: paper for paper in papers}
    return [_describe(appeal, row, known) for row in advise(appeal).get(code, [])]


def _describe(appeal: Appeal, row: Advice, papers: dict[str, Paper]) -> ShownAdvice:
    language = translation.get_language() or "zh-hans"
    one, fact = get_dictionary()[row.characteristic], appeal.decision.facts[row.characteristic]
    source: Any = get_sources().get(fact.get("source", ""))
    words, tone = _CHANCES[row.chance]
    return ShownAdvice(
        label=one.label[language_key(language)],
        value=show_value(one, fact.get("value"), language),
        source=source.label[language_key(language)] if source else "",
        papers=[papers[code] for code in row.kinds if code in papers],
        chance=words,
        tone=tone,
        most_points=row.most_points,
        is_named=row.is_named,
    )


def _paper(kind: EvidenceKind, today: date) -> Paper:
    earliest = today - timedelta(days=kind.valid_days) if kind.valid_days else None
    return Paper(kind.code, kind.label, earliest)

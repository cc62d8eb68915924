"""The result of the rerun and the panel in which a case is decided, signed or sent back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appeals.comparing import Comparison, comparison
from appeals.concluding import find_rerun
from appeals.deciding import letter_changes, possible_outcomes, suggest_ruling
from appeals.letters import DiffLine, diff_letter
from appeals.models import Appeal, AppealOutcome, QualityCheck, Ruling, RulingState
from appeals.outcomes import (
    ABOVE_DELEGATION,
    COUNTERSIGN_LABELS,
    SETS_ASIDE,
    better_result,
    delegated_max,
)
from appeals.similar import Similar, similar_decided
from appeals.states import Event
from applicants.showing import show_money
from creditportal.bars import Bars, draw_waterfall
from creditportal.staff.forms import CaseForm, ReturnForm, RulingForm
from creditportal.staff.reasons import Forms
from creditportal.staff.steps import Standing
from decisions.setting_aside import checks_against
from decisions.words import get_words

RULING, RETURN, COUNTERSIGN = "ruling", "return", "countersign"


@dataclass(frozen=True)
class Result:
    """Before and after, as a table, three results and a waterfall."""

    compared: Comparison
    chart: Bars
    before: int
    after: int


@dataclass(frozen=True)
class Choice:
    """One outcome that the result allows."""

    outcome: AppealOutcome
    is_chosen: bool
    is_suggested: bool


@dataclass(frozen=True)
class Panel:
    """What stands in the panel; each part is there when it applies."""

    choices: Sequence[Choice] = ()
    form: CaseForm | None = None
    why_two: Sequence[str | Promise] = ()
    ruling: Ruling | None = None
    can_sign: bool = False
    sign_form: CaseForm | None = None
    return_form: CaseForm | None = None
    returned: Sequence[Ruling] = ()
    changes_zh: Sequence[DiffLine] = ()
    changes_en: Sequence[DiffLine] = ()
    is_previewed: bool = False
    similar: Sequence[Similar] = ()
    outcome: str = ""
    read_again: QualityCheck | None = None


def build_result(standing: Standing, language: str) -> Result | None:
    """The finished rerun of the present findings, or None."""
    if not standing.has_result or standing.rerun is None:
        return None
    compared = comparison(standing.rerun, language)
    steps = compared.waterfall
    return Result(
        compared=compared, chart=draw_waterfall(steps), before=steps[0].running, after=steps[-1].running
    )


def build_panel(standing: Standing, forms: Forms, *, chosen: str | None) -> Panel:
    """The panel as it is for this person now."""
    appeal = standing.appeal
    rulings = list(appeal.rulings.select_related("proposed_by", "countersigned_by"))
    returned = [ruling for ruling in rulings if ruling.state == RulingState.RETURNED]
    standing_ruling = next((ruling for ruling in rulings if ruling.state != RulingState.RETURNED), None)
    if standing_ruling is not None:
        return _signing(standing, standing_ruling, forms, returned)
    if standing.is_reviewing and standing.has_result:
        return _deciding(appeal, forms, returned, chosen)
    return Panel(returned=returned)


def ruling_form(
    appeal: Appeal,
    *,
    outcomes: Sequence[AppealOutcome] | None = None,
    data: Any = None,
    initial: dict[str, Any] | None = None,
) -> RulingForm:
    """The form of a ruling, with the outcomes that the result allows; they are looked up unless given."""
    allowed = possible_outcomes(appeal) if outcomes is None else outcomes
    return RulingForm(
        data, key=RULING, outcomes=[(outcome.value, outcome.label) for outcome in allowed],
        initial={"version": appeal.version, **(initial or {})},
    )  # fmt: skip


def _deciding(appeal: Appeal, forms: Forms, returned: Sequence[Ruling], chosen: str | None) -> Panel:
    suggested = suggest_ruling(appeal)
    outcomes = suggested.outcomes
    kept = forms.get(RULING)
    wanted = kept.data.get("outcome") if kept else chosen
    outcome = next((item for item in outcomes if item == wanted), suggested.outcome)
    draft = suggested if outcome == suggested.outcome else suggest_ruling(appeal, outcome)
    typed = kept.data if kept else {}
    letters = {"outcome": outcome.value, "letter_zh": draft.letter_zh, "letter_en": draft.letter_en}
    return Panel(
        choices=[Choice(item, item == outcome, item == suggested.outcome) for item in outcomes],
        form=kept or ruling_form(appeal, outcomes=outcomes, initial=letters),
        why_two=_why_two(appeal, draft.countersign_reasons),
        returned=returned,
        changes_zh=_changes(draft.letter_zh, typed.get("letter_zh", draft.letter_zh)),
        changes_en=_changes(draft.letter_en, typed.get("letter_en", draft.letter_en)),
        is_previewed=bool(kept),
        similar=similar_decided(appeal=appeal),
        outcome=outcome,
    )


def _signing(standing: Standing, ruling: Ruling, forms: Forms, returned: Sequence[Ruling]) -> Panel:
    can_sign = ruling.state == RulingState.PROPOSED and Event.AGREE in standing.may
    version = {"version": standing.appeal.version}
    return Panel(
        ruling=ruling,
        why_two=_why_two(standing.appeal, ruling.countersign_reasons),
        can_sign=can_sign,
        sign_form=CaseForm(key=COUNTERSIGN, initial=version) if can_sign else None,
        return_form=(forms.get(RETURN) or ReturnForm(key=RETURN, initial=version)) if can_sign else None,
        returned=returned,
        changes_zh=_only_changed(letter_changes(ruling, "zh-hans")),
        changes_en=_only_changed(letter_changes(ruling, "en")),
        similar=similar_decided(appeal=standing.appeal) if can_sign else (),
        outcome=ruling.outcome,
        read_again=_read_again(ruling),
    )


def _why_two(appeal: Appeal, codes: Sequence[str]) -> list[str | Promise]:
    """Why two people sign; with what one may give alone, or the checks set aside, where that is why."""
    words = [COUNTERSIGN_LABELS[code] for code in codes]
    rerun = find_rerun(appeal) if {ABOVE_DELEGATION, SETS_ASIDE} & set(codes) else None
    if rerun is not None and ABOVE_DELEGATION in codes:
        alone = show_money(delegated_max(appeal, rerun))
        words.append(_("The reviewer may give a credit line of up to %(limit)s alone.") % {"limit": alone})
    if rerun is not None and SETS_ASIDE in codes:
        said = get_words(get_language() or "zh-hans")
        checks = [said.say("rules", rule) for rule in checks_against(better_result(rerun)[1])]
        words.append(_("Set aside: %(checks)s") % {"checks": _("; ").join(checks)})
    return words


def _read_again(ruling: Ruling) -> QualityCheck | None:
    if ruling.state != RulingState.FINAL:
        return None
    checks = QualityCheck.objects.filter(appeal=ruling.appeal_id).exclude(verdict="")
    return checks.select_related("checked_by").first()


def _changes(draft: str, letter: str) -> list[DiffLine]:
    return _only_changed(diff_letter(draft=draft, letter=letter.replace("\r\n", "\n")))


def _only_changed(lines: list[DiffLine]) -> list[DiffLine]:
    """The lines, or none when nothing was changed."""
    return lines if any(line.change != "kept" for line in lines) else []

"""Which outcomes the rerun supports, which one is best for the applicant, and who must sign."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appeals.announced import IS_ANNOUNCED
from appeals.appealability import PERSON_GROUND
from appeals.concluding import find_rerun
from appeals.models import Appeal, AppealOutcome, Basis, Claim, Rerun, RerunState
from appeals.staying import stay_of
from core.errors import ConflictError
from decisions.giving_back import line_before
from decisions.line_changes import line_parts
from decisions.models import Decision, DecisionKind, LineState, PolicyVersion
from decisions.setting_aside import checks_against, is_for_a_person

UPHELD_ON_LINE: Final = "UPHELD_ON_LINE"
ABOVE_DELEGATION: Final = "ABOVE_DELEGATION"
DIFFERS_FROM_RERUN: Final = "DIFFERS_FROM_RERUN"
HIGH_RISK_INDUSTRY: Final = "HIGH_RISK_INDUSTRY"
RANDOM_SAMPLE: Final = "RANDOM_SAMPLE"
VULNERABLE: Final = "VULNERABLE"
BULK: Final = "BULK"
SETS_ASIDE: Final = "SETS_ASIDE"
COUNTERSIGN_LABELS: Final[dict[str, str | Promise]] = {
    UPHELD_ON_LINE: _("A closed or reduced line stays so: two people must agree."),
    ABOVE_DELEGATION: _("The amount is above what one person may decide alone."),
    DIFFERS_FROM_RERUN: _("The outcome differs from the recomputed result."),
    HIGH_RISK_INDUSTRY: _("The line of work needs a second look at this score."),
    RANDOM_SAMPLE: _("Drawn at random for a second look."),
    VULNERABLE: _("The person needs particular care: two people must agree."),
    BULK: _("Several cases are ruled on together: two people must agree."),
    SETS_ASIDE: _("A check that says no is set aside: two people must agree."),
}
RANK: Final = {"decline": 0, "refer": 1, "hold": 2, "counter": 3, "approve": 4}
_GONE: Final = frozenset({LineState.CLOSED, LineState.EXPIRED})
_NOT_GIVING: Final = frozenset({"decline", "refer"})
_ASKING: Final = frozenset({Claim.PERSON, Claim.SHOULD_NOT_COUNT})
_MONEY_RESULTS: Final = frozenset({"approve", "counter"})
Result = Mapping[str, Any]


class NoRerunError(ConflictError):
    """There is no finished rerun of the present findings."""

    code = "no-rerun"
    default_message = _("Conclude the verification and wait for the recomputed result first.")


@dataclass(frozen=True)
class Option:
    """One outcome that may be ruled: what it follows, the amount it gives and the line that comes with it."""

    outcome: AppealOutcome
    basis: Basis
    amount_cny: Decimal = Decimal(0)
    limit_cny: Decimal = Decimal(0)
    set_aside: tuple[str, ...] = ()
    """The checks that say no, and that a person sets aside by giving this."""


def get_finished_rerun(appeal: Appeal) -> Rerun:
    """The rerun of exactly the present findings, finished, or NoRerunError."""
    rerun = find_rerun(appeal)
    if rerun is None or rerun.state != RerunState.DONE or appeal.verified_at is None:
        raise NoRerunError
    return rerun


def list_options(appeal: Appeal, rerun: Rerun) -> list[Option]:
    """What may be ruled: always that nothing changes, and what the better recomputation supports."""
    withdrawn = taken_back(appeal)
    if withdrawn is not None:
        # What was contested does not happen any more: nobody gives anything, and it does not stand either.
        return [Option(AppealOutcome.RESTORED, Basis.NONE, withdrawn.limit_cny)]
    unchanged = Option(AppealOutcome.UNCHANGED, Basis.NONE)
    basis, result = better_result(rerun)
    is_granted = is_left_to_a_person(appeal, result)
    gained = _granted(appeal, result) if is_granted else _gain(appeal, result)
    return [unchanged] if gained is None else [gained_option(appeal, basis, result, gained), unchanged]


def suggest(appeal: Appeal, rerun: Rerun) -> Option:
    """The outcome the rerun speaks for; without a better result nothing changes."""
    options = list_options(appeal, rerun)
    _basis, result = better_result(rerun)
    is_better = worth(result) > worth(rerun.original)
    return options[0] if is_better else options[-1]


def better_result(rerun: Rerun) -> tuple[Basis, Result]:
    """The better of the two corrected results for the applicant; the pinned rules win a tie."""
    pinned, today = rerun.corrected, rerun.today
    return (Basis.TODAY, today) if worth(today) > worth(pinned) else (Basis.CORRECTED, pinned)


def worth(result: Result) -> tuple[int, Decimal, Decimal, int]:
    """What a result is worth to the applicant: outcome, then amount, then price, then score."""
    rate = result["price"]["annual_rate_pct"] if result["price"] else "1000"
    return (RANK[result["outcome"]], amount_of(result), -Decimal(rate), int(result["score"]))


def amount_of(result: Result) -> Decimal:
    """The credit a result gives: the offer of an application; nothing when nothing is offered."""
    return Decimal(result["offer"]) if result.get("offer") is not None else Decimal(0)


def is_left_to_a_person(appeal: Appeal, result: Result) -> bool:
    """Whether who reviews the appeal is the person who decides: rules refer, or a person was asked for.

    Who asks for a person, or says that a reason should not count, is heard on what the policy lets a person
    set aside.
    """
    if result["outcome"] not in _NOT_GIVING or not is_for_a_person(result, _policy_of(appeal, result)):
        return False
    contested = {ground.code for ground in appeal.grounds.all() if ground.claim in _ASKING}
    against = set(checks_against(result))
    codes = {rule["reason"] for rule in result["rules"] if rule["id"] in against}
    return PERSON_GROUND in contested or codes <= contested


def line_amount(result: Result) -> Decimal:
    """The credit a result supports for a line: the upper end of the range."""
    return limit_of(result) if result["outcome"] in _MONEY_RESULTS else Decimal(0)


def limit_of(result: Result) -> Decimal:
    """The upper end of the range that the formula allows, whoever gives it."""
    return Decimal(str(result["limit"]["high"])) if result["limit"] is not None else Decimal(0)


def gained_option(appeal: Appeal, basis: Basis, result: Result, amount: Decimal) -> Option:
    """The outcome that gives the applicant this amount."""
    if appeal.decision.kind == DecisionKind.APPLICATION:
        asked = Decimal(appeal.decision.request["amount_cny"])
        is_less = result["outcome"] != "approve" and amount < asked
        outcome = AppealOutcome.NEW_OFFER if is_less else AppealOutcome.CORRECTED
    else:
        amount = max(amount, total_kept(appeal))
        is_whole = amount >= total_before(appeal)
        outcome = AppealOutcome.RESTORED if is_whole else AppealOutcome.RESTORED_IN_PART
    limit = limit_of(result) if amount else Decimal(0)
    return Option(outcome, basis, amount, limit, checks_against(result))


def total_before(appeal: Appeal) -> Decimal:
    """What the line gave before the decision that is appealed."""
    if is_announced(appeal):
        return _usable(appeal.decision.result["line"]["before"])
    before = line_before(appeal.decision)
    return _usable(before) if before else Decimal(0)


def total_kept(appeal: Appeal) -> Decimal:
    """What the line has however little a gain is: one that is announced to change, or paused, has it all."""
    line = appeal.decision.line
    if line is None or line.state in _GONE or not (is_announced(appeal) or _is_pause(appeal.decision)):
        return Decimal(0)
    stay = stay_of(appeal)
    return line.total_cny - line.reduced_cny if stay is None else _usable(stay.before)


def is_announced(appeal: Appeal) -> bool:
    """Whether the line changes only on a later day, and is as it was until then."""
    decision = appeal.decision
    if "effective_on" not in decision.result.get("line", {}):
        return False
    return Appeal.objects.filter(IS_ANNOUNCED, pk=appeal.pk).exists()


def newer_decision(appeal: Appeal) -> Decision | None:
    """What took the place of the appealed decision meanwhile."""
    return Decision.objects.filter(supersedes=appeal.decision_id).first()


def taken_back(appeal: Appeal) -> Decision | None:
    """The decision which says that the announced change that is appealed does not happen; None if none."""
    newer = newer_decision(appeal) if appeal.decision.kind != DecisionKind.APPLICATION else None
    is_withdrawn = newer is not None and newer.result.get("line", {}).get("withdrawn", False)
    return newer if is_withdrawn else None


def total_now(appeal: Appeal) -> Decimal:
    """What the line gives if nothing is ruled; one that is closed, to be closed or paused gives nothing."""
    line, stay = appeal.decision.line, stay_of(appeal)
    if line is None:
        return Decimal(0)
    # What a stay gives for the time being is not what the decision left.
    parts = line_parts(line).to_json() if stay is None else stay.before
    if parts["state"] == LineState.SUSPENDED and _is_pause(appeal.decision):
        return Decimal(0)
    now = _usable(parts)
    return min(now, _usable(appeal.decision.result["line"]["after"])) if is_announced(appeal) else now


def list_countersign_reasons(
    appeal: Appeal, rerun: Rerun, option: Option, *, is_bulk: bool = False
) -> list[str]:
    """Every reason why this ruling needs a second signature."""
    delegation = _delegation(rerun)
    _basis, result = better_result(rerun)
    is_upheld = option.outcome == AppealOutcome.UNCHANGED
    drawn = appeal.sample_draw is not None and appeal.sample_draw < 100 * int(delegation["random_sample_pct"])
    found = {
        UPHELD_ON_LINE: is_upheld and appeal.decision.kind != DecisionKind.APPLICATION,
        ABOVE_DELEGATION: not is_upheld and option.limit_cny > _alone(appeal, delegation),
        DIFFERS_FROM_RERUN: option != suggest(appeal, rerun)
        or (not is_upheld and is_left_to_a_person(appeal, result)),
        SETS_ASIDE: bool(option.set_aside),
        HIGH_RISK_INDUSTRY: not is_upheld and bool(result["second_signature"]),
        RANDOM_SAMPLE: drawn,
        VULNERABLE: is_upheld and appeal.is_vulnerable,
        BULK: is_bulk,
    }
    return [code for code, applies in found.items() if applies]


def delegated_max(appeal: Appeal, rerun: Rerun) -> Decimal:
    """What the colleague who holds the case may give alone, by the rules of today."""
    return _alone(appeal, _delegation(rerun))


def _alone(appeal: Appeal, delegation: Mapping[str, Any]) -> Decimal:
    holder = appeal.claimed_by
    role = "supervisor_max" if holder and holder.role == "SUPERVISOR" else "caseworker_max"
    return Decimal(delegation[role])


def _gain(appeal: Appeal, result: Result) -> Decimal | None:
    """What the applicant would have more than now, as an amount; None when that is nothing."""
    decision = appeal.decision
    if decision.kind != DecisionKind.APPLICATION:
        amount = line_amount(result)
        return amount if amount > total_now(appeal) else None
    now = (RANK[decision.outcome], decision.limit_cny if decision.outcome == "counter" else Decimal(0))
    then = (RANK[result["outcome"]], amount_of(result))
    return then[1] if then > now else None


def _granted(appeal: Appeal, result: Result) -> Decimal | None:
    """What a person may give where the rules refer: the limit, within what was asked for; None if nothing."""
    high = limit_of(result)
    if appeal.decision.kind != DecisionKind.APPLICATION:
        return high if high > total_now(appeal) else None
    amount = min(high, Decimal(appeal.decision.request["amount_cny"]))
    had = appeal.decision.limit_cny if appeal.decision.outcome == "counter" else Decimal(0)
    return amount if amount > had else None


def _is_pause(decision: Decision) -> bool:
    """Whether the decision leaves the amount of the line and only stops new drawing."""
    after = decision.result.get("line", {}).get("after", {})
    return bool(after.get("state") == LineState.SUSPENDED)


def _usable(parts: Mapping[str, Any]) -> Decimal:
    """What a line with these parts gives; a closed one gives nothing."""
    if parts["state"] in _GONE:
        return Decimal(0)
    return Decimal(str(parts["total_cny"])) - Decimal(str(parts["reduced_cny"]))


def _delegation(rerun: Rerun) -> Mapping[str, Any]:
    document: Mapping[str, Any] = _policy_of(rerun.appeal, rerun.today).document["delegation"]
    return document


def _policy_of(appeal: Appeal, result: Result) -> PolicyVersion:
    pinned, version = appeal.decision.policy, result["policy_version"]
    return pinned if pinned.version == version else PolicyVersion.objects.get(version=version)

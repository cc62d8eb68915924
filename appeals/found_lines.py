"""What a letter says of each finding: corrected, or found and not counted, since it would harm."""

from collections.abc import Iterator, Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from appeals.models import Finding, Rerun
from appeals.weighing import left_out, value_of
from applicants.characteristics import get_dictionary
from applicants.showing import language_key, show_value


def corrected_lines(rerun: Rerun, findings: Sequence[Finding], outcome: str, *, language: str) -> list[str]:
    """The lines about what was corrected and counts in this outcome; none if nothing was."""
    against = left_out(rerun, outcome)
    counted = [one for one in findings if one.characteristic not in against]
    changed = [one for one in counted if one.value != _before(rerun, one)]
    with translation.override(language):
        return _headed(_("We corrected this information:"), _lines(rerun, changed, language))


def lines_against(rerun: Rerun, findings: Sequence[Finding], outcome: str, *, language: str) -> list[str]:
    """The lines about what was found and does not count in this outcome; none if there is nothing."""
    against = left_out(rerun, outcome)
    found = [one for one in findings if one.characteristic in against]
    with translation.override(language):
        heading = _("We found this. It does not count against you in this appeal:")
        return _headed(heading, _lines(rerun, found, language))


def _headed(heading: str, lines: Iterator[str]) -> list[str]:
    listed = list(lines)
    return [heading, *listed] if listed else []


def _lines(rerun: Rerun, findings: Sequence[Finding], language: str) -> Iterator[str]:
    for finding in findings:
        known = get_dictionary()[finding.characteristic]
        yield _("%(label)s: %(after)s (before: %(before)s)") % {
            "label": known.label[language_key(language)],
            "before": show_value(known, _before(rerun, finding), language),
            "after": show_value(known, finding.value, language),
        }


def _before(rerun: Rerun, finding: Finding) -> object:
    return value_of(rerun.appeal.decision.facts.get(finding.characteristic))

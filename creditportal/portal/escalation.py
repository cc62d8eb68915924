"""Who outside can be turned to, by the law of the applicant's place."""

from django.utils import translation

from applicants.showing import language_key
from core.catalogues import get_catalogue


def outside_body(jurisdiction: str) -> str:
    """The outside body of a jurisdiction in the language of the page."""
    entry = get_catalogue("jurisdictions").document[jurisdiction]["escalation"]
    return str(entry[language_key(translation.get_language() or "")])

"""What codes of the catalogues are called: reasons, rules, early warnings, measures, more time."""

from django.utils.translation import get_language

from appeals.terms import list_extension_reasons
from applicants.showing import language_key
from decisions.reason_catalogue import get_reasons
from decisions.warning_catalogue import get_measure_terms, get_triggers
from decisions.words import get_words


def reason_words(code: str) -> str:
    """What a reason of a decision is called."""
    known = get_reasons().get(code)
    return str(known.document["title"][language_key(_language())]) if known else code


def rule_words(code: str) -> str:
    """What a rule asks for."""
    words = get_words(_language())
    return words.say("rules", code) if words.has("rules", code) else code


def trigger_words(code: str) -> str:
    """What led to an early warning."""
    known = get_triggers().get(code)
    return known.say("title", _language()) if known else code


def measure_words(code: str) -> str:
    """What a measure does."""
    known = get_measure_terms().get(code)
    return known.say("title", _language()) if known else code


def extension_words(code: str) -> str:
    """Why an appeal needs more time."""
    language = _language()
    return next((one.text(language) for one in list_extension_reasons() if one.code == code), code)


def _language() -> str:
    return get_language() or "zh-hans"
